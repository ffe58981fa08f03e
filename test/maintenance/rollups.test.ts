/** Counting runs by itself: what is old enough is counted, made hours and days of, and what is due is sampled. */
import { beforeEach, expect, test } from '@jest/globals';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import { createRollups } from '../../src/maintenance/rollups/rollups.js';
import { testLedger, type TestLedger } from '../fixtures/databases/test-ledger.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { manualClock } from '../fixtures/time/manual-clock.js';
import { eventually } from '../fixtures/time/eventually.js';

const ROWS = 700;

let store: TestLedger;

beforeEach(async () => {
  store = await testLedger();
  store.wipe();
});

test('more rows than a batch are counted in one turn, those of a moment ago in a later one', async () => {
  const longAgo = Date.now() - 60_000;
  const row = (at: number): string => `(${String(at)}, 'visitor', 'opened', 'gate', '{}')`;
  const insert = (rows: readonly string[]): void =>
    store.change(`INSERT INTO audit (at, who, what, surface, detail) VALUES ${rows.join(', ')}`);
  insert(Array.from({ length: ROWS }, () => row(longAgo)));
  insert([row(systemClock().nowMs() + 5_000)]);
  const clock = manualClock();
  const { telemetry, leases } = store.ledger;
  const rollups = createRollups({ telemetry, leases, clock, random: systemRandom(), log: silentLog });
  const opened = async (resolution: string): Promise<number> => {
    const [found] = store.query(`SELECT sum(n) AS n FROM rollups WHERE resolution = '${resolution}'`);
    return Promise.resolve(Number(found?.['n'] ?? 0));
  };

  rollups.start();
  await eventually('hours and days are made', async () => {
    await clock.advance(1_000);
    return (await opened('day')) > 0;
  });
  await rollups.stop();

  for (const resolution of ['minute', 'hour', 'day', 'total'])
    expect([resolution, await opened(resolution)]).toEqual([resolution, ROWS]);
});
