/** Promises about the ends of messages that have no request: until when they are tried, how they are given up, what is erased. */
import { expect } from '@jest/globals';
import { lying, only, type LedgerCase, type LedgerStage } from './case.js';
import * as inputs from './inputs.js';
import { claimMessage, newCarrier, pastEnd, queued, rowOf } from './message-inputs.js';

const DAY_MS = 86_400_000;

async function swept({ ledger }: LedgerStage, olderThanMs: number) {
  return ledger.retention.sweep({ what: 'messages', olderThanMs, limit: 100, after: null });
}

export const messageEndCases: readonly LedgerCase[] = [
  {
    promise: 'a message is tried again until its end; a wait beyond it makes it fail and erases it',
    async check(stage) {
      const { ledger } = stage;
      const [early, late] = [await queued(ledger), await queued(ledger)];

      const closed = [
        ...(await ledger.deliveries.close([inputs.retry(await claimMessage(ledger, early.channel), 590_000)])),
        ...(await ledger.deliveries.close([inputs.retry(await claimMessage(ledger, late.channel), 600_000)])),
      ].map(({ state }) => state);

      expect(closed).toEqual(['retry_wait', 'failed']);
      expect(await ledger.deliveries.msUntilDue(early.channel)).toBeGreaterThan(580_000);
      expect(await rowOf(stage, early)).toMatchObject({ sealed_payload: 'sealed payload' });
      expect(await rowOf(stage, late)).toMatchObject({ sealed_payload: null, last_reason: 'http_503' });
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: { enqueue: (input) => honest.deliveries.enqueue({ ...input, giveUpAfterMs: 900 * DAY_MS }) },
      }),
  },
  {
    promise:
      'a message that nobody could send by its end is given up, and answered to one alone; also of a courier that is gone',
    async check(stage) {
      const { ledger, processes } = stage;
      const channel = newCarrier();
      const abandoned = await queued(ledger, { channel });
      await claimMessage(ledger, channel, 0);
      const waiting = await queued(ledger, { channel });
      const good = await queued(ledger, { channel });
      await pastEnd(stage, abandoned);
      await pastEnd(stage, waiting);
      const ours = [abandoned.id, good.id, waiting.id];

      const claimed = await claimMessage(ledger, channel);
      const answers = (await Promise.all(processes.map(({ deliveries }) => deliveries.giveUp(1_000)))).flat();

      expect(claimed.deliveryId).toBe(good.id);
      const givenUp = answers.filter(({ deliveryId }) => ours.includes(deliveryId));
      expect(givenUp).toHaveLength(2);
      expect(givenUp).toContainEqual({ deliveryId: waiting.id, kind: 'mail', channel, reason: 'too_late' });
      expect(await rowOf(stage, abandoned)).toMatchObject({ state: 'failed', sealed_payload: null, due_at: null });
      expect(await rowOf(stage, waiting)).toMatchObject({ state: 'failed', last_reason: 'too_late' });
      const attempts = await stage.query(`SELECT outcome FROM attempts WHERE delivery_id = '${abandoned.id}'`);
      expect(attempts).toEqual([{ outcome: 'abandoned' }]);
    },
    mutant: (honest) => lying(honest, { deliveries: { giveUp: () => Promise.resolve([]) } }),
  },
  {
    promise:
      'a message whose end comes while it is being sent is left to its courier, and one past its end is due no more',
    async check(stage) {
      const { ledger } = stage;
      const made = await queued(ledger);
      const claimed = await claimMessage(ledger, made.channel);
      await pastEnd(stage, made);

      const givenUp = await ledger.deliveries.giveUp(1_000);
      const dueMs = await ledger.deliveries.msUntilDue(made.channel);
      const closed = only(await ledger.deliveries.close([inputs.sent(claimed)]));

      expect(givenUp.map(({ deliveryId }) => deliveryId)).not.toContain(made.id);
      expect(dueMs).toBeNull();
      expect(closed).toMatchObject({ isHeld: true, state: 'sent' });
    },
    mutant: (honest) => lying(honest, { deliveries: { msUntilDue: () => Promise.resolve(0) } }),
  },
  {
    promise: 'a message that was refused is erased with its refusal, and goes as long after its end as requests do',
    async check(stage) {
      const { ledger } = stage;
      const made = await queued(ledger);
      await ledger.deliveries.close([inputs.failed(await claimMessage(ledger, made.channel))]);
      expect(await rowOf(stage, made)).toMatchObject({ state: 'failed', sealed_payload: null });

      await pastEnd(stage, made, 10 * DAY_MS);
      await swept(stage, 20 * DAY_MS);
      expect(await rowOf(stage, made)).toMatchObject({ id: made.id });
      const { removed } = await swept(stage, 9 * DAY_MS);

      expect(removed).toMatchObject({ messages: 1, attempts: 1 });
      expect(await stage.query(`SELECT id FROM deliveries WHERE id = '${made.id}'`)).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, { retention: { sweep: () => Promise.resolve({ removed: {}, erased: {}, next: null }) } }),
  },
];
