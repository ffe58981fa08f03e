/** What `gate doctor` and `/readyz` say: of a database that is gone, of queues, sockets and seals, each with a cure. */
import { describe, expect, test } from '@jest/globals';
import { doctor, parts } from '../../src/compose/doctor/doctor.js';
import type { SocketState } from '../../src/delivery/connections/socket-keeper.js';
import { configOf } from '../fixtures/sites/loading.js';
import * as inputs from '../contract/ledger/inputs.js';
import { runBeside } from '../fixtures/databases/beside.js';
import { borrowed, checkOf, examined, found, ledger, openExamined, SLACK } from '../fixtures/processes/examined.js';

openExamined();

test('a process is not ready before its start is over', async () => {
  const starting = await parts({ ...examined(), isStarted: () => false });

  expect(starting).toContainEqual({ name: 'start', isReady: false, why: 'the process is still starting' });
  expect((await parts(examined())).map(({ name }) => name)).not.toContain('start');
});

test('nothing is called well that could not be looked at', async () => {
  await ledger.close();

  const sick = (await doctor(examined())).filter(({ isOk }) => !isOk).map(({ name }) => name);

  expect(sick).toEqual(expect.arrayContaining(['database', 'stragglers']));
});

test('it says which roles the process has, and what it relies on others for', async () => {
  const environment = { GATE_ROLES: 'admin,public', DATABASE_URL: 'postgres://gate@127.0.0.1/gate' };
  const apart = { ...examined(), config: configOf({ environment }), gate: null, relied: ['Nothing is sent here.'] };

  const [checks, ready] = [await doctor(apart), await parts(apart)];

  expect(checks.find(({ name }) => name === 'roles')).toMatchObject({
    isOk: true,
    detail: 'this process: public, admin. Nothing is sent here.',
  });
  expect(ready.map(({ name }) => name)).toEqual(['roles', 'database', 'socket of slack']);
  expect(ready[0]).toMatchObject({ isReady: true, why: 'public, admin' });
});

test('a queue that is paused is named with its reason, and makes the process unready', async () => {
  await ledger.deliveries.pause({ transport: SLACK, reason: 'invalid_auth', probeAfterMs: 60_000 });

  const check = await checkOf('queue of slack');

  expect(check).toMatchObject({ isOk: false, detail: expect.stringMatching(/^paused since .*: invalid_auth; tried/) });
  expect(check?.cure).toContain('credentials of slack');
  expect(check?.cure).not.toContain('restart the gate');
  expect(await parts(examined())).toContainEqual(expect.objectContaining({ name: 'queue of slack', isReady: false }));
});

describe('a socket', () => {
  const states: readonly (readonly [SocketState, boolean, boolean, RegExp])[] = [
    [{ kind: 'up', sinceMs: 0 }, true, true, /^connected since 1970/],
    [{ kind: 'connecting' }, true, true, /^connecting$/],
    [{ kind: 'elsewhere' }, true, true, /another process/],
    [{ kind: 'down', reason: 'gateway_1006', isRefused: false, sinceMs: 0 }, false, true, /gateway_1006/],
    [{ kind: 'down', reason: 'gateway_4004', isRefused: true, sinceMs: 0 }, false, false, /refused .*gateway_4004/],
  ];

  test.each(states)('in state %j', async (...row) => {
    const [state, isOk, isReady, detail] = row;
    found.socket = state;

    const check = await checkOf('socket of slack');

    expect(check).toMatchObject({ isOk, detail: expect.stringMatching(detail) });
    expect(check?.cure === '').toBe(isOk);
    expect((await parts(examined())).find(({ name }) => name === 'socket of slack')).toMatchObject({ isReady });
  });
});

test('it says how many entries wait for their seal, and is not well when nobody seals them', async () => {
  expect(await checkOf('audit trail')).toMatchObject({ isOk: true, detail: 'every entry is sealed' });
  await ledger.audit.add(inputs.opened, null);
  const fresh = await checkOf('audit trail');
  await runBeside(borrowed.database, 'UPDATE audit SET at = at - 900000');

  const old = await checkOf('audit trail');

  expect(fresh).toMatchObject({ isOk: true, detail: expect.stringContaining('wait for their seal: 1') });
  expect(old).toMatchObject({ isOk: false, cure: expect.stringContaining('role courier') });
});
