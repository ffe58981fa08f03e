/** Promises about records of failures: one is written with each failure, and stays when its delivery is gone. */
import { expect } from '@jest/globals';
import type { FailureRecord, Ledger } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import * as inputs from './inputs.js';
import { claimMessage, newCarrier, pastEnd, queued, rowOf } from './message-inputs.js';
import { auditOf, failedCard, operatorsAudit, queueLie, racing, random } from './queue-inputs.js';
import { keepsAll, OLD_MS, swept, total } from './sweeps.js';

const DAY_MS = 86_400_000;

async function found(ledger: Ledger, id: string): Promise<FailureRecord> {
  const failure = await ledger.failures.find(id);
  if (failure === null) throw new Error('the failure is there');
  return failure;
}

async function failedMessage(ledger: Ledger, change: Parameters<typeof queued>[1] = {}) {
  const made = await queued(ledger, change);
  await ledger.deliveries.close([inputs.failed(await claimMessage(ledger, made.channel))]);
  return made;
}

function redrive(ledger: Ledger, deliveryId: string, sealedPayload: string | null = null) {
  return ledger.queue.redrive({ deliveryId, newId: random.id(), sealedPayload }, operatorsAudit('delivery_redriven'));
}

const keepsNone: Lie = (honest) => lying(honest, { failures: { find: () => Promise.resolve(null) } });

