/** Work in turns, one after another, until it is stopped: each turn says how long to wait before the next. */
import type { Clock } from './clock.js';
import { inTime } from './in-time.js';
import { pausedFor } from './waits.js';

export interface RepeatedTurns {
  /** Begins; a second call does nothing. */
  readonly start: () => void;
  /** Aborts when the turns are to end. */
  readonly signal: AbortSignal;
  /** No turn begins any more. Resolves when none is running, or after so long. */
  stop(limitMs: number): Promise<void>;
}

export interface TurnsInput {
  readonly clock: Clock;
  /** Before the first turn. Absent: it begins at once. */
  readonly firstAfterMs?: number;
}

/** `turn` must not reject. It answers in milliseconds. */
export function repeatedTurns(turn: () => Promise<number>, { clock, firstAfterMs }: TurnsInput): RepeatedTurns {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    if (firstAfterMs !== undefined) await pausedFor(firstAfterMs, { clock, signal });
    while (!signal.aborted) await pausedFor(await turn(), { clock, signal });
  }

  return {
    start: () => void (running ??= run()),
    signal,
    async stop(limitMs) {
      stopping.abort();
      await inTime(running ?? Promise.resolve(), { clock, ms: limitMs, late: undefined });
    },
  };
}
