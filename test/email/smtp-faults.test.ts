/** Whatever a mail server does at whatever point: whether the mail may have gone out, and what is broken. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { classify, refusalIn } from '../../bots/email/smtp/classify.js';
import { smtpTransport } from '../../bots/email/smtp/smtp.js';
import { createPostbox } from '../../bots/email/smtp/postbox.js';
import type { SmtpServer } from '../../bots/email/smtp/server.js';
import type { ComposedMail } from '../../bots/email/transport.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { startFakeSmtp } from '../fakes/smtp.js';
import { startScriptedSmtp, type SmtpPoint, type SmtpScript } from '../fakes/smtp-script.js';
import { closeMails, closers } from '../fixtures/channels/email.js';
import { channelDeps } from '../contract/notifier/fixture.js';

closeMails();

const MAIL: ComposedMail = {
  from: { name: 'Koder Gate', address: 'gate@koder.dev' },
  to: 'ada@example.org',
  subject: 'A mail',
  text: 'Its text.',
  html: '<p>Its text.</p>',
  messageId: 'delivery1@koder.dev',
  dateMs: 1_764_547_200_000,
  headers: {},
  isFirstAttempt: true,
};
const { clock, log } = channelDeps(() => undefined);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const DKIM = {
  domain: 'koder.dev',
  selector: 'mail',
  key: new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
};

const REFUSED = { kind: 'refused' };
const DEFERRED = { kind: 'deferred' };
const UNKNOWN = { kind: 'unknown' };

function serverAt(port: number, some: Partial<SmtpServer> = {}): SmtpServer {
  return { host: '127.0.0.1', port, tls: 'none', login: null, ...some };
}

async function answerTo(script: SmtpScript, some: Partial<SmtpServer> = {}) {
  const fake = await startScriptedSmtp(script);
  const transport = smtpTransport(serverAt(fake.port, some), { ownName: 'gate.example.org', clock, log });
  closers.push(
    () => fake.close(),
    async () => Promise.resolve(transport.close()),
  );
  return { answer: await transport.send(MAIL, AbortSignal.timeout(8_000)), fake };
}

describe.each([
  ['one command at a time', false],
  ['pipelining', true],
])('%s', (_name, isPipelining) => {
  test.each<[SmtpPoint, string, object]>([
    ['greeting', '421 4.3.2 busy', DEFERRED],
    ['greeting', '554 5.3.2 no', { ...REFUSED, scope: 'provider' }],
    ['MAIL', '421 4.3.2 closing', { ...DEFERRED, reason: 'smtp_421_4.3.2' }],
    ['MAIL', '451 4.3.0 later', { ...DEFERRED, reason: 'smtp_451_4.3.0' }],
    ['MAIL', '550 5.7.1 not you', { ...REFUSED, scope: 'provider', reason: 'smtp_550_5.7.1' }],
    ['MAIL', '503 5.5.1 bad sequence', DEFERRED],
    ['RCPT', '450 4.2.0 greylisted', { ...DEFERRED, reason: 'smtp_450_4.2.0' }],
    ['RCPT', '550 5.1.1 nobody', { ...REFUSED, scope: 'recipient', reason: 'smtp_550_5.1.1' }],
    ['RCPT', '550-5.7.1 unable to\r\n550 5.7.1 relay', { ...REFUSED, scope: 'recipient', reason: 'smtp_550_5.7.1' }],
    ['RCPT', '550 nobody 5.7.1', { ...REFUSED, scope: 'recipient', reason: 'smtp_550' }],
    ['RCPT', '550 5.1.1234 nobody', { ...REFUSED, scope: 'recipient', reason: 'smtp_550' }],
    ['DATA', '451 4.3.0 later', { ...DEFERRED, reason: 'smtp_451_4.3.0' }],
    ['DATA', '554 5.7.1 no', { ...REFUSED, scope: 'message' }],
    ['dot', '421 4.3.0 closing', { ...DEFERRED, reason: 'smtp_421_4.3.0' }],
    ['dot', '452 4.3.1 full', { ...DEFERRED, reason: 'smtp_452_4.3.1' }],
    ['dot', '554 5.7.1 spam', { ...REFUSED, scope: 'message' }],
    ['dot', '250 2.0.0 taken', { kind: 'delivered' }],
  ])('at %s the server says %s', async (at, say, expected) => {
    const { answer } = await answerTo({ at, say, isPipelining });

    expect(answer).toMatchObject(expected);
  });

  test.each<[SmtpPoint, object]>([
    ['greeting', DEFERRED],
    ['EHLO', DEFERRED],
    ['MAIL', DEFERRED],
    ['RCPT', DEFERRED],
    ['DATA', DEFERRED],
    ['body', UNKNOWN],
    ['dot', UNKNOWN],
  ])('the connection ends or breaks at %s, signed or not', async (at, expected) => {
    for (const say of ['close', 'reset']) {
      for (const some of [{}, { dkim: DKIM }]) {
        const { answer, fake } = await answerTo({ at, say, isPipelining }, some);

        expect(answer).toMatchObject(expected);
        expect(fake.bodyBytes() > 0).toBe(expected === UNKNOWN);
      }
    }
  });
});

test('a body that began on one connection says nothing of the mail on another', async () => {
  const fake = await startScriptedSmtp({ at: ['dot', 'RCPT', 'dot', 'MAIL', 'dot'], say: 'silence' });
  const postbox = createPostbox(serverAt(fake.port), { ownName: 'gate.example.org', log, totalMs: 400 });
  closers.push(
    () => fake.close(),
    async () => Promise.resolve(postbox.close()),
  );

  const waiting = Array.from({ length: 6 }, (_, at) =>
    postbox.send({ ...MAIL, messageId: `delivery${String(at)}@koder.dev` }, AbortSignal.timeout(8_000)),
  );

  // five connections carry five mails, three of them past DATA; the sixth waits for one of them
  const begun = (await Promise.all(waiting)).map((posting) => posting.kind === 'failed' && posting.failure.hasBodyGone);
  expect(begun.filter((isBegun) => isBegun)).toHaveLength(3);
  expect(begun[5]).toBe(false);
});

test('a server that takes too long for one mail is given up, as a timeout', async () => {
  const fake = await startScriptedSmtp({ at: 'dot', say: 'silence' });
  const postbox = createPostbox(serverAt(fake.port), { ownName: 'gate.example.org', log, totalMs: 100 });
  closers.push(
    () => fake.close(),
    async () => Promise.resolve(postbox.close()),
  );

  const posting = await postbox.send(MAIL, AbortSignal.timeout(8_000));

  if (posting.kind === 'sent') throw new Error('nobody took it');
  expect(classify(posting.failure)).toEqual({ kind: 'unknown', reason: 'timeout' });
});

test('one recipient who is refused among others is read, although the mail counts as sent', async () => {
  const fake = await startFakeSmtp({
    onRcptTo({ address }, _session, callback) {
      const isRefused = address.startsWith('eve@');
      callback(isRefused ? Object.assign(new Error('No such user'), { responseCode: 550 }) : null);
    },
  });
  closers.push(() => fake.close());
  const transport = createTransport({ host: '127.0.0.1', port: fake.port, ignoreTLS: true });

  const info = await transport.sendMail({ from: 'a@b.example', to: 'ada@b.example, eve@b.example', text: 'hello' });

  const refusal = refusalIn(info, 'eve@b.example');
  expect(fake.calls()).toBe(1);
  expect(refusalIn(info, 'ada@b.example')).toBeNull();
  expect(refusal === null ? null : classify(refusal)).toEqual({
    kind: 'refused',
    scope: 'recipient',
    reason: 'smtp_550',
  });
});
