/** One PostgreSQL, processes with one role each: every one does its own work, and together they are one gate. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { onPostgres } from '../setup/databases.js';
import { eventually } from './eventually.js';
import type { GateProcess } from './gate-process.js';
import { openHouse, type House } from './house.js';
import { newToken, produce, tapOverTalk, visit } from './people.js';
import { ADA } from './sites.js';

const TO_ADA = { kind: 'approver', approver: ADA as never, address: ADA } as const;

let house: House;

beforeEach(async () => {
  house = await openHouse('postgres', { processes: 0 });
});

afterEach(async () => {
  await house.close();
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
  const open = await house.startWith({ arguments: ['--roles', 'public'] });
  const gate = await house.startWith({ environment: { GATE_ROLES: 'gate' } });
  const admin = await house.startWith({ environment: { GATE_ROLES: 'admin' } });
  const courier = await house.startWith({ environment: { GATE_ROLES: 'courier' } });

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
  const open = await house.startWith({ environment: { GATE_ROLES: 'public' } });
  const gates = [
    await house.startWith({ environment: { GATE_ROLES: 'gate' } }),
    await house.startWith({ environment: { GATE_ROLES: 'gate' } }),
  ];
  const token = newToken();

  expect(await produce(open, token)).toBe(200);

  if (house.database.kind !== 'postgres') throw new Error('this house has PostgreSQL');
  const states = await onPostgres(house.database.url, (client) =>
    client.query<{ state: string; attempts: number }>('SELECT state, attempts FROM deliveries'),
  );
  expect(states.rows.map(({ state, attempts }) => [state, attempts])).toEqual([
    ['queued', 0],
    ['queued', 0],
  ]);
  expect(house.peers.talk.sees(TO_ADA)).toEqual([]);

  await house.startWith({ environment: { GATE_ROLES: 'courier' } });
  await eventually('the card', () => house.peers.talk.sees(TO_ADA)[0]?.buttons.length === 2);
  // by now the courier sleeps until a commit elsewhere wakes it
  expect(await tapOverTalk(open, { token, verb: 'approve', user: ADA, key: house.peers.talkKey })).toContain(
    'Approved',
  );

  await eventually('every gate opens', async () =>
    (await Promise.all(gates.map((gate) => visit(gate, '203.0.113.7')))).every(({ status }) => status === 204),
  );
  const final = await eventually('the card is final', () =>
    house.peers.talk.sees(TO_ADA).find(({ buttons }) => buttons.length === 0),
  );
  expect(final.text).toContain(`Approved by ${ADA} over Talk`);
});

test('on SQLite a second process is refused at its start, by what holds the database and what to do', async () => {
  await house.close();
  house = await openHouse('sqlite');

  const second = await house.gate.cli('serve');
  const apart = await house.gate.cli('serve', '--roles', 'gate,public');

  expect(second).toMatchObject({ code: 1, err: expect.stringContaining('stop the other one, or use PostgreSQL') });
  expect(apart).toMatchObject({ code: 78, err: expect.stringContaining('GATE_ROLES\n  problem: leaves out courier') });
  expect((await visit(house.gate, '203.0.113.7')).text).toContain('Access pending');
});
