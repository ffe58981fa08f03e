/** Several processes on one PostgreSQL: what one of them commits holds at all of them, whatever hint was lost on the way. */
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../fixtures/time/eventually.js';
import type { GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce, tapOverTalk, visit } from '../fixtures/processes/people.js';
import { cutListeners, rowsOf } from '../fixtures/databases/rows.js';
import { withDeps } from '../fixtures/processes/with-deps.js';
import { ADA, HOST, SITES } from '../fixtures/sites/sites.js';

/** Long before the 30 s after which everything is read again anyway. */
const SOON_MS = 10_000;
const HOUR_MS = 3_600_000;
const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;

let fixture: Fixture;

afterEach(async () => {
  await fixture.close();
});

async function statusesOf(gates: readonly GateProcess[], address: string): Promise<readonly number[]> {
  return (await Promise.all(gates.map((gate) => visit(gate, address)))).map(({ status }) => status);
}

/** Nobody is told: the hint that would come with such a commit is the one that was lost. */
async function revokeUntold(address: string): Promise<void> {
  await rowsOf(fixture, `UPDATE grants SET revoked_at = granted_at WHERE address = $1`, [address]);
}

test('one tap at one process opens every gate, and a revocation at another shuts them all', async () => {
  fixture = await openFixture('postgres', { processes: 3 });
  const [first, second, third] = fixture.gates as [GateProcess, GateProcess, GateProcess];
  const token = newToken();
  expect(await produce(first, token)).toBe(200);

  expect(await tapOverTalk(second, { token, verb: 'approve', user: ADA, key: fixture.peers.talkKey })).toContain(
    'Approved',
  );

  await eventually('every gate is open', async () =>
    (await statusesOf(fixture.gates, '203.0.113.7')).every((status) => status === 204),
  );
  expect((await third.cli('revoke', '203.0.113.7')).code).toBe(0);
  await eventually('every gate is shut', async () =>
    (await statusesOf(fixture.gates, '203.0.113.7')).every((status) => status === 403),
  );
}, 60_000);

test('when the connections that bring changes are cut, what was changed meanwhile is found all the same', async () => {
  fixture = await openFixture('postgres', { processes: 2 });
  for (const address of ['203.0.113.7', '203.0.113.8']) {
    expect((await fixture.gate.cli('grant', address, HOST)).code).toBe(0);
    await eventually('every gate is open', async () =>
      (await statusesOf(fixture.gates, address)).every((status) => status === 204),
    );
  }
  // as long as nothing is cut, the memory is what counts: this is how much a hint matters
  await revokeUntold('203.0.113.8');
  expect(await statusesOf(fixture.gates, '203.0.113.8')).toEqual([204, 204]);

  await revokeUntold('203.0.113.7');
  expect(await cutListeners(fixture)).toBe(2);

  await eventually(
    'every gate is shut',
    async () => (await statusesOf(fixture.gates, '203.0.113.7')).every((status) => status === 403),
    SOON_MS,
  );
  for (const gate of fixture.gates)
    await eventually('the gate is ready again', async () => (await gate.admin('/readyz')).status === 200);
}, 60_000);

test('what is due everywhere at once is done once: expiry, its audit row, its event, and each redrawn card', async () => {
  fixture = await openFixture('postgres', { processes: 3 });
  const tokens = [newToken(), newToken(), newToken()];
  for (const [index, token] of tokens.entries())
    expect(await produce(fixture.gate, token, { origin_ip: `203.0.113.${String(20 + index)}` })).toBe(200);
  await eventually('the cards', () => fixture.peers.talk.sees(TO_ADA).length === tokens.length);

  await rowsOf(fixture, 'UPDATE requests SET deadline_at = opened_at');
  // three processes that hear "regained" look for what is due in the same moment
  expect(await cutListeners(fixture)).toBe(3);

  await eventually('every card is final', () =>
    fixture.peers.talk.sees(TO_ADA).every(({ buttons }) => buttons.length === 0),
  );
  const audited = await rowsOf<{ request_id: string; count: string }>(
    fixture,
    `SELECT request_id, count(*) FROM audit WHERE what = 'expired' GROUP BY request_id`,
  );
  expect(audited.map(({ count }) => Number(count))).toEqual([1, 1, 1]);
  const told = fixture.gates.flatMap(({ printed }) =>
    printed.out.split('\n').filter((line) => line.includes('gate.expired')),
  );
  expect(told).toHaveLength(tokens.length);
  const drawn = await rowsOf<{ count: string }>(
    fixture,
    `SELECT count(*) FROM attempts JOIN deliveries ON deliveries.id = delivery_id
     WHERE channel = 'talk' AND task = 'update' GROUP BY delivery_id`,
  );
  expect(new Set(drawn.map(({ count }) => Number(count)))).toEqual(new Set([1]));
}, 60_000);

test('a process whose clock is hours wrong expires nothing early, grants as long as others do, and opens to the same people', async () => {
  fixture = await openFixture('postgres', { sites: SITES });
  const ahead = await fixture.startWith(withDeps({ aheadMs: 2 * HOUR_MS }));
  const behind = await fixture.startWith(withDeps({ aheadMs: -2 * HOUR_MS }));
  const gates = [fixture.gate, ahead, behind];
  expect(await produce(fixture.gate, newToken())).toBe(200);
  const [request] = await rowsOf<{ id: string }>(fixture, 'SELECT id FROM requests');

  const approved = await ahead.cli('approve', request?.id ?? '', '--for', '1h');

  expect(approved).toMatchObject({ code: 0, err: '' });
  const [grant] = await rowsOf<{ left: string }>(
    fixture,
    `SELECT until - (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS left FROM grants`,
  );
  expect(Math.abs(Number(grant?.left) - HOUR_MS)).toBeLessThan(60_000);
  await eventually('every gate is open', async () =>
    (await statusesOf(gates, '203.0.113.7')).every((status) => status === 204),
  );
  await rowsOf(fixture, 'UPDATE grants SET until = granted_at + 1');
  await cutListeners(fixture);
  await eventually('every gate is shut', async () =>
    (await statusesOf(gates, '203.0.113.7')).every((status) => status === 403),
  );
}, 60_000);

test('two processes that start at once on an empty database migrate it once, and both come up', async () => {
  fixture = await openFixture('postgres', { processes: 0 });

  const [one, other] = await Promise.all([fixture.startWith({}), fixture.startWith({})]);

  expect(await Promise.all([one, other].map(async (gate) => (await gate.admin('/readyz')).status))).toEqual([200, 200]);
  const ran = await rowsOf<{ name: string }>(fixture, 'SELECT name FROM migrations');
  expect(ran.length).toBeGreaterThan(0);
  expect(new Set(ran.map(({ name }) => name)).size).toBe(ran.length);
  expect(await one.cli('migrate', '--check')).toMatchObject({
    code: 0,
    out: expect.stringContaining('has this version'),
  });
}, 60_000);
