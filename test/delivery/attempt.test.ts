import { expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/clock.js';
import { jsonLog } from '../../src/base/log.js';
import type { Answer } from '../../src/contract/notifier.js';
import { beginAttempt, type AttemptSeams } from '../../src/delivery/attempt.js';

const DELIVERED: Answer = { kind: 'delivered', receipt: {} };

function seams(limits: Partial<AttemptSeams['limits']> = {}, lines: string[] = []): AttemptSeams {
  const log = jsonLog('trace', { write: (line: string) => lines.push(line) });
  return { clock: systemClock(), log, limits: { attemptMs: 5_000, graceMs: 5_000, ...limits } };
}

function abortedAnswer(signal: AbortSignal, answer: Answer): Promise<Answer> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(answer));
  });
}

test('the answer is the channel’s own', async () => {
  const { answer } = await beginAttempt(() => Promise.resolve(DELIVERED), seams()).ended;

  expect(answer).toEqual(DELIVERED);
});

test('at the time limit the signal is aborted, and the channel says what became of it', async () => {
  const own: Answer = { kind: 'deferred', reason: 'timeout' };
  const { answer } = await beginAttempt((signal) => abortedAnswer(signal, own), seams({ attemptMs: 1 })).ended;

  expect(answer).toEqual(own);
});

test('a channel that ignores its signal loses its slot after the grace: unknown', async () => {
  const deaf = (): Promise<Answer> => new Promise(() => undefined);
  const { answer } = await beginAttempt(deaf, seams({ attemptMs: 1, graceMs: 1 })).ended;

  expect(answer).toEqual({ kind: 'unknown', reason: 'timeout' });
});

test('an abort from outside ends it like the time limit', async () => {
  const attempt = beginAttempt((signal) => abortedAnswer(signal, DELIVERED), seams());
  attempt.abort();

  expect((await attempt.ended).answer).toEqual(DELIVERED);
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
  const { answer } = await beginAttempt(call, seams({}, lines)).ended;

  expect(answer).toEqual({ kind: 'unknown', reason: 'notifier_threw' });
  expect(lines).toHaveLength(1);
  expect(lines.join()).not.toContain('8c7d2a9e');
});
