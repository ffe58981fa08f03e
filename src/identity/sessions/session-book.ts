/** The sessions of accounts, looked through and ended, by operators and by their owners. Every ending is audited and told. */
import type { IdentityLedger, SessionLine, WhichSessions } from '../../contract/identity-ledger.js';

export interface SessionBookDeps {
  readonly ledger: Pick<IdentityLedger, 'sessions' | 'endSessions'>;
  readonly onEnded: (ended: Ended) => void;
}

interface Ended {
  readonly account: string;
  readonly count: number;
  readonly by: string;
}

/** Who ends sessions, and over what. */
interface EndedBy {
  /** As the audit names them: `operator:eva`, or an account. */
  readonly who: string;
  readonly surface: 'cli' | 'page';
  readonly address: string | null;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer: nothing was ended then. */
export interface SessionBook {
  /** The live ones, newest first, at most 1,000; null: of everybody. */
  list(account: string | null): Promise<readonly SessionLine[]>;
  /** At once, for every process. Answers those that lived. */
  end(which: WhichSessions, by: EndedBy): Promise<readonly SessionLine[]>;
}

/** More than there are approvers anywhere, and little enough for one answer. */
const MAX_LISTED = 1_000;

export function createSessionBook({ ledger, onEnded }: SessionBookDeps): SessionBook {
  return {
    list: (approver) => ledger.sessions({ approver, limit: MAX_LISTED }),
    async end(which, { who, surface, address }) {
      const audit = { who, what: 'sessions_ended', surface, site: null, address, detail: {} };
      const ended = await ledger.endSessions(which, audit);
      for (const one of endedBy(who, ended)) onEnded(one);
      return ended;
    },
  };
}

/** What is told of each account among them. */
export function endedBy(by: string, ended: readonly SessionLine[]): readonly Ended[] {
  return [...new Set(ended.map(({ approver }) => approver))].map((account) => ({
    account,
    count: ended.filter(({ approver }) => approver === account).length,
    by,
  }));
}
