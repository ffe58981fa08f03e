/**
 * The ways by which an account gets in, as its owner names and removes them. The last that is open stays: whoever removed it could
 * come back by an operator's link alone.
 */
import type { AccountId } from '../../approval/brand.js';
import { fit } from '../../base/text/fit.js';
import type { Credential, CredentialKey, WayRemoved, WaysOpen } from '../../contract/account-ledger.js';
import type { FactorLedger } from '../../contract/factor-ledger.js';
import type { IdentityLedger } from '../../contract/identity-ledger.js';
import type { ProviderConfig } from '../../contract/identity-providers.js';
import type { SessionBookDeps } from '../sessions/session-book.js';

/** Whoever is signed in and removes a way of their own. */
export interface Remover {
  readonly account: AccountId;
  /** Their session, which stays; as in `SessionLine`. */
  readonly session: string;
  readonly address: string;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer: nothing was changed then. */
export interface Ways {
  /** Oldest first. */
  credentialsOf(account: AccountId): Promise<readonly Credential[]>;
  /** Nothing typed: by no name of its own any more. False: they have no such credential. */
  nameCredential(account: AccountId, key: CredentialKey, typed: string): Promise<boolean>;
  removeCredential(by: Remover, key: CredentialKey): Promise<WayRemoved>;
  /** False: nothing was typed, or they have none of this id. */
  namePasskey(account: AccountId, id: string, typed: string): Promise<boolean>;
  removePasskey(by: Remover, id: string): Promise<WayRemoved>;
}

export interface WaysDeps {
  readonly ledger: Pick<IdentityLedger, 'credentials' | 'nameCredential' | 'removeCredential'>;
  readonly factors: Pick<FactorLedger, 'passkey' | 'namePasskey' | 'removePasskey'>;
  readonly mailboxOf: (account: AccountId) => string | null;
  /** Whether browsers have passkeys at this `PUBLIC_URL`. */
  readonly hasPasskeys: boolean;
  readonly configured: () => ReadonlyMap<string, ProviderConfig>;
  /** Absent: nobody is told. */
  readonly onSessionsEnded?: SessionBookDeps['onEnded'];
}

/** What somebody may call a way of theirs. */
export const MAX_WAY_NAME_CHARACTERS = 60;

export function createWays(deps: WaysDeps): Ways {
  const { ledger, factors } = deps;

  function told({ account }: Remover, removed: WayRemoved): WayRemoved {
    if (removed.kind === 'removed' && removed.ended > 0)
      deps.onSessionsEnded?.({ account, count: removed.ended, by: account });
    return removed;
  }

  return {
    credentialsOf: (account) => ledger.credentials(account),

    nameCredential(account, { issuer, subject }, typed) {
      const label = nameIn(typed);
      return ledger.nameCredential({ issuer, subject, account, label: label === '' ? null : label });
    },

    async removeCredential(by, { issuer, subject }) {
      const removal = { ...removalOf(by, deps), issuer, subject };
      return told(by, await ledger.removeCredential(removal, auditOf(by, 'credential_removed', { issuer, subject })));
    },

    async namePasskey(account, id, typed) {
      const name = nameIn(typed);
      return name !== '' && factors.namePasskey({ id, account, name });
    },

    async removePasskey(by, id) {
      const name = (await factors.passkey(id))?.name ?? '';
      return told(
        by,
        await factors.removePasskey({ ...removalOf(by, deps), id }, auditOf(by, 'passkey_removed', { name })),
      );
    },
  };
}

function nameIn(typed: string): string {
  return fit(typed.trim(), MAX_WAY_NAME_CHARACTERS);
}

function removalOf({ account, session: keeping }: Remover, deps: WaysDeps) {
  const open: WaysOpen = {
    byMail: deps.mailboxOf(account) !== null,
    byPasskey: deps.hasPasskeys,
    providers: [...deps.configured().keys()],
  };
  return { account, open, keeping };
}

function auditOf({ account, address }: Remover, what: string, detail: Readonly<Record<string, string>>) {
  return { who: account, what, surface: 'page', site: null, address, detail } as const;
}
