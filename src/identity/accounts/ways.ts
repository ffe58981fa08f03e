/**
 * The ways by which an account gets in, as its owner names and removes them. The last that is open stays: whoever removed it could
 * come back by an operator's link alone.
 */
import type { AccountId } from '../../approval/brand.js';
import { fit } from '../../base/text/fit.js';
import type { Credential, CredentialKey, WayRemoved, WaysOpen } from '../../contract/account-ledger.js';
import type { IdentityEvent } from '../../contract/identity-event.js';
import type { FactorLedger } from '../../contract/factor-ledger.js';
import type { IdentityLedger } from '../../contract/identity-ledger.js';
import type { ProviderConfig } from '../../contract/identity-providers.js';
import type { SessionBookDeps } from '../sessions/session-book.js';

/** Whoever is signed in and removes a way of their own. */
interface Remover {
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
  readonly onEvent: (event: IdentityEvent) => void;
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

  function told({ account }: Remover, removed: WayRemoved, event: IdentityEvent): WayRemoved {
    if (removed.kind === 'removed') deps.onEvent(event);
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
      const removed = await ledger.removeCredential(removal, auditOf(by, 'credential_removed', { issuer, subject }));
      return told(by, removed, { event: 'auth_gate.credential_removed', account: by.account, issuer });
    },

    async namePasskey(account, id, typed) {
      const name = nameIn(typed);
      return name !== '' && factors.namePasskey({ id, account, name });
    },

    async removePasskey(by, id) {
      const name = (await factors.passkey(id))?.name ?? '';
      const removal = { ...removalOf(by, deps), id };
      const removed = await factors.removePasskey(removal, auditOf(by, 'passkey_removed', { name }));
      return told(by, removed, { event: 'auth_gate.factor_removed', account: by.account, factor: 'passkey' });
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
