/** Accounts on the admin plane's wire, for operators: those of sites.toml, and those that are kept beside it. */
import type { AccountId, ApproverId } from '../../approval/brand.js';
import type { Directory } from '../../approval/site.js';
import type { AccountLine, AccountStatePost, KnownAccounts } from '../../contract/known-accounts.js';
import type { IdentityLedger, ListedAccount } from '../../contract/ledger.js';
import type { Identity } from '../../identity/identity.js';
import type { SessionBook } from '../../identity/sessions/session-book.js';

export interface AccountsDeps {
  readonly ledger: Pick<IdentityLedger, 'keptAccounts' | 'setAccountState'>;
  readonly directory: () => Directory;
  readonly identity: Pick<Identity, 'mailboxOf' | 'enrolments'>;
  readonly sessionBook: SessionBook;
}

const MAX_LISTED = 1_000;

export function createAccounts(deps: AccountsDeps): KnownAccounts {
  const { ledger, directory, identity, sessionBook } = deps;

  async function list(account: string | null): Promise<readonly AccountLine[]> {
    const [kept, sessions] = await Promise.all([
      ledger.keptAccounts({ account: account as AccountId | null, limit: MAX_LISTED }),
      sessionBook.list(account),
    ]);
    const { approvers, operators } = directory();
    const byId = new Map<string, ListedAccount | null>([...approvers.keys(), ...operators].map((id) => [id, null]));
    for (const one of kept) byId.set(one.id, one);
    const wanted = [...byId].filter(([id]) => account === null || id === account);
    return wanted.map(([id, one]) => ({
      ...lineOf(id as AccountId, one, deps),
      sessions: sessions.filter(({ approver }) => approver === id).length,
    }));
  }

  return {
    list: async (account) => ({ accounts: await list(account) }),
    async setState({ account, state, operator }) {
      const [known] = await list(account);
      if (known === undefined) return null;
      const who = `operator:${operator}`;
      await ledger.setAccountState({ account: account as AccountId, state }, stateSet(who, { account, state }));
      // they live on nowhere already; ended, they do not come back should the account be enabled again
      if (state === 'disabled')
        await sessionBook.end({ by: 'approver', approver: account }, { who, surface: 'cli', address: null });
      return (await list(account))[0] ?? null;
    },
    async resetFactors({ account, operator }) {
      const by = { who: `operator:${operator}`, surface: 'cli', address: null } as const;
      const link = await identity.enrolments.reset(account, by);
      if (link === null) return null;
      return { url: link.url, expiresAt: new Date(link.expiresAtMs).toISOString(), mailedTo: link.mailedTo };
    },
  };
}

function lineOf(
  id: AccountId,
  kept: ListedAccount | null,
  { directory, identity }: Pick<AccountsDeps, 'directory' | 'identity'>,
): Omit<AccountLine, 'sessions'> {
  const { approvers, operators } = directory();
  return {
    id,
    name: kept?.name ?? id,
    isApprover: approvers.has(id as string as ApproverId),
    isOperator: operators.has(id),
    state: kept?.state ?? 'active',
    mailbox: identity.mailboxOf(id),
    providers: kept?.providers ?? [],
  };
}

function stateSet(who: string, { account, state }: Pick<AccountStatePost, 'account' | 'state'>) {
  const what = state === 'disabled' ? 'account_disabled' : 'account_enabled';
  return { who, what, surface: 'cli', site: null, address: null, detail: { account } };
}
