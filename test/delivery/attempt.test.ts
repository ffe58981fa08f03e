import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/time/clock.js';
import { jsonLog } from '../../src/base/process/log.js';
import type { Answer } from '../../src/contract/notifier.js';
import { beginAttempt, type AttemptDeps } from '../../src/delivery/attempts/attempt.js';
import { LIMITS } from '../../src/delivery/limits.js';
import { manualClock } from '../fixtures/time/manual-clock.js';

const DELIVERED: Answer = { kind: 'delivered', receipt: {} };

function deps(limits: Partial<AttemptDeps['limits']> = {}, lines: string[] = []): AttemptDeps {
  const log = jsonLog('trace', { write: (line: string) => lines.push(line) });
  return { clock: systemClock(), log, limits: { attemptMs: 5_000, graceMs: 5_000, ...limits } };
}

function abortedAnswer(signal: AbortSignal, answer: Answer): Promise<Answer> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(answer));
  });
}

test('the answer is the channel’s own', async () => {
  const { answer } = await beginAttempt(() => Promise.resolve(DELIVERED), deps()).ended;

  expect(answer).toEqual(DELIVERED);
});

test('at the time limit the signal is aborted, and the channel says what became of it', async () => {
  const own: Answer = { kind: 'deferred', reason: 'timeout' };
  const { answer } = await beginAttempt((signal) => abortedAnswer(signal, own), deps({ attemptMs: 1 })).ended;

  expect(answer).toEqual(own);
});

test('a channel that ignores its signal loses its slot after the grace: unknown', async () => {
  const deaf = (): Promise<Answer> => new Promise(() => undefined);
  const { answer } = await beginAttempt(deaf, deps({ attemptMs: 1, graceMs: 1 })).ended;

  expect(answer).toEqual({ kind: 'unknown', reason: 'timeout' });
});

test('an abort from outside ends it like the time limit', async () => {
  const attempt = beginAttempt((signal) => abortedAnswer(signal, DELIVERED), deps());
  attempt.abort();

  expect((await attempt.ended).answer).toEqual(DELIVERED);
});

test('a second abort does not put off the end', async () => {
  const clock = manualClock();
  const deaf = (): Promise<Answer> => new Promise(() => undefined);
  const attempt = beginAttempt(deaf, { ...deps({ graceMs: 1_000 }), clock });
  let answer: Answer | null = null;
  void attempt.ended.then((ended) => (answer = ended.answer));
  attempt.abort();
  await clock.advance(999);

  attempt.abort();
  await clock.advance(1);

  expect(answer).toEqual({ kind: 'unknown', reason: 'timeout' });
});

test('the end of an attempt leaves no timer behind, and says how long it took', async () => {
  const clock = manualClock();
  let deliver = (): void => undefined;
  const call = (): Promise<Answer> => new Promise((resolve) => (deliver = () => resolve(DELIVERED)));
  const attempt = beginAttempt(call, { ...deps(), clock });
  await clock.advance(700);
  deliver();

  expect(await attempt.ended).toEqual({ answer: DELIVERED, tookMs: 700 });
});

describe('the limits', () => {
  test('fit two waves of attempts into the time in which it must be known that nobody is reached', () => {
    expect(2 * (LIMITS.attemptMs + LIMITS.graceMs)).toBeLessThanOrEqual(15_000);
  });

  test('keep a claim for longer than any attempt lasts, so that nobody else makes it meanwhile', () => {
    expect(LIMITS.leaseMs).toBeGreaterThan(3 * (LIMITS.attemptMs + LIMITS.graceMs));
  });

  test('end a stop within the time that is promised for it', () => {
    expect(LIMITS.stopPatienceMs + LIMITS.graceMs + LIMITS.stopFlushMs).toBe(4_500);
  });

  test('are these', () => {
    expect(LIMITS).toEqual({
      attemptMs: 6_500,
      messageAttemptMs: 65_000,
      graceMs: 1_000,
      leaseMs: 30_000,
      idlePollMs: 30_000,
      giveUpEveryMs: 30_000,
      contendedMs: 250,
      gatherMs: 5,
      ledgerBackoffMs: { first: 250, longest: 10_000 },
      probeMs: { first: 30_000, longest: 300_000 },
      stopPatienceMs: 2_500,
      stopFlushMs: 1_000,
      suppressForMs: 30 * 86_400_000,
    });
  });
});

test.each([
  ['rejects', () => Promise.reject(new Error('token 8c7d2a9e1b3f4a0c'))],
  [
    'throws',
    (): never => {
      throw new Error('token 8c7d2a9e1b3f4a0c');
    },
  ],
])('a channel that %s is unknown, and the log learns that but not what it said', async (_name, call) => {
  const lines: string[] = [];
  const { answer } = await beginAttempt(call, deps({}, lines)).ended;

  expect(answer).toEqual({ kind: 'unknown', reason: 'notifier_threw' });
  expect(lines).toHaveLength(1);
  expect(lines.join()).not.toContain('8c7d2a9e');
});
