/**
 * Signing out at the provider, too, as whoever has signed out here may want to (OpenID Connect RP-Initiated Logout 1.0). They are
 * signed out here before any of this: what a provider does not answer in a moment is not offered.
 */
import type { Random } from '../../base/crypto/random.js';
import { inTime } from '../../base/time/in-time.js';
import type { Clock } from '../../base/time/clock.js';
import type { IdentityLedger } from '../../contract/identity-ledger.js';
import type { ProviderConfig } from '../../contract/identity-providers.js';
import { isLedgerUnavailable } from '../../contract/ledger-unavailable.js';
import type { Session } from '../sessions/sessions.js';
import { Failed, type Adapter } from './adapter.js';
import { newSecret } from '../secret.js';

/** Where they come back to: one path, to be registered at providers. */
export const SIGNED_OUT_PATH = '/signed-out';

type Begun = Pick<Session, 'account' | 'credentialIssuer'>;

export interface Leaving {
  /** The provider that a session was begun at, where people can sign out of providers of its kind; null: none, or nobody can say. */
  leavable(session: Begun): Promise<string | null>;
  /** Where to sign out there, and what comes back with them. Null: nobody can now. */
  leave(name: string): Promise<{ readonly url: string; readonly state: string } | null>;
}

export interface LeavingDeps {
  readonly ledger: Pick<IdentityLedger, 'credentials'>;
  readonly configured: () => ReadonlyMap<string, ProviderConfig>;
  readonly adapterOf: (config: ProviderConfig) => Pick<Adapter, 'signOut'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly random: Pick<Random, 'hex'>;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
}

/** Its answer is nearly always there: it was looked up as they signed in. */
const PATIENCE_MS = 1_000;

export function createLeaving({ ledger, configured, adapterOf, clock, random, publicUrl }: LeavingDeps): Leaving {
  const signOutOf = (name: string | null): Adapter['signOut'] => {
    const config = name === null ? undefined : configured().get(name);
    return config === undefined ? null : adapterOf(config).signOut;
  };
  return {
    async leavable(session) {
      const name = await begunAt(session, ledger);
      return signOutOf(name) === null ? null : name;
    },

    async leave(name) {
      const state = newSecret(random);
      const found = signOutOf(name)?.(state, publicUrl + SIGNED_OUT_PATH).catch((error: unknown) => {
        if (error instanceof Failed) return null;
        throw error;
      });
      const url = found === undefined ? null : await inTime(found, { ms: PATIENCE_MS, clock, late: null });
      return url === null ? null : { url: url.href, state };
    },
  };
}

async function begunAt({ account, credentialIssuer }: Begun, ledger: LeavingDeps['ledger']): Promise<string | null> {
  if (credentialIssuer === null) return null;
  try {
    const theirs = await ledger.credentials(account.id);
    return theirs.find(({ issuer }) => issuer === credentialIssuer)?.provider ?? null;
  } catch (error) {
    if (!isLedgerUnavailable(error)) throw error;
    return null;
  }
}
