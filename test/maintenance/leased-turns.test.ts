/** Turns under a lease: who takes one, who keeps it, who ends it; by a clock that the test moves. */
import { beforeEach, expect, test } from '@jest/globals';
import { systemRandom } from '../../src/base/crypto/random.js';
import type { Log } from '../../src/base/process/log.js';
import type { LeaseLedger } from '../../src/contract/lease-ledger.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { leasedTurns, type LeasedTurns, type LeasedWork } from '../../src/maintenance/leased-turns.js';
import { manualClock, type ManualClock } from '../fixtures/time/manual-clock.js';
import { keptLog } from '../fixtures/logs/kept-log.js';
import { leasesBy } from '../fixtures/channels/sockets.js';

const EVERY_MS = 1_000;
const PAUSE_MS = 4_000;
const NAME = 'sealer';

let clock: ManualClock;
let leases: ReturnType<typeof leasesBy>;
let log: ReturnType<typeof keptLog>;
let done: string[];

beforeEach(() => {
  clock = manualClock();
  leases = leasesBy(clock);
  log = keptLog();
  done = [];
});

/** Does batches until it is told to stop, or `batches` are done. */
function process(who: string, change: Partial<LeasedWork> & { batches?: number; by?: LeaseLedger } = {}): LeasedTurns {
  const { batches = 1, by = leases, ...work } = change;
  return leasedTurns(
    {
      name: NAME,
      firstAfterMs: 0,
      everyMs: EVERY_MS,
      pauseMs: PAUSE_MS,
      isDue: () => Promise.resolve(true),
      async turn({ mayGoOn }) {
        for (let batch = 1; ; batch += 1) {
          done.push(who);
          if (batch >= batches || !(await mayGoOn())) return;
        }
      },
      ...work,
    },
    { leases: by, clock, random: systemRandom(), log: log satisfies Log },
  );
}

test('of two processes one does all the turns, however often both look', async () => {
  const both = [process('one'), process('two')];
  for (const each of both) each.start();

  await clock.advance(10 * EVERY_MS);

  expect(new Set(done).size).toBe(1);
  expect(done.length).toBeGreaterThanOrEqual(10);
  for (const each of both) await each.stop();
});

test('where nothing is due no lease is asked for', async () => {
  let asked = 0;
  const by: LeaseLedger = { ...leases, take: () => Promise.resolve((asked += 1) > 0) };
  const idle = process('one', { by, isDue: () => Promise.resolve(false) });
  idle.start();

  await clock.advance(10 * EVERY_MS);

  expect([asked, done]).toEqual([0, []]);
  await idle.stop();
});

test('a turn of many batches keeps its lease, so that nobody else begins one', async () => {
  const [long, other] = [process('long', { batches: 20 }), process('other')];
  long.start();
  await clock.advance(1);
  other.start();

  await clock.advance(15 * PAUSE_MS);

  expect(done).toEqual(Array<string>(16).fill('long'));
  for (const each of [long, other]) await each.stop();
});

test('a turn whose lease is another’s by now ends with the batch it is in', async () => {
  const stopped = process('stopped', { batches: 100 });
  stopped.start();
  await clock.advance(1);
  const [owner] = [leases.held.get(NAME) ?? ''];
  await leases.giveBack({ name: NAME, owner });
  await leases.take({ name: NAME, owner: 'another', leaseMs: 600_000 });

  await clock.advance(20 * PAUSE_MS);

  expect(done.length).toBeLessThanOrEqual(3);
  expect(leases.held.get(NAME)).toBe('another');
  await stopped.stop();
});

test('a stop ends the turn after its batch and gives the lease back at once', async () => {
  const first = process('first', { batches: 100 });
  first.start();
  await clock.advance(1);

  const stopping = first.stop();
  await clock.advance(0);
  await stopping;

  expect(leases.held.size).toBe(0);
  expect(done).toEqual(['first']);
});

test('a database out of reach delays the turns, and says nothing; any other failure is logged without its words', async () => {
  const failures: (() => never)[] = [
    () => {
      throw new LedgerUnavailable('away');
    },
    () => {
      throw new Error('a secret in a message');
    },
  ];
  const shaken = process('one', {
    turn() {
      failures.shift()?.();
      done.push('one');
      return Promise.resolve();
    },
  });
  shaken.start();

  await clock.advance(4 * EVERY_MS);

  expect(done.length).toBeGreaterThanOrEqual(2);
  expect(log.lines).toEqual(['the maintenance failed']);
  await shaken.stop();
});
