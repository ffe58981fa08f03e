/** Promises about cancelling: what was not sent is ended once, whoever is sending it, and nothing is forgotten that may be there. */
import { expect } from '@jest/globals';
import { heard, only, type LedgerCase } from './case.js';
import * as inputs from './inputs.js';
import { claimMessage, pastEnd, queued, rowOf } from './message-inputs.js';
import {
  auditOf,
  bothAtOnce,
  claimCard,
  entry,
  operatorsAudit,
  queuedCard,
  queueLie,
  racing,
  random,
  sentCard,
} from './queue-inputs.js';

const CANCELLED = 'delivery_cancelled';

export const queueActCases: readonly LedgerCase[] = [
  {
    promise: 'what waits is cancelled by one of twenty operators, is due no more, and the audit says what it was',
    async check(stage) {
      const { ledger } = stage;
      const card = await queuedCard(ledger);
      const audit = operatorsAudit(CANCELLED);

      const answers = await racing(stage, (one) => one.queue.cancel(card.id, audit));

      expect(only(answers.filter(({ kind }) => kind === 'cancelled'))).toMatchObject({
        ...{ before: 'queued', isMaybeUnderWay: false },
      });
      expect(answers.filter((one) => one.kind === 'refused' && one.reason === 'ended')).toHaveLength(19);
      expect(await ledger.deliveries.claim(inputs.claimOne(card.transport))).toEqual([]);
      expect(await entry(ledger, card.id)).toMatchObject({ state: 'cancelled', dueAtMs: null });
      expect(only(await auditOf(ledger, audit))).toMatchObject({
        ...{ what: CANCELLED, requestId: card.input.id, site: inputs.SITE, address: card.input.address },
        detail: { delivery: card.id, kind: 'card', before: 'queued', after: 'cancelled' },
      });
    },
    mutant: queueLie((honest) => ({
      async cancel(id, audit) {
        await honest.cancel(id, audit);
        return { kind: 'cancelled', before: 'queued', isMaybeUnderWay: false };
      },
    })),
  },
  {
    promise:
      'a running attempt loses its claim: its answer changes nothing, and the operator hears that it may be under way',
    async check(stage) {
      const { ledger } = stage;
      const made = await queued(ledger);
      const running = await claimMessage(ledger, made.channel);

      const answer = await ledger.queue.cancel(made.id, operatorsAudit(CANCELLED));
      expect(only((await entry(ledger, made.id)).attemptEntries)).toMatchObject({ outcome: 'abandoned' });
      const late = only(await ledger.deliveries.close([inputs.sent(running)]));

      expect(answer).toEqual({ kind: 'cancelled', before: 'sending', isMaybeUnderWay: true });
      expect(late).toMatchObject({ isHeld: false, state: 'cancelled' });
      const shown = await entry(ledger, made.id);
      expect(shown.state).toBe('cancelled');
      expect(only(shown.attemptEntries)).toMatchObject({ outcome: 'superseded' });
    },
    mutant: queueLie((honest) => ({
      async cancel(id, audit) {
        const answer = await honest.cancel(id, audit);
        return answer.kind === 'cancelled' ? { ...answer, isMaybeUnderWay: false } : answer;
      },
    })),
  },
  {
    promise: 'of a cancellation and a result that come at once one counts: what was sent is not said to be cancelled',
    async check(stage) {
      for (let round = 0; round < 10; round += 1) {
        const made = await queued(stage.ledger);
        const running = await claimMessage(stage.ledger, made.channel);

        const acts = {
          cancel: () => stage.processes[1].queue.cancel(made.id, operatorsAudit(CANCELLED)),
          close: () => stage.processes[2].deliveries.close([inputs.sent(running)]),
        };

        const { cancel: answer, close: closed } = await bothAtOnce(acts, round);

        expect(only(closed).isHeld).toBe(answer.kind === 'refused');
        expect((await entry(stage.ledger, made.id)).state).toBe(answer.kind === 'refused' ? 'sent' : 'cancelled');
      }
    },
    mutant: queueLie((honest) => ({
      async cancel(id, audit) {
        await honest.cancel(id, audit);
        return { kind: 'cancelled', before: 'sending', isMaybeUnderWay: true };
      },
    })),
  },
  {
    promise: 'a card whose cancelled attempt may have put it there is looked for once its request is decided',
    async check({ ledger }) {
      const [there, nowhere] = [await queuedCard(ledger), await queuedCard(ledger)];
      await claimCard(ledger, there);
      for (const { id } of [there, nowhere]) await ledger.queue.cancel(id, operatorsAudit(CANCELLED));

      for (const { input } of [there, nowhere]) await ledger.requests.decide(inputs.approval(input));

      expect(await claimCard(ledger, there)).toMatchObject({ task: 'notify', isMaybeThere: true });
      expect(await ledger.deliveries.claim(inputs.claimOne(nowhere.transport))).toEqual([]);
    },
    mutant: queueLie((honest) => ({
      async cancel(id, audit) {
        return (await honest.find(id))?.state === 'sending'
          ? { kind: 'cancelled', before: 'sending', isMaybeUnderWay: true }
          : honest.cancel(id, audit);
      },
    })),
  },
  {
    promise:
      'once every card of a request is cancelled before it went out, whoever waits for it hears that nobody was reached',
    async check({ ledger, query }) {
      const card = await queuedCard(ledger);
      const told = heard(ledger, (change) => change.kind === 'request' && change.id === card.input.id);

      await ledger.queue.cancel(card.id, operatorsAudit(CANCELLED));

      await told;
      const [row] = await query(`SELECT first_open, is_all_failed_told FROM requests WHERE id = '${card.input.id}'`);
      expect(row).toEqual({ first_open: 0, is_all_failed_told: 1 });
    },
    mutant: queueLie(() => ({
      cancel: () => Promise.resolve({ kind: 'cancelled', before: 'queued', isMaybeUnderWay: false }),
    })),
  },
  {
    promise: 'what was sent, what is not known, and a card that is there and only to be redrawn are not cancelled',
    async check({ ledger }) {
      const card = await sentCard(ledger);
      const audit = operatorsAudit(CANCELLED);
      const ended = await ledger.queue.cancel(card.id, audit);
      await ledger.requests.decide(inputs.approval(card.input));

      const there = await ledger.queue.cancel(card.id, audit);
      const unknown = await ledger.queue.cancel(random.id(), audit);

      expect([ended, there, unknown]).toEqual([
        { kind: 'refused', reason: 'ended' },
        { kind: 'refused', reason: 'already_there' },
        { kind: 'refused', reason: 'unknown' },
      ]);
      expect(await claimCard(ledger, card)).toMatchObject({ task: 'update' });
      expect(await auditOf(ledger, audit)).toEqual([]);
    },
    mutant: queueLie((honest) => ({
      async cancel(id, audit) {
        const answer = await honest.cancel(id, audit);
        return answer.kind === 'refused' ? { kind: 'refused', reason: 'unknown' } : answer;
      },
    })),
  },
  {
    promise: 'a cancelled message keeps what it says until its end, so that it can be redriven, and is erased then',
    async check(stage) {
      const { ledger } = stage;
      const made = await queued(ledger);
      await ledger.queue.cancel(made.id, operatorsAudit(CANCELLED));
      expect(await ledger.queue.sealedPayload(made.id)).toBe('sealed payload');

      await ledger.deliveries.giveUp(100);
      expect(await rowOf(stage, made)).toMatchObject({ sealed_payload: 'sealed payload' });
      await pastEnd(stage, made);
      const givenUp = await ledger.deliveries.giveUp(100);

      expect(givenUp.filter(({ deliveryId }) => deliveryId === made.id)).toEqual([]);
      expect(await rowOf(stage, made)).toMatchObject({ state: 'cancelled', sealed_payload: null });
    },
    mutant: queueLie(() => ({ sealedPayload: () => Promise.resolve(null) })),
  },
];
