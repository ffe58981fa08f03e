/** Promises about mails that other services order: one for a key, within their caps, told of once. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger, NewProducerMail, ProducerMail, QueuedMessage } from '../../../src/contract/ledger.js';
import { lying, only, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import { claimOne, sent } from './inputs.js';
import { message, newCarrier } from './message-inputs.js';
import { operatorsAudit } from './queue-inputs.js';

const random = systemRandom();
const RACERS = 20;
const ROOMY = { perMinute: 1_000, perDay: 10_000 };

/** A mail to so many. */
function order(change: Partial<NewProducerMail> = {}, recipients = 1): NewProducerMail {
  const id = random.id();
  const channel = newCarrier();
  const about = { kind: 'producer_mail', id };
  return {
    id,
    producer: `jet-${random.id()}`,
    caller: 'jet',
    idempotencyKey: random.id(),
    bodyHash: 'hash',
    startAtMs: null,
    giveUpAtMs: Date.now() + 600_000,
    caps: ROOMY,
    isToldOf: true,
    messages: Array.from({ length: recipients }, (_, at) =>
      message({ channel, about, recipient: { kind: 'mailbox', address: `r${String(at)}@example.org` } }),
    ),
    ...change,
  };
}

function adds(bend: (mail: NewProducerMail) => NewProducerMail): Lie {
  return (honest) => lying(honest, { producerMails: { add: (mail) => honest.producerMails.add(bend(mail)) } });
}

function channelOf({ messages: [first] }: NewProducerMail) {
  if (first === undefined) throw new Error('a mail has a recipient');
  return first.channel;
}

async function sendAll(ledger: Ledger, mail: NewProducerMail): Promise<void> {
  const claims = await ledger.deliveries.claim({ ...claimOne(channelOf(mail)), limit: mail.messages.length });
  await ledger.deliveries.close(claims.map((claim) => sent(claim)));
}

/** As if whoever looks came later. */
async function look({ ledger, change }: LedgerStage, { id }: NewProducerMail): Promise<ProducerMail | undefined> {
  await change(`UPDATE producer_mails SET look_at = 1 WHERE id = '${id}' AND look_at IS NOT NULL`);
  return (await ledger.producerMails.ended(100)).find((mail) => mail.id === id);
}

function telling(): QueuedMessage {
  const recipient = { kind: 'callback', producer: 'jet', url: 'https://jet.example.org/mails' } as const;
  return message({ kind: 'mail_callback', about: { kind: 'producer_mail_end', id: random.id() }, recipient });
}

