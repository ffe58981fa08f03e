/**
 * Tells the console's pages that something has changed, as server-sent events (HTML standard, section 9.2): no more than what kind of
 * thing, and to an approver nothing of other sites than theirs. A page then asks for itself anew, so that the server alone draws and
 * judges. With each heartbeat, and whenever sessions end, it is looked up whether whoever listens is signed in still.
 */
import type { Response } from 'express';
import type { Random } from '../../../../base/crypto/random.js';
import type { Clock } from '../../../../base/time/clock.js';
import type { Change, Ledger } from '../../../../contract/ledger.js';

export interface ConsoleStreams {
  /** False at the limit: the page stays as it is until it is loaded again. */
  open(response: Response, listener: Listener): boolean;
}

interface Listener {
  /** Whose streams are counted together. */
  readonly session: string;
  /** Whether they are who they were when it began: signed in, with the same rights. */
  readonly isStillThere: () => Promise<boolean>;
  /** Whether what this change is of concerns them. */
  readonly concerns: (change: Change) => Promise<boolean>;
}

export interface ConsoleStreamDeps {
  readonly ledger: Pick<Ledger, 'subscribe'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly random: Pick<Random, 'fraction'>;
}

/** A browser has six connections for a host, and the page itself needs one. */
export const MAX_STREAMS_A_SESSION = 4;
/** Half of the connections that the admin plane has at least where files are not few: the command line finds one. */
const MAX_CONSOLE_STREAMS = 24;
/** Below the 60 s after which proxies close a silent answer. Multiplied by a random factor from 0.5 to 1. */
const HEARTBEAT_MS = 25_000;
/** Changes come in bursts: they are told once. */
const GATHER_MS = 400;
/** What was due is sent within this in most cases, and no change is told of an attempt's end. */
const SENT_BY_NOW_MS = 3_000;
const RECONNECT_MS = 3_000;

interface Stream {
  readonly session: string;
  hear(change: Change): Promise<void>;
}

export function consoleStreams(deps: ConsoleStreamDeps): ConsoleStreams {
  const open = new Set<Stream>();
  deps.ledger.subscribe((change) => {
    if (change.kind === 'lost' || change.kind === 'site_tokens') return;
    for (const stream of open) void stream.hear(change);
  });
  return {
    open(response, listener) {
      const held = [...open].filter(({ session }) => session === listener.session).length;
      if (held >= MAX_STREAMS_A_SESSION || open.size >= MAX_CONSOLE_STREAMS) return false;
      response.set({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      response.write(`retry: ${String(RECONNECT_MS)}\n\n`);
      const stream = createStream(response, listener, deps);
      open.add(stream);
      response.on('close', () => open.delete(stream));
      return true;
    },
  };
}

function createStream(response: Response, listener: Listener, { clock, random }: ConsoleStreamDeps): Stream {
  const waiting = new Set<() => void>();
  let isToBeTold = false;
  response.on('close', () => {
    for (const cancel of waiting) cancel();
  });

  function later(ms: number, act: () => void): void {
    const cancel = clock.after(ms, () => {
      waiting.delete(cancel);
      if (!response.writableEnded && !response.destroyed) act();
    });
    waiting.add(cancel);
  }

  function tell(): void {
    isToBeTold = false;
    response.write('event: changed\ndata:\n\n');
  }

  function gather({ kind }: Change): void {
    if (!isToBeTold) later(GATHER_MS, tell);
    isToBeTold = true;
    if (kind === 'due' || kind === 'request') later(SENT_BY_NOW_MS, tell);
  }

  /** Ends the stream of whoever has gone; while the database is away nobody knows, and nothing is told either. */
  async function look(): Promise<void> {
    if (!(await quietly(listener.isStillThere, true))) response.end('event: ended\ndata:\n\n');
  }

  function beat(): void {
    later(HEARTBEAT_MS * (0.5 + random.fraction() / 2), () => {
      response.write('event: beat\ndata:\n\n');
      beat();
      void look();
    });
  }

  beat();
  return {
    session: listener.session,
    async hear(change) {
      if (change.kind === 'handed_out_ended') return look();
      if (waiting.size >= MAX_WAITING) return;
      if (await quietly(() => listener.concerns(change), false)) gather(change);
    },
  };
}

/** Timers of one stream: in a flood of changes one of each kind is enough. */
const MAX_WAITING = 6;

async function quietly(ask: () => Promise<boolean>, otherwise: boolean): Promise<boolean> {
  try {
    return await ask();
  } catch {
    return otherwise;
  }
}
