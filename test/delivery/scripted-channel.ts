/** A channel that does what a test says: for the courier's conduct towards channels. Real channels have their own suites. */
import type { Answer, Notice, Notifier, Traits, UpdateNotice } from '../../src/contract/notifier.js';
import type { Carrier } from '../../src/delivery/courier.js';
import { recorder, type Recorder } from './recorder.js';

export interface Call {
  readonly task: 'notify' | 'update' | 'follow_up';
  readonly notice: Notice | UpdateNotice;
  readonly signal: AbortSignal;
}

export interface ScriptedChannel {
  readonly carrier: Carrier;
  readonly calls: Recorder<Call>;
  /** The most calls that ran at once. */
  mostAtOnce(): number;
  /** From now on. */
  answer(script: Script): void;
}

export type Script = (call: Call) => Answer | Promise<Answer>;

export const DELIVERED: Answer = { kind: 'delivered', receipt: { id: 'm1' } };
export const DOWN: Answer = { kind: 'deferred', reason: 'refused' };
export const BAD_CREDENTIALS: Answer = { kind: 'refused', scope: 'provider', reason: 'http_401' };

/** Never answers, whatever its signal says. */
export function deaf(): Promise<Answer> {
  return new Promise(() => undefined);
}

/** Hangs until it is told to stop, then does not know what became of it. */
export function hanging({ signal }: Pick<Call, 'signal'>): Promise<Answer> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'unknown', reason: 'timeout' }));
  });
}

export function scriptedChannel(
  wish: { updates?: Notifier['updates']; slots?: number; traits?: Partial<Traits> } = {},
): ScriptedChannel {
  const { updates = 'edit', slots = 4 } = wish;
  const calls = recorder<Call>();
  let script: Script = () => DELIVERED;
  let atOnce = 0;
  let mostAtOnce = 0;

  async function play(call: Call): Promise<Answer> {
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    calls.add(call);
    try {
      return await script(call);
    } finally {
      atOnce -= 1;
    }
  }

  const traits: Traits = { decides: 'by-link', isIdempotent: true, ...wish.traits };
  const base = {
    traits,
    notify: (notice: Notice, signal: AbortSignal) => play({ task: 'notify', notice, signal }),
  };
  const update = (notice: UpdateNotice, signal: AbortSignal): Promise<Answer> =>
    play({ task: 'update', notice, signal });
  const followUp = (notice: UpdateNotice, signal: AbortSignal): Promise<Answer> =>
    play({ task: 'follow_up', notice, signal });
  const notifier = ((): Notifier => {
    if (updates === 'none') return { ...base, updates };
    return updates === 'edit' ? { ...base, updates, update, followUp } : { ...base, updates, update };
  })();
  return {
    carrier: { notifier, slots },
    calls,
    mostAtOnce: () => mostAtOnce,
    answer: (next) => void (script = next),
  };
}
