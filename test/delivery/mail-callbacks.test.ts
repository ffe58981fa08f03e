/** A mail of another service from its order to its callback: over a real mail server, told to a real listener, once. */
import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { emailEntry } from '../../bots/email/entry.js';
import { webhookEntry } from '../../bots/webhook/entry.js';
import { webhookNotifier } from '../../bots/webhook/notifier.js';
import type { ChannelName } from '../../src/approval/brand.js';
import type { Producer } from '../../src/approval/site.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { createHttpClient } from '../../src/base/net/http-client-node.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { MailOrder } from '../../src/contract/producer-mails.js';
import { createCourier, type Transport } from '../../src/delivery/courier.js';
import { createMailCallbacks } from '../../src/delivery/mail-callbacks.js';
import { createMessages } from '../../src/delivery/messages.js';
import { createProducerMails } from '../../src/delivery/producer-mails.js';
import { startFakePeer } from '../fakes/consumer.js';
import { startFakeSmtp } from '../fakes/smtp.js';
import { openAt, closers as mailClosers, urlOf } from '../fixtures/channels/email.js';
import { testLedger } from '../fixtures/databases/test-ledger.js';
import { silentLog as log } from '../fixtures/logs/silent-log.js';
import { eventually } from '../fixtures/time/eventually.js';

const MAILBOX = {
  ...{ address: 'gate@example.org', displayName: '', provider: 'env', sites: [], producers: [], priority: 0 },
  ...({ state: 'active', pausedReason: null, origin: 'env' } as const),
};
const [EMAIL, WEBHOOK] = ['email', 'webhook'] as ChannelName[] as [ChannelName, ChannelName];
/** A mail server that looks up whom it takes mails for. A card would not be waited for so long. */
const SLOW_MS = 300;
const KEY = Buffer.alloc(32, 3);
const clock = systemClock();
const random = systemRandom();

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of [...closers.splice(0).reverse(), ...mailClosers.splice(0).reverse()]) await close();
});

function order(change: Partial<MailOrder> = {}): MailOrder {
  return {
    producer: 'jet',
    caller: 'jet',
    to: ['ada@example.org', 'eve@example.org'],
    content: { subject: 'Green', text: 'The words of the mail', html: '<p>The words</p>' },
    mailbox: null,
    site: null,
    idempotencyKey: random.id(),
    bodyHash: 'hash',
    startAtMs: null,
    giveUpAtMs: Date.now() + 60_000,
    caps: { perMinute: 10, perDay: 10 },
    isToldOf: true,
    ...change,
  };
}

/** `url`: where the producer is told. */
async function installation(url: (port: number) => string | null) {
  const store = await testLedger();
  const smtp = await startFakeSmtp({
    onRcptTo({ address }, _session, callback) {
      const isKnown = !address.startsWith('eve@');
      const answer = isKnown ? null : Object.assign(new Error('No such user'), { responseCode: 550 });
      setTimeout(callback, SLOW_MS, answer);
    },
  });
  const peer = await startFakePeer({ kind: 'callback', key: KEY });
  closers.push(
    () => Promise.resolve(store.wipe()),
    () => smtp.close(),
    () => peer.close(),
  );
  const encryption = createEncryption([new Secret(randomBytes(32))]);
  const carrying = new Map(
    [emailEntry, webhookEntry].map((entry) => {
      const { name, carries: kinds, checkAddress } = entry;
      return [name as ChannelName, { kinds, checkAddress }] as const;
    }),
  );
  const messages = createMessages({ deliveries: store.ledger.deliveries, encryption, carrying, random });
  const toCallbacks = createHttpClient({ egress: 'public', allowedNetworks: ['127.0.0.0/8'] });
  const callbackKeys = new Map([['jet', new Secret(KEY)]]);
  const notifier = webhookNotifier({ token: null, callbackKeys, toConsumers: toCallbacks, toCallbacks, clock });
  const email = await openAt(urlOf(smtp));
  const jet = { name: 'jet', callbackUrl: url(peer.port) } as Producer;
  const courier = createCourier({
    ledger: store.ledger,
    transports: new Map<ChannelName, Transport>([
      [EMAIL, { notifier: email.notifier, slots: email.slots }],
      [WEBHOOK, { notifier, slots: 4 }],
    ]),
    encryption,
    directory: () =>
      ({ producers: new Map([['jet', jet]]), sites: [], approvers: new Map(), siteOf: () => undefined }) as never,
    publicUrl: 'https://gate.example.org',
    events: { emit: () => undefined },
    limits: { attemptMs: SLOW_MS / 3 },
    clock,
    random,
    log,
  });
  const callbacks = [0, 1].map(() =>
    createMailCallbacks({
      ledger: store.ledger,
      messages,
      directory: () => ({ producers: new Map([['jet', jet]]) }),
      channel: WEBHOOK,
      clock,
      log,
      everyMs: 50,
    }),
  );
  for (const part of [courier, ...callbacks]) {
    part.start();
    closers.push(() => part.stop());
  }
  const mails = createProducerMails({
    ledger: store.ledger,
    messages,
    channel: EMAIL,
    mailboxes: () => Promise.resolve([MAILBOX]),
    random,
  });
  return { store, smtp, peer, mails };
}

test('each recipient gets a mail or a reason, and the producer is told once, signed, when all have ended', async () => {
  const { store, smtp, peer, mails } = await installation((port) => `http://127.0.0.1:${String(port)}/mails`);

  const ordered = await mails.order(order());

  await eventually('a callback', () => peer.taken('/mails').length > 0);
  const mail = 'mailId' in ordered ? ordered.mailId : '';
  const [told] = peer.taken('/mails');
  expect(told?.json).toMatchObject({
    type: 'auth_gate.mail_ended',
    mail,
    status: 'ended',
    recipients: [
      { to: 'ada@example.org', state: 'sent', reason: null, attempts: [{ outcome: 'sent' }] },
      { to: 'eve@example.org', reason: 'smtp_550', attempts: [{ reason: 'smtp_550' }] },
    ],
  });
  expect(['failed', 'bounced']).toContain((told?.json['recipients'] as { state: string }[])[1]?.state);
  expect(told?.body.toString()).not.toContain('The words');
  expect(smtp.mails().map(({ to, subject }) => [to, subject])).toEqual([[['ada@example.org'], 'Green']]);
  expect(await mails.find({ id: mail, producer: 'fly' })).toBeNull();
  const sent = `SELECT id FROM deliveries WHERE kind = 'mail_callback' AND state = 'sent'`;
  await eventually('its delivery is sent', () => store.query(sent).length === 1);
  expect(store.query('SELECT id FROM deliveries WHERE sealed_payload IS NOT NULL')).toEqual([]);
  expect(peer.calls()).toBe(1);
});

test('a producer that wants to be told nothing any more is told nothing, and nobody looks again', async () => {
  const { store, mails } = await installation(() => null);

  await mails.order(order({ to: ['ada@example.org'] }));

  const unseen = 'SELECT id FROM producer_mails WHERE look_at IS NOT NULL';
  await eventually('nobody looks again', () => store.query(unseen).length === 0);
  expect(store.query(`SELECT id FROM deliveries WHERE kind = 'mail_callback'`)).toEqual([]);
});
