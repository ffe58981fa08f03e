/** Access requests that nobody has room for, or that come to a muted site: what is written down of them, however many there are. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { VisitorAddress } from '../../src/approval/brand.js';
import { networkOf } from '../../src/base/net/network-of.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import {
  FIRST_ROWS,
  refusedRequestRows,
  COUNTED_TOGETHER_MS,
  SUMMARY_ROWS,
} from '../../src/desk/requests/opening/refused-request-rows.js';
import { manualClock, type ManualClock } from '../fixtures/time/manual-clock.js';
import { eventually } from '../fixtures/time/eventually.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import {
  DEV,
  accessRequest,
  openFixture,
  OPERATOR,
  producerRequest,
  STG,
  usualDirectory,
  type Fixture,
} from '../fixtures/desk/desk.js';

const ALL_ROWS = 10_000;

let clock: ManualClock;
let fixture: Fixture;

beforeEach(async () => {
  clock = manualClock();
  fixture = await openFixture(usualDirectory({ maxPendingPerApprover: 0 }), { clock });
});
afterEach(() => fixture.close());

async function turnedAway(what = 'deferred') {
  return (await fixture.ledger.audit.recent(ALL_ROWS)).filter(
    (row) => row.what === what && row.who !== 'operator:root',
  );
}

/** Every access request that a row tells of: its own, or those it sums up. */
async function told(what?: string): Promise<number> {
  const rows = await turnedAway(what);
  return rows.reduce((sum, { detail }) => sum + (typeof detail['count'] === 'number' ? detail['count'] : 1), 0);
}

async function accessRequestFrom(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) await fixture.desk.open(accessRequest({ address: address as VisitorAddress }));
}

async function windowEnds(expected: number, what?: string): Promise<void> {
  await clock.advance(COUNTED_TOGETHER_MS);
  await eventually('the summaries are written', async () => (await told(what)) === expected);
}

function ofOneNetwork(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `2001:db8:bad:${(n + 1).toString(16)}::/64`);
}

function ofNetworks(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `10.${String(n >> 8)}.${String(n & 255)}.7`);
}

describe('a network whose access requests nobody has room for', () => {
  test('leaves one row at once and one with the count of the rest when ten minutes are over', async () => {
    await accessRequestFrom(ofOneNetwork(200));

    const before = await turnedAway();
    await windowEnds(200);

    expect(before).toHaveLength(1);
    expect(before[0]).toMatchObject({ site: STG, address: '2001:db8:bad:1::/64', detail: { host: STG, why: 'cap' } });
    const [summary] = await turnedAway();
    expect(summary).toMatchObject({ who: 'visitor', site: STG, address: '2001:db8:bad::/48', detail: { count: 199 } });
    expect(await turnedAway()).toHaveLength(2);
  });

  test('is told to the event stream with its row and its summary, and not for each access request', async () => {
    await accessRequestFrom(ofOneNetwork(50));
    await windowEnds(50);

    const events = fixture.events.filter(({ event }) => event !== 'auth_gate.opened');
    expect(events).toEqual([
      { event: 'auth_gate.deferred', host: STG, address: '2001:db8:bad:1::/64' },
      { event: 'auth_gate.knocks_counted', site: STG, what: 'deferred', network: '2001:db8:bad::/48', count: 49 },
    ]);
  });

  test('is written down anew afterwards, and nothing is counted twice', async () => {
    await accessRequestFrom(ofOneNetwork(3));
    await windowEnds(3);
    await accessRequestFrom(ofOneNetwork(2));
    await windowEnds(5);

    expect(await turnedAway()).toHaveLength(4);
  });
});

test('however many networks ask, the rows are few and every access request is in one of them', async () => {
  const rows = refusedRequestRows({ ledger: fixture.ledger, clock, events: { emit: () => undefined }, log: silentLog });
  const accessRequests = ofNetworks(3_000).map((address) => networkOf(address));

  const firsts = [...accessRequests, ...accessRequests].filter((network) =>
    rows.take({ site: STG, what: 'deferred', network, surface: 'gate' }),
  );
  await clock.advance(COUNTED_TOGETHER_MS);

  expect(firsts).toHaveLength(FIRST_ROWS);
  await eventually('the summaries are written', async () => (await told()) === 6_000 - FIRST_ROWS);
  expect((await turnedAway()).length).toBeLessThanOrEqual(SUMMARY_ROWS + 1);
});

test('of more than two thousand networks at once only the sum of the later ones is kept', async () => {
  const rows = refusedRequestRows({ ledger: fixture.ledger, clock, events: { emit: () => undefined }, log: silentLog });
  const networks = ofNetworks(2_001).map((address) => networkOf(address));
  const [first, last] = [networks[100], networks.at(-1)];
  const take = (network = ''): boolean => rows.take({ site: STG, what: 'deferred', network, surface: 'gate' });

  networks.forEach((network) => take(network));
  for (let n = 0; n < 9; n += 1) for (const network of [first, last]) take(network);
  await clock.advance(COUNTED_TOGETHER_MS);

  await eventually('the summaries are written', async () => (await told()) === 2_001 - FIRST_ROWS + 18);
  const counted = (await turnedAway()).map(({ address, detail }) => [address, detail['count']]);
  expect(counted).toContainEqual([first, 10]);
  expect(counted.map(([network]) => network)).not.toContain(last);
});

test('what cannot be written is counted on, and nothing is lost', async () => {
  let isGone = true;
  const add: Fixture['ledger']['audit']['add'] = (entry, id) =>
    isGone ? Promise.reject(new LedgerUnavailable('gone')) : fixture.ledger.audit.add(entry, id);
  const ledger = { audit: { ...fixture.ledger.audit, add } };
  const rows = refusedRequestRows({ ledger, clock, events: { emit: () => undefined }, log: silentLog });
  const accessRequest = { site: STG, what: 'deferred', network: '192.0.2.0/24', surface: 'gate' } as const;

  for (let n = 0; n < 5; n += 1) rows.take(accessRequest);
  await clock.advance(COUNTED_TOGETHER_MS);
  isGone = false;
  await clock.advance(COUNTED_TOGETHER_MS);

  await eventually('the summary is written', async () => (await told()) === 4);
});

test('of a muted site, and of what a producer asks, the same holds, each counted by itself', async () => {
  await fixture.desk.mute({ actor: OPERATOR, surface: 'cli', tapId: 'tap', what: DEV, ttlSeconds: null });
  for (const address of ofOneNetwork(40))
    await fixture.desk.open(accessRequest({ site: DEV, host: DEV, address: address as VisitorAddress }));
  for (const address of ofOneNetwork(40))
    await fixture.desk.openForProducer(producerRequest({ address: address as VisitorAddress }));

  await windowEnds(40, 'muted');
  await eventually('the summaries are written', async () => (await told()) === 40);

  expect(await turnedAway('muted')).toHaveLength(2);
  expect(await turnedAway()).toHaveLength(2);
});

test('a network that holds its share is told so in its row', async () => {
  fixture.setDirectory(usualDirectory({ maxPendingPerApprover: 10, maxPendingPerNetwork: 5 }));

  await accessRequestFrom(ofOneNetwork(6));

  expect((await turnedAway())[0]?.detail).toMatchObject({ why: 'network' });
  expect((await fixture.desk.open(accessRequest())).kind).toBe('opened');
});