export const producerMailCases: readonly LedgerCase[] = [
  {
    promise: 'a mail that is taken is in the audit trail once, with its producer and its number of recipients',
    async check({ ledger }) {
      const mail = order({}, 3);
      const full = order({ producer: mail.producer, caps: { perMinute: 1, perDay: 1 } }, 2);

      await ledger.producerMails.add(mail);
      await ledger.producerMails.add({ ...mail, id: random.id(), messages: [] });
      await ledger.producerMails.add(full);

      const entries = (await ledger.audit.recent(500)).filter(({ who }) => who === mail.producer);
      const detail = { mail: mail.id, recipients: 3, caller: 'jet' };
      expect(entries).toMatchObject([{ what: 'mail_ordered', surface: 'producer', address: null, detail }]);
    },
    mutant: adds((mail) => ({ ...mail, messages: mail.messages.slice(0, 1) })),
  },
  {
    promise: `of ${String(RACERS)} orders with one key at once one is queued, and all name it`,
    async check({ processes, query }) {
      const [producer, idempotencyKey] = [`jet-${random.id()}`, random.id()];

      const answers = await Promise.all(
        Array.from({ length: RACERS }, (_, racer) =>
          processes[racer % 3 === 0 ? 0 : racer % 3 === 1 ? 1 : 2].producerMails.add(
            order({ producer, idempotencyKey, caps: { perMinute: 2, perDay: 2 } }, 2),
          ),
        ),
      );

      expect(answers.filter(({ kind }) => kind === 'queued')).toHaveLength(1);
      expect(answers.filter(({ kind }) => kind === 'known')).toHaveLength(RACERS - 1);
      expect(new Set(answers.map((answer) => 'mailId' in answer && answer.mailId)).size).toBe(1);
      const { id } = only(await query(`SELECT id FROM producer_mails WHERE producer = '${producer}'`));
      expect(await query(`SELECT id FROM deliveries WHERE about = 'producer_mail:${String(id)}'`)).toHaveLength(2);
    },
    mutant: adds((mail) => ({ ...mail, idempotencyKey: random.id(), caps: ROOMY })),
  },
  {
    promise: 'another mail under a key is told apart, and a key is a producer’s own',
    async check({ ledger }) {
      const first = order();
      await ledger.producerMails.add(first);
      const { producer, idempotencyKey } = first;

      expect(await ledger.producerMails.add(order({ producer, idempotencyKey, bodyHash: 'another' }))).toEqual({
        kind: 'other_body',
        mailId: first.id,
      });
      expect(await ledger.producerMails.add(order({ idempotencyKey }))).toMatchObject({ kind: 'queued' });
      expect(await ledger.producerMails.find({ id: first.id, producer: 'another' })).toBeNull();
    },
    mutant: adds((mail) => ({ ...mail, bodyHash: 'hash' })),
  },
  {
    promise: 'caps hold among processes, count recipients, and what was refused was not counted',
    async check({ processes, query }) {
      const producer = `jet-${random.id()}`;
      const caps = { perMinute: 10, perDay: 100 };

      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          processes[at % 3 === 0 ? 0 : at % 3 === 1 ? 1 : 2].producerMails.add(order({ producer, caps }, 3)),
        ),
      );

      expect(answers.filter(({ kind }) => kind === 'queued')).toHaveLength(3);
      expect(answers.filter(({ kind }) => kind === 'capped')).toHaveLength(9);
      expect(await query(`SELECT id FROM producer_mails WHERE producer = '${producer}'`)).toHaveLength(3);
      expect(await processes[0].producerMails.add(order({ producer, caps }))).toMatchObject({ kind: 'queued' });
    },
    mutant: adds((mail) => ({ ...mail, caps: ROOMY })),
  },
  {
    promise: 'what the day has no room for is not counted for the minute, and says when there is room again',
    async check({ ledger, query }) {
      const producer = `jet-${random.id()}`;
      const caps = { perMinute: 5, perDay: 2 };
      await ledger.producerMails.add(order({ producer, caps }, 2));

      const refused = await ledger.producerMails.add(order({ producer, caps }));

      expect(refused).toMatchObject({ kind: 'capped', per: 'day' });
      if (refused.kind === 'capped') expect(refused.retryAfterMs).toBeGreaterThan(86_000_000);
      expect(
        only(await query(`SELECT n FROM attempt_windows WHERE key = 'producer_mails:minute:${producer}'`)),
      ).toEqual({ n: 2 });
    },
    mutant: adds((mail) => ({ ...mail, caps: { ...mail.caps, perDay: 100 } })),
  },
  {
    promise: 'a mail is not due before its start, and tells of each recipient and attempt',
    async check({ ledger, change }) {
      const startAtMs = Date.now() + 300_000;
      const mail = order({ startAtMs }, 2);
      const late = { ...mail, messages: mail.messages.map((one) => ({ ...one, startAtMs })) };
      await ledger.producerMails.add(late);
      expect(await ledger.deliveries.claim(claimOne(channelOf(mail)))).toEqual([]);
      await change(`UPDATE deliveries SET due_at = 1 WHERE id = '${mail.messages[0]?.id ?? ''}'`);
      await ledger.deliveries.close([sent(only(await ledger.deliveries.claim(claimOne(channelOf(mail)))))]);

      const found = await ledger.producerMails.find(mail);

      expect(found).toMatchObject({ id: mail.id, recipientCount: 2, hasEnded: false });
      expect(found?.recipients.map(({ address, state, attempts }) => [address, state, attempts.length])).toEqual([
        ['r0@example.org', 'sent', 1],
        ['r1@example.org', 'queued', 0],
      ]);
    },
    mutant: adds((mail) => ({ ...mail, messages: mail.messages.map((one) => ({ ...one, startAtMs: 0 })) })),
  },
  {
    promise: 'a mail ends when it was said to, and one whose end has come leaves nothing',
    async check({ ledger, query }) {
      const giveUpAtMs = Date.now() + 200_000;
      const mail = order({ giveUpAtMs });
      const producer = `jet-${random.id()}`;
      const over = order({ producer, giveUpAtMs: Date.now() - 60_000 });

      await ledger.producerMails.add({ ...mail, messages: mail.messages.map((one) => ({ ...one, giveUpAtMs })) });
      const refused = await ledger.producerMails.add(over);

      const ends = await query(`SELECT expires_at FROM deliveries WHERE about = 'producer_mail:${mail.id}'`);
      expect(ends.map((row) => Number(row['expires_at']))).toEqual([giveUpAtMs]);
      expect((await ledger.producerMails.find(mail))?.giveUpAtMs).toBe(giveUpAtMs);
      expect(refused).toEqual({ kind: 'over' });
      expect(await query(`SELECT id FROM producer_mails WHERE producer = '${producer}'`)).toEqual([]);
      expect(await query(`SELECT n FROM attempt_windows WHERE key = 'producer_mails:minute:${producer}'`)).toEqual([]);
    },
    mutant: adds((mail) => ({ ...mail, giveUpAtMs: Date.now() + 600_000 })),
  },
  {
    promise: 'what an operator deletes of a mail is not missing from what its producer is told',
    async check(stage) {
      const { ledger } = stage;
      const [told, untold] = [order({ isToldOf: false }), order({}, 2)];
      const idsOf = ({ messages }: NewProducerMail) => messages.map(({ id }) => id);
      for (const mail of [told, untold]) {
        await ledger.producerMails.add(mail);
        await sendAll(ledger, mail);
      }
      const remove = (mail: NewProducerMail) =>
        ledger.queue.remove({ ids: idsOf(mail), filter: {} }, operatorsAudit('delivery_removed'));

      expect(await remove(told)).toEqual(idsOf(told));
      expect(await remove(untold)).toEqual([]);

      expect((await look(stage, untold))?.recipients).toHaveLength(2);
      await ledger.producerMails.tell({ id: untold.id, message: telling() });
      expect([...(await remove(untold))].sort()).toEqual(idsOf(untold).sort());
    },
    mutant: (honest) => lying(honest, { queue: { remove: ({ ids }) => Promise.resolve(ids) } }),
  },
  {
    promise: 'a mail is told of once, when all its recipients have ended and not before',
    async check(stage) {
      const { ledger, processes, query } = stage;
      const mail = order({}, 3);
      await ledger.producerMails.add(mail);
      expect(await look(stage, mail)).toBeUndefined();
      expect(await ledger.producerMails.tell({ id: mail.id, message: telling() })).toBe(false);
      await sendAll(ledger, mail);

      const ended = await look(stage, mail);
      const telleds = [0, 1, 2, 0, 1, 2].map((at) => ({ at, message: telling() }));
      const told = await Promise.all(
        telleds.map(({ at, message: one }) =>
          (processes[at] ?? ledger).producerMails.tell({ id: mail.id, message: one }),
        ),
      );

      expect(ended).toMatchObject({ hasEnded: true });
      expect(told.filter(Boolean)).toHaveLength(1);
      const keys = telleds.map((one) => `'${one.message.id}'`).join(', ');
      expect(await query(`SELECT id FROM deliveries WHERE id IN (${keys})`)).toHaveLength(1);
      expect(await look(stage, mail)).toBeUndefined();
    },
    mutant: (honest) =>
      lying(honest, {
        producerMails: {
          tell: async ({ message: one }) => one !== null && (await honest.deliveries.enqueue(one)).kind === 'queued',
        },
      }),
  },
];
