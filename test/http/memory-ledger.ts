/** A ledger in memory: what the planes' tests need of the port, with its guards, and a hand on its speed and health. */
import type { ApproverId, RequestId } from '../../src/approval/brand.js';
import type { Decision, RequestRecord } from '../../src/approval/request.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import type {
  AuditEntry,
  AuditRow,
  DecideRequest,
  IdentityLedger,
  Ledger,
  OpenRequest,
  SessionRecord,
} from '../../src/contract/ledger.js';

interface Row {
  request: RequestRecord;
  readonly tokenHash: string;
  readonly pairs: Set<string>;
  tapId: string | null;
}

export interface MemoryLedger {
  readonly ledger: Ledger;
  readonly rows: readonly Row[];
  readonly audit: readonly AuditRow[];
  /** Everything that a GET must not change, as one text. */
  snapshot(): string;
  /** How the database behaves from now on. */
  behave(how: 'well' | 'away' | 'hangs'): void;
}

export function memoryLedger(nowMs: () => number): MemoryLedger {
  const rows: Row[] = [];
  const audit: AuditRow[] = [];
  const links = new Map<string, { approver: ApproverId; untilMs: number }>();
  const sessions = new Map<string, SessionRecord>();
  let mood: 'well' | 'away' | 'hangs' = 'well';

  const addAudit = (entry: AuditEntry, requestId: RequestId | null): void => {
    audit.unshift({ ...entry, id: audit.length + 1, atMs: nowMs(), requestId });
  };
  const pendingOf = (approver: ApproverId): number =>
    rows.filter((row) => row.request.decision === null && [...row.pairs].some((pair) => pair.endsWith(` ${approver}`)))
      .length;
  const end = (row: Row, decision: Decision): RequestRecord =>
    (row.request = { ...row.request, revision: row.request.revision + 1, decision });

  const requests = {
    open(wish: OpenRequest, entry: AuditEntry) {
      if (rows.some((row) => row.tokenHash === wish.tokenHash)) return { kind: 'token_taken' };
      const free = wish.approvers.filter(({ id }) => pendingOf(id) < wish.maxPendingPerApprover);
      if (free.length === 0) return { kind: 'cap', retryAtMs: nowMs() + 60_000 };
      const request = recordOf(wish, nowMs());
      const pairs = new Set(free.map(({ id }) => `${wish.endpoint ?? ''} ${id}`));
      rows.push({ request, tokenHash: wish.tokenHash, pairs, tapId: null });
      addAudit(entry, request.id);
      return { kind: 'opened', request, claims: [], approversAtCap: [] };
    },
    addRecipients(wish: { tokenHash: string; producer: string; endpoint: string; approver: ApproverId }) {
      const row = rows.find(({ tokenHash }) => tokenHash === wish.tokenHash);
      if (row === undefined) return { kind: 'unknown' };
      if (row.request.producer !== wish.producer) return { kind: 'foreign' };
      const pair = `${wish.endpoint} ${wish.approver}`;
      const recipientsAdded = row.pairs.has(pair) ? 0 : 1;
      row.pairs.add(pair);
      return { kind: 'known', request: row.request, recipientsAdded };
    },
    decide(wish: DecideRequest) {
      const { ref } = wish;
      const row = rows.find(({ request, tokenHash }) =>
        ref.by === 'id' ? request.id === ref.id : tokenHash === ref.tokenHash,
      );
      if (row === undefined) return { kind: 'unknown' };
      const { decision, deadlineAtMs } = row.request;
      if (decision !== null)
        return {
          kind: row.tapId === wish.tapId ? 'decided' : 'already',
          request: row.request,
          decision,
          isRedelivered: true,
        };
      if (deadlineAtMs <= nowMs()) return { kind: 'expired', request: row.request };
      row.tapId = wish.tapId;
      const grantedUntilMs = wish.ttlSeconds === null ? null : nowMs() + wish.ttlSeconds * 1_000;
      const decided = { outcome: wish.outcome, by: wish.by, over: wish.surface, atMs: nowMs(), grantedUntilMs };
      return { kind: 'decided', request: end(row, decided), decision: decided, isRedelivered: false };
    },
    withdraw(wish: { tokenHash: string; producer: string }) {
      const row = rows.find(({ tokenHash }) => tokenHash === wish.tokenHash);
      if (row === undefined) return { kind: 'unknown' };
      if (row.request.producer !== wish.producer) return { kind: 'foreign' };
      if (row.request.decision !== null) return { kind: 'already', request: row.request };
      const by = {
        outcome: 'withdrawn',
        by: wish.producer,
        over: 'webhook',
        atMs: nowMs(),
        grantedUntilMs: null,
      } as const;
      return { kind: 'withdrawn', request: end(row, by) };
    },
    expireDue: () => [],
    byTokenHash: (hash: string) => rows.find(({ tokenHash }) => tokenHash === hash)?.request ?? null,
    byId: (id: RequestId) => rows.find(({ request }) => request.id === id)?.request ?? null,
    pending: () => rows.map(({ request }) => request).filter(({ decision }) => decision === null),
    approversOf: (id: RequestId) =>
      [...(rows.find(({ request }) => request.id === id)?.pairs ?? [])].map((pair) => pair.split(' ')[1]),
  };
  const identity = {
    addSignInLink(wish: Parameters<IdentityLedger['addSignInLink']>[0]) {
      links.set(wish.hash, { approver: wish.approver, untilMs: nowMs() + wish.ttlSeconds * 1_000 });
    },
    peekSignInLink: (hash: string) => live(links.get(hash), nowMs())?.approver ?? null,
    signIn(wish: Parameters<IdentityLedger['signIn']>[0]) {
      const link = live(links.get(wish.linkHash), nowMs());
      links.delete(wish.linkHash);
      if (link === null) return null;
      const session = { approver: link.approver, csrfKey: wish.csrfKey, untilMs: nowMs() + wish.ttlSeconds * 1_000 };
      sessions.set(wish.sessionHash, session);
      return session;
    },
    session: (hash: string) => live(sessions.get(hash), nowMs()),
    endSession: (hash: string) => void sessions.delete(hash),
  };
  const grants = { live: () => ({ nowMs: nowMs(), grants: [] }), find: () => null };
  const deliveries = {
    stragglers: () => [{ channel: 'talk', state: 'retry_wait' }],
    pauses: () => [{ carrier: 'email', reason: 'smtp_535', sinceMs: 0, probeAtMs: 0 }],
  };
  const auditVerbs = { add: addAudit, recent: () => audit };
  const port = <T extends object>(verbs: T): T => lazily(verbs, () => mood);
  return {
    ledger: {
      requests: port(requests),
      identity: port(identity),
      grants: port(grants),
      deliveries: port(deliveries),
      audit: port(auditVerbs),
    } as unknown as Ledger,
    rows,
    audit,
    snapshot: () =>
      JSON.stringify([rows.map((row) => [row.request, [...row.pairs]]), [...links], [...sessions], audit]),
    behave(how) {
      mood = how;
    },
  };
}

