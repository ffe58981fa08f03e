/** The gateway's ends, and that none of them, nor anything Discord says, ends the process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { ConnectingInbound, Connection, InboundHandlers } from '../../src/contract/inbound.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { openDiscordAt } from '../contract/stages/discord.js';
import { startFakeDiscord, type FakeDiscord, type FakeDiscordInput } from '../fakes/discord.js';
import { discordDeps, eventually } from '../fixtures/channels/discord.js';

const DOORS = {} as InboundHandlers;

let fake: FakeDiscord;
let channel: OpenChannel;
let inbound: ConnectingInbound;

beforeEach(() => open());
afterEach(close);

/** A heartbeat that is short enough to be waited for is also one that a busy machine misses: few tests want it. */
async function open(input: FakeDiscordInput = {}): Promise<void> {
  fake = await startFakeDiscord(input);
  channel = await openDiscordAt(fake.apiUrl, discordDeps(), { publicKey: '' });
  if (channel.inbound?.kind !== 'connecting') throw new Error('without a public key, it connects');
  inbound = channel.inbound;
}

async function close(): Promise<void> {
  await channel.stop();
  await fake.close();
}

async function up(): Promise<Connection> {
  const said = await inbound.connect(DOORS, new AbortController().signal);
  if (said.kind !== 'up') throw new Error(said.reason);
  return said;
}

test.each([
  [4000, { kind: 'lost', reason: 'gateway_closed' }],
  [4004, { kind: 'refused', reason: 'gateway_4004' }],
  [4009, { kind: 'lost', reason: 'gateway_closed' }],
  [4010, { kind: 'refused', reason: 'gateway_4010' }],
  [4013, { kind: 'refused', reason: 'gateway_4013' }],
  [4014, { kind: 'refused', reason: 'gateway_4014' }],
] as const)('a gateway closed with %i ends so', async (code, end) => {
  const connection = await up();

  fake.gateway.drop(code);

  expect(await connection.ended).toEqual(end);
});

test('told to reconnect, and told that the session is over, the connection ends: our own loop connects', async () => {
  for (const payload of [
    { op: 7, d: null },
    { op: 9, d: false },
  ]) {
    const connection = await up();
    fake.gateway.send(payload);
    expect(await connection.ended).toMatchObject({ kind: 'lost' });
  }
  expect(fake.gateway.counts).toMatchObject({ identify: 2, resume: 0 });
});

test('a gateway that answers no heartbeat is lost', async () => {
  await close();
  await open({ heartbeatMs: 100 });
  const connection = await up();
  await eventually(() => fake.gateway.counts.heartbeat > 0);

  fake.gateway.freeze();

  expect(await connection.ended).toMatchObject({ kind: 'lost' });
});

test('a token that the API refuses is a refusal; an API that is away is not', async () => {
  await fake.behave({ kind: 'bad_credentials' });
  const refused = await inbound.connect(DOORS, new AbortController().signal);
  await fake.behave({ kind: 'refuse_connection' });
  const away = await inbound.connect(DOORS, new AbortController().signal);

  expect(refused).toEqual({ kind: 'refused', reason: 'token_invalid' });
  expect(away).toEqual({ kind: 'lost', reason: 'login_failed' });
});

test('given up while Discord still says where its gateway is, nothing connects later', async () => {
  fake.script('GET /gateway/bot', 'hang');
  const giveUp = new AbortController();
  const said = inbound.connect(DOORS, giveUp.signal);
  await eventually(() => fake.called.includes('GET /gateway/bot'));

  giveUp.abort();

  expect(await said).toMatchObject({ kind: 'lost' });
  expect(fake.gateway.counts.identify).toBe(0);
});

test('aborting closes a connection that is up', async () => {
  const stop = new AbortController();
  const said = await inbound.connect(DOORS, stop.signal);
  if (said.kind !== 'up') throw new Error(said.reason);

  stop.abort();

  expect(await said.ended).toMatchObject({ kind: 'lost', reason: 'stopped' });
  await eventually(() => fake.gateway.sockets() === 0);
});

test('refused answers, broken doors, nonsense and every end leave the process standing', async () => {
  const child = spawn(process.execPath, [join(packageRoot(), 'out', 'test', 'discord', 'gateway-process.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString('utf8')));
  child.stderr.on('data', (bytes: Buffer) => (out += bytes.toString('utf8')));

  const [code] = (await once(child, 'exit')) as [number];

  expect(out.split('\n')).toEqual([
    'undefined: lost gateway_closed',
    '4000: lost gateway_closed',
    '4004: refused gateway_4004',
    '4014: refused gateway_4014',
    '1000: lost gateway_closed',
    'sockets: 0, resumed: 0',
    'still here',
    '',
  ]);
  expect(code).toBe(0);
});
