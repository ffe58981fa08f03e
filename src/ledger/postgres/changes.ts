/**
 * Hears of changes in every process: LISTEN on a connection of its own that is made anew when it is lost. They are hints.
 * Whoever hears `lost` knows that some may be missing until everything was read again.
 *
 *   listening ──connection ends, or a heartbeat is not answered──▶ lost ──LISTEN succeeds──▶ regained = listening
 */
import type pg from 'pg';
import type { Log } from '../../base/log.js';
import type { Change } from '../../contract/ledger.js';
import { createListeners } from '../listeners.js';
import { openListening, type Listening } from './listening.js';
import { CHANNEL, changeIn } from './notes.js';

const FIRST_RECONNECT_MS = 100;
const MAX_RECONNECT_MS = 5_000;

export interface ChangeListener {
  readonly subscribe: (listener: (change: Change) => void) => void;
  /** Asks over the listening connection, which no verb ever occupies; null while there is none. */
  readonly ask: (query: pg.QueryConfig) => Promise<unknown> | null;
  close(): Promise<void>;
}

/** Resolves when it listens for the first time. */
export async function listen(options: pg.ClientConfig, log: Log): Promise<ChangeListener> {
  const listeners = createListeners();
  let listening: Listening | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isStrangeTold = false;

  function hear(note: string): void {
    const change = changeIn(note);
    if (change !== null) return listeners.tell(change);
    if (!isStrangeTold) log.warn('a note on our channel is none of ours, or of a newer version: it was passed over');
    isStrangeTold = true;
  }

  async function connect(): Promise<void> {
    const next = await openListening(options, { channel: CHANNEL, onNote: hear, onLost });
    listening = next;
    if (isClosed) await next.end(); // closed while it was being made
  }

  function onLost(): void {
    listening = null;
    log.warn('the connection that brings changes was lost');
    listeners.tell({ kind: 'lost' });
    reconnect(FIRST_RECONNECT_MS);
  }

  function reconnect(afterMs: number): void {
    if (isClosed) return;
    const regained = (): void => {
      listeners.tell({ kind: 'regained' });
    };
    const refused = (): void => {
      reconnect(Math.min(afterMs * 2, MAX_RECONNECT_MS));
    };
    timer = setTimeout(() => void connect().then(regained, refused), afterMs).unref();
  }

  await connect();
  return {
    subscribe: listeners.add,
    ask: (query) => listening?.ask(query) ?? null,
    async close() {
      isClosed = true;
      listeners.silence();
      clearTimeout(timer);
      await listening?.end();
    },
  };
}
