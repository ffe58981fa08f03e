/** Timers and loops of base/time: what the loops of all rooms are made of. */
import { expect, test } from '@jest/globals';
import { createLatestTimer } from '../../src/base/time/latest-timer.js';
import { repeatedTurns } from '../../src/base/time/repeated-turns.js';
import { manualClock } from '../fixtures/time/manual-clock.js';

test('the latest timer rings at what it was set to last', async () => {
  const clock = manualClock();
  const rungAtMs: number[] = [];
  const timer = createLatestTimer(clock, () => rungAtMs.push(clock.monotonicMs()));

  timer.setIn(100);
  timer.setIn(300);
  await clock.advance(200);
  timer.setIn(50);
  await clock.advance(1_000);

  expect(rungAtMs).toEqual([250]);
});

test('a latest timer that was stopped cannot be set again', async () => {
  const clock = manualClock();
  let rings = 0;
  const timer = createLatestTimer(clock, () => (rings += 1));

  timer.setIn(100);
  timer.stop();
  timer.setIn(100);
  await clock.advance(1_000);

  expect(rings).toBe(0);
});

test('each turn says when the next one begins', async () => {
  const clock = manualClock();
  const begunAtMs: number[] = [];
  const waitsMs = [100, 300, 1_000];
  const turn = (): Promise<number> => Promise.resolve(waitsMs[begunAtMs.push(clock.monotonicMs()) - 1] ?? 0);
  const turns = repeatedTurns(turn, { clock });

  turns.start();
  turns.start();
  await clock.advance(500);

  expect(begunAtMs).toEqual([0, 100, 400]);
});

test('the first turn waits where it is to wait', async () => {
  const clock = manualClock();
  const begunAtMs: number[] = [];
  const turn = (): Promise<number> => Promise.resolve(begunAtMs.push(clock.monotonicMs()) * 1_000);
  const turns = repeatedTurns(turn, { clock, firstAfterMs: 200 });

  turns.start();
  await clock.advance(300);

  expect(begunAtMs).toEqual([200]);
});

test('a stop waits for the turn that runs, and no other begins', async () => {
  const clock = manualClock();
  let begun = 0;
  let end = (): void => undefined;
  const turns = repeatedTurns(
    () => {
      begun += 1;
      return new Promise((resolve) => (end = () => resolve(0)));
    },
    { clock },
  );
  let isStopped = false;

  turns.start();
  const stopped = turns.stop(1_000).then(() => (isStopped = true));
  await clock.advance(500);
  const wasStoppedEarly = isStopped;
  end();
  await stopped;
  await clock.advance(10_000);

  expect([wasStoppedEarly, begun, turns.signal.aborted]).toEqual([false, 1, true]);
});

test('a stop waits no longer than it may for a turn that hangs', async () => {
  const clock = manualClock();
  const turns = repeatedTurns(() => new Promise<never>(() => undefined), { clock });
  let isStopped = false;

  turns.start();
  void turns.stop(1_000).then(() => (isStopped = true));
  await clock.advance(999);
  const wasStoppedEarly = isStopped;
  await clock.advance(1);

  expect([wasStoppedEarly, isStopped]).toEqual([false, true]);
});

test('turns that were never started stop at once, and a start after the stop begins none', async () => {
  const clock = manualClock();
  let begun = 0;
  const turns = repeatedTurns(() => Promise.resolve((begun += 1)), { clock });

  await turns.stop(1_000);
  turns.start();
  await clock.advance(10_000);

  expect(begun).toBe(0);
});
