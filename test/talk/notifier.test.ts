/** What the talk notifier makes of a Talk server's answers, beyond what the shared suite asks of every channel. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Answer } from '../../src/contract/notifier.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import { serveOnLoopback, startFakeTalk, type FakeTalk, type LoopbackServer } from '../fakes/talk.js';
import { ADA, noticeOf, notifierOf, openTalkAt, receiptOf, viewOf } from '../fixtures/channels/talk.js';

const PENDING = viewOf('pending-stg');
const APPROVED = viewOf('approved');
const inTime = (): AbortSignal => AbortSignal.timeout(5_000);

describe('before the embedded Talk', () => {
  let fake: FakeTalk;
  let channel: OpenChannel;

  beforeEach(async () => {
    fake = await startFakeTalk();
    channel = await openTalkAt(fake.apiUrl);
  });
  afterEach(async () => {
    await channel.stop();
    await fake.close();
  });

  test('a card is put there, redrawn in place, and told apart by its words', async () => {
    const notice = noticeOf(PENDING);
    const receipt = receiptOf(await channel.notifier.notify(notice, inTime()));

    const answer = await notifierOf(channel).update({ ...notice, card: APPROVED, receipt }, inTime());

    expect(answer).toEqual({ kind: 'delivered', receipt });
    const seen = fake.sees(notice.recipient);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.text).toContain('Approved by rpm@koder.dev over Talk');
    expect(seen[0]?.buttons).toEqual([]);
  });

  test('a card goes to the handle: the workspace in an address is for us alone', async () => {
    const notice = noticeOf(PENDING);
    const recipient = { ...notice.recipient, address: `acme:${ADA}` } as typeof notice.recipient;

    const receipt = receiptOf(await channel.notifier.notify({ ...notice, recipient }, inTime()));
    const { notifier } = channel;
    if (notifier.updates !== 'edit') throw new Error('Talk edits');
    await notifier.followUp({ ...notice, recipient, card: APPROVED, receipt }, inTime());

    expect(fake.sees(notice.recipient)).toHaveLength(2);
  });

  test('an edit that was overtaken is content, and does not bring the older card back', async () => {
    const notice = noticeOf(PENDING);
    const receipt = receiptOf(await channel.notifier.notify(notice, inTime()));
    const at = (revision: number): Promise<Answer> =>
      notifierOf(channel).update({ ...notice, card: { ...APPROVED, revision }, receipt }, inTime());
    await at(5);

    const late = await notifierOf(channel).update({ ...notice, card: { ...PENDING, revision: 3 }, receipt }, inTime());

    expect(late).toEqual({ kind: 'delivered', receipt });
    expect(fake.sees(notice.recipient)[0]?.text).toContain('Approved by');
  });

  test('a first message sent again after the decision shows the decision, in one message', async () => {
    const notice = noticeOf(PENDING);
    await fake.behave({ kind: 'reset_after_body' });
    const first = await channel.notifier.notify(notice, inTime());
    await fake.behave({ kind: 'normal' });

    const again = await channel.notifier.notify({ ...notice, attempt: 2, card: APPROVED }, inTime());

    expect([first.kind, again.kind]).toEqual(['unknown', 'delivered']);
    expect(fake.sees(notice.recipient).map(({ buttons }) => buttons)).toEqual([[]]);
  });

  test('a card that Talk has forgotten can be edited no more', async () => {
    const notice = { ...noticeOf(APPROVED), receipt: { id: 'm0' } };

    expect(await notifierOf(channel).update(notice, inTime())).toEqual({
      kind: 'uneditable',
      reason: 'unknown_message',
    });
  });

  test('a recipient of another kind, and a receipt of another channel, are refused without a call', async () => {
    const consumer = { kind: 'consumer', approver: 'ada@example.org', url: 'https://x.example' } as never;

    const answers = [
      await channel.notifier.notify({ ...noticeOf(PENDING), recipient: consumer }, inTime()),
      await notifierOf(channel).update({ ...noticeOf(APPROVED), receipt: { ts: '1.2' } }, inTime()),
    ];

    expect(answers).toMatchObject([
      { kind: 'refused', scope: 'message' },
      { kind: 'refused', scope: 'message' },
    ]);
    expect(fake.calls()).toBe(0);
  });

  test('health says that the bot is known, and what to do when it is not', async () => {
    expect(await channel.health(inTime())).toMatchObject({ kind: 'healthy' });
    await fake.behave({ kind: 'bad_credentials' });
    expect(await channel.health(inTime())).toMatchObject({
      kind: 'unhealthy',
      cure: expect.stringContaining('TALK_BOT_TOKEN'),
    });
    await fake.behave({ kind: 'refuse_connection' });
    expect(await channel.health(inTime())).toMatchObject({
      kind: 'unhealthy',
      cure: expect.stringContaining('TALK_API_URL'),
    });
  });
});

describe('before a server that answers', () => {
  let server: LoopbackServer;
  let channel: OpenChannel;
  let answer: { status: number; headers?: Record<string, string>; body: string };

  beforeEach(async () => {
    server = await serveOnLoopback((request, response) => {
      request.resume().on('end', () => response.writeHead(answer.status, answer.headers ?? {}).end(answer.body));
    });
    channel = await openTalkAt(`http://127.0.0.1:${String(server.port)}`);
  });
  afterEach(async () => {
    await channel.stop();
    await server.close();
  });

  const error = (code: string): string => JSON.stringify({ error: { code, message: 'the peer’s own words' } });
  const provider = { kind: 'refused', scope: 'provider' };
  const message = { kind: 'refused', scope: 'message' };
  const posts: readonly (readonly [string, typeof answer, object])[] = [
    ['401', { status: 401, body: error('unauthorized') }, { ...provider, reason: 'http_401' }],
    ['403', { status: 403, body: '' }, { ...provider, reason: 'http_403' }],
    [
      '404 of an unknown user',
      { status: 404, body: error('unknown_user') },
      { kind: 'refused', scope: 'recipient', reason: 'unknown_user' },
    ],
    ['404 of something that is no Talk server', { status: 404, body: '<html>' }, { ...provider, reason: 'http_404' }],
    [
      '302',
      { status: 302, headers: { location: 'https://evil.example' }, body: '' },
      { ...provider, reason: 'http_302' },
    ],
    ['400', { status: 400, body: error('malformed') }, { ...message, reason: 'http_400' }],
    ['413', { status: 413, body: '' }, { ...message, reason: 'http_413' }],
    ['422', { status: 422, body: error('key_taken') }, { ...message, reason: 'http_422' }],
    ['408', { status: 408, body: error('outside_window') }, { kind: 'deferred', reason: 'http_408' }],
    [
      '429 in seconds',
      { status: 429, headers: { 'retry-after': '7' }, body: '' },
      { kind: 'deferred', reason: 'http_429', retryAfterMs: 7_000 },
    ],
    ['429 without a time', { status: 429, body: '' }, { kind: 'deferred', reason: 'http_429' }],
    [
      '429 with nonsense',
      { status: 429, headers: { 'retry-after': 'soon' }, body: '' },
      { kind: 'deferred', reason: 'http_429' },
    ],
    ['500', { status: 500, body: '' }, { kind: 'unknown', reason: 'http_500' }],
    ['200 without an id', { status: 200, body: '{"revision":1}' }, { kind: 'unknown', reason: 'answer_malformed' }],
    [
      '200 of an older revision',
      { status: 200, body: '{"id":"m1","revision":0}' },
      { kind: 'unknown', reason: 'answer_malformed' },
    ],
    ['200 of a login page', { status: 200, body: '<html>' }, { kind: 'unknown', reason: 'answer_malformed' }],
    ['201', { status: 201, body: '{"id":"m1","revision":1}' }, { kind: 'delivered', receipt: { id: 'm1' } }],
  ];

  test.each(posts)('a first message answered with %s', async (_name, said, expected) => {
    answer = said;

    expect(await channel.notifier.notify(noticeOf(PENDING), inTime())).toEqual(expected);
  });

  test('a Retry-After that is a date is a wait from now', async () => {
    const at = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000);
    answer = { status: 429, headers: { 'retry-after': at.toUTCString() }, body: '' };

    const said = await channel.notifier.notify(noticeOf(PENDING), inTime());

    if (said.kind !== 'deferred') throw new Error('429 defers');
    expect(said.retryAfterMs).toBeGreaterThan(55_000);
    expect(said.retryAfterMs).toBeLessThan(61_000);
  });

  test('an edit answered with another message’s id is not believed', async () => {
    answer = { status: 200, body: '{"id":"m2","revision":2}' };

    const said = await notifierOf(channel).update({ ...noticeOf(APPROVED), receipt: { id: 'm1' } }, inTime());

    expect(said).toEqual({ kind: 'unknown', reason: 'answer_malformed' });
  });
});
