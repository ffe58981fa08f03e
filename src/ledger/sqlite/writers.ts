/**
 * The writers' queue. Writers that wait when the connection is free run one after the other, each to its end, in one
 * transaction, and share its commit: one fsync for all of them. They are as serial as if each had its own transaction, and
 * none is answered before that commit is done.
 *
 *   waiting ──its turn──▶ written ──COMMIT──▶ committed
 *   its turn ──it throws──▶ failed, and the transaction is undone; what others had written runs again, without it
 *   written ──COMMIT fails──▶ failed, all of them: of some errors nobody knows what the disk has
 *
 * Only bugs and a full disk throw. Savepoints would undo one alone, and cost everybody a copy of each page that is written.
 */
import type Database from 'better-sqlite3';
import type { Clock } from '../../base/time/clock.js';
import type { Ran } from '../statements.js';

interface Writer {
  /** Runs all its statements, in a transaction of the queue's. May throw. Called again where the first time was undone. */
  readonly run: () => Ran;
  /** Called once, in the order of the queue. */
  readonly end: (fate: Fate) => void;
}

export type Fate =
  { readonly kind: 'committed'; readonly ran: Ran } | { readonly kind: 'failed'; readonly error: unknown };

export interface WritersQueue {
  readonly add: (writer: Writer) => void;
  readonly length: () => number;
  /**
   * Runs and commits the first of those that wait, as many as may share a commit. Before each further one `isMoreWelcome` is
   * asked: it may add some, and its "no" brings the commit at once.
   */
  readonly commitNext: (isMoreWelcome?: () => boolean) => void;
}

/** The first writer waits for the last one, so a transaction collects writers for no longer than a few fsyncs take. */
const MAX_TOGETHER_MS = 5;
export const MAX_TOGETHER = 64;

/** `demand` throws where nothing may be written; it is asked before a transaction begins. */
export function createWritersQueue(
  connection: Database.Database,
  clock: Pick<Clock, 'monotonicMs'>,
  demand: () => void = () => undefined,
): WritersQueue {
  const waiting: Writer[] = [];

  function* compound(isMoreWelcome: () => boolean): Iterable<Writer> {
    const endMs = clock.monotonicMs() + MAX_TOGETHER_MS;
    for (let taken = 0; taken < MAX_TOGETHER; taken += 1) {
      if (taken > 0 && (clock.monotonicMs() >= endMs || !isMoreWelcome())) return;
      const writer = waiting.shift();
      if (writer === undefined) return;
      yield writer;
    }
  }

  return {
    add: (writer) => void waiting.push(writer),
    length: () => waiting.length,
    commitNext(isMoreWelcome = () => true) {
      for (const { writer, fate } of commit({ connection, demand }, compound(isMoreWelcome))) writer.end(fate);
    },
  };
}

interface Ended {
  readonly writer: Writer;
  fate: Fate;
}

interface Ground {
  readonly connection: Database.Database;
  readonly demand: () => void;
}

function commit(ground: Ground, writers: Iterable<Writer>): readonly Ended[] {
  const ended: Ended[] = [];
  for (const writer of writers) {
    const one = { writer, fate: write(ground, writer) };
    ended.push(one);
    if (one.fate.kind === 'failed') writeAgain(ground, ended);
  }
  return ground.connection.inTransaction ? settle(ground.connection, ended) : ended; // there is none where all have failed
}

/** A writer that fails undoes the whole transaction, and with it what other writers have written in it. */
function write({ connection, demand }: Ground, { run }: Writer): Fate {
  try {
    // IMMEDIATE: the write lock is taken before the first read, so what was read is still so when it is written.
    if (!connection.inTransaction) {
      demand();
      connection.exec('BEGIN IMMEDIATE');
    }
    return { kind: 'committed', ran: run() };
  } catch (error) {
    // SQLite ends a transaction by itself on some errors (sqlite.org/lang_transaction.html, section 3).
    if (connection.inTransaction) connection.exec('ROLLBACK');
    return { kind: 'failed', error };
  }
}

/** Runs the writers again whose writes were undone with another's. If one fails this time, the others run once more without it. */
function writeAgain(ground: Ground, ended: readonly Ended[]): void {
  for (const one of ended) {
    if (one.fate.kind === 'failed') continue;
    one.fate = write(ground, one.writer);
    if (one.fate.kind === 'failed') return writeAgain(ground, ended);
  }
}

function settle(connection: Database.Database, ended: readonly Ended[]): readonly Ended[] {
  try {
    connection.exec('COMMIT');
    return ended;
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    return ended.map(({ writer, fate }) => ({
      writer,
      fate: fate.kind === 'failed' ? fate : { kind: 'failed', error },
    }));
  }
}
