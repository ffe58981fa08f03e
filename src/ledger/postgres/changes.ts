/**
 * Hears of changes in every process: LISTEN on a connection of its own that is made anew when it is lost. They are hints.
 * Whoever hears `lost` knows that some may be missing until everything was read again.
 *
 *   listening ──connection ends, or a heartbeat is not answered──▶ lost ──LISTEN succeeds──▶ regained = listening
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { systemClock } from '../../base/time/clock.js';
import { inTime } from '../../base/time/in-time.js';
import type { Log } from '../../base/process/log.js';
import type { Change } from '../../contract/ledger.js';
import { createListeners } from '../listeners.js';
import { openListening, type Listening } from './listening.js';
import { CHANNEL, changeIn } from './notes.js';

const FIRST_RECONNECT_MS = 100;
const MAX_RECONNECT_MS = 5_000;
/** A channel of its own, so that versions that do not know it are not bothered. */
const ECHO = 'koder_gate_echo';
const ECHO_MS = 2_000;

export interface ChangeListener {
  readonly subscribe: (listener: (change: Change) => void) => void;
  /** Asks over the listening connection, which no verb ever occupies; null while there is none. */
  readonly ask: (query: pg.QueryConfig) => Promise<unknown> | null;
  /**
   * Whether a note that is sent over another connection arrives: a pooler that changes connections takes LISTEN and forgets
   * it. Null: there is no listening connection at this moment, which is told otherwise.
   */
  hears(tell: (query: pg.QueryConfig) => Promise<unknown>): Promise<boolean | null>;
  close(): Promise<void>;
}

/** Resolves when it listens for the first time. */
export async function listen(options: pg.ClientConfig, log: Log): Promise<ChangeListener> {
  const listeners = createListeners();
  let listening: Listening | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isStrangeTold = false;
  const echoes = createEchoes();

  function hear(note: string, channel: string): void {
    if (channel === ECHO) return echoes.hear(note);
    const change = changeIn(note);
    if (change !== null) return listeners.tell(change);
    if (!isStrangeTold)
      log.warn('a notification on our channel could not be read, perhaps of a newer version: it was passed over');
    isStrangeTold = true;
  }

  async function connect(): Promise<void> {
    const next = await openListening(options, { channels: [CHANNEL, ECHO], onNote: hear, onLost });
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
    hears: async (tell) => (listening === null ? null : echoes.comesBack(tell)),
    async close() {
      isClosed = true;
      listeners.silence();
      clearTimeout(timer);
      await listening?.end();
    },
  };
}

/** Notes to ourselves: sent over one connection, they have to arrive over the other. */
function createEchoes() {
  const awaited = new Map<string, () => void>();
  return {
    hear: (note: string): void => awaited.get(note)?.(),
    async comesBack(tell: (query: pg.QueryConfig) => Promise<unknown>): Promise<boolean> {
      const note = randomUUID();
      const clock = systemClock();
      const heard = new Promise<boolean>((resolve) => awaited.set(note, () => resolve(true)));
      try {
        await tell({ text: 'SELECT pg_notify($1, $2)', values: [ECHO, note] });
        return await inTime(heard, { clock, ms: ECHO_MS, late: false });
      } finally {
        awaited.delete(note);
      }
    },
  };
}
