/**
 * A stand-in for what lies behind the gate: grants, changes and the desk's two verbs, in memory, with a plug to pull.
 * Only the ports that the gate uses; the real ledger and desk have suites of their own.
 */
import { randomBytes } from 'node:crypto';
import type { RequestId, SiteKey, StatusId, VisitorAddress } from '../../src/approval/brand.js';
import type { Outcome, RequestRecord } from '../../src/approval/request.js';
import type { Desk, Knock, KnockAnswer } from '../../src/contract/desk.js';
import type { Change, GrantRecord, LivePage } from '../../src/contract/ledger.js';
import type { GateSeams } from '../../src/gate/gate.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';

const WINDOW_MS = 600_000;
const TTL_MS = 600_000;

export interface House {
  readonly ledger: GateSeams['ledger'];
  readonly desk: Pick<Desk, 'open' | 'status'>;
  /** Every knock that reached the desk, in order. */
  readonly knocks: Knock[];
  readonly requests: RequestRecord[];
  grant(site: string, address: string, ttlMs?: number): GrantRecord;
  revoke(id: number, options?: { quietly: boolean }): void;
  decide(request: RequestRecord, outcome: Outcome): void;
  /** Every card of it fails at first; or, after that, one is delivered. */
  reach(request: RequestRecord, isReached: boolean): void;
  /** What `open` answers from now on; null: as it should. */
  answerWith(answer: KnockAnswer | null): void;
  emit(change: Change): void;
  /** As on the first day: no grants, no requests, no knocks. */
  forget(): void;
  /** No database: every verb rejects, or hangs. */
  outage: 'none' | 'rejects' | 'hangs';
  /** How often grants were looked up one by one. */
  readonly finds: () => number;
  /** Holds `open` until it is called. */
  hold(): () => void;
}

export function house(nowMs: () => number): House {
  const listeners: ((change: Change) => void)[] = [];
  const grants: GrantRecord[] = [];
  const requests: RequestRecord[] = [];
  const knocks: Knock[] = [];
  let nextGrant = 1;
  let finds = 0;
  let forced: KnockAnswer | null = null;
  let gateOpen = Promise.resolve();
  const emit = (change: Change): void => listeners.forEach((listener) => listener(change));
  const plugged = <T>(work: () => T): Promise<T> => {
    if (self.outage === 'hangs') return new Promise<T>(() => undefined);
    if (self.outage === 'rejects') return Promise.reject(new LedgerUnavailable('no database'));
    return Promise.resolve(work());
  };
  const isLive = (grant: GrantRecord): boolean => grant.untilMs > nowMs();
  const newest = (knock: Knock): RequestRecord | undefined =>
    requests.findLast(
      ({ site, address, openedAtMs }) =>
        site === knock.site && address === knock.address && nowMs() < openedAtMs + WINDOW_MS,
    );

  const self: House = {
    outage: 'none',
    knocks,
    requests,
    finds: () => finds,
    emit,
    answerWith: (answer) => void (forced = answer),
    hold() {
      let release = (): void => undefined;
      gateOpen = new Promise((resolve) => (release = resolve));
      return () => release();
    },
    ledger: {
      subscribe: (listener) => void listeners.push(listener),
      ping: () => plugged(() => undefined),
      grants: {
        livePage: (after, limit) => plugged(() => pageOf(grants, { after, limit, nowMs: nowMs() })),
        find: (site, address) => {
          finds += 1;
          return plugged(
            () => grants.find((grant) => isLive(grant) && grant.site === site && grant.address === address) ?? null,
          );
        },
      },
    },
    desk: {
      async open(knock) {
        knocks.push(knock);
        await gateOpen;
        if (self.outage !== 'none') return { kind: 'unavailable' };
        if (forced !== null) return forced;
        const known = newest(knock);
        if (known !== undefined) return { kind: 'waiting', request: known, retryAtMs: known.openedAtMs + WINDOW_MS };
        const request = requestOf(knock, nowMs());
        requests.push(request);
        return { kind: 'opened', request };
      },
      status: ({ statusId, host, address }) =>
        plugged(
          () =>
            requests.find((one) => one.statusId === statusId && one.host === host && one.address === address) ?? null,
        ),
    },
    grant(site, address, ttlMs = 3_600_000) {
      const grant: GrantRecord = {
        id: nextGrant++,
        site: site as SiteKey,
        address: address as VisitorAddress,
        untilMs: nowMs() + ttlMs,
        grantedBy: 'ada@example.org',
        requestId: null,
      };
      grants.push(grant);
      emit({ kind: 'granted', grant });
      return grant;
    },
    revoke(id, options = { quietly: false }) {
      grants.splice(
        grants.findIndex((grant) => grant.id === id),
        1,
      );
      if (!options.quietly) emit({ kind: 'revoked', grantIds: [id] });
    },
    forget() {
      for (const { id } of [...grants]) self.revoke(id);
      requests.length = 0;
      knocks.length = 0;
    },
    reach(request, isReached) {
      const at = requests.findIndex(({ id }) => id === request.id);
      requests[at] = { ...request, ...(isReached ? {} : { isNobodyReached: true }) };
      emit({ kind: 'request', id: request.id, statusId: request.statusId, outcome: null });
    },
    decide(request, outcome) {
      const at = requests.findIndex(({ id }) => id === request.id);
      const decision = { outcome, by: 'ada@example.org', over: 'page', atMs: nowMs(), grantedUntilMs: null };
      requests[at] = { ...request, ...requests[at], decision };
      if (outcome === 'approved') self.grant(request.site ?? '', request.address);
      emit({ kind: 'request', id: request.id, statusId: request.statusId, outcome });
    },
  };
  return self;
}

function pageOf(
  grants: readonly GrantRecord[],
  { after, limit, nowMs }: { readonly after: number; readonly limit: number; readonly nowMs: number },
): LivePage {
  const looked = grants
    .filter(({ id }) => id > after)
    .sort((one, other) => one.id - other.id)
    .slice(0, limit);
  const groups = looked
    .filter(({ untilMs }) => untilMs > nowMs)
    .map(({ id, site, address, untilMs, grantedBy }) => ({
      site,
      grantedBy,
      ids: [id],
      addresses: [address],
      untilsMs: [untilMs],
    }));
  return { nowMs, groups, next: looked.length < limit ? null : (looked.at(-1)?.id ?? null) };
}

function requestOf(knock: Knock, nowMs: number): RequestRecord {
  return {
    id: randomBytes(10).toString('hex') as RequestId,
    statusId: randomBytes(16).toString('hex') as StatusId,
    tokenPrefix: '01234567',
    producer: 'gate',
    site: knock.site,
    host: knock.host,
    environment: 'stg',
    path: knock.path,
    address: knock.address,
    country: knock.country,
    browser: 'Chrome 148 on Linux',
    userAgent: knock.userAgent,
    openedAtMs: nowMs,
    deadlineAtMs: nowMs + TTL_MS,
    grantTtlSeconds: 604_800,
    theirConfirmUrl: null,
    revision: 1,
    decision: null,
  };
}