/** Makes promises of plain verbs, as a real port answers, and lets them fail or hang as the database would. */
function lazily<T extends object>(verbs: T, mood: () => 'well' | 'away' | 'hangs'): T {
  return new Proxy(verbs, {
    get:
      (target, name) =>
      async (...given: unknown[]) => {
        if (mood() === 'away') throw new LedgerUnavailable('the database is away');
        if (mood() === 'hangs') return new Promise(() => undefined);
        return (target as Record<string | symbol, (...given: unknown[]) => unknown>)[name]?.(...given);
      },
  });
}

function live<T extends { readonly untilMs: number }>(held: T | undefined, nowMs: number): T | null {
  return held !== undefined && held.untilMs > nowMs ? held : null;
}

function recordOf(wish: OpenRequest, nowMs: number): RequestRecord {
  const { id, statusId, tokenPrefix, producer, site, host, environment, path, address, country, browser, userAgent } =
    wish;
  const facts = {
    id,
    statusId,
    tokenPrefix,
    producer,
    site,
    host,
    environment,
    path,
    address,
    country,
    browser,
    userAgent,
  };
  return {
    ...facts,
    openedAtMs: nowMs,
    deadlineAtMs: nowMs + wish.ttlSeconds * 1_000,
    grantTtlSeconds: wish.grantTtlSeconds,
    theirConfirmUrl: wish.theirConfirmUrl,
    revision: 1,
    decision: null,
  };
}
