/** Nobody waits for ever, and a wait that is over leaves no timer behind. */
import { expect, test } from '@jest/globals';
import { inTime } from '../../src/base/time/in-time.js';
import { manualClock } from '../fixtures/time/manual-clock.js';

test('what settles in time is what it is, rejections included, and its timer is gone', async () => {
  const cancelled: string[] = [];
  const clock = { after: () => () => void cancelled.push('cancelled') };

  const answer = await inTime(Promise.resolve('said'), { ms: 1_000, clock, late: null });
  const failure = inTime(Promise.reject(new Error('no')), { ms: 1_000, clock, late: null });

  expect(answer).toBe('said');
  await expect(failure).rejects.toThrow('no');
  expect(cancelled).toEqual(['cancelled', 'cancelled']);
});

test('what takes longer is answered for, and what becomes of it afterwards is heard by nobody', async () => {
  const clock = manualClock();
  let fail: (error: Error) => void = () => undefined;
  const work = new Promise<string>((_resolve, reject) => (fail = reject));

  const answer = inTime(work, { ms: 1_000, clock, late: 'late' });
  await clock.advance(1_000);
  fail(new Error('much later')); // an unhandled rejection would end this test run

  expect(await answer).toBe('late');
});
