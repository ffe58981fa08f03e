/** Promises about redriving: a new delivery in the place of one that ended badly, once, and only where it can still be of use. */
import { expect } from '@jest/globals';
import type { AuditEntry, Ledger, Redriven } from '../../../src/contract/ledger.js';
import { heard, must, only, type LedgerCase } from './case.js';
import * as inputs from './inputs.js';
import { claimMessage, pastEnd, queued } from './message-inputs.js';
import {
  auditOf,
  claimCard,
  entry,
  failedCard,
  OPERATORS,
  operatorsAudit,
  queuedCard,
  queueLie,
  racing,
  random,
} from './queue-inputs.js';

const REDRIVEN = 'delivery_redriven';

function redrive(
  ledger: Ledger,
  deliveryId: string,
  { audit = operatorsAudit(REDRIVEN), newId = random.id(), sealedPayload = null as string | null } = {},
): Promise<Redriven> {
  return ledger.queue.redrive({ deliveryId, newId, sealedPayload }, audit);
}

async function reasonOf(answer: Promise<Redriven>): Promise<string> {
  return must(await answer, 'refused').reason;
}

async function bounced(ledger: Ledger, deliveryId: string): Promise<void> {
  await ledger.deliveries.report({ deliveryId, what: 'bounced', reason: 'dsn_5.1.1', replayKey: null }, inputs.opened);
}

async function cancelledMessage(ledger: Ledger) {
  const made = await queued(ledger);
  await ledger.queue.cancel(made.id, operatorsAudit('delivery_cancelled'));
  return made;
}

/** Of a decided request, and not sent yet. */
async function queuedCallback(ledger: Ledger): Promise<string> {
  const input = inputs.producerInput({ approvers: [{ id: inputs.newApprover(), deliveries: [] }] });
  must(await ledger.requests.open(input, inputs.opened), 'opened');
  must(await ledger.requests.decide(inputs.approval(input)), 'decided');
  return `${input.id}-callback`;
}

