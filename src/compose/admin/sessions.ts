/** Sessions on the admin plane's wire, for operators, whom it has checked. */
import { iso } from '../../base/time/iso.js';
import type { SessionList, SessionOfAccount, SignedInSessions } from '../../contract/admin.js';
import type { SessionLine, WhichSessions } from '../../contract/identity-ledger.js';
import type { SessionBook } from '../../identity/sessions/session-book.js';

export function createSessions(book: SessionBook): SignedInSessions {
  return {
    list: async (account) => listOf(await book.list(account)),
    async end({ id, account, operator }) {
      const by = { who: `operator:${operator}`, surface: 'cli', address: null } as const;
      return listOf(await book.end(which(id, account), by));
    },
  };
}

function which(id: string | undefined, account: string | undefined): WhichSessions {
  if (id !== undefined) return { by: 'id', id };
  return account === undefined ? { by: 'all' } : { by: 'approver', approver: account };
}

function listOf(sessions: readonly SessionLine[]): SessionList {
  return { sessions: sessions.map(shown) };
}

/** In the versions that did not write down when a session began, each lasted so long. */
const FORMER_TTL_MS = 43_200_000;

function shown({ id, approver, address, browser, signedInBy, createdAtMs, seenAtMs, untilMs }: SessionLine) {
  return {
    id,
    account: approver,
    address,
    browser,
    signedInBy,
    createdAt: iso(createdAtMs ?? untilMs - FORMER_TTL_MS),
    lastSeenAt: seenAtMs === null ? null : iso(seenAtMs),
    expiresAt: iso(untilMs),
  } satisfies SessionOfAccount;
}
