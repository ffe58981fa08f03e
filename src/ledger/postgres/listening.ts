/** One connection that listens, until it is lost: it says so once, whether it was cut or fell silent. */
import pg from 'pg';
import { closeWithTimeout } from './close-with-timeout.js';
import { SESSION } from './source.js';

/** A connection whose other end vanished says nothing by itself. */
const HEARTBEAT_MS = 5_000;

export interface Listening {
  /** One question at a time; its own heartbeat may come beside it. */
  ask(query: pg.QueryConfig): Promise<unknown>;
  end(): Promise<void>;
}

export interface ListeningDeps {
  /** Names of our own, pasted into the statement. */
  readonly channels: readonly string[];
  readonly onNote: (payload: string, channel: string) => void;
  /** Not called for an `end` of ours. */
  readonly onLost: () => void;
}

/** Resolves when it listens; rejects when it cannot. */
export async function openListening(options: pg.ClientConfig, deps: ListeningDeps): Promise<Listening> {
  const client = new pg.Client(options);
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  async function end(): Promise<void> {
    isOver = true;
    clearTimeout(timer);
    await closeWithTimeout(client.end());
  }

  function lose(): void {
    if (isOver) return;
    void end();
    deps.onLost();
  }

  function beat(): void {
    if (isOver) return;
    timer = setTimeout(() => void client.query('SELECT 1').then(beat, lose), HEARTBEAT_MS).unref();
  }

  client.on('notification', ({ payload, channel }) => {
    deps.onNote(payload ?? '', channel);
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query([SESSION, ...deps.channels.map((name) => `LISTEN ${name}`)].join('; '));
  } catch (error) {
    await end();
    throw error;
  }
  client.on('error', lose);
  client.on('end', lose);
  beat();
  return { end, ask: (query) => client.query(query) };
}
