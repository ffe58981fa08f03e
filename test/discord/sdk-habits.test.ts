/** What Discord's SDK does by itself when a call goes wrong, and that none of it happens here. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { EditingNotifier } from '../../src/contract/notifier.js';
import { openDiscordAt } from '../contract/stages/discord.js';
import { startFakeDiscord, type FakeDiscord } from '../fakes/discord.js';
import { eventually } from '../fixtures/time/eventually.js';
import { verifyKeyOf } from '../fakes/discord-keys.js';
import { caseOf } from '../fixtures/cards/discord-cases.js';
import { discordDeps, noticeOf, notifierOf } from '../fixtures/channels/discord.js';

const PENDING = caseOf('pending-stg');
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

describe('the SDK’s habits', () => {
  test('a 401 does not make it forget the token: the next call is made with it', async () => {
    await fake.behave({ kind: 'bad_credentials' });
    const first = await notifier.notify(noticeOf(PENDING), patience());
    await fake.behave({ kind: 'normal' });

    const second = await notifier.notify(noticeOf(PENDING), patience());

    expect([first.kind, second.kind]).toEqual(['refused', 'delivered']);
  });

  test('a 401 does not spoil calls that are under way beside it', async () => {
    fake.script('POST /users/@me/channels', { status: 401, body: { message: '401: Unauthorized', code: 0 } });

    const answers = await Promise.all([
      notifier.notify(noticeOf(PENDING), patience()),
      notifier.notify(noticeOf(PENDING, { recipient: ROOM }), patience()),
    ]);

    expect(answers.map((answer) => answer.kind)).toEqual(['refused', 'delivered']);
  });

  test('a 429 without Retry-After is one call, and no hot loop', async () => {
    fake.script('POST /channels', { status: 429, body: 'error code: 1015' });

    expect(await notifier.notify(noticeOf(PENDING), patience())).toEqual({ kind: 'deferred', reason: 'http_429' });
    expect(fake.calls()).toBe(1);
  });

  test('a bucket that is known to be empty is not waited for, and not tried before it is full again', async () => {
    fake.script('POST /channels', {
      status: 200,
      body: { id: '1', channel_id: '2' },
      headers: { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '3' },
    });
    await notifier.notify(noticeOf(PENDING, { recipient: ROOM }), patience());

    const answer = await notifier.notify(noticeOf(PENDING, { recipient: ROOM }), patience());

    expect(answer).toMatchObject({ kind: 'deferred', reason: 'http_429' });
    expect(answer.kind === 'deferred' ? answer.retryAfterMs : 0).toBeGreaterThan(100);
    expect(fake.calls()).toBe(1);
    // The SDK sets a timer to that time for a call that it does not wait for, and offers nothing to stop it by.
    await eventually('the bucket is full again', async () => {
      const { kind } = await notifier.notify(noticeOf(PENDING, { recipient: ROOM }), patience());
      return kind === 'delivered';
    });
    expect(fake.calls()).toBe(2);
  });

  test('a 5xx is one call', async () => {
    await fake.behave({ kind: 'server_error' });

    await notifier.notify(noticeOf(PENDING), patience());

    expect(fake.calls()).toBe(1);
  });

  test('a call that waits behind another, and is given up, never went out', async () => {
    await fake.behave({ kind: 'hang' });
    const giveUp = new AbortController();
    const first = notifier.notify(noticeOf(PENDING, { recipient: ROOM }), giveUp.signal);
    await fake.arrival();
    const second = notifier.notify(noticeOf(PENDING, { recipient: ROOM }), giveUp.signal);

    giveUp.abort();

    expect([await first, await second]).toEqual([
      { kind: 'unknown', reason: 'aborted' },
      { kind: 'deferred', reason: 'aborted' },
    ]);
  });
});
