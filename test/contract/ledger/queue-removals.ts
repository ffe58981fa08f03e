/** Promises about removing deliveries: what has ended goes once, with its attempts, and what is still needed stays. */
import { expect } from '@jest/globals';
import type { Ledger } from '../../../src/contract/ledger.js';
import { must, only, type LedgerCase } from './case.js';
import * as inputs from './inputs.js';
import { claimMessage, newCarrier, queued } from './message-inputs.js';
import {
  auditOf,
  bothAtOnce,
  claimCard,
  entry,
  failedCard,
  operatorsAudit,
  queuedCard,
  queueLie,
  racing,
  random,
  sentCard,
} from './queue-inputs.js';

const REMOVED = 'delivery_removed';

function remove(ledger: Ledger, ids: readonly string[], audit = operatorsAudit(REMOVED)): Promise<readonly string[]> {
  return ledger.queue.remove({ ids, filter: {} }, audit);
}

async function sentMessages(ledger: Ledger, count: number) {
  const channel = newCarrier();
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push((await queued(ledger, { channel })).id);
    await ledger.deliveries.close([inputs.sent(await claimMessage(ledger, channel))]);
  }
  return { channel, ids };
}

/** Its request decided and every card drawn. */
async function finishedCard(ledger: Ledger, outcome: 'approved' | 'denied') {
  const card = await sentCard(ledger, { site: inputs.newSite() });
  must(await ledger.requests.decide(inputs.approval(card.input, { outcome })), 'decided');
  await ledger.deliveries.close([inputs.sent(await claimCard(ledger, card))]);
  return card;
}

export const queueRemovalCases: readonly LedgerCase[] = [
  {
    promise: 'what has ended goes with its attempts, and the audit names it and what it was',
    async check({ ledger, query }) {
      const card = await failedCard(ledger);
      const audit = operatorsAudit(REMOVED);

      expect(await remove(ledger, [card.id], audit)).toEqual([card.id]);

      expect(await ledger.queue.find(card.id)).toBeNull();
      expect(await query(`SELECT id FROM attempts WHERE delivery_id = '${card.id}'`)).toEqual([]);
      expect(only(await auditOf(ledger, audit))).toMatchObject({
        what: REMOVED,
        detail: { deliveries: card.id, before: 'failed', after: 'removed', count: 1, attempts: 1 },
      });
    },
    mutant: queueLie(() => ({ remove: ({ ids }) => Promise.resolve(ids) })),
  },
  {
    promise: 'of twenty operators who remove the same ones at once each is removed by one',
    async check(stage) {
      const { ids } = await sentMessages(stage.ledger, 12);
      const audit = operatorsAudit(REMOVED);

      const removed = await racing(stage, (one, index) =>
        remove(one, index % 2 === 0 ? ids : [...ids].reverse(), audit),
      );

      expect(removed.flat().sort()).toEqual([...ids].sort());
      const counted = (await auditOf(stage.ledger, audit)).map(({ detail }) => Number(detail['count']));
      expect(counted.reduce((sum, one) => sum + one, 0)).toBe(ids.length);
    },
    mutant: queueLie((honest) => ({
      async remove(input, audit) {
        await honest.remove(input, audit);
        return input.ids;
      },
    })),
  },
  {
    promise: 'what is waiting or being sent stays, and its attempt ends as if nobody had asked',
    async check({ ledger }) {
      const [waiting, running] = [await queuedCard(ledger), await queued(ledger)];
      const claim = await claimMessage(ledger, running.channel);

      expect(await remove(ledger, [waiting.id, running.id])).toEqual([]);

      expect(only(await ledger.deliveries.close([inputs.sent(claim)]))).toMatchObject({ isHeld: true, state: 'sent' });
      expect(await claimCard(ledger, waiting)).toMatchObject({ deliveryId: waiting.id });
    },
    mutant: queueLie(() => ({ remove: ({ ids }) => Promise.resolve(ids) })),
  },
  {
    promise: 'a card that is with its recipient stays while its request is open or its grant runs, and goes afterwards',
    async check({ ledger, change }) {
      const open = await sentCard(ledger);
      const [approved, denied] = [await finishedCard(ledger, 'approved'), await finishedCard(ledger, 'denied')];

      expect(await remove(ledger, [open.id, approved.id, denied.id])).toEqual([denied.id]);
      await change(`UPDATE requests SET granted_until = 1 WHERE id = '${approved.input.id}'`);

      expect(await remove(ledger, [open.id, approved.id])).toEqual([approved.id]);
      expect(await entry(ledger, open.id)).toMatchObject({ state: 'sent' });
    },
    mutant: queueLie(() => ({ remove: ({ ids }) => Promise.resolve(ids) })),
  },
  {
    promise: 'what would be removed is told before, by the same filter, and nothing changes by asking',
    async check({ ledger }) {
      const { channel, ids } = await sentMessages(ledger, 3);
      const waiting = await queued(ledger, { channel });
      const input = { filter: { channel }, after: null, limit: 2, lookAt: 1_000 };

      const first = await ledger.queue.removable(input);
      const second = await ledger.queue.removable({ ...input, after: first.next });

      expect([...first.found, ...second.found].sort()).toEqual([...ids].sort());
      expect(await entry(ledger, waiting.id)).toMatchObject({ state: 'queued' });
      expect(await entry(ledger, ids[0] ?? '')).toMatchObject({ state: 'sent' });
    },
    mutant: queueLie((honest) => ({
      async removable(input) {
        const { found, next } = await honest.look(input);
        return { found: found.map(({ deliveryId }) => deliveryId), next };
      },
    })),
  },
  {
    promise: 'what no longer fits the filter by then stays',
    async check({ ledger }) {
      const { ids } = await sentMessages(ledger, 1);

      const removed = await ledger.queue.remove({ ids, filter: { state: 'failed' } }, operatorsAudit(REMOVED));

      expect(removed).toEqual([]);
      expect(await entry(ledger, ids[0] ?? '')).toMatchObject({ state: 'sent' });
    },
    mutant: queueLie((honest) => ({ remove: (input, audit) => honest.remove({ ...input, filter: {} }, audit) })),
  },
  {
    promise:
      'a delivery that is removed and redriven at the same time is one of the two, and what was made of it stays',
    async check(stage) {
      for (let round = 0; round < 10; round += 1) {
        const card = await failedCard(stage.ledger);
        const newId = random.id();

        const audit = operatorsAudit('delivery_redriven');
        const acts = {
          remove: () => remove(stage.processes[1], [card.id]),
          redrive: () => stage.processes[2].queue.redrive({ deliveryId: card.id, newId, sealedPayload: null }, audit),
        };

        const { remove: removed, redrive: redriven } = await bothAtOnce(acts, round);

        expect(removed).toEqual([card.id]);
        const made = await stage.ledger.queue.find(newId);
        expect(made === null).toBe(redriven.kind === 'refused');
      }
    },
    mutant: queueLie((honest) => ({
      async redrive(input, audit) {
        await honest.redrive(input, audit);
        return { kind: 'refused', reason: 'unknown', redrivenAs: null };
      },
    })),
  },
];
