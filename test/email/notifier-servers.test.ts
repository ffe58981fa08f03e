/** Mail servers: what they say is understood, what is encrypted, and who is healthy. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../../src/contract/notifier.js';
import { startFakeSmtp, type SmtpBehaviour } from '../fakes/smtp.js';
import { closeMails, closers, notify, open, openAt, urlOf } from '../fixtures/channels/email.js';

closeMails();

describe('what the mail server says is understood', () => {
  test.each<[SmtpBehaviour, Answer]>([
    ['busy', { kind: 'deferred', reason: 'smtp_451' }],
    ['busy_greeting', { kind: 'deferred', reason: 'smtp_421_4.3.2' }],
    ['closing', { kind: 'deferred', reason: 'smtp_421' }],
    ['unknown_recipient_for_now', { kind: 'deferred', reason: 'smtp_450' }],
    ['unknown_recipient', { kind: 'refused', scope: 'recipient', reason: 'smtp_550', isBounce: true }],
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
