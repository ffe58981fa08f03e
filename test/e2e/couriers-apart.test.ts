/** Couriers of several processes share one queue by lease and claim token. Their leases are short, by a seam. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Secret } from '../../src/base/crypto/secret.js';
import { onPostgres } from '../fixtures/databases/databases.js';
import { eventually } from '../fixtures/time/eventually.js';
import type { GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce } from '../fixtures/processes/people.js';
import { rowsOf } from '../fixtures/databases/rows.js';
import { withDeps } from '../fixtures/processes/with-deps.js';
import { ADA } from '../fixtures/sites/sites.js';

const LEASE_MS = 1_500;
const SHORT = withDeps({ courierLimits: { leaseMs: LEASE_MS, idlePollMs: 300, contendedMs: 100 } });
const COURIER = { ...SHORT, environment: { GATE_ROLES: 'courier' } };
const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;

const WAITING = 'SELECT FROM pg_locks WHERE NOT granted';

type Row = Record<string, unknown>;

let fixture: Fixture;
let gate: GateProcess;

beforeEach(async () => {
  fixture = await openFixture('postgres', { processes: 0 });
  gate = await fixture.startWith(SHORT);
}, 60_000);

afterEach(async () => {
  gate.child.kill('SIGCONT'); // or it would not hear that it is to stop
  await fixture.close();
});

async function overTalk(): Promise<Row> {
  const [row] = await rowsOf(fixture, `SELECT * FROM deliveries WHERE channel = 'talk'`);
  if (row === undefined) throw new Error('a card over Talk was opened');
  return row;
}

function attemptsOverTalk(): Promise<readonly Row[]> {
  return rowsOf(
    fixture,
    `SELECT attempts.outcome FROM attempts JOIN deliveries ON deliveries.id = delivery_id
     WHERE channel = 'talk' ORDER BY attempts.id`,
  );
}

function unsent(): Promise<readonly Row[]> {
  return rowsOf(fixture, `SELECT id FROM deliveries WHERE state <> 'sent'`);
}

function databaseUrl(): Secret {
  if (fixture.database.kind !== 'postgres') throw new Error('this fixture has PostgreSQL');
  return fixture.database.url;
}

test('a courier that was stopped past its lease and wakes up writes nothing', async () => {
  await fixture.peers.talk.behave({ kind: 'hang' });
  const arrived = fixture.peers.talk.arrival();
  expect(await produce(gate, newToken())).toBe(200);
  await arrived;
  gate.child.kill('SIGSTOP');
  await fixture.peers.talk.behave({ kind: 'normal' });
  await fixture.startWith(COURIER);
  await eventually('another courier has sent all of it', async () => (await unsent()).length === 0, 20_000);
  const everything = (): Promise<readonly (readonly Row[])[]> =>
    Promise.all(
      ['requests', 'deliveries', 'pauses', 'grants', 'audit'].map((table) =>
        rowsOf(fixture, `SELECT * FROM ${table} ORDER BY 1`),
      ),
    );
  const before = await everything();

  gate.child.kill('SIGCONT');

  // it has found out that its attempt was not the last one; of that alone there is a note
  await eventually('it has tried', async () => (await attemptsOverTalk())[0]?.['outcome'] === 'superseded', 20_000);
  expect(await everything()).toEqual(before);
  expect((await attemptsOverTalk()).map(({ outcome }) => outcome)).toEqual(['superseded', 'sent']);
  expect(fixture.peers.talk.sees(TO_ADA)).toHaveLength(1);
}, 90_000);

test('a courier that was stopped in the middle of a commit holds up no other', async () => {
  await fixture.peers.talk.behave({ kind: 'hang' });
  const arrived = fixture.peers.talk.arrival();
  expect(await produce(gate, newToken())).toBe(200);
  await arrived;
  await onPostgres(databaseUrl(), async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT FROM requests FOR UPDATE');
    await eventually('a commit waits', async () => (await client.query(WAITING)).rowCount !== 0, 20_000);
    gate.child.kill('SIGSTOP');
    await client.query('ROLLBACK');
  });
  await fixture.peers.talk.behave({ kind: 'normal' });

  await fixture.startWith(COURIER);

  await eventually('the other has sent all of it', async () => (await unsent()).length === 0, 20_000);
}, 90_000);

test('a send that takes long keeps its lease, and no other courier begins it', async () => {
  await fixture.startWith(COURIER);
  await fixture.peers.talk.behave({ kind: 'hang' });
  const arrived = fixture.peers.talk.arrival();
  expect(await produce(gate, newToken())).toBe(200);
  await arrived;
  const first = await overTalk();

  const later = await eventually(
    'the lease is far longer than it was',
    async () => {
      const row = await overTalk();
      return Number(row['due_at']) > Number(first['due_at']) + 2 * LEASE_MS ? row : null;
    },
    20_000,
  );

  expect([later['claim_token'], later['attempts'], later['state']]).toEqual([first['claim_token'], 1, 'sending']);
}, 90_000);

test('what waits to be tried again is tried once, however many couriers wait for it', async () => {
  await fixture.startWith(COURIER);
  await fixture.startWith(COURIER);
  await fixture.peers.talk.behave({ kind: 'busy', retryAfterSeconds: 1 });
  expect(await produce(gate, newToken())).toBe(200);
  await eventually('it waits', async () => (await overTalk())['state'] === 'retry_wait');
  await fixture.peers.talk.behave({ kind: 'normal' });

  await eventually('the card', () => fixture.peers.talk.sees(TO_ADA).length === 1, 20_000);
  await eventually('it is written', async () => (await overTalk())['state'] === 'sent');

  expect((await attemptsOverTalk()).map(({ outcome }) => outcome)).toEqual(['retry', 'sent']);
}, 90_000);
