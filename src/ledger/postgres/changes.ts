/**
 * Changes between processes: NOTIFY after the commit, LISTEN on a connection of its own that is made anew when it is
 * lost. They are hints. Whoever hears `lost` knows that some may be missing until everything was read again.
 *
 *   listening ──connection ends, or a heartbeat is not answered──▶ lost ──LISTEN succeeds──▶ regained = listening
 */
import pg from 'pg';
import type { Log } from '../../base/log.js';
import type { Change } from '../../contract/ledger.js';

const CHANNEL = 'koder_gate_changes';
const FIRST_RECONNECT_MS = 100;
const MAX_RECONNECT_MS = 5_000;
/** A connection whose other end vanished says nothing by itself. */
const HEARTBEAT_MS = 5_000;
/** PostgreSQL takes payloads below 8,000 bytes; a number and its comma have at most 11. */
const MAX_IDS_A_NOTE = 500;

export interface ChangeListener {
  subscribe(listener: (change: Change) => void): void;
  close(): Promise<void>;
}

/** Tells the other processes, and this one. */
export async function notify(pool: pg.Pool, changes: readonly Change[]): Promise<void> {
  for (const change of changes.flatMap(inNotes)) {
    await pool.query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify(change)]);
  }
}

function inNotes(change: Change): readonly Change[] {
  if (change.kind !== 'revoked') return [change];
  const notes: Change[] = [];
  for (let from = 0; from < change.grantIds.length; from += MAX_IDS_A_NOTE) {
    notes.push({ kind: 'revoked', grantIds: change.grantIds.slice(from, from + MAX_IDS_A_NOTE) });
  }
  return notes;
}

/** Resolves when it listens for the first time. */
export async function listen(options: pg.ClientConfig, log: Log): Promise<ChangeListener> {
  const listeners: ((change: Change) => void)[] = [];
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function tell(change: Change): void {
    for (const listener of listeners) listener(change);
  }

  async function connect(): Promise<void> {
    const next = new pg.Client(options);
    next.on('error', () => {
      lose(next);
    });
    next.on('end', () => {
      lose(next);
    });
    next.on('notification', ({ payload }) => {
      tell(JSON.parse(payload ?? '') as Change);
    });
    try {
      await next.connect();
      await next.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      next.removeAllListeners('end');
      void next.end().catch(() => undefined);
      throw error;
    }
    client = next;
    beat(next);
  }

  function lose(which: pg.Client): void {
    if (isClosed || client !== which) return;
    client = null;
    clearTimeout(timer);
    void which.end().catch(() => undefined);
    log.warn('the connection that brings changes was lost');
    tell({ kind: 'lost' });
    reconnect(FIRST_RECONNECT_MS);
  }

  function reconnect(afterMs: number): void {
    timer = setTimeout(() => {
      connect().then(
        () => {
          tell({ kind: 'regained' });
        },
        () => {
          if (!isClosed) reconnect(Math.min(afterMs * 2, MAX_RECONNECT_MS));
        },
      );
    }, afterMs).unref();
  }

  function beat(which: pg.Client): void {
    timer = setTimeout(() => {
      which.query('SELECT 1').then(
        () => {
          if (client === which && !isClosed) beat(which);
        },
        () => {
          lose(which);
        },
      );
    }, HEARTBEAT_MS).unref();
  }

  await connect();
  return {
    subscribe: (listener) => void listeners.push(listener),
    async close() {
      isClosed = true;
      listeners.length = 0;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
