/**
 * One-time links that an operator hands to somebody, to sign in by.
 *
 *   made ──spent, within 10 min and before a newer one is made──▶ used, a session in the same commit
 *
 * A link's secret is hashed at rest. Asking whom it proves changes nothing, so that a mail scanner that follows it does not
 * spend it: `Sessions.start` does.
 */
import type { AccountId } from '../../approval/brand.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import type { IdentityLedger, SignInProof } from '../../contract/identity-ledger.js';
import type { Account, Accounts } from '../accounts/accounts.js';
import { isSecret, newSecret } from '../secret.js';

interface SignInLink {
  readonly url: string;
  /** What the link carries: 256 random bits in hex. */
  readonly secret: string;
  readonly expiresAtMs: number;
}

/** Who somebody is, and by what. */
export interface Proven {
  readonly account: Account;
  readonly proof: SignInProof;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer: no link was made or spent then. */
export interface SignInLinks {
  /** Null when there is no such account. `resetsFactors`: whoever lost all that they prove themselves by sets it up anew. */
  make(account: string, operator: string, resetsFactors?: boolean): Promise<SignInLink | null>;
  /** Null when the link is unknown, used, too old, not their newest, or of somebody who has no account any more. */
  prove(secret: string): Promise<Proven | null>;
}

export interface SignInLinksDeps {
  readonly ledger: Pick<IdentityLedger, 'addSignInLink' | 'peekSignInLink'>;
  readonly accounts: Accounts;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: Pick<Random, 'hex'>;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
}

/** A link is meant to be used at once. The page and the CLI tell its reader of the ten minutes. */
export const LINK_TTL_SECONDS = 600;

export function createSignInLinks({ ledger, accounts, clock, random, publicUrl }: SignInLinksDeps): SignInLinks {
  return {
    async make(id, operator, resetsFactors = false) {
      const account = accounts.find(id as AccountId);
      if (account === null) return null;
      const secret = newSecret(random);
      const audit = {
        who: `operator:${operator}`,
        what: 'sign_in_link',
        surface: 'cli',
        site: null,
        address: null,
        detail: { approver: account.id },
      };
      const ttlSeconds = LINK_TTL_SECONDS;
      await ledger.addSignInLink({ hash: sha256Hex(secret), account: account.id, ttlSeconds, resetsFactors }, audit);
      return { url: `${publicUrl}/sign-in/${secret}`, secret, expiresAtMs: clock.nowMs() + ttlSeconds * 1_000 };
    },

    async prove(secret) {
      if (!isSecret(secret)) return null;
      const hash = sha256Hex(secret);
      const id = await ledger.peekSignInLink(hash);
      const account = id === null ? null : accounts.find(id);
      return account === null ? null : { account, proof: { kind: 'sign_in_link', hash } };
    },
  };
}