export const redriveCases: readonly LedgerCase[] = [
  {
    promise:
      'a failed card gets a new one in its place, to the same recipient: each names the other, and the old one stays',
    async check({ ledger }) {
      const card = await failedCard(ledger);
      const before = await entry(ledger, card.id);
      const due = heard(ledger, (one) => one.kind === 'due' && one.transports.includes(card.transport));
      const audit: AuditEntry = operatorsAudit(REDRIVEN);

      const { deliveryId } = must(await redrive(ledger, card.id, { audit }), 'redriven');

      await due;
      expect(await entry(ledger, card.id)).toEqual({ ...before, redrivenAs: deliveryId });
      expect(await entry(ledger, deliveryId)).toMatchObject({
        ...{ redriveOf: card.id, redrivenAs: null, state: 'queued', attempts: 0, recipient: before.recipient },
        ...{ requestId: before.requestId, endsAtMs: before.endsAtMs, isMaybeDuplicate: false },
      });
      const claim = await claimCard(ledger, card);
      expect(claim).toMatchObject({ deliveryId, task: 'notify', sealedToken: 'sealed' });
      expect(only(await ledger.deliveries.close([inputs.sent(claim)]))).toMatchObject({ state: 'sent' });
      expect(only(await auditOf(ledger, audit))).toMatchObject({
        ...{ what: REDRIVEN, requestId: card.input.id, site: inputs.SITE },
        detail: { delivery: card.id, before: 'failed', after: 'queued', redrivenAs: deliveryId },
      });
    },
    mutant: queueLie((honest) => ({
      find: async (id) => {
        const found = await honest.find(id);
        return found === null ? null : { ...found, redrivenAs: null };
      },
    })),
  },
  {
    promise: 'of twenty operators who redrive at once one does, and the others learn as what it was redriven',
    async check(stage) {
      const { ledger } = stage;
      const [card, mail] = [await failedCard(ledger), await cancelledMessage(ledger)];

      for (const { id } of [card, mail]) {
        const audit = operatorsAudit(REDRIVEN);
        const answers = await racing(stage, (one) => redrive(one, id, { audit, sealedPayload: 'sealed anew' }));

        const done = must(only(answers.filter(({ kind }) => kind === 'redriven')), 'redriven');
        const refused = { kind: 'refused', reason: 'already_redriven', redrivenAs: done.deliveryId };
        expect(answers.filter(({ kind }) => kind === 'refused')).toEqual(
          Array.from({ length: OPERATORS - 1 }, () => refused),
        );
        expect(await auditOf(ledger, audit)).toHaveLength(1);
      }
      expect(await ledger.deliveries.ofRequest(card.input.id)).toHaveLength(2);
    },
    mutant: queueLie((honest) => ({
      async redrive(input, audit) {
        await honest.redrive(input, audit);
        return { kind: 'redriven', deliveryId: input.newId };
      },
    })),
  },
  {
    promise: 'a recipient whose card was redriven still gets no second one from whoever opens or adds',
    async check({ ledger, query, change }) {
      const card = await failedCard(ledger);
      const { deliveryId } = must(await redrive(ledger, card.id), 'redriven');
      await ledger.deliveries.close([inputs.failed(await claimCard(ledger, card))]);
      must(await redrive(ledger, deliveryId), 'redriven');

      const keys = await query(
        `SELECT recipient_key FROM deliveries WHERE request_id = '${card.input.id}' AND redrive_of IS NOT NULL`,
      );
      const [own] = await query(`SELECT recipient_key FROM deliveries WHERE id = '${card.id}'`);
      const digest = String(own?.['recipient_key']);

      const again = await change(
        `INSERT INTO deliveries (id, ${COLUMNS}) SELECT id || '-again', ${COLUMNS} FROM deliveries WHERE id = '${card.id}'`,
      ).then(() => 'written', messageOf);

      expect(again).toMatch(/unique/i);
      expect(keys.map((row) => row['recipient_key']).sort()).toEqual(
        [`${digest}:${card.id}`, `${digest}:${deliveryId}`].sort(),
      );
    },
    mutant: queueLie(() => ({
      redrive: ({ newId }) => Promise.resolve({ kind: 'redriven', deliveryId: newId }),
    })),
  },
  {
    promise: 'what was redriven is no straggler any more: the new one is, until it is sent',
    async check({ ledger }) {
      const card = await failedCard(ledger);
      const behind = async () =>
        (await ledger.deliveries.stragglers(5_000)).flatMap((one) =>
          one.channel === card.transport ? [one.deliveryId] : [],
        );
      expect(await behind()).toEqual([card.id]);

      const { deliveryId } = must(await redrive(ledger, card.id), 'redriven');

      expect(await behind()).toEqual([deliveryId]);
      await ledger.deliveries.close([inputs.sent(await claimCard(ledger, card))]);
      expect(await behind()).toEqual([]);
    },
    mutant: queueLie(() => ({
      redrive: ({ newId }) => Promise.resolve({ kind: 'redriven', deliveryId: newId }),
    })),
  },
  {
    promise: 'a card is not redriven once its request has its outcome or its time is over',
    async check({ ledger, change }) {
      const [decided, over] = [await failedCard(ledger), await failedCard(ledger)];
      must(await ledger.requests.decide(inputs.approval(decided.input)), 'decided');
      await change(`UPDATE requests SET deadline_at = 1 WHERE id = '${over.input.id}'`);
      const audit = operatorsAudit(REDRIVEN);

      expect(await reasonOf(redrive(ledger, decided.id, { audit }))).toBe('request_over');
      expect(await reasonOf(redrive(ledger, over.id, { audit }))).toBe('request_over');
      expect(await auditOf(ledger, audit)).toEqual([]);
    },
    mutant: queueLie(() => ({
      redrive: ({ newId }) => Promise.resolve({ kind: 'redriven', deliveryId: newId }),
    })),
  },
  {
    promise: 'what has not ended badly, and what nobody knows, is not redriven',
    async check({ ledger }) {
      const card = await queuedCard(ledger);
      expect(await reasonOf(redrive(ledger, card.id))).toBe('not_ended');
      const claim = await claimCard(ledger, card);
      expect(await reasonOf(redrive(ledger, card.id))).toBe('not_ended');
      await ledger.deliveries.close([inputs.sent(claim)]);

      expect(await reasonOf(redrive(ledger, card.id))).toBe('not_ended');
      expect(await reasonOf(redrive(ledger, random.id()))).toBe('unknown');
    },
    mutant: queueLie(() => ({
      redrive: () => Promise.resolve({ kind: 'refused', reason: 'unknown', redrivenAs: null }),
    })),
  },
  {
    promise: 'a cancelled message goes out as what is encrypted for the new one, by the end that its sender set',
    async check({ ledger }) {
      const made = await cancelledMessage(ledger);
      const before = await entry(ledger, made.id);

      const { deliveryId } = must(await redrive(ledger, made.id, { sealedPayload: 'sealed anew' }), 'redriven');

      const claim = await claimMessage(ledger, made.channel);
      expect(claim).toMatchObject({ deliveryId, sealedPayload: 'sealed anew', about: made.about });
      expect(claim).toMatchObject({ giveUpAtMs: before.endsAtMs, recipient: made.recipient });
    },
    mutant: queueLie((honest) => ({
      redrive: (input, audit) => honest.redrive({ ...input, sealedPayload: 'sealed payload' }, audit),
    })),
  },
  {
    promise: 'a message is not redriven once what it said is erased, or its end has come',
    async check(stage) {
      const { ledger } = stage;
      const [erased, late] = [await queued(ledger), await cancelledMessage(ledger)];
      await ledger.deliveries.close([inputs.sent(await claimMessage(ledger, erased.channel))]);
      await bounced(ledger, erased.id);
      await pastEnd(stage, late);

      for (const { id } of [erased, late])
        expect(await reasonOf(redrive(ledger, id, { sealedPayload: 'kept elsewhere' }))).toBe('payload_erased');
    },
    mutant: queueLie(() => ({
      redrive: ({ newId }) => Promise.resolve({ kind: 'redriven', deliveryId: newId }),
    })),
  },
  {
    promise: 'a callback that was cancelled is redriven with its token; one that was given up has none, and is not',
    async check({ ledger }) {
      const id = await queuedCallback(ledger);
      await ledger.queue.cancel(id, operatorsAudit('delivery_cancelled'));

      const { deliveryId } = must(await redrive(ledger, id), 'redriven');

      const claims = await ledger.deliveries.claim({ ...inputs.claimOne(inputs.CALLBACK), limit: 500 });
      const claim = inputs.ofRequest(only(claims.filter((one) => one.deliveryId === deliveryId)));
      expect(claim).toMatchObject({ kind: 'callback', sealedToken: 'sealed' });
      await ledger.deliveries.close([inputs.failed(claim)]);
      expect(await reasonOf(redrive(ledger, deliveryId))).toBe('token_erased');
    },
    mutant: queueLie(() => ({
      redrive: () => Promise.resolve({ kind: 'refused', reason: 'token_erased', redrivenAs: null }),
    })),
  },
];

/** A row of before with another id: what a version without redrives would write for the same recipient. */
const COLUMNS = `
  request_id, channel, carrier, kind, recipient, recipient_key, state, due_at, give_up_at, claim_token,
  receipt, wanted_revision, drawn_revision, attempts, last_reason, is_maybe_duplicate, is_first_ended, created_at,
  is_card_lost, is_maybe_there, about, sealed_payload, expires_at, idempotency_key, redrive_of`;

/** The driver's errors are no `Error` of this realm where another test of the process loaded it first. */
function messageOf(error: unknown): string {
  return (error as { readonly message: string }).message;
}
