import { expect, test } from '@jest/globals';
import { coalesced } from '../../src/base/time/coalesced-runner.js';

test('asks during a turn are one more turn', async () => {
  let turns = 0;
  const work = coalesced(async () => {
    turns += 1;
    await Promise.resolve();
  });

  work.ask();
  work.ask();
  work.ask();
  await work.idle();

  expect(turns).toBe(2);
});

test.each(Array.from({ length: 12 }, (_, ticks) => ticks))(
  'an ask %i ticks after a turn’s work was done is not lost',
  async (ticks) => {
    let turns = 0;
    let end = (): void => undefined;
    const work = coalesced(() => {
      turns += 1;
      return turns === 1 ? new Promise((resolve) => (end = resolve)) : Promise.resolve();
    });
    work.ask();

    end();
    for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
    work.ask();
    await work.idle();

    expect(turns).toBe(2);
  },
);
