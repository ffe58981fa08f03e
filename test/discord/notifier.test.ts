/** What the Discord notifier makes of Discord's answers, and of its SDK's habits, beyond what every channel is asked. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Answer, EditingNotifier } from '../../src/contract/notifier.js';
import { openDiscordAt } from '../contract/stages/discord.js';
import { startFakeDiscord, type FakeDiscord } from '../fakes/discord.js';
import type { ApiSaid } from '../fakes/discord-api.js';
import { verifyKeyOf } from '../fakes/discord-keys.js';
import { caseOf } from '../fixtures/cards/discord-cases.js';
import { discordDeps, noticeOf, notifierOf, receiptOf } from '../fixtures/channels/discord.js';

const PENDING = caseOf('pending-stg');
const APPROVED = caseOf('approved');
const ROOM = { kind: 'room', address: '1311111111111111111' } as const;
const patience = (): AbortSignal => AbortSignal.timeout(5_000);

let fake: FakeDiscord;
let channel: OpenChannel;
let notifier: EditingNotifier;

beforeEach(async () => {
  fake = await startFakeDiscord();
  channel = await openDiscordAt(fake.apiUrl, discordDeps(), { publicKey: verifyKeyOf('current') });
  notifier = notifierOf(channel);
});
afterEach(async () => {
  await channel.stop();
  await fake.close();
});

const messageCalls = (): readonly string[] => fake.called.filter((line) => line.includes('/messages'));

describe('a card', () => {
  test('goes into direct messages, which are opened once', async () => {
    await notifier.notify(noticeOf(PENDING), patience());
    await notifier.notify(noticeOf(PENDING), patience());

    expect(fake.called.filter((line) => line === 'POST /users/@me/channels')).toHaveLength(1);
    expect(fake.sees(noticeOf(PENDING).recipient)).toHaveLength(2);
  });

  test('goes into a room without opening anything', async () => {
    const answer = await notifier.notify(noticeOf(PENDING, { recipient: ROOM }), patience());

    expect(receiptOf(answer)['channel']).toBe(ROOM.address);
    expect(fake.called).not.toContain('POST /users/@me/channels');
  });

  test('is not doubled by a retry, while Discord remembers the nonce and after it has forgotten it', async () => {
    const notice = noticeOf(PENDING);
    await fake.behave({ kind: 'reset_after_body' });
    await notifier.notify(notice, patience());
    await fake.behave({ kind: 'normal' });
    fake.state.forgetNonces();

    const again = await notifier.notify({ ...notice, attempt: 2 }, patience());

    expect(again.kind).toBe('delivered');
    expect(fake.sees(notice.recipient)).toHaveLength(1);
  });

  test('is not doubled where the bot may not look into the channel: the nonce is left', async () => {
    const notice = noticeOf(PENDING, { recipient: ROOM });
    const first = await notifier.notify(notice, patience());
    fake.hideHistory();

    const again = await notifier.notify({ ...notice, attempt: 2 }, patience());

    expect(receiptOf(again)).toEqual(receiptOf(first));
    expect(fake.sees(ROOM)).toHaveLength(1);
  });

  test('is found among many others, however much they say', async () => {
    const notice = noticeOf(PENDING, { recipient: ROOM });
    const first = await notifier.notify(notice, patience());
    for (let count = 0; count < 49; count += 1) {
      const embeds = [{ description: 'x'.repeat(4_096) }];
      fake.state.post(ROOM.address, { content: 'y'.repeat(2_000), embeds });
    }
    fake.state.forgetNonces();

    const again = await notifier.notify({ ...notice, attempt: 2 }, patience());

    expect(receiptOf(again)).toEqual(receiptOf(first));
    expect(fake.calls()).toBe(1);
  });

  test('of another request is not taken for this one', async () => {
    await notifier.notify(noticeOf(PENDING), patience());
    const other = noticeOf({ ...PENDING, requestId: 'zzzzzzzzzzzzzzzzzzzz' as typeof PENDING.requestId });

    await notifier.notify({ ...other, attempt: 2 }, patience());

    expect(fake.sees(other.recipient)).toHaveLength(2);
  });

  test('that could not be looked for is not put there a second time blindly', async () => {
    fake.script('GET /channels', { status: 503, body: {} });

    const answer = await notifier.notify(noticeOf(PENDING, { attempt: 2 }), patience());

    expect(answer).toEqual({ kind: 'deferred', reason: 'http_503' });
    expect(fake.calls()).toBe(0);
  });
});

describe('direct messages that cannot be opened put nothing before anybody', () => {
  const cases: readonly (readonly [string, ApiSaid | 'reset', Answer])[] = [
    ['a 503', { status: 503, body: {} }, { kind: 'deferred', reason: 'http_503' }],
    ['a reset', 'reset', { kind: 'deferred', reason: 'reset' }],
    ['a 200 without an id', { status: 200, body: {} }, { kind: 'deferred', reason: 'answer_malformed' }],
    ['too many of them', no(400, 40003), { kind: 'deferred', reason: 'discord_40003', retryAfterMs: 60_000 }],
    ['nobody by that id', no(404, 10013), { kind: 'refused', scope: 'recipient', reason: 'discord_10013' }],
  ];

  test.each(cases)('%s', async (_name, said, expected) => {
    fake.script('POST /users/@me/channels', said);

    expect(await notifier.notify(noticeOf(PENDING), patience())).toEqual(expected);
    expect(fake.calls()).toBe(0);
  });
});

describe('a first message answered with', () => {
  const cases: readonly (readonly [string, ApiSaid, object])[] = [
    ['401', { status: 401, body: { message: '401: Unauthorized', code: 0 } }, refused('provider', 'http_401')],
    ['an invalid token', no(401, 50014), refused('provider', 'discord_50014')],
    ['Discord’s front', no(403, 40333), refused('provider', 'discord_40333')],
    ['a 403 of something else', { status: 403, body: null }, refused('provider', 'http_403')],
    ['a 404 of something else', { status: 404, body: { code: 0 } }, refused('provider', 'http_404')],
    ['a redirection', { status: 302, body: null }, refused('provider', 'http_302')],
    ['direct messages closed', no(403, 50007), refused('recipient', 'discord_50007')],
    ['no server in common', no(403, 50278), refused('recipient', 'discord_50278')],
    ['an unknown channel', no(404, 10003), refused('recipient', 'discord_10003')],
    ['missing permissions', no(403, 50013), refused('recipient', 'discord_50013')],
    ['an invalid form', no(400, 50035), refused('message', 'discord_50035')],
    ['an empty message', no(400, 50006), refused('message', 'discord_50006')],
    ['a message that is gone', no(404, 10008), refused('message', 'discord_10008')],
    ['slow mode', no(429, 20016), { kind: 'deferred' }],
    ['an overload', no(503, 130000), { kind: 'unknown', reason: 'http_503' }],
    [
      'a 200 that names no message',
      { status: 200, body: { id: '1' } },
      { kind: 'unknown', reason: 'answer_malformed' },
    ],
    ['a 200 of a login page', { status: 200, body: '<html>' }, { kind: 'unknown', reason: 'answer_malformed' }],
  ];

  test.each(cases)('%s', async (_name, said, expected) => {
    fake.script('POST /channels', said);

    expect(await notifier.notify(noticeOf(PENDING), patience())).toMatchObject(expected);
    expect(fake.calls()).toBe(1);
  });
});

describe('an edit answered with', () => {
  const cases: readonly (readonly [string, ApiSaid, object])[] = [
    ['a message that is gone', no(404, 10008), { kind: 'uneditable', reason: 'discord_10008' }],
    ['another author’s message', no(403, 50005), { kind: 'uneditable', reason: 'discord_50005' }],
    ['too many edits of old messages', no(429, 30046), { kind: 'deferred' }],
    ['an unknown channel', no(404, 10003), refused('recipient', 'discord_10003')],
    [
      'another message',
      { status: 200, body: { id: '1', channel_id: '2' } },
      { kind: 'unknown', reason: 'answer_malformed' },
    ],
  ];

  test.each(cases)('%s', async (_name, said, expected) => {
    const notice = noticeOf(PENDING);
    const receipt = receiptOf(await notifier.notify(notice, patience()));
    fake.script('PATCH /channels', said);

    expect(await notifier.update({ ...notice, card: APPROVED, receipt }, patience())).toMatchObject(expected);
  });
});

test('a follow-up is a message of its own, once, and the next edit is of it', async () => {
  const notice = noticeOf(PENDING);
  const receipt = receiptOf(await notifier.notify(notice, patience()));
  fake.state.deleteAll();

  const first = receiptOf(await notifier.followUp({ ...notice, card: APPROVED, receipt }, patience()));
  const again = receiptOf(await notifier.followUp({ ...notice, attempt: 2, card: APPROVED, receipt }, patience()));
  const edited = await notifier.update({ ...notice, card: caseOf('revoked'), receipt: first }, patience());

  expect(first).not.toEqual(receipt);
  expect(again).toEqual(first);
  expect(edited).toEqual({ kind: 'delivered', receipt: first });
  expect(fake.sees(notice.recipient)).toHaveLength(1);
});

test('a recipient of another kind, and a receipt of another channel, are refused without a call', async () => {
  const consumer = { kind: 'consumer', approver: 'ada@example.org', url: 'https://x.example' } as never;

  const answers = [
    await notifier.notify(noticeOf(PENDING, { recipient: consumer }), patience()),
    await notifier.update({ ...noticeOf(APPROVED), receipt: { ts: '1.2' } }, patience()),
    await notifier.update({ ...noticeOf(APPROVED), receipt: { channel: '../../users/@me', message: '1' } }, patience()),
    await notifier.followUp({ ...noticeOf(APPROVED), receipt: { message: '1' } }, patience()),
  ];

  expect(answers.map((answer) => answer.kind)).toEqual(['refused', 'refused', 'refused', 'refused']);
  expect(messageCalls()).toEqual([]);
});

function no(status: number, code: number): ApiSaid {
  return { status, body: { code, message: 'the peer’s own words' } };
}

function refused(scope: string, reason: string): object {
  return { kind: 'refused', scope, reason };
}
