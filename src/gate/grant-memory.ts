/**
 * The grants of all sites in memory, and how far they may be believed.
 *
 *   loading  ──read──▶ fresh        nothing known yet: nobody passes
 *   fresh    ──connection lost, or the database does not answer──▶ doubtful
 *   doubtful ──everything read again──▶ fresh
 *
 * Fresh answers from memory alone. Doubtful confirms every hit in the database; when that cannot answer, a known
 * address passes until `staleMaxSeconds` after the database was last heard of, and until its own deadline.
 * All is read again every 30 s, because a hint can be lost; between readings, changes keep it current. It is read in pages,
 * each one question to the database, and between two of them checks are answered. What a page says was so when it was asked
 * for, and that is after the reading began: for 30 s from then on, no revocation whose hint was lost can be older than 30 s.
 * Fresh too is believed only for as long as those two times say. The timers see to it that they never run out while all
 * is well; but a process that was stopped, or starved, answers visitors before its timers have noticed anything.
 */
import type { SiteKey } from '../approval/brand.js';
import { canonicalAddress } from '../base/address.js';
import type { AddressWords } from '../base/address-words.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Change, GrantRecord, Ledger } from '../contract/ledger.js';
import { grantCopy, type Held } from './grant-copy.js';
import { readGrants } from './grant-reading.js';
import { createHearing } from './hearing.js';

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
/** How soon an outage is noticed that brings no `lost`. */
export const PING_MS = 2_000;
export const RETRY_MS = 1_000;
/** A database that takes longer is out of reach for a visitor who waits. */
const ANSWER_TIMEOUT_MS = 2_000;
/** With a short `staleMaxSeconds` the database is asked after twice within it, but no more often than this. */
const MIN_PING_MS = 250;
/** The next reading may take so much longer than this one and still be done in time. */
const READ_LEAD = 1.25;
const MS = 1_000;

export function grantMemory(seams: GrantMemorySeams): GrantMemory {
  const { ledger, clock, log } = seams;
  const copy = grantCopy();
  const staleMaxMs = seams.staleMaxSeconds * MS;
  const pingMs = Math.min(Math.max(staleMaxMs / 2, MIN_PING_MS), PING_MS);
  let trust: Trust = 'loading';
  /** From our monotonic clock to the database's; until a reading has found it out, as our own time of day has it. */
  let databaseAheadMs = clock.nowMs() - clock.monotonicMs();
  let readAtMs = -Infinity;
  let nextReadMs = -Infinity;
  let losses = 0;
  let cancelBeat = (): void => undefined;
  let isReading = false;
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
    trust = 'fresh';
    return true;
  };
  const beat = async (): Promise<void> => {
    const isReadDue = trust !== 'fresh' || clock.monotonicMs() + pingMs > nextReadMs;
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
      doubt('connection_lost');
    }
    if (change.kind === 'regained' && !isReading) beatIn(0);
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
      // while it is silent, not every hit waits for it: one question a second tells
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
