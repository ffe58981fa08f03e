/**
 * Signing in with a provider.
 *
 *   begun, one row ──comes back in the browser that began it, within 10 min──▶ taken, before anything else ──▶ who that is
 *
 * State is random and hashed at rest. Nonce and PKCE verifier are made of it and of what the browser holds, so that neither lies
 * anywhere, and a code that is carried into another browser is worth nothing.
 */
import { createHmac } from 'node:crypto';
import type { AccountId } from '../../approval/brand.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import type { HttpClient } from '../../base/net/http-client.js';
import type { Log } from '../../base/process/log.js';
import type { Clock } from '../../base/time/clock.js';
import type { ProviderConfig } from '../../contract/identity-providers.js';
import type { IdentityEvent } from '../../contract/identity-event.js';
import type { IdentityLedger, SignInProof } from '../../contract/identity-ledger.js';
import type { Accounts } from '../accounts/accounts.js';
import { factsOf, loginOrLink, type LinkTo, type LoggedIn, type Vouched } from '../accounts/login-or-link.js';
import { Failed, type Adapter, type AdapterDeps, type ProviderFailure, type Secrets } from './adapter.js';
import { githubAdapter } from './github.js';
import { endByProvider, mayLogOut, refusalOf, type LogoutAnswer, type LogoutCall, type LogoutDeps } from './logout.js';
import { openIdAdapter } from './open-id.js';
import { createLeaving, type Leaving } from './signing-out.js';
import { isSecret, newSecret } from '../secret.js';

type Begun =
  | { readonly kind: 'begun'; readonly url: string; readonly browser: string }
  | { readonly kind: 'failed'; readonly failure: ProviderFailure | 'too_many' };

type Finished =
  | { readonly kind: 'proven'; readonly proof: SignInProof; readonly next: string | null }
  | { readonly kind: 'failed'; readonly failure: SignInFailure; readonly next: string | null };

export type SignInFailure =
  ProviderFailure | 'state_invalid' | Exclude<LoggedIn['kind'], 'known' | 'linked' | 'created'>;

