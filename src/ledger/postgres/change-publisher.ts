/**
 * Tells the other processes, and this one, what was committed. Not within the commit: PostgreSQL lets transactions that
 * notify commit one after another, each with an fsync of its own, and decisions would wait in that line. What many commits
 * have to tell goes in one call, one call at a time; a notification alone writes nothing that waits for the disk.
 *
 * A process that is killed between the two leaves the others to their next reading.
 */
import type pg from 'pg';
import type { Log } from '../../base/process/log.js';
import type { Change } from '../../contract/ledger.js';
import { CHANNEL, notesOf } from './notes.js';

/** A call holds the line of those who notify, so that it stays short whatever has gathered. */
const MAX_NOTES_A_CALL = 200;

export interface ChangePublisher {
  /** Not awaited by whoever asked: the commit stands, and listeners that miss it read everything again anyway. */
  readonly tell: (committed: readonly Change[]) => void;
  /** Resolves when nothing is left to tell. */
  readonly idle: () => Promise<void>;
}

export function createChangePublisher(ask: (query: pg.QueryConfig) => Promise<unknown>, log: Log): ChangePublisher {
  const waiting: string[] = [];
  let telling: Promise<void> | null = null;

  async function tellAll(): Promise<void> {
    while (waiting.length > 0) {
      const notes = waiting.splice(0, MAX_NOTES_A_CALL);
      try {
        await ask({ name: 'gate_tell', text: TELL, values: [CHANNEL, notes] });
      } catch {
        log.warn('changes could not be told', { count: notes.length });
      }
    }
    telling = null;
  }

  return {
    tell(committed) {
      waiting.push(...committed.flatMap(notesOf));
      if (waiting.length > 0) telling ??= tellAll();
    },
    idle: async () => {
      await telling;
    },
  };
}

const TELL = 'SELECT pg_notify($1, note) FROM unnest($2::text[]) AS note';
