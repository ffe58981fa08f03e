/**
 * The grants of all sites in memory, and how far they may be believed.
 *
 *   loading  ──read──▶ fresh        nothing known yet: nobody passes
 *   fresh    ──connection lost, or the database does not answer──▶ doubtful
 *   doubtful ──everything read again, from its beginning with changes coming in──▶ fresh
 *
 * While fresh, checks are answered from memory alone. While doubtful, every hit is confirmed in the database; when that cannot
 * answer, a known address passes until `staleMaxSeconds` after the database last answered, and until its grant's own deadline.
 *
 * Changes keep the memory current, but they are hints that can be lost, so everything is read again every 30 s: in pages, with
 * checks answered between two of them. A page is true as of a moment after its reading began, so within 30 s of that beginning
 * no revocation whose hint was lost can be older than 30 s.
 *
 * Even a fresh memory is believed only within these two limits. While all is well the timers renew it in time; but a process
 * that was stopped, or starved of processor time, answers visitors before its timers have run.
 */
import type { SiteKey } from '../../approval/brand.js';
import { addressWords, type AddressWords } from '../../base/net/address-words.js';
import { isNobody } from '../../base/net/address-scope.js';
import { canonicalAddress, parseCanonical } from '../../base/net/address.js';
import type { Clock } from '../../base/time/clock.js';
import type { Log } from '../../base/process/log.js';
import type { GrantRecord, Ledger } from '../../contract/ledger.js';
import { grantTables, type Held } from './grant-tables.js';
import { createHearing } from './hearing.js';
import { ANSWER_TIMEOUT_MS, REREAD_MS, RETRY_MS, rereading, type CopyState, type Trust } from './rereading.js';

export interface GrantCache {
  readonly trust: Trust;
  /** The grant that lets this address in at this moment, as far as is remembered; null when there is none. */
  find(site: SiteKey, address: AddressWords): Remembered | null;
  /** Asks the database for this address; what it says is remembered. `unavailable`: it could not answer. */
  confirm(site: SiteKey, address: string): Promise<GrantRecord | 'none' | 'unavailable'>;
  /** Whether known addresses may pass although the database cannot be asked. */
  mayPassStale(): boolean;
  /** Reads once, whether it succeeds or not, and goes on by itself. */
  start(): Promise<void>;
  stop(): void;
}

interface Remembered extends Held {
  /** Whether it may pass without the database being asked. */
  readonly isBelieved: boolean;
}

export interface GrantCacheDeps {
  readonly ledger: Pick<Ledger, 'subscribe' | 'ping'> & {
    readonly grants: Pick<Ledger['grants'], 'livePage' | 'find'>;
  };
  readonly staleMaxSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often the database is asked whether it answers: an outage without a `lost` is noticed that soon. */
export const PING_MS = 2_000;
/** With a short `staleMaxSeconds` the database is asked twice within that time, but never more often than this. */
const MIN_PING_MS = 250;
const MS = 1_000;

export function grantCache(deps: GrantCacheDeps): GrantCache {
  const { ledger, clock, log } = deps;
  const copy = grantTables();
  const staleMaxMs = deps.staleMaxSeconds * MS;
  const pingMs = Math.min(Math.max(staleMaxMs / 2, MIN_PING_MS), PING_MS);
  const state: CopyState = {
    trust: 'loading',
    databaseAheadMs: clock.nowMs() - clock.monotonicMs(),
    readAtMs: -Infinity,
  };
  const doubt = (why: string): void => {
    if (state.trust !== 'fresh') return;
    state.trust = 'doubtful';
    log.warn('the grants in memory are confirmed one by one until they are read again', { why });
  };
  const hearing = createHearing(clock, () => doubt('database_silent'));
  const isBelievedAt = (nowMs: number): boolean =>
    state.trust === 'fresh' && hearing.isWithin(staleMaxMs, nowMs) && nowMs - state.readAtMs <= REREAD_MS;
  const reads = rereading({ ledger, clock, copy, hearing, state, doubt, pingMs });

  return {
    get trust() {
      return state.trust;
    },
    find(site, address) {
      const nowMs = clock.monotonicMs();
      const held = copy.find(site, address, Math.floor((nowMs + state.databaseAheadMs) / MS));
      if (held === null) return null;
      return { grantId: held.grantId, approver: held.approver, isBelieved: isBelievedAt(nowMs) };
    },
    async confirm(site, address) {
      const key = canonicalAddress(address);
      if (key === null || !canBeGranted(key)) return 'none';
      // while the database is silent, hits do not wait for it: one question a second finds out whether it is back
      if (hearing.isSilentFor(RETRY_MS)) return 'unavailable';
      const find = async (): Promise<{ found: GrantRecord | null }> => ({
        found: await ledger.grants.find(site, key as GrantRecord['address']),
      });
      const answer = await hearing.ask(find, ANSWER_TIMEOUT_MS);
      if (answer === null) return 'unavailable';
      if (answer.found === null) return 'none';
      copy.put(answer.found);
      return answer.found;
    },
    mayPassStale: () => hearing.isWithin(staleMaxMs, clock.monotonicMs()),
    async start() {
      ledger.subscribe(reads.listen);
      await reads.start();
    },
    stop: () => reads.stop(),
  };
}

/** A grant of a former version may be for everybody on a link. */
function canBeGranted(canonical: string): boolean {
  const words = addressWords();
  return parseCanonical(canonical, words) && !isNobody(words);
}