export interface Offered {
  readonly name: string;
  readonly title: string;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface Providers extends Leaving {
  /** Those of `sites.toml`, in its order. */
  offered(): readonly Offered[];
  /** Null: there is no such provider. */
  find(name: string): Offered | null;
  /** `browser`: what this one holds already, so that several tabs may sign in at once. */
  begin(
    name: string,
    input: {
      readonly browser: string | undefined;
      /** Where from, as it is counted. */
      readonly network: string;
      readonly next: string | null;
      readonly linkTo: AccountId | null;
      /** In which its pages are wanted: tags of BCP 47, the most wanted first. */
      readonly languages: readonly string[];
    },
  ): Promise<Begun>;
  /** `query`: what the provider put behind the address. `linkTo`: the live session of this browser, if any. */
  finish(
    name: string,
    input: { readonly browser: string | undefined; readonly query: string; readonly session: LinkTo | null },
  ): Promise<Finished>;
  /** Whether there is such a provider, and it is of a kind that says who has signed out there. */
  takesLogouts(name: string): boolean;
  /** Ends what was begun with the credential that the token names. Only where it `takesLogouts`. */
  logOut(name: string, call: LogoutCall): Promise<LogoutAnswer>;
}

export interface ProvidersDeps extends LogoutDeps {
  readonly ledger: LogoutDeps['ledger'] &
    Pick<IdentityLedger, 'beginSignIn' | 'takeSignIn' | 'credential' | 'credentials' | 'accountsAt' | 'addCredential'>;
  readonly accounts: Accounts;
  readonly onEvent: (event: IdentityEvent) => void;
  readonly configured: () => ReadonlyMap<string, ProviderConfig>;
  readonly http: Pick<HttpClient, 'call'>;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  readonly random: Pick<Random, 'hex' | 'id'>;
  readonly log: Pick<Log, 'info'>;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
}

export const BEGUN_TTL_SECONDS = 600;
/** From one network: offices share one. */
const MAX_BEGUN_AN_HOUR = 60;

export function createProviders(deps: ProvidersDeps): Providers {
  const { ledger, configured, random, publicUrl } = deps;
  const adapterOf = adapters(deps);
  const redirectUri = (name: string): string => `${publicUrl}/sign-in/with/${name}/callback`;

  return {
    offered: () => [...configured().values()],
    find: (name) => configured().get(name) ?? null,

    async begin(name, { browser: held, network, next, linkTo, languages }) {
      const config = known(name, deps);
      const browser = isSecret(held) ? held : newSecret(random);
      const state = newSecret(random);
      const url = await failing(deps, config, () =>
        adapterOf(config).start(secretsOf(state, browser), { redirectUri: redirectUri(name), languages }),
      );
      if (!(url instanceof URL)) return { kind: 'failed', failure: url };
      const isBegun = await ledger.beginSignIn({
        asker: { key: `sign-in with a provider from ${network}`, max: MAX_BEGUN_AN_HOUR, windowSeconds: 3_600 },
        hash: sha256Hex(state),
        provider: name,
        browser: sha256Hex(browser),
        next,
        linkTo,
        ttlSeconds: BEGUN_TTL_SECONDS,
      });
      return isBegun ? { kind: 'begun', url: url.href, browser } : { kind: 'failed', failure: 'too_many' };
    },

    async finish(name, { browser, query, session }) {
      const config = known(name, deps);
      const url = new URL(`${redirectUri(name)}${query}`);
      const [state = '', ...more] = url.searchParams.getAll('state');
      const isOurs = more.length === 0 && isSecret(state) && isSecret(browser);
      const taken = isOurs
        ? await ledger.takeSignIn({ hash: sha256Hex(state), provider: name, browser: sha256Hex(browser) })
        : null;
      if (taken === null || browser === undefined) return { kind: 'failed', failure: 'state_invalid', next: null };
      const { next } = taken;
      const linkTo = taken.linkTo === null ? null : linkOf(taken.linkTo, session);
      const done = await failing(deps, config, async () => {
        const vouched = await adapterOf(config).finish(secretsOf(state, browser), url);
        const logged = await loginOrLink(vouched, linkTo, portOf(deps));
        tellLinked(logged, config.name, deps);
        return 'account' in logged ? proofOf(vouched) : logged.kind;
      });
      return typeof done === 'string' ? { kind: 'failed', failure: done, next } : { kind: 'proven', proof: done, next };
    },

    takesLogouts(name) {
      const config = configured().get(name);
      return config !== undefined && adapterOf(config).signedOut !== null;
    },

    logOut: (name, call) => logOut(call, { config: known(name, deps), adapterOf }, deps),

    ...createLeaving({ ...deps, adapterOf }),
  };
}

interface Of {
  readonly config: ProviderConfig;
  readonly adapterOf: (config: ProviderConfig) => Adapter;
}

async function logOut(call: LogoutCall, { config, adapterOf }: Of, deps: ProvidersDeps): Promise<LogoutAnswer> {
  if (!(await mayLogOut(call, deps))) return { kind: 'too_many' };
  const { signedOut } = adapterOf(config);
  if (signedOut === null) throw new Error('the caller has looked whether it takes logouts');
  try {
    return await endByProvider(config.name, { token: await signedOut(call.token), address: call.address }, deps);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const { failure, why } = error;
    deps.log.info('a logout by a provider was not taken', { provider: config.name, failure, why });
    return refusalOf(failure, why);
  }
}

function tellLinked(logged: LoggedIn, provider: string, { onEvent }: ProvidersDeps): void {
  if (logged.kind === 'created') onEvent({ event: 'auth_gate.account_created', account: logged.account, provider });
  if (logged.kind === 'linked') onEvent({ event: 'auth_gate.credential_linked', account: logged.account, provider });
}

function known(name: string, { configured }: ProvidersDeps): ProviderConfig {
  const config = configured().get(name);
  if (config === undefined) throw new Error('the caller has looked whether there is such a provider');
  return config;
}

/** One a configuration, so that what it has fetched is used again, and nothing of it after a reload. */
function adapters({ http, clock }: ProvidersDeps): (config: ProviderConfig) => Adapter {
  const made = new WeakMap<ProviderConfig, Adapter>();
  return (config) => {
    const before = made.get(config);
    if (before !== undefined) return before;
    const deps: AdapterDeps = { config, http, nowMs: () => clock.nowMs() };
    const adapter = config.kind === 'github' ? githubAdapter(deps) : openIdAdapter(deps);
    made.set(config, adapter);
    return adapter;
  };
}

/** The log is told a code of ours or of the package, never a text of the provider's. */
async function failing<T>(
  { log }: ProvidersDeps,
  { name }: ProviderConfig,
  run: () => Promise<T>,
): Promise<T | ProviderFailure> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    log.info('nobody was signed in by a provider', { provider: name, failure: error.failure, why: error.why });
    return error.failure;
  }
}

function secretsOf(state: string, browser: string): Secrets {
  const derived = (purpose: string): string =>
    createHmac('sha256', browser).update(`${purpose} ${state}`).digest('base64url');
  return { state, nonce: derived('nonce'), verifier: derived('verifier') };
}

/** Who began it must still be signed in; whoever is not proved nothing. */
function linkOf(account: AccountId, session: LinkTo | null): LinkTo {
  return session?.account === account ? session : { account, provenAtMs: 0 };
}

function portOf({ ledger, accounts, random, clock }: ProvidersDeps) {
  return {
    ledger,
    approverAt: (mailbox: string) => accounts.at(mailbox)?.id ?? null,
    random,
    nowMs: () => clock.nowMs(),
  };
}

function proofOf(vouched: Vouched): SignInProof {
  const { issuer, subject } = vouched;
  return { kind: 'credential', issuer, subject, facts: factsOf(vouched) };
}
