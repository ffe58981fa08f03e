/** Interactions by HTTP, beyond what every called channel is asked: Discord's own rules, redriving, and 10,000 damaged calls. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { jsonLog } from '../../src/base/process/log.js';
import type { CommandCall } from '../../src/contract/commands.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { TapAnswer } from '../../src/approval/tap-answer.js';
import type { Tap } from '../../src/contract/desk.js';
import type { CalledInbound, InboundHandlers, RawCall, SignedCall } from '../../src/contract/inbound.js';
import { guarded } from '../contract/guarded.js';
import type { Call } from '../contract/inbound/fixture.js';
import { withstandsMutations } from '../contract/mutations/mutations.js';
import { interactionOf, openDiscordAt } from '../contract/stages/discord.js';
import { startFakeDiscord, type FakeDiscord } from '../fakes/discord.js';
import { BOT_ID, BOT_TOKEN, signedCall, verifyKeyOf } from '../fakes/discord-keys.js';
import { interaction } from '../fakes/discord-people.js';
import type { Json } from '../fakes/discord-state.js';
import { serveOnLoopback, type LoopbackServer } from '../fakes/talk.js';
import { ADA, discordDeps } from '../fixtures/channels/discord.js';

const TOKEN = 'a7f3'.repeat(8);
const WHO = { subject: ADA, workspace: '' };
const REQUEST_ID = '4k2m7w9x3c5v8b1n6q0z';

let fake: FakeDiscord;
let channel: OpenChannel;
let inbound: CalledInbound;
let server: LoopbackServer;
let taps: Tap[];
let commands: CommandCall[];
let logged: string[];
let answer: TapAnswer;

const handlers: InboundHandlers = {
  desk: {
    decide(tap) {
      taps.push(tap);
      return Promise.resolve(answer);
    },
    pending: () => Promise.resolve({ kind: 'seen', value: [] }),
    grants: () => Promise.resolve({ kind: 'seen', value: [] }),
  },
  commands: {
    run(call) {
      commands.push(call);
      return Promise.resolve({ kind: 'text', isOk: true, lines: ['Done.'], data: null });
    },
  },
};

beforeEach(async () => {
  [taps, commands, logged] = [[], [], []];
  answer = { kind: 'unknown' };
  fake = await startFakeDiscord();
  const deps = discordDeps({ log: jsonLog('trace', { write: (line) => void logged.push(line) }) });
  channel = await openDiscordAt(fake.apiUrl, deps, { publicKey: verifyKeyOf('current') });
  if (channel.inbound?.kind !== 'called') throw new Error('with a public key, Discord calls');
  inbound = channel.inbound;
  server = await serveOnLoopback(
    express().use(inbound.path, guarded(inbound, handlers, deps)) as Parameters<typeof serveOnLoopback>[0],
  );
});
afterEach(async () => {
  await server.close();
  await channel.stop();
  await fake.close();
});

async function tell(raw: unknown, atMs = Date.now()): Promise<{ readonly status: number; readonly body: string }> {
  const body = Buffer.from(JSON.stringify(raw));
  const response = await fetch(urlOf(), { method: 'POST', ...signedCall({ body, atMs, key: 'current' }) });
  return { status: response.status, body: await response.text() };
}

const urlOf = (): string => `http://127.0.0.1:${String(server.port)}${inbound.path}`;

test('a ping is answered with a pong', async () => {
  expect(await tell({ id: '1', application_id: '2', type: 1, token: 't', version: 1 })).toEqual({
    status: 200,
    body: '{"type":1}',
  });
});

test.each([
  ['too old', -310_000],
  ['from the future', 310_000],
])('a call that is %s is 401, as Discord wants every bad call answered', async (_name, byMs) => {
  expect((await tell({ id: '1', type: 1 }, Date.now() + byMs)).status).toBe(401);
});

describe('what is proven', () => {
  const rawOf = (headers: Readonly<Record<string, string>>, body: Buffer): RawCall => ({
    headers,
    rawHeaders: Object.entries(headers).flat(),
    body,
  });
  const body = Buffer.from('{"id":"1","type":1}');
  const signed = (): RawCall => rawOf(signedCall({ body, atMs: Date.now(), key: 'current' }).headers, body);

  test('the same call has the same id, another call another', () => {
    const call = signed();
    const [one, again] = [inbound.authenticate(call, Date.now()), inbound.authenticate(call, Date.now())];
    const other = Buffer.from('{"id":"2","type":1}');
    const { headers } = signedCall({ body: other, atMs: Date.now(), key: 'current' });

    expect(one).toEqual({ kind: 'signed', callId: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(again).toEqual(one);
    expect(inbound.authenticate(rawOf(headers, other), Date.now())).not.toEqual(one);
  });

  test.each([
    ['no timestamp', { 'x-signature-timestamp': undefined }, 'header_missing'],
    ['a timestamp that is no number', { 'x-signature-timestamp': '1e9' }, 'header_malformed'],
    ['a signature in capitals', { 'x-signature-ed25519': 'AB'.repeat(64) }, 'header_malformed'],
    ['a short signature', { 'x-signature-ed25519': 'ab' }, 'header_malformed'],
    ['another signature', { 'x-signature-ed25519': 'ab'.repeat(64) }, 'signature_wrong'],
    ['another timestamp', { 'x-signature-timestamp': '1' }, 'signature_wrong'],
  ])('%s is refused, by name', (_name, over, reason) => {
    const headers = Object.entries({ ...signed().headers, ...over });
    const given = headers.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));

    const proof = inbound.authenticate(rawOf(Object.fromEntries(given), body), Date.now());

    expect(proof).toEqual({ kind: 'refused', status: 401, reason });
  });
});

describe('what is told of a person', () => {
  test.each([
    ['in direct messages', ''],
    ['in a server', '1320000000000000001'],
  ])('%s is the same person, by their id alone', async (_name, workspace) => {
    await tell(interactionOf({ id: '77', verdict: 'approve', token: TOKEN, workspace, subject: ADA }));

    expect(taps).toEqual([
      {
        tapId: '77',
        verdict: 'approve',
        ref: { by: 'token', token: TOKEN },
        actor: { kind: 'chat', channel: 'discord', workspace: BOT_ID, subject: ADA },
        surface: 'discord',
      },
    ]);
  });

  test('a member beside direct messages, and a user beside a server, count for nothing', async () => {
    const tap = interactionOf({ id: '77', verdict: 'approve', token: TOKEN, workspace: '', subject: ADA });
    const { user, ...without } = tap;

    expect((await tell({ ...without, member: { user } })).status).toBe(400);
    expect((await tell({ ...tap, guild_id: '1320000000000000001' })).status).toBe(400);
    expect(taps).toEqual([]);
  });
});

describe('an interaction that makes no sense is malformed and does nothing', () => {
  const tap = interactionOf({ id: '77', verdict: 'approve', token: TOKEN, workspace: '', subject: ADA });

  test.each([
    ['without an id', { ...tap, id: undefined }],
    ['without a token', { ...tap, token: '' }],
    ['of another type', { ...tap, type: 6 }],
    ['by nobody', { ...tap, user: {} }],
    ['by somebody whose id is a list', { ...tap, user: { id: [ADA] } }],
    ['on a button without an id', { ...tap, data: { component_type: 2 } }],
    ['from a menu without a pick', { ...tap, data: { component_type: 3, custom_id: `gate:for:${TOKEN}` } }],
    ['from a menu with another value', { ...tap, data: { custom_id: `gate:for:${TOKEN}`, values: ['1e9'] } }],
    ['of another command', { ...tap, type: 2, data: { name: 'other' } }],
  ] as const)('%s', async (_name, raw) => {
    expect((await tell(raw)).status).toBe(400);
    expect([taps, commands]).toEqual([[], []]);
  });
});

describe('a call that is redriven', () => {
  const again = (raw: Json): Promise<boolean> => {
    const body = Buffer.from(JSON.stringify(raw));
    const call: SignedCall = { headers: {}, rawHeaders: [], body, callId: 'c1' };
    return inbound.redrive(call, handlers);
  };
  const button = (id: string): Json => interaction(3, { component_type: 2, custom_id: id }, { who: WHO });

  test('is carried out: a command, a revocation', async () => {
    const command = interaction(2, { name: 'gate', options: [{ type: 1, name: 'who', options: [] }] }, { who: WHO });

    expect(await again(command)).toBe(true);
    expect(await again(button(`gate:revoke:${REQUEST_ID}`))).toBe(true);
    expect(commands.map(({ verb, args, tapId }) => [verb, args, tapId.length > 0])).toEqual([
      ['who', {}, true],
      ['revoke', { what: REQUEST_ID }, true],
    ]);
  });

  test('says no where the desk did not do it, and where nobody is there any more', async () => {
    expect(await again(button(`gate:approve:${TOKEN}`))).toBe(false);
    expect(taps).toHaveLength(1);
    expect(await again(button(`gate:deny:${TOKEN}`))).toBe(false);
    expect(await again({ id: '1', type: 1 })).toBe(false);
    expect(await again({})).toBe(false);
    expect(taps).toHaveLength(1);
  });
});

test('10,000 damaged calls: no 5xx, no forgery that is believed, nothing of a body in the log', async () => {
  const sign = (body: Buffer): Call['headers'] =>
    Object.entries(signedCall({ body, atMs: Date.now(), key: 'current' }).headers);
  const called = (raw: Json): Call => {
    const body = Buffer.from(JSON.stringify(raw));
    return { method: 'POST', headers: sign(body), body };
  };
  const tap = { id: '77', token: TOKEN, workspace: '1320000000000000001', subject: ADA };
  const command = {
    name: 'gate',
    options: [{ type: 1, name: 'show', options: [{ name: 'id', value: '4k2m', type: 3 }] }],
  };
  const typing = { name: 'gate', options: [{ name: 'show', options: [{ name: 'id', value: '4', focused: true }] }] };

  const genuine: readonly [Call, ...Call[]] = [
    called(interactionOf({ ...tap, verdict: 'approve' })),
    called(interactionOf({ ...tap, verdict: 'deny' })),
    called(interaction(3, { custom_id: `gate:for:${TOKEN}`, values: ['3600'] }, { who: WHO })),
    called(interaction(2, command, { who: WHO })),
    called(interaction(4, typing, { who: WHO })),
  ];

  const statuses = await withstandsMutations({
    url: urlOf(),
    // Signed once: the window is wider than the test is long.
    genuine: () => genuine,
    sign,
    authHeaders: ['x-signature-ed25519', 'x-signature-timestamp'],
    effects: () => taps.length + commands.length,
    logged: () => logged.join('\n'),
    secrets: [TOKEN, ADA, BOT_TOKEN],
  });

  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(10_000);
  expect(statuses.get(401)).toBeGreaterThan(5_000);
}, 120_000);
