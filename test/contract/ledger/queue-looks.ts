/** Promises about looking through the queue: newest first, by pages, by every field of the filter, and never at too much at once. */
import { expect } from '@jest/globals';
import type { DeliveryFilter } from '../../../src/contract/ledger.js';
import { type LedgerCase } from './case.js';
import * as inputs from './inputs.js';
import { claimMessage, newCarrier, queued, mailboxOf } from './message-inputs.js';
import { allThatFit, claimCard, entry, failedCard, queuedCard, queueLie, random, sentCard } from './queue-inputs.js';

const HOUR_MS = 3_600_000;

export const queueLookCases: readonly LedgerCase[] = [
  {
    promise: 'deliveries are listed newest first, in pages that leave none out and show none twice',
    async check({ ledger }) {
      const channel = newCarrier();
      const made: string[] = [];
      for (let index = 0; index < 7; index += 1) made.push((await queued(ledger, { channel })).id);

      const listed = await allThatFit(ledger, { channel }, { limit: 2 });

      expect([...listed].sort()).toEqual([...made].sort());
      const times = await Promise.all(listed.map(async (id) => (await entry(ledger, id)).createdAtMs));
      expect(times).toEqual([...times].sort((a, b) => b - a));
    },
    mutant: queueLie((honest) => ({ look: (input) => honest.look({ ...input, after: null, limit: 100 }) })),
  },
  {
    promise: 'a page looks at so many rows and no more, says where it stopped, and goes on from there',
    async check({ ledger }) {
      const channel = newCarrier();
      const first = await queued(ledger, { channel });
      for (let index = 0; index < 6; index += 1) await queued(ledger);

      const page = await ledger.queue.look({ filter: { channel }, after: null, limit: 10, lookAt: 3 });

      expect(page).toMatchObject({ found: [], next: expect.anything() });
      expect(await allThatFit(ledger, { channel }, { lookAt: 3 })).toEqual([first.id]);
    },
    mutant: queueLie((honest) => ({ look: async (input) => ({ ...(await honest.look(input)), next: null }) })),
  },
  {
    promise: 'each field of the filter restricts, alone and beside others',
    async check({ ledger, change }) {
      const site = inputs.newSite();
      const card = await failedCard(ledger, { site, host: site });
      const mail = await queued(ledger, {
        recipient: { kind: 'mailbox', address: `Grace.${random.id()}@Example.org` },
      });
      const late = await queued(ledger, { channel: mail.channel, kind: 'report' });
      await change(`UPDATE deliveries SET created_at = created_at - ${String(2 * HOUR_MS)} WHERE id = '${mail.id}'`);
      const address = mailboxOf(mail);
      const fits = async (filter: DeliveryFilter) => [...(await allThatFit(ledger, filter))].sort();

      expect(await fits({ site })).toEqual([card.id]);
      expect(await fits({ site, state: 'failed' })).toEqual([card.id]);
      expect(await fits({ site, state: 'queued' })).toEqual([]);
      expect(await fits({ channel: mail.channel })).toEqual([mail.id, late.id].sort());
      expect(await fits({ transport: mail.channel, kind: 'mail' })).toEqual([mail.id]);
      expect(await fits({ channel: mail.channel, state: 'queued', kind: 'report' })).toEqual([late.id]);
      expect(await fits({ recipient: address.toUpperCase().slice(2, -4) })).toEqual([mail.id]);
      expect(await fits({ channel: mail.channel, recipient: 'mailbox' })).toEqual([]);
      expect(await fits({ channel: mail.channel, recipient: 'gr_ce' })).toEqual([]);
      expect(await fits({ channel: mail.channel, olderThanMs: HOUR_MS })).toEqual([mail.id]);
      expect(await fits({ channel: mail.channel, newerThanMs: HOUR_MS })).toEqual([late.id]);
    },
    mutant: queueLie((honest) => ({
      look: (input) => honest.look({ ...input, filter: { ...input.filter, kind: undefined } }),
    })),
  },
  {
    promise: 'what is in one state is found however many others there are, few of it or more than a page looks at',
    async check({ ledger }) {
      const channel = newCarrier();
      for (let index = 0; index < 5; index += 1) {
        await queued(ledger, { channel });
        await ledger.deliveries.close([inputs.failed(await claimMessage(ledger, channel))]);
      }
      for (let index = 0; index < 4; index += 1) await sentCard(ledger);

      expect(await allThatFit(ledger, { channel, state: 'failed' }, { limit: 2, lookAt: 2 })).toHaveLength(5);
      expect(await allThatFit(ledger, { channel, state: 'failed' }, { limit: 2, lookAt: 10_000 })).toHaveLength(5);
      expect(await allThatFit(ledger, { channel, state: 'cancelled' }, { limit: 2, lookAt: 3 })).toEqual([]);
    },
    mutant: queueLie((honest) => ({
      look: async (input) => (input.lookAt < 100 ? { found: [], next: null } : honest.look(input)),
    })),
  },
  {
    promise: 'one delivery is shown with its recipient, its request, its times and every attempt, newest first',
    async check({ ledger }) {
      const card = await queuedCard(ledger);
      await ledger.deliveries.close([inputs.retry(await claimCard(ledger, card), 0)]);
      await ledger.deliveries.close([inputs.failed(await claimCard(ledger, card))]);

      const shown = await entry(ledger, card.id);

      const request = await ledger.requests.byId(card.input.id);
      expect(shown).toMatchObject({
        ...{ deliveryId: card.id, kind: 'card', requestId: card.input.id, site: inputs.SITE, state: 'failed' },
        ...{ attempts: 2, lastReason: 'http_400', recipient: { kind: 'approver' }, dueAtMs: null },
        ...{ endsAtMs: request?.deadlineAtMs, redriveOf: null, redrivenAs: null },
      });
      expect(
        shown.attemptEntries.map(({ attempt, outcome, reason, tookMs }) => [attempt, outcome, reason, tookMs]),
      ).toEqual([
        [2, 'failed', 'http_400', 13],
        [1, 'retry', 'http_503', 13],
      ]);
      expect(await ledger.queue.find(random.id())).toBeNull();
    },
    mutant: queueLie((honest) => ({
      find: async (id) => {
        const found = await honest.find(id);
        return found === null ? null : { ...found, attemptEntries: found.attemptEntries.slice(0, 1) };
      },
    })),
  },
  {
    promise: 'a producer’s request, which is of no site of ours, is found by its host',
    async check({ ledger }) {
      const host = inputs.newSite();
      const channel = newCarrier();
      const approvers = [{ id: inputs.newApprover(), deliveries: [inputs.delivery(channel)] }];
      await ledger.requests.open(inputs.producerInput({ site: null, host, approvers }), inputs.opened);

      expect(await allThatFit(ledger, { site: host })).toEqual(await allThatFit(ledger, { channel }));
      expect(await allThatFit(ledger, { channel: channel.slice(1) })).toEqual([]);
    },
    mutant: queueLie((honest) => ({
      look: async (input) => (input.filter.site === undefined ? honest.look(input) : { found: [], next: null }),
    })),
  },
];
