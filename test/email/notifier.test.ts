import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { SmtpServer } from '../../bots/email/config.js';
import { emailEntry } from '../../bots/email/entry.js';
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Answer, Notice } from '../../src/contract/notifier.js';
import { CASES, CONFIRM_URL } from '../cards/adaptive-cases.js';
import { channelSeams } from '../contract/notifier/scene.js';
import { startFakeSmtp, type FakeSmtp, type SmtpBehaviour } from '../fakes/smtp.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('a mail', () => {
  test('has both parts, one link, a Message-ID of its delivery, and says it was made by a machine', async () => {
    const { channel, fake } = await open();

    const answer = await notify(channel, { deliveryId: 'delivery1' });

    const [mail] = fake.mails();
    expect(answer).toEqual({ kind: 'delivered', receipt: { messageId: 'delivery1@koder.dev' } });
    expect(mail?.messageId).toBe('<delivery1@koder.dev>');
    expect(mail?.subject).toBe('[Koder Access] stg.kds.koder.dev');
    expect(mail?.to).toEqual(['rpm@example.org']);
    expect(mail?.textPart).toContain('Review request →');
    expect(mail?.htmlPart).toContain('Review request →');
    expect(mail?.links).toEqual([CONFIRM_URL]);
    expect(Object.fromEntries(mail?.headers ?? [])).toMatchObject({
      from: 'Koder Gate <gate@koder.dev>',
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
      'content-type': expect.stringMatching(/^multipart\/alternative;/),
    });
    expect([...(mail?.headers.keys() ?? [])].filter((name) => /x-mailer|bcc|cc|list|notification/.test(name))).toEqual(
      [],
    );
  });

  test('goes out over a connection that stays for the next one', async () => {
    const { channel, fake } = await open();

    await notify(channel, { deliveryId: 'one' });
    await notify(channel, { deliveryId: 'two' });

    expect(fake.mails()).toHaveLength(2);
    expect(fake.connections()).toBe(1);
  });

  test.each([
    'a@b.example, eve@evil.example',
    'a@b.example\r\nBcc: eve@evil.example',
    '<a@b.example>',
    'a b@c.example',
    '',
  ])('does not go to %j, which is not one address', async (address) => {
    const { channel, fake } = await open();

    const answer = await notify(channel, {
      recipient: { kind: 'approver', approver: 'rpm@koder.dev' as ApproverId, address },
    });

    expect(answer).toEqual({ kind: 'refused', scope: 'recipient', reason: 'not_a_mail_address' });
    expect(fake.calls()).toBe(0);
  });
});

describe('what the mail server says is understood', () => {
  test.each<[SmtpBehaviour, Answer]>([
    ['busy', { kind: 'deferred', reason: 'smtp_451' }],
    ['busy_greeting', { kind: 'deferred', reason: 'smtp_421' }],
    ['closing', { kind: 'deferred', reason: 'smtp_421' }],
    ['unknown_recipient_for_now', { kind: 'deferred', reason: 'smtp_450' }],
    ['unknown_recipient', { kind: 'refused', scope: 'recipient', reason: 'smtp_550' }],
    ['message_refused', { kind: 'refused', scope: 'message', reason: 'smtp_554' }],
    ['sender_refused', { kind: 'refused', scope: 'provider', reason: 'smtp_550' }],
    ['bad_credentials', { kind: 'refused', scope: 'provider', reason: 'smtp_535' }],
    ['garbage', { kind: 'deferred', reason: 'smtp_protocol' }],
    ['refuse_connection', { kind: 'deferred', reason: 'connection_refused' }],
    ['reset_after_body', { kind: 'unknown', reason: 'connection_reset' }],
    ['garbage_after_body', { kind: 'unknown', reason: 'smtp_message' }],
  ])('%s', async (behaviour, expected) => {
    const { channel, fake } = await open();
    await fake.behave(behaviour);

    expect(await notify(channel)).toEqual(expected);
  });

  test('a connection lost before the mail began to leave is deferred', async () => {
    const { channel, fake } = await open();
    await fake.behave('reset_before_body');

    expect(await notify(channel)).toMatchObject({ kind: 'deferred' });
  });

  test('an attempt that is given up frees its connection, and the next mail gets one', async () => {
    const { channel, fake } = await open();
    await fake.behave('hang');
    const given = new AbortController();
    const attempts = Array.from({ length: channel.slots }, (_, at) =>
      notify(channel, { deliveryId: `d${String(at)}` }, given.signal),
    );
    await fake.arrival();

    given.abort();

    const answers = await Promise.all(attempts);
    expect(answers.every(({ kind }) => kind === 'unknown' || kind === 'deferred')).toBe(true);
    await fake.idle();
    await fake.behave('normal');
    expect(await notify(channel)).toMatchObject({ kind: 'delivered' });
  });
});

