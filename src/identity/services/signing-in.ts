/** A service says whom a provider has signed in: what becomes of it. */
import { lackedFactor } from '../../approval/identity-policy.js';
import { issuerFor } from '../../approval/person-issuer.js';
import type { ProviderConfig } from '../../contract/identity-providers.js';
import { factsOf, loginOrLink, type LinkTo, type LoginPort, type Vouched } from '../accounts/login-or-link.js';
import { Failed, type ProviderFailure } from '../providers/adapter.js';
import { accessOf, isAllowed, lackingOr, live, tokensOf } from './held-session.js';
import type {
  Introspected,
  LinkWish,
  Service,
  ServiceSessions,
  ServiceSessionsDeps,
  SignedIn,
  SignInRefusal,
  Tokens,
} from './service.js';
import { newAccessToken, newRefreshToken, refreshHashes, refreshTokenText } from './session-tokens.js';
import { statedPerson, type Stated } from './stated-person.js';

export async function signInBy(
  service: Service,
  input: { readonly stated: Stated; readonly link: LinkWish | null } & Pick<ServiceSessions, 'introspect'>,
  deps: ServiceSessionsDeps,
): Promise<SignedIn> {
  const { stated, link, introspect } = input;
  const config = configFor(service, stated, deps);
  if (typeof config === 'string') return refused(config);
  if (!(await isAllowed(service, deps))) return refused('too_many');
  const session = link?.accessToken == null ? null : await introspect(link.accessToken);
  const linkTo = link === null ? null : linkOf(link, { service, session });
  if (typeof linkTo === 'string') return refused(linkTo);
  const vouched = vouchedBy(stated, config);
  if (typeof vouched === 'string') return refused(vouched);
  const logged = await loginOrLink(vouched, linkTo, { ...portOf(deps), service: service.name });
  if (logged.kind === 'lacks') return logged;
  if (!('account' in logged)) return refused(logged.kind);
  const begun = await begin(service, vouched, deps);
  if ('kind' in begun) return begun;
  const { account, kind: how } = logged;
  const told = { account, service: service.name, provider: vouched.provider, how };
  deps.onServiceEvent({ kind: 'signed_in_by_service', ...told });
  return { kind: 'signed_in', tokens: begun, how };
}

function refused(why: SignInRefusal): SignedIn {
  return { kind: 'refused', why };
}

/** The provider that is spoken for, or why not. */
function configFor(
  { providers }: Service,
  { provider, issuer, tenant }: Stated,
  { configured }: ServiceSessionsDeps,
): ProviderConfig | 'unknown_provider' | 'provider_not_allowed' | 'wrong_issuer' | 'tenant_missing' | 'not_allowed' {
  const config = configured().get(provider);
  if (config === undefined) return 'unknown_provider';
  if (!providers.includes(provider)) return 'provider_not_allowed';
  const known = issuerFor(config, tenant);
  if (known.kind !== 'known') return known.kind;
  return issuer === config.issuer || issuer === known.issuer ? config : 'wrong_issuer';
}

/** Another service may look at somebody's access token, and may not link by it. */
function linkOf(
  link: LinkWish,
  { service, session: found }: { readonly service: Service; readonly session: Introspected | null },
): LinkTo | 'session_needed' | 'other_account' {
  if (found?.service !== service.name) return 'session_needed';
  const { account, authenticatedAtMs } = found.session;
  return account.id === link.account ? { account: account.id, provenAtMs: authenticatedAtMs ?? 0 } : 'other_account';
}

function vouchedBy(stated: Stated, config: ProviderConfig): Vouched | ProviderFailure {
  try {
    return statedPerson(stated, config);
  } catch (error) {
    if (error instanceof Failed) return error.failure;
    throw error;
  }
}

type Lacking = Extract<SignedIn, { readonly kind: 'lacks' }>;

/** A provider's word is one factor. Where the policy wants more nobody is linked or begun, and there is no token to lose. */
function portOf({ ledger, factors, policy, accounts, random, clock }: ServiceSessionsDeps): LoginPort<Lacking> {
  return {
    ledger,
    approverAt: (mailbox) => accounts.at(mailbox)?.id ?? null,
    random,
    nowMs: () => clock.nowMs(),
    async refusalOf(account) {
      const { passkeys, hasTotp } = await factors.of(account);
      const lacks = lackedFactor({ signedInBy: 'provider', hasFactors: hasTotp || passkeys > 0 }, policy());
      return lacks === null ? null : { kind: 'lacks', lacks };
    },
  };
}

async function begin(service: Service, vouched: Vouched, deps: ServiceSessionsDeps): Promise<Tokens | SignedIn> {
  const { ledger, policy, random } = deps;
  const { issuer, subject } = vouched;
  const [token, accessToken] = [newRefreshToken(random), newAccessToken(random)];
  const { hash, refreshHash } = refreshHashes(token);
  const record = await ledger.startServiceSession({
    proof: { kind: 'credential', issuer, subject, facts: factsOf(vouched) },
    service: service.name,
    hash,
    refreshHash,
    access: accessOf(accessToken),
    idleSeconds: policy().sessionIdleSeconds,
  });
  const session = record === null ? null : await live(record, { hash, deps });
  if (session?.lacks !== null) return lackingOr(session, refused('no_sign_in'));
  return tokensOf(session, { accessToken, refreshToken: refreshTokenText(token), deps });
}
