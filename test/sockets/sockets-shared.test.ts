/** Two processes before one database: of all keepers of a socket, one connects. Leases by PostgreSQL's clock. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/time/clock.js';
import type { SocketKeeper } from '../../src/delivery/connections/socket-keeper.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import { recorder, type Recorder } from '../fixtures/time/recorder.js';
import { manualClock } from '../fixtures/time/manual-clock.js';
import { keptLog } from '../fixtures/logs/kept-log.js';
import { createPostgresDatabase, type TestDatabase } from '../fixtures/databases/databases.js';
import { keeperOf, scriptedSocket, SLACK, type Happening } from '../fixtures/channels/sockets.js';

const LIMITS = { leaseMs: 900, marginMs: 300, closeMs: 200, giveBackMs: 200 };
const DISTANT_MS = 60_000;

let database: TestDatabase;
let ledgers: readonly [Ledger, Ledger];
let happenings: Recorder<Happening>;

beforeAll(async () => {
  database = await createPostgresDatabase();
  const open = (): Promise<Ledger> => openLedger(database.where, { log: keptLog() });
  ledgers = [await open(), await open()];
});

afterAll(async () => {
  for (const ledger of ledgers) await ledger.close();
  await database.remove();
});

beforeEach(() => {
  happenings = recorder();
});

function keeper(who: 'one' | 'two', clock = systemClock()): SocketKeeper {
  const ledger = ledgers[who === 'one' ? 0 : 1];
  const socket = scriptedSocket(who, happenings);
  return keeperOf({ ...ledger, inbound: socket.inbound, clock, limits: LIMITS });
}

test('of two keepers exactly one connects, and the other says that it is elsewhere', async () => {
  const keepers = [keeper('one'), keeper('two')] as const;

  for (const each of keepers) each.start();
  await happenings.until(({ what }) => what === 'connect');
  const states = await settled(keepers);

  expect(states).toEqual(['elsewhere', 'up']);
  expect(happenings.all).toHaveLength(1);
  for (const each of keepers) await each.stop();
});

test('a stop hands the socket on: the other connects after the first has closed', async () => {
  const [first, second] = [keeper('one'), keeper('two')];
  first.start();
  await happenings.until(({ who, what }) => who === 'one' && what === 'connect');
  second.start();

  await first.stop();
  await happenings.until(({ who, what }) => who === 'two' && what === 'connect');

  expect(happenings.all.map(({ who, what }) => `${who} ${what}`)).toEqual(['one connect', 'one close', 'two connect']);
  await second.stop();
});

test('an owner that was killed is succeeded once its lease is over, and not before', async () => {
  const dead = manualClock(); // its timers never ring: nothing is renewed, nothing is closed
  const [first, second] = [keeper('one', dead), keeper('two')];
  first.start();
  await happenings.until(({ who }) => who === 'one');
  const takenMs = performance.now();
  second.start();

  await happenings.until(({ who }) => who === 'two');

  expect(performance.now() - takenMs).toBeGreaterThan(LIMITS.leaseMs - LIMITS.marginMs);
  await second.stop();
});

test(
  'a refused socket pauses its carrier for every process, and the next good one resumes it',
  async () => {
    const refused = scriptedSocket('one', happenings);
    refused.answer(() => Promise.resolve({ kind: 'refused', reason: 'gateway_4004' }));
    const [ledger, other] = ledgers;
    const first = keeperOf({ ...ledger, inbound: refused.inbound, clock: systemClock(), limits: LIMITS });
    first.start();
    await happenings.until(({ who }) => who === 'one');
    await until(async () => (await other.deliveries.pauses()).length === 1);

    const [pause] = await other.deliveries.pauses();
    const second = keeper('two');
    second.start();
    await until(async () => (await ledger.deliveries.pauses()).length === 0);

    expect(pause).toMatchObject({ transport: SLACK, reason: 'gateway_4004' });
    expect(first.state()).toMatchObject({ kind: 'down', isRefused: true });
    for (const each of [first, second]) await each.stop();
  },
  DISTANT_MS,
);

async function settled(keepers: readonly SocketKeeper[]): Promise<readonly string[]> {
  const kinds = (): string[] => keepers.map((each) => each.state().kind).sort();
  await until(() => Promise.resolve(!kinds().includes('connecting')));
  return kinds();
}

/** Asks until it is so; the ledger has no event for it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 8_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error('not within 8 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
