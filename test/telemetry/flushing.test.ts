/** What a process counts in its memory reaches the database once, whatever becomes of an answer, and at the latest when it stops. */
import { beforeEach, expect, test } from '@jest/globals';
import { systemRandom } from '../../src/base/crypto/random.js';
import type { Counted, TelemetryLedger } from '../../src/contract/ledger.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { createFlushing, type Flushing } from '../../src/telemetry/flushing.js';
import { testLedger, type TestLedger } from '../fixtures/databases/test-ledger.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { manualClock, type ManualClock } from '../fixtures/time/manual-clock.js';
import { eventually } from '../fixtures/time/eventually.js';

const EVERY_MS = 10_000;

let store: TestLedger;
let clock: ManualClock;
let checks: number;

beforeEach(async () => {
  store = await testLedger();
  store.wipe();
  clock = manualClock();
  checks = 0;
});

function flushing(ledger: Pick<TelemetryLedger, 'flush'> = store.ledger.telemetry): Flushing {
  const counted = (): readonly Counted[] => [
    { name: 'checks_total', dims: { verdict: 'grant' }, bucket: 0, n: checks },
    { name: 'checks_total', dims: { verdict: 'closed' }, bucket: 0, n: 0 },
  ];
  const started = createFlushing({ ledger, counted, clock, random: systemRandom(), log: silentLog });
  started.start();
  return started;
}

async function total(): Promise<number> {
  const all = await store.ledger.telemetry.totals();
  return all.reduce((sum, { n }) => sum + n, 0);
}

test('what was counted since the last time is added now and then, and nothing where nothing was', async () => {
  flushing();
  checks = 5;
  await clock.advance(EVERY_MS);
  await eventually('five are written', async () => (await total()) === 5);

  await clock.advance(3 * EVERY_MS);
  expect(store.query('SELECT position FROM rollup_marks')).toEqual([{ position: 1 }]);
  checks = 7;
  await clock.advance(EVERY_MS);

  await eventually('seven are written', async () => (await total()) === 7);
});

test('a flush whose answer is lost is sent again as it was, and counts once; what came meanwhile follows', async () => {
  let calls = 0;
  flushing({
    async flush(input) {
      const isTaken = await store.ledger.telemetry.flush(input);
      calls += 1;
      if (calls > 1) return isTaken;
      throw new LedgerUnavailable('the connection is gone');
    },
  });
  checks = 5;
  await clock.advance(EVERY_MS);
  await eventually('five are written', async () => (await total()) === 5);

  checks = 9;
  await clock.advance(EVERY_MS);
  await eventually('the same was taken again', () => calls === 2);
  await clock.advance(EVERY_MS);

  await eventually('nine are written', async () => (await total()) === 9);
});

test('while the database is away everything is kept, and a stop writes what there is', async () => {
  store.behave('away');
  const started = flushing();
  checks = 4;
  await clock.advance(5 * EVERY_MS);
  checks = 6;
  store.behave('well');

  await started.stop();
  expect(await total()).toBe(6);
});

test('a database that never answers does not hold up a stop', async () => {
  const started = flushing();
  checks = 1;
  store.behave('hangs');
  await clock.advance(EVERY_MS);

  const stopping = started.stop();
  await clock.advance(2_000);

  await stopping;
});