describe('encryption', () => {
  test('a server without STARTTLS gets neither login nor mail', async () => {
    const fake = await startFakeSmtp();
    closers.push(() => fake.close());
    const channel = await openAt(urlOf(fake), { tls: 'required' });

    expect(await notify(channel)).toEqual({ kind: 'refused', scope: 'provider', reason: 'tls' });
    expect(fake.logins()).toBe(0);
    expect(fake.calls()).toBe(0);
  });

  test.each(['required', 'if_offered'] as const)('a certificate of nobody we know is refused (%s)', async (tls) => {
    const fake = await startFakeSmtp({ hideSTARTTLS: false });
    closers.push(() => fake.close());
    const channel = await openAt(urlOf(fake), { tls });

    expect(await notify(channel)).toEqual({ kind: 'refused', scope: 'provider', reason: 'tls' });
    expect(fake.logins()).toBe(0);
  });
});

describe('health', () => {
  test('a server that lets us in is healthy, and no mail was sent', async () => {
    const { channel, fake } = await open();

    expect(await channel.health(AbortSignal.timeout(5_000))).toEqual({
      kind: 'healthy',
      detail: `127.0.0.1:${String(fake.port)} lets us in`,
    });
    expect(fake.calls()).toBe(0);
  });

  test('one that does not says what to do, and never the password or its own words', async () => {
    const { channel, fake } = await open();
    await fake.behave('bad_credentials');

    const health = await channel.health(AbortSignal.timeout(5_000));

    expect(health).toMatchObject({ kind: 'unhealthy', cure: expect.stringContaining('password') });
    expect(JSON.stringify(health)).not.toMatch(/Authentication failed|correct horse/);
  });

  test('one that never greets is given up with the signal', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket.resume())).listen(0, '127.0.0.1');
    closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    });
    await once(silent, 'listening');
    const channel = await openAt(`smtp://127.0.0.1:${String((silent.address() as AddressInfo).port)}`);

    expect(await channel.health(AbortSignal.timeout(50))).toMatchObject({ kind: 'unhealthy' });
  });
});

async function open(): Promise<{ channel: OpenChannel; fake: FakeSmtp }> {
  const fake = await startFakeSmtp();
  closers.push(() => fake.close());
  return { channel: await openAt(urlOf(fake)), fake };
}

function urlOf(fake: FakeSmtp): string {
  return `smtp://${fake.user}:${encodeURIComponent(fake.password)}@127.0.0.1:${String(fake.port)}`;
}

/** `server` stands for what another URL would have configured: loopback names are all there are in a test. */
async function openAt(smtpUrl: string, server: Partial<SmtpServer> = {}): Promise<OpenChannel> {
  const environment = { SMTP_URL: smtpUrl, MAIL_FROM: 'Koder Gate <gate@koder.dev>' };
  const facts = { publicUrl: 'https://gate.example.org', isUsed: true, sites: [], producers: [] };
  const { config, problems } = emailEntry.configure(environment, facts);
  if (config === null) throw new Error(JSON.stringify(problems));
  const { open: openChannel } = await emailEntry.load();
  const channel = await openChannel(
    { ...config, server: { ...config.server, ...server } },
    channelSeams(() => undefined),
  );
  closers.push(() => channel.stop());
  return channel;
}

function notify(
  channel: OpenChannel,
  some: Partial<Notice> = {},
  signal = AbortSignal.timeout(8_000),
): Promise<Answer> {
  const card = CASES['pending-stg'];
  if (card === undefined) throw new Error('the case is gone');
  const recipient = { kind: 'approver', approver: 'rpm@koder.dev' as ApproverId, address: 'rpm@example.org' } as const;
  const notice: Notice = { deliveryId: 'd1', attempt: 1, channel: 'email' as ChannelName, recipient, card, ...some };
  return channel.notifier.notify(notice, signal);
}
