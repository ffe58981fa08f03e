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
import type { AddressWords } from '../../base/address-words.js';
import { canonicalAddress } from '../../base/address.js';
import type { Clock } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import type { Change, GrantRecord, Ledger } from '../../contract/ledger.js';
import { grantCopy, type Held } from './copy.js';
import { createHearing } from './hearing.js';
import { readGrants } from './reading.js';

export type Trust = 'loading' | 'fresh' | 'doubtful';

export interface GrantMemory {
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

export interface Remembered extends Held {
  /** Whether it may pass without the database being asked. */
  readonly isBelieved: boolean;
}

export interface GrantMemorySeams {
  readonly ledger: Pick<Ledger, 'subscribe' | 'ping'> & {
    readonly grants: Pick<Ledger['grants'], 'livePage' | 'find'>;
  };
  readonly staleMaxSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a hint that was lost can matter: then everything is read again. */
export const REREAD_MS = 30_000;
/** How often the database is asked whether it answers: an outage without a `lost` is noticed that soon. */
export const PING_MS = 2_000;
export const RETRY_MS = 1_000;
/** A database that takes longer counts as out of reach, because a visitor is waiting. */
const ANSWER_TIMEOUT_MS = 2_000;
/** With a short `staleMaxSeconds` the database is asked twice within that time, but never more often than this. */
const MIN_PING_MS = 250;
/** A reading starts early enough to be done in time even if it takes this many times as long as the last one. */
const READ_LEAD = 1.25;
const MS = 1_000;

export function grantMemory(seams: GrantMemorySeams): GrantMemory {
  const { ledger, clock, log } = seams;
  const copy = grantCopy();
  const staleMaxMs = seams.staleMaxSeconds * MS;
  const pingMs = Math.min(Math.max(staleMaxMs / 2, MIN_PING_MS), PING_MS);
  let trust: Trust = 'loading';
  /** What to add to our monotonic clock to get the database's. Until a reading has measured it, our own time of day counts. */
  let databaseAheadMs = clock.nowMs() - clock.monotonicMs();
  let readAtMs = -Infinity;
  let nextReadMs = -Infinity;
  let losses = 0;
  let cancelBeat = (): void => undefined;
  let isReading = false;
  /** Whether changes come in: from the end of a connection until the next one listens, they do not. */
  let isListening = true;
  let isStopped = false;

  const doubt = (why: string): void => {
    if (trust !== 'fresh') return;
    trust = 'doubtful';
    log.warn('the grants in memory are confirmed one by one until they are read again', { why });
  };
  const hearing = createHearing(clock, () => doubt('database_silent'));
  const isBelievedAt = (nowMs: number): boolean =>
    trust === 'fresh' && hearing.isWithin(staleMaxMs, nowMs) && nowMs - readAtMs <= REREAD_MS;
  const read = async (): Promise<boolean> => {
    const startedMs = clock.monotonicMs();
    const lossesBefore = losses;
    const wasListening = isListening;
    isReading = true;
    const aheadMs = await readGrants(
      { grants: ledger.grants, hearing, copy, clock },
      { isPointless: () => losses !== lossesBefore || isStopped, isUnhurried: () => trust === 'fresh' },
    );
    isReading = false;
    if (aheadMs === null) return false;
    databaseAheadMs = aheadMs;
    readAtMs = startedMs;
    // early enough that the next one is done by the time this one is no longer believed
    const tookMs = clock.monotonicMs() - startedMs;
    nextReadMs = startedMs + Math.max(REREAD_MS - READ_LEAD * tookMs, REREAD_MS / 2);
    // what is committed after a page was read has to come in, or the next visitor is let in by what was true before
    if (wasListening) trust = 'fresh';
    return true;
  };
  const beat = async (): Promise<void> => {
    if (isReading) return; // it goes on by itself, and two would read into one copy
    const isInDoubt = trust !== 'fresh' && isListening;
    const isReadDue = isInDoubt || clock.monotonicMs() + pingMs > nextReadMs;
    const isWell = isReadDue
      ? await read()
      : (await hearing.ask(() => ledger.ping().then(() => true), Math.min(pingMs, ANSWER_TIMEOUT_MS))) === true;
    beatIn(isWell ? pingMs : RETRY_MS);
  };
  const beatIn = (ms: number): void => {
    cancelBeat();
    if (!isStopped) cancelBeat = clock.after(ms, () => void beat());
  };
  const listen = (change: Change): void => {
    if (isStopped) return;
    if (change.kind === 'lost') {
      losses += 1;
      isListening = false;
      doubt('connection_lost');
    }
    if (change.kind === 'regained') {
      isListening = true;
      if (!isReading) beatIn(0);
    }
    copy.apply(change);
  };

  return {
    get trust() {
      return trust;
    },
    find(site, address) {
      const nowMs = clock.monotonicMs();
      const held = copy.find(site, address, Math.floor((nowMs + databaseAheadMs) / MS));
      if (held === null) return null;
      return { grantId: held.grantId, approver: held.approver, isBelieved: isBelievedAt(nowMs) };
    },
    async confirm(site, address) {
      const key = canonicalAddress(address);
      if (key === null) return 'none';
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
      ledger.subscribe(listen);
      beatIn((await read()) ? pingMs : RETRY_MS);
    },
    stop() {
      isStopped = true;
      cancelBeat();
    },
  };
}
