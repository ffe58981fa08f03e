/** The embedded Talk keeps the wire contract (docs/talk-wire.md) towards its bot, over real HTTP. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FOREIGN_SECRET, keyOf, SIGNING_SECRETS, startTalk, type TalkServerForTest } from '../fakes/talk.js';
import { openGuard } from '../fakes/open-guard.js';
import { callTalk, card, message, type Answered, type CallOver } from '../fixtures/channels/talk-bot.js';

type Refusal = readonly [status: number, code: string];

const folder = mkdtempSync(join(tmpdir(), 'talk-wire-'));
let talk: TalkServerForTest;

beforeEach(async () => {
  talk = await startTalk();
});
afterEach(() => talk.close());
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function post(over: Record<string, unknown> = {}, how: CallOver = {}): Promise<Answered> {
  return callTalk(`${talk.origin}/talk/api/v1/messages`, { method: 'POST', message: message(over) }, how);
}

function put(id: string, over: Record<string, unknown>): Promise<Answered> {
  const drawing = { id, revision: 2, text: 'Answered', card: card('two'), ...over };
  return callTalk(`${talk.origin}/talk/api/v1/messages/${id}`, { method: 'PUT', message: drawing });
}

async function inboxOf(user: string): Promise<readonly Record<string, unknown>[]> {
  const response = await fetch(`${talk.origin}/talk/messages`, { headers: { 'x-test-user': user } });
  return ((await response.json()) as { messages: Record<string, unknown>[] }).messages;
}

function codeOf(answer: Answered): unknown {
  return (answer.json['error'] as { code: string }).code;
}

describe('a message', () => {
  test('stands in the inbox of the one it is for, and of nobody else', async () => {
    const answer = await post();

    expect([answer.status, answer.json['revision']]).toEqual([201, 1]);
    expect(await inboxOf('ada@example.org')).toMatchObject([{ id: answer.json['id'], revision: 1, card: card('one') }]);
    expect(await inboxOf('bob@example.org')).toEqual([]);
  });

  test('with the same key again is the same message', async () => {
    const first = await post();

    const again = await post();

    expect([again.status, again.json]).toEqual([200, first.json]);
    expect(await inboxOf('ada@example.org')).toHaveLength(1);
  });

  test('with the same key and a higher revision is redrawn; with a lower one it stays', async () => {
    await post();

    const higher = await post({ revision: 3, card: card('three') });
    const lower = await post({ revision: 2, card: card('two') });

    expect([higher.json['revision'], lower.json['revision']]).toEqual([3, 3]);
    expect(await inboxOf('ada@example.org')).toMatchObject([{ card: card('three') }]);
  });

  test('with somebody else’s key is refused and shown to nobody', async () => {
    await post();

    const answer = await post({ to: 'bob@example.org', revision: 9 });

    expect([answer.status, codeOf(answer)]).toEqual([422, 'key_taken']);
    expect(await inboxOf('ada@example.org')).toMatchObject([{ revision: 1 }]);
  });

  test('twenty at once with one key are one message', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post()));

    expect(new Set(answers.map((answer) => answer.json['id'])).size).toBe(1);
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  });

  test('is there after a restart, its key still holds, and its file is its owner’s alone', async () => {
    const file = join(folder, 'restart.sqlite');
    const before = await startTalk({ file });
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(`${file}${suffix}`).mode & 0o777).toBe(0o600);
    const first = await callTalk(`${before.origin}/talk/api/v1/messages`, { method: 'POST', message: message() });
    await before.close();

    await talk.close();
    talk = await startTalk({ file });
    const again = await post();

    expect([again.status, again.json]).toEqual([200, first.json]);
    expect(await inboxOf('ada@example.org')).toHaveLength(1);
  });

  test('makes way when 200 newer ones stand there', async () => {
    const first = await post({ key: 'oldest' });
    for (let number = 0; number < 200; number += 1) await post({ key: `newer-${String(number)}` });

    const late = await put(String(first.json['id']), {});

    expect(await inboxOf('ada@example.org')).toHaveLength(200);
    expect([late.status, codeOf(late)]).toEqual([404, 'unknown_message']);
  });
});

describe('a card', () => {
  test('is redrawn by a higher revision', async () => {
    const id = String((await post()).json['id']);

    const answer = await put(id, { revision: 2 });

    expect([answer.status, answer.json]).toEqual([200, { id, revision: 2 }]);
    expect(await inboxOf('ada@example.org')).toMatchObject([{ id, card: card('two'), text: 'Answered' }]);
  });

  test('stays when the same revision comes again', async () => {
    const id = String((await post()).json['id']);
    await put(id, {});

    const again = await put(id, { card: card('another') });

    expect(again.status).toBe(200);
    expect(await inboxOf('ada@example.org')).toMatchObject([{ card: card('two') }]);
  });

  test('is never overwritten by a lower revision, whatever the order of arrival', async () => {
    const id = String((await post()).json['id']);
    const revisions = [5, 2, 9, 3, 7, 4, 8, 6];

    const answers = await Promise.all(revisions.map((revision) => put(id, { revision, card: card(String(revision)) })));

    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const [stale] = [await put(id, { revision: 2 })];
    expect([stale.status, codeOf(stale)]).toEqual([409, 'stale_revision']);
    expect(await inboxOf('ada@example.org')).toMatchObject([{ revision: 9, card: card('9') }]);
  });

  test('cannot be redrawn by a body that was signed for another message', async () => {
    const one = String((await post({ key: 'one' })).json['id']);
    const other = String((await post({ key: 'other' })).json['id']);

    const answer = await put(one, { id: other });

    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid']);
    expect(await inboxOf('ada@example.org')).toMatchObject([{ revision: 1 }, { revision: 1 }]);
  });
});

describe('a call that is not the bot’s', () => {
  const forged: readonly (readonly [string, number, CallOver])[] = [
    ['another bearer', 401, { bearer: 'somebody-elses-token' }],
    ['no bearer', 401, { without: 'authorization' }],
    ['a foreign key', 401, { key: keyOf(FOREIGN_SECRET) }],
    ['no signature', 401, { without: 'webhook-signature' }],
    [
      'other bytes than were signed',
      401,
      { sentBody: Buffer.from(JSON.stringify(message({ to: 'eve@example.org' }))) },
    ],
    ['a time 301 s ago', 408, { aheadMs: -301_000 }],
    ['a time 310 s ahead', 408, { aheadMs: 310_000 }],
  ];

  test.each(forged)('%s is refused and shown to nobody', async (_name, status, how) => {
    const answer = await post({}, how);

    expect(answer.status).toBe(status);
    expect(await inboxOf('ada@example.org')).toEqual([]);
    expect(await inboxOf('eve@example.org')).toEqual([]);
  });

  test('the second signing key is as good as the first', async () => {
    expect((await post({}, { key: keyOf(SIGNING_SECRETS[1]) })).status).toBe(201);
  });

  test('a session of a person opens nothing of the bot’s', async () => {
    const response = await fetch(`${talk.origin}/talk/api/v1/me`, { headers: { 'x-test-user': 'ada@example.org' } });

    expect(response.status).toBe(401);
  });
});

test('whoever fails too often is told to wait, without a byte read; the bot itself never is', async () => {
  const guard = openGuard(3);
  const api = { source: 'talk_api', quoted: { whole: [], cut: [] } } as const;
  await talk.close();
  talk = await startTalk({
    arrive: (request, response, isKnown) => guard.arrive({ ...api, isKnown }, request, response),
  });
  const me = `${talk.origin}/talk/api/v1/me`;

  const failures = [];
  for (let n = 0; n < 5; n += 1) failures.push(await callTalk(me, { method: 'GET' }, { bearer: 'a-guess' }));
  const bots = await callTalk(me, { method: 'GET' });

  expect(failures.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
  expect(failures[4]?.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(bots.status).toBe(200);
  expect(guard.tallies()).toEqual([
    { source: 'talk_api', reason: 'unauthorized', refused: 3, unrecorded: 0 },
    { source: 'talk_api', reason: 'rate_limited', refused: 2, unrecorded: 0 },
  ]);
  await guard.stop();
});

describe('a message that will never do', () => {
  const refused: readonly (readonly [string, Refusal, unknown])[] = [
    ['no JSON', [400, 'malformed'], Buffer.from('{')],
    ['no UTF-8', [400, 'malformed'], Buffer.from([0x22, 0xff, 0x22])],
    ['a field too many', [422, 'invalid'], message({ extra: 1 })],
    ['no card', [422, 'invalid'], message({ card: 'card' })],
    ['a key with a dot', [422, 'invalid'], message({ key: 'a.b' })],
    ['a handle that is none', [404, 'unknown_user'], message({ to: 'no one' })],
    ['a card of more than 64 kB', [413, 'too_large'], message({ card: card('x'.repeat(66_000)) })],
    ['a body of more than 256 kB', [413, 'too_large'], message({ card: card('x'.repeat(270_000)) })],
  ];

  test.each(refused)('%s: %j', async (_name, refusal, sent) => {
    const answer = await callTalk(`${talk.origin}/talk/api/v1/messages`, { method: 'POST', message: sent });

    expect([answer.status, codeOf(answer)]).toEqual(refusal);
  });

  test('somebody whom this Talk does not know is named so', async () => {
    await talk.close();
    talk = await startTalk({ isUser: (handle) => handle === 'bob@example.org' });

    expect(codeOf(await post())).toBe('unknown_user');
    expect((await post({ to: 'bob@example.org' })).status).toBe(201);
  });
});

test('a bot that is who it says learns so', async () => {
  const answer = await callTalk(`${talk.origin}/talk/api/v1/me`, { method: 'GET' });

  expect([answer.status, answer.json]).toEqual([200, { bot: 'koder-gate' }]);
});
