/** What `gate doctor` and `/readyz` say: of a database that is gone, of cards, of queues and of sockets, each with a cure. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChannelName } from '../../src/approval/brand.js';
import { doctor, parts, type Examined } from '../../src/compose/doctor/doctor.js';
import type { SocketState } from '../../src/sockets/socket-keeper.js';
import type { Check } from '../../src/contract/admin.js';
import type { Claim, Ledger } from '../../src/contract/ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import { configOf } from '../config/loading.js';
import * as wishes from '../contract/ledger/wishes.js';
import { keptLog } from '../ledger/quiet-log.js';
import { runBeside } from '../ledger/beside.js';
import { createSqliteFile, type TestDatabase } from '../setup/databases.js';

const SLACK = 'slack' as ChannelName;

let database: TestDatabase;
let ledger: Ledger;
let socket: SocketState;

beforeEach(async () => {
  database = createSqliteFile();
  ledger = await openLedger(database.where, { log: keptLog() });
  socket = { kind: 'up', sinceMs: 0 };
});

afterEach(async () => {
  await ledger.close();
  await database.remove();
});

function examined(): Examined {
  const gate = { part: () => ({ name: 'gate', isReady: true, why: '' }) };
  const sockets = { states: () => new Map([[SLACK, socket]]) };
  return { ledger, channels: new Map(), config: configOf({}), gate, sockets, relied: [] };
}

async function checkOf(name: string): Promise<Check | undefined> {
  return (await doctor(examined())).find((check) => check.name === name);
}

async function claimed(): Promise<Claim> {
  await ledger.requests.open(wishes.openWish(), wishes.opened);
  const [claim] = await ledger.deliveries.claim(wishes.claimOne());
  if (claim === undefined) throw new Error('a card was opened');
  return claim;
}

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

describe('cards', () => {
  test('that all show what they should are one line', async () => {
    const claim = await claimed();
    await ledger.deliveries.close([wishes.sent(claim)]);

    expect(await checkOf('stragglers')).toMatchObject({ isOk: true, cure: '' });
  });

  test('that are tried again are named with their request, channel and reason', async () => {
    const claim = await claimed();
    await ledger.deliveries.close([wishes.retry(claim)]);

    const check = await checkOf('stragglers');

    expect(check?.detail).toBe(`behind: ${claim.request.id} on talk (http_503)`);
    expect(check?.cure).toContain('tried again');
  });

  test('that were given up are told apart from those that are tried again', async () => {
    const claim = await claimed();
    await ledger.deliveries.close([wishes.failed(claim)]);

    expect(await checkOf('stragglers')).toBeUndefined();
    expect((await checkOf('cards given up'))?.detail).toContain(`${claim.request.id} on talk (http_400)`);
    expect((await checkOf('cards given up'))?.cure).toContain('confirm page');
  });

  test('that can be edited no more are lost until their follow-up is sent', async () => {
    const claim = await claimed();
    await ledger.deliveries.close([wishes.sent(claim, 0)]);
    const [update] = await ledger.deliveries.claim(wishes.claimOne());
    if (update === undefined) throw new Error('a card that is behind is due');
    await ledger.deliveries.close([wishes.uneditable(update)]);
    const before = await checkOf('lost cards');
    const [followUp] = await ledger.deliveries.claim(wishes.claimOne());
    if (followUp === undefined) throw new Error('a follow-up is due');

    await ledger.deliveries.close([wishes.sent(followUp)]);

    expect(before).toMatchObject({ isOk: false, cure: expect.stringContaining('bot may still write') });
    expect(before?.detail).toContain(claim.request.id);
    expect(await checkOf('lost cards')).toBeUndefined();
  });

  test('beyond five are counted', async () => {
    for (let card = 0; card < 7; card += 1) await ledger.deliveries.close([wishes.retry(await claimed())]);

    expect((await checkOf('stragglers'))?.detail).toMatch(/, and 2 more$/);
  });

  test('beyond those that are looked at there may be more, and that is said', async () => {
    const openings = Array.from({ length: 201 }, () => ledger.requests.open(wishes.openWish(), wishes.opened));
    await Promise.all(openings);

    expect((await checkOf('stragglers'))?.detail).toMatch(/, and at least 195 more$/);
  });
});

test('a queue that is paused is named with its reason, and makes the process unready', async () => {
  await ledger.deliveries.pause({ carrier: SLACK, reason: 'invalid_auth', probeAfterMs: 60_000 });

  const check = await checkOf('queue of slack');

  expect(check).toMatchObject({ isOk: false, detail: expect.stringMatching(/^paused since .*: invalid_auth; tried/) });
  expect(check?.cure).toContain('credentials of slack');
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
    socket = state;

    const check = await checkOf('socket of slack');

    expect(check).toMatchObject({ isOk, detail: expect.stringMatching(detail) });
    expect(check?.cure === '').toBe(isOk);
    expect((await parts(examined())).find(({ name }) => name === 'socket of slack')).toMatchObject({ isReady });
  });
});

test('it says how many entries wait for their seal, and is not well when nobody seals them', async () => {
  expect(await checkOf('audit trail')).toMatchObject({ isOk: true, detail: 'every entry is sealed' });
  await ledger.audit.add(wishes.opened, null);
  const fresh = await checkOf('audit trail');
  await ledger.close();
  await runBeside(database, 'UPDATE audit SET at = at - 900000');
  ledger = await openLedger(database.where, { log: keptLog() });

  const old = await checkOf('audit trail');

  expect(fresh).toMatchObject({ isOk: true, detail: expect.stringContaining('wait for their seal: 1') });
  expect(old).toMatchObject({ isOk: false, cure: expect.stringContaining('role courier') });
});
