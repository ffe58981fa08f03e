/**
 * Keeps the copy of the grants current: takes in changes, and reads everything again in time. Between two readings it asks
 * the database whether it answers. What this means for checks is said in grant-cache.ts.
 */
import type { Clock } from '../../base/time/clock.js';
import { createLatestTimer } from '../../base/time/latest-timer.js';
import type { Change, Ledger } from '../../contract/ledger.js';
import type { GrantTables } from './grant-tables.js';
import type { Hearing } from './hearing.js';
import { readGrants } from './reading.js';

export type Trust = 'loading' | 'fresh' | 'doubtful';

/** How far the copy may be believed. One plain object, because every check reads it. */
export interface CopyState {
  trust: Trust;
  /** What to add to our monotonic clock to get the database's. Until a reading has measured it, our own time of day counts. */
  databaseAheadMs: number;
  /** When the last reading that reached its end began. */
  readAtMs: number;
}

export interface RereadingDeps {
  readonly ledger: Pick<Ledger, 'ping'> & { readonly grants: Pick<Ledger['grants'], 'livePage'> };
  readonly clock: Clock;
  readonly copy: GrantTables;
  readonly hearing: Hearing;
  readonly state: CopyState;
  readonly doubt: (why: string) => void;
  readonly pingMs: number;
}

export interface Rereading {
  readonly listen: (change: Change) => void;
  /** Reads once, whether it succeeds or not, and goes on by itself. */
  start(): Promise<void>;
  stop(): void;
}

/** How long a hint that was lost can matter: then everything is read again. */
export const REREAD_MS = 30_000;
export const RETRY_MS = 1_000;
/** A database that takes longer counts as out of reach, because a visitor is waiting. */
export const ANSWER_TIMEOUT_MS = 2_000;
/** A reading starts early enough to be done in time even if it takes this many times as long as the last one. */
const READ_LEAD = 1.25;

export function rereading({ ledger, clock, copy, hearing, state, doubt, pingMs }: RereadingDeps): Rereading {
  const timer = createLatestTimer(clock, () => void beat());
  let nextReadMs = -Infinity;
  let losses = 0;
  let isReading = false;
  /** Whether changes come in: from the end of a connection until the next one listens, they do not. */
  let isListening = true;
  let isStopped = false;

  const read = async (): Promise<boolean> => {
    const startedMs = clock.monotonicMs();
    const lossesBefore = losses;
    const wasListening = isListening;
    isReading = true;
    const aheadMs = await readGrants(
      { grants: ledger.grants, hearing, copy, clock },
      { isPointless: () => losses !== lossesBefore || isStopped, isUnhurried: () => state.trust === 'fresh' },
    );
    isReading = false;
    if (aheadMs === null) return false;
    state.databaseAheadMs = aheadMs;
    state.readAtMs = startedMs;
    nextReadMs = nextReadAfter(startedMs, clock.monotonicMs());
    // what is committed after a page was read has to come in, or the next visitor is let in by what was true before
    if (wasListening) state.trust = 'fresh';
    return true;
  };
  const beat = async (): Promise<void> => {
    if (isReading) return; // it goes on by itself, and two would read into one copy
    const isInDoubt = state.trust !== 'fresh' && isListening;
    const isReadDue = isInDoubt || clock.monotonicMs() + pingMs > nextReadMs;
    const isWell = isReadDue
      ? await read()
      : (await hearing.ask(() => ledger.ping().then(() => true), Math.min(pingMs, ANSWER_TIMEOUT_MS))) === true;
    timer.setIn(isWell ? pingMs : RETRY_MS);
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
      if (!isReading) timer.setIn(0);
    }
    copy.apply(change);
  };
  const start = async (): Promise<void> => timer.setIn((await read()) ? pingMs : RETRY_MS);
  const stop = (): void => {
    isStopped = true;
    timer.stop();
  };
  return { listen, start, stop };
}

/** Early enough that the next reading is done by the time this one is no longer believed. */
function nextReadAfter(startedMs: number, endedMs: number): number {
  return startedMs + Math.max(REREAD_MS - READ_LEAD * (endedMs - startedMs), REREAD_MS / 2);
}