export const failureCases: readonly LedgerCase[] = [
  {
    promise: 'what failed, bounced or was given up has a record: what, to whom, why, how often, and when',
    async check(stage) {
      const { ledger } = stage;
      const card = await failedCard(ledger);
      const bounced = await queued(ledger);
      await ledger.deliveries.close([inputs.sent(await claimMessage(ledger, bounced.channel))]);
      const said = { deliveryId: bounced.id, what: 'bounced', reason: 'dsn_5.1.1', replayKey: null } as const;
      await ledger.deliveries.report(said, inputs.opened);
      const late = await queued(ledger);
      await pastEnd(stage, late);
      await ledger.deliveries.giveUp(1_000);

      expect(await found(ledger, card.id)).toMatchObject({
        ...{ id: card.id, kind: 'card', state: 'failed', reason: 'http_400', attempts: 1, transport: card.transport },
        ...{ requestId: card.input.id, site: inputs.SITE, redrivenAs: null, resendUntilMs: null },
        ...{ failedAtMs: expect.any(Number), recipient: expect.objectContaining({ kind: 'approver' }) },
      });
      expect(await found(ledger, bounced.id)).toMatchObject({ kind: 'mail', state: 'bounced', reason: 'dsn_5.1.1' });
      expect(await found(ledger, late.id)).toMatchObject({ state: 'failed', reason: 'too_late', attempts: 0 });
    },
    mutant: keepsNone,
  },
  {
    promise: 'they are listed by what they are, newest first and page by page',
    async check({ ledger }) {
      const channel = newCarrier();
      const ids: string[] = [];
      for (let made = 0; made < 3; made += 1) ids.push((await failedMessage(ledger, { channel })).id);
      const all = { filter: { channel, kind: 'mail', state: 'failed', recipient: 'RPM@', isRedriven: false } } as const;

      const first = await ledger.failures.list({ ...all, after: null, limit: 2 });
      const last = first.at(-1);
      const rest = await ledger.failures.list({ ...all, after: [last?.failedAtMs ?? 0, last?.id ?? ''], limit: 2 });

      expect([first.length, rest.length]).toEqual([2, 1]);
      const listed = [...first, ...rest];
      expect(listed.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect(listed.map(({ failedAtMs }) => failedAtMs)).toEqual(
        listed.map(({ failedAtMs }) => failedAtMs).sort((one, other) => other - one),
      );
      for (const filter of [
        { state: 'bounced' },
        { kind: 'card' },
        { recipient: 'eva' },
        { isRedriven: true },
      ] as const)
        expect(await ledger.failures.list({ filter: { channel, ...filter }, after: null, limit: 9 })).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, { failures: { list: (input) => honest.failures.list({ ...input, after: null }) } }),
  },
  {
    promise:
      'what a failed message says is kept with its failure alone, until its end; then it is erased, and it is not sent again',
    async check(stage) {
      const { ledger } = stage;
      const made = await failedMessage(ledger);
      expect(await rowOf(stage, made)).toMatchObject({ sealed_payload: null });
      expect(await ledger.queue.sealedPayload(made.id)).toBe('sealed payload');
      expect((await found(ledger, made.id)).resendUntilMs).toBeGreaterThan(Date.now());

      await stage.change(`UPDATE failures SET payload_until = 1 WHERE id = '${made.id}'`);
      expect(must(await redrive(ledger, made.id, 'anew'), 'refused').reason).toBe('message_over');
      await ledger.deliveries.giveUp(1_000);

      expect(await ledger.queue.sealedPayload(made.id)).toBeNull();
      expect(must(await redrive(ledger, made.id, 'anew'), 'refused').reason).toBe('message_over');
    },
    mutant: (honest) => lying(honest, { deliveries: { giveUp: () => Promise.resolve([]) } }),
  },
  {
    promise: 'a failed message is sent again: at once with its own end, and after that for as long as its sender said',
    async check(stage) {
      const { ledger } = stage;
      const [soon, late] = [await failedMessage(ledger), await queued(ledger, { resendForMs: 7 * DAY_MS })];
      await pastEnd(stage, late);
      await ledger.deliveries.giveUp(1_000);

      for (const { id, channel } of [soon, late]) {
        const again = must(await redrive(ledger, id, 'anew'), 'redriven').deliveryId;
        expect(await claimMessage(ledger, channel)).toMatchObject({ deliveryId: again, sealedPayload: 'anew' });
        expect(await found(ledger, id)).toMatchObject({ redrivenAs: again, resendUntilMs: null });
        expect(must(await redrive(ledger, id, 'anew'), 'refused')).toMatchObject({ redrivenAs: again });
      }
    },
    mutant: queueLie((honest) => ({
      redrive: (input, audit) => honest.redrive({ ...input, sealedPayload: null }, audit),
    })),
  },
  {
    promise: 'a failure outlives its delivery, is redriven once without it, whoever asks, and then names the new one',
    async check(stage) {
      const { ledger } = stage;
      const [card, mail] = [await failedCard(ledger), await failedMessage(ledger)];
      const ids = [card.id, mail.id];
      await ledger.queue.remove({ ids, filter: {} }, operatorsAudit('delivery_removed'));
      expect(await ledger.queue.find(card.id)).toBeNull();

      for (const id of ids) {
        const answers = await racing(stage, (one) => redrive(one, id, 'anew'));
        const [again, ...others] = answers.filter(({ kind }) => kind === 'redriven');
        expect(others).toEqual([]);
        const { deliveryId } = must(again ?? only([]), 'redriven');
        expect(await ledger.queue.find(deliveryId)).toMatchObject({ redriveOf: id, state: 'queued' });
        expect((await found(ledger, id)).redrivenAs).toBe(deliveryId);
      }
      expect(inputs.ofRequest(only(await ledger.deliveries.claim(inputs.claimOne(card.transport))))).toMatchObject({
        request: { id: card.input.id },
      });
    },
    mutant: queueLie((honest) => ({
      redrive: (input, audit) => honest.redrive({ ...input, deliveryId: `no-${input.deliveryId}` }, audit),
    })),
  },
  {
    promise: 'a failure that is resolved is gone with what its message says: once, and the audit says what it was',
    async check(stage) {
      const { ledger } = stage;
      const made = await failedMessage(ledger);
      const audit = operatorsAudit('failure_resolved');

      const answers = await racing(stage, (one) => one.failures.resolve(made.id, audit));

      expect(answers.filter((isDone) => isDone)).toHaveLength(1);
      expect(await ledger.failures.find(made.id)).toBeNull();
      expect(await ledger.queue.sealedPayload(made.id)).toBeNull();
      expect(only(await auditOf(ledger, audit)).detail).toMatchObject({
        ...{ delivery: made.id, before: 'failed', after: 'resolved', reason: 'http_400' },
      });
    },
    mutant: (honest) =>
      lying(honest, {
        failures: {
          async resolve(id, audit) {
            await honest.failures.resolve(id, audit);
            return true;
          },
        },
      }),
  },
  {
    promise: 'a failure goes when its days are over, not before, and not with its delivery',
    async check(stage) {
      const { ledger, change } = stage;
      const [old, young] = [await failedMessage(ledger), await failedMessage(ledger)];
      await change(`UPDATE failures SET failed_at = ${String(Date.now() - OLD_MS)} WHERE id = '${old.id}'`);

      expect(total(await swept(stage, 'failures'), 'failures')).toBeGreaterThan(0);

      expect(await ledger.failures.find(old.id)).toBeNull();
      expect(await found(ledger, young.id)).toMatchObject({ id: young.id });
    },
    mutant: keepsAll,
  },
];
