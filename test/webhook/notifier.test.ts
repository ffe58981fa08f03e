import { afterEach, describe, expect, test } from '@jest/globals';
import { webhookEntry } from '../../bots/webhook/entry.js';
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import { Secret } from '../../src/base/crypto/secret.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Answer, Notice, Recipient } from '../../src/contract/notifier.js';
import { CASES, TOKEN as REQUEST_TOKEN } from '../fixtures/cards/adaptive-cases.js';
import { channelDeps } from '../contract/notifier/fixture.js';
import { startFakePeer, type FakePeer, type PeerKind } from '../fakes/consumer.js';

const TOKEN = 'consumer-token-0123456789abcdef';
const KEY = Buffer.alloc(32, 3);
const ADMIN = 'rpm@koder.dev' as ApproverId;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('a consumer', () => {
  test("gets the RFC's payload with our bearer", async () => {
    const { fake, ask } = await open({ kind: 'consumer', bearer: TOKEN });

    expect(await ask()).toEqual({ kind: 'delivered', receipt: { status: 200 } });

    const [message] = fake.taken('/approvals');
    expect(message?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' });
    expect(message?.json).toMatchObject({
      token: REQUEST_TOKEN,
      admin: ADMIN,
      host: 'stg.kds.koder.dev',
      ttl_seconds: 600,
    });
  });

  test('has 2 s', async () => {
    const { fake, ask } = await open({ kind: 'consumer', bearer: TOKEN });
    await fake.behave({ kind: 'hang' });
    const began = performance.now();

    expect(await ask()).toEqual({ kind: 'unknown', reason: 'timeout' });
    expect(performance.now() - began).toBeLessThan(2_900);
  });

  test('is never asked about what is decided', async () => {
    const { fake, ask } = await open({ kind: 'consumer', bearer: TOKEN });

    expect(await ask({ card: card('approved') })).toEqual({
      kind: 'refused',
      scope: 'message',
      reason: 'already_decided',
    });
    expect(fake.calls()).toBe(0);
  });

  test.each<[number, string, Record<string, string>?]>([
    [201, 'unknown'],
    [204, 'unknown'],
    [302, 'refused recipient', { location: 'http://127.0.0.1:1/' }],
    [400, 'refused message'],
    [401, 'refused recipient'],
    [403, 'refused recipient'],
    [404, 'refused recipient'],
    [410, 'refused recipient'],
    [413, 'refused message'],
    [422, 'refused message'],
    [408, 'deferred'],
    [429, 'deferred'],
    [429, 'deferred 7000', { 'retry-after': '7' }],
    [503, 'deferred 7000', { 'retry-after': '7' }],
    [500, 'unknown'],
    [503, 'unknown'],
  ])('that answers %p is understood as %p', async (status, expected, headers = {}) => {
    const { fake, ask } = await open({ kind: 'consumer', bearer: TOKEN });
    await fake.behave({ kind: 'status', status, headers });

    expect(inWords(await ask())).toBe(expected);
  });
});

describe("a producer's callback", () => {
  test('is signed over its raw bytes, by the id of the delivery', async () => {
    const { fake, tell } = await open({ kind: 'callback', key: KEY });

    expect(await tell({ deliveryId: '4k2m-callback' })).toEqual({ kind: 'delivered', receipt: { status: 200 } });

    const [message] = fake.taken('/approvals');
    expect(message?.headers).toMatchObject({ 'webhook-id': '4k2m-callback', 'content-type': 'application/json' });
    expect(message?.headers.authorization).toBeUndefined();
    expect(message?.json).toMatchObject({
      type: 'auth_gate.decided',
      token: REQUEST_TOKEN,
      request_id: '4k2m7w9x3c5v8b1n6q0z',
      outcome: 'approved',
      decided_by: 'rpm@koder.dev',
      over: 'talk',
      decided_at: '2026-05-11T15:20:31Z',
      host: 'stg.kds.koder.dev',
    });
  });

  test.each<[number, string, Record<string, string>?]>([
    [204, 'delivered'],
    [302, 'deferred', { location: 'http://127.0.0.1:1/' }],
    [400, 'refused message'],
    [401, 'deferred'],
    [404, 'deferred'],
    [410, 'refused recipient'],
    [429, 'deferred 7000', { 'retry-after': '7' }],
    [503, 'deferred 7000', { 'retry-after': '7' }],
    [502, 'unknown'],
  ])('that answers %p is understood as %p', async (status, expected, headers = {}) => {
    const { fake, tell } = await open({ kind: 'callback', key: KEY });
    await fake.behave({ kind: 'status', status, headers });

    expect(inWords(await tell())).toBe(expected);
  });

  test('in a private network is called only where the operator allows it', async () => {
    const { fake, tell } = await open({ kind: 'callback', key: KEY }, { WEBHOOK_ALLOWED_NETWORKS: '10.0.0.0/8' });

    expect(await tell()).toEqual({ kind: 'deferred', reason: 'forbidden_address' });
    expect(fake.calls()).toBe(0);
  });

  test('waits for its key rather than going out unsigned', async () => {
    const { fake, tell } = await open({ kind: 'callback', key: KEY });

    expect(await tell({}, 'stranger')).toEqual({ kind: 'deferred', reason: 'callback_key_missing' });
    expect(fake.calls()).toBe(0);
  });

  test('is told nothing while nothing is decided, or without the token it knows', async () => {
    const { fake, tell } = await open({ kind: 'callback', key: KEY });

    expect(inWords(await tell({ card: card('pending-stg') }))).toBe('refused message');
    expect(fake.calls()).toBe(0);
  });
});

test('a room is no place for a webhook', async () => {
  const { channel } = await open({ kind: 'consumer', bearer: TOKEN });

  const answer = await send(channel, { kind: 'room', address: '#ops' }, { card: card('pending-stg') });

  expect(answer).toEqual({ kind: 'refused', scope: 'recipient', reason: 'a_room_has_no_consumer' });
});

function inWords(answer: Answer): string {
  if (answer.kind === 'refused') return `refused ${answer.scope}`;
  if (answer.kind === 'deferred' && answer.retryAfterMs !== undefined) return `deferred ${String(answer.retryAfterMs)}`;
  return answer.kind;
}

interface Fixture {
  readonly channel: OpenChannel;
  readonly fake: FakePeer;
  readonly ask: (some?: Partial<Notice>) => Promise<Answer>;
  readonly tell: (some?: Partial<Notice>, producer?: string) => Promise<Answer>;
}

async function open(
  peer: PeerKind,
  environment: Readonly<Record<string, string>> = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' },
): Promise<Fixture> {
  const fake = await startFakePeer(peer);
  closers.push(() => fake.close());
  const url = `http://127.0.0.1:${String(fake.port)}/approvals`;
  const facts = { isUsed: false, sites: [], producers: [] };
  const { config, problems } = webhookEntry.configure({ WEBHOOK_TOKEN: TOKEN, ...environment }, facts);
  if (config === null) throw new Error(JSON.stringify(problems));
  const { open: openChannel } = await webhookEntry.load();
  const deps = { ...channelDeps(() => undefined), callbackKeys: new Map([['jet', new Secret(KEY)]]) };
  const channel = await openChannel(config, deps);
  closers.push(() => channel.stop());
  return {
    channel,
    fake,
    ask: (some = {}) =>
      send(channel, { kind: 'consumer', approver: ADMIN, url }, { card: card('pending-stg'), ...some }),
    tell: (some = {}, producer = 'jet') =>
      send(
        channel,
        { kind: 'callback', producer, url },
        { card: card('approved'), producerToken: REQUEST_TOKEN, ...some },
      ),
  };
}

function send(
  channel: OpenChannel,
  recipient: Recipient,
  some: Partial<Notice> & Pick<Notice, 'card'>,
): Promise<Answer> {
  const notice = { deliveryId: 'd1', attempt: 1, channel: 'talk' as ChannelName, recipient, ...some };
  return channel.notifier.notify(notice, AbortSignal.timeout(8_000));
}

function card(name: string): Notice['card'] {
  const view = CASES[name];
  if (view === undefined) throw new Error('the case is gone');
  return view;
}
