/** One PostgreSQL, processes with one role each: every one does its own work, and together they are one gate. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { onPostgres } from '../fixtures/databases/databases.js';
import { eventually } from '../fixtures/time/eventually.js';
import type { GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce, tapOverTalk, visit } from '../fixtures/processes/people.js';
import { ADA } from '../fixtures/sites/sites.js';

const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture('postgres', { processes: 0 });
});

afterEach(async () => {
  await fixture.close();
});

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
}

async function planesOf({ ports }: GateProcess): Promise<readonly boolean[]> {
  return Promise.all([ports.public, ports.gate, ports.admin].map(isListening));
}

test('each role listens to its own plane alone, and without admin no file says where to find it', async () => {
  const open = await fixture.startWith({ arguments: ['--roles', 'public'] });
  const gate = await fixture.startWith({ environment: { GATE_ROLES: 'gate' } });
  const admin = await fixture.startWith({ environment: { GATE_ROLES: 'admin' } });
  const courier = await fixture.startWith({ environment: { GATE_ROLES: 'courier' } });

  expect(await Promise.all([open, gate, admin, courier].map(planesOf))).toEqual([
    [true, false, false],
    [false, true, false],
    [false, false, true],
    [false, false, false],
  ]);
  const files = [open, gate, admin, courier].map(({ dataDir }) => existsSync(join(dataDir, 'admin.token')));
  expect(files).toEqual([false, false, true, false]);
  const { json } = await admin.admin('/readyz');
  expect(json).toMatchObject({ parts: expect.arrayContaining([{ name: 'roles', isReady: true, why: 'admin' }]) });
  expect(open.printed.err).toContain('run a process with the role courier');
  expect(courier.printed.err).toContain('What is tapped over talk comes in at a process with the role public');
});

test('what a process without a courier opens is sent by one that has it, tapped elsewhere, and passes at every gate', async () => {
  const open = await fixture.startWith({ environment: { GATE_ROLES: 'public' } });
  const gates = [
    await fixture.startWith({ environment: { GATE_ROLES: 'gate' } }),
    await fixture.startWith({ environment: { GATE_ROLES: 'gate' } }),
  ];
  const token = newToken();

  expect(await produce(open, token)).toBe(200);

  if (fixture.database.kind !== 'postgres') throw new Error('this fixture has PostgreSQL');
  const states = await onPostgres(fixture.database.url, (client) =>
    client.query<{ state: string; attempts: number }>('SELECT state, attempts FROM deliveries'),
  );
  expect(states.rows.map(({ state, attempts }) => [state, attempts])).toEqual([
    ['queued', 0],
    ['queued', 0],
  ]);
  expect(fixture.peers.talk.sees(TO_ADA)).toEqual([]);

  await fixture.startWith({ environment: { GATE_ROLES: 'courier' } });
  await eventually('the card', () => fixture.peers.talk.sees(TO_ADA)[0]?.buttons.length === 2);
  // by now the courier sleeps until a commit elsewhere wakes it
  expect(await tapOverTalk(open, { token, verb: 'approve', user: ADA, key: fixture.peers.talkKey })).toContain(
    'Approved',
  );

  await eventually('every gate opens', async () =>
    (await Promise.all(gates.map((gate) => visit(gate, '203.0.113.7')))).every(({ status }) => status === 204),
  );
  const final = await eventually('the card is final', () =>
    fixture.peers.talk.sees(TO_ADA).find(({ buttons }) => buttons.length === 0),
  );
  expect(final.text).toContain(`Approved by ${ADA} over Talk`);
});

test('on SQLite a second process is refused at its start, by what holds the database and what to do', async () => {
  await fixture.close();
  fixture = await openFixture('sqlite');

  const second = await fixture.gate.cli('serve');
  const apart = await fixture.gate.cli('serve', '--roles', 'gate,public');

  expect(second).toMatchObject({
    code: 1,
    err: expect.stringContaining('Stop it, name another folder in DATA_DIR, or use PostgreSQL'),
  });
  expect(apart).toMatchObject({ code: 78, err: expect.stringContaining('GATE_ROLES\n  problem: leaves out courier') });
  expect((await visit(fixture.gate, '203.0.113.7')).text).toContain('Access pending');
});
