/** Promises about cards after the decision: redrawn, cancelled, tried until their deadline. */
import { expect } from '@jest/globals';
import type { Ledger } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase } from './case.js';
import * as inputs from './inputs.js';
import { approval, claimOne, sent } from './inputs.js';
import { claim, close, closes, openCards, type Opened } from './cards.js';

/** A card that is there, as drawn at revision 1. */
async function sentCard(ledger: Ledger): Promise<Opened> {
  const made = await openCards(ledger);
  await close(ledger, sent(await claim(ledger, made.transport)));
  return made;
}

export const redrawingCases: readonly LedgerCase[] = [
  {
    promise: 'a card that is there is redrawn after the decision, and is then at rest',
    async check({ ledger }) {
      const { input, transport } = await sentCard(ledger);
      expect(await ledger.deliveries.claim(claimOne(transport))).toEqual([]);
      must(await ledger.requests.decide(approval(input)), 'decided');

      const update = await claim(ledger, transport);

      expect(update).toMatchObject({ task: 'update', attempt: 1, receipt: { message: 'm1' }, sealedToken: null });
      expect(update.request).toMatchObject({ revision: 2, decision: { outcome: 'approved' } });
      expect(await close(ledger, sent(update))).toMatchObject({ state: 'sent' });
      expect(await ledger.deliveries.msUntilDue(transport)).toBeNull();
    },
    mutant: closes((result) => (result.kind === 'sent' ? { ...result, drawnRevision: 1 } : result)),
  },
  {
    promise: 'a card still being sent when the decision falls is redrawn at once',
    async check({ ledger }) {
      const { input, transport } = await openCards(ledger);
      const sending = await claim(ledger, transport);
      must(await ledger.requests.decide(approval(input)), 'decided');

      expect(await close(ledger, sent(sending))).toMatchObject({ isHeld: true, state: 'queued' });

      expect(await claim(ledger, transport)).toMatchObject({ task: 'update', request: { revision: 2 } });
    },
    mutant: closes((result) => (result.kind === 'sent' ? { ...result, drawnRevision: 2 } : result)),
  },
  {
    promise: 'two edits cannot swap: a late answer to an old drawing leaves the card due again',
    async check({ ledger }) {
      const { input, transport } = await sentCard(ledger);
      must(await ledger.requests.decide(approval(input)), 'decided');
      const update = await claim(ledger, transport);

      const behind = await close(ledger, sent(update, 1));
      const repeated = await claim(ledger, transport);
      await close(ledger, sent(repeated, 2));
      const late = await close(ledger, sent(update, 1));

      expect(behind.state).toBe('queued');
      expect(late).toMatchObject({ isHeld: false, state: 'sent' });
      expect(only(await ledger.deliveries.ofRequest(input.id))).toMatchObject({ wantedRevision: 2, drawnRevision: 2 });
    },
    mutant: closes((result) => (result.kind === 'sent' ? { ...result, drawnRevision: 9 } : result)),
  },
  {
    promise: 'cards not yet sent are cancelled by the decision, waiting ones too, and a retry after it is none',
    async check({ ledger }) {
      const { input, transport } = await openCards(ledger, 3);
      const [waiting, sending] = await ledger.deliveries.claim({ transport, limit: 2, leaseMs: 60_000 });
      if (waiting === undefined || sending === undefined) throw new Error('two cards were claimed');
      await close(ledger, inputs.retry(waiting, 1));
      must(await ledger.requests.decide(approval(input)), 'decided');

      expect(await close(ledger, inputs.retry(sending, 1))).toMatchObject({ state: 'cancelled' });

      const states = (await ledger.deliveries.ofRequest(input.id)).map(({ state }) => state);
      expect(states).toEqual(['cancelled', 'cancelled', 'cancelled']);
      expect(await ledger.deliveries.claim(claimOne(transport))).toEqual([]);
    },
    mutant: closes((result) => ({ ...result, kind: 'failed', scope: 'message', reason: 'x' })),
  },
  {
    promise: 'a card is tried until the deadline of its request, its redrawing for a day',
    async check({ ledger }) {
      const [early, late] = [await openCards(ledger), await openCards(ledger)];
      const shown = await sentCard(ledger);
      must(await ledger.requests.decide(approval(shown.input)), 'decided');
      const update = await claim(ledger, shown.transport);

      const states = [
        await close(ledger, inputs.retry(await claim(ledger, early.transport), 590_000)),
        await close(ledger, inputs.retry(await claim(ledger, late.transport), 600_000)),
        await close(ledger, inputs.retry(update, 80_000_000)),
      ].map(({ state }) => state);

      expect(states).toEqual(['retry_wait', 'failed', 'retry_wait']);
      expect(await ledger.deliveries.msUntilDue(early.transport)).toBeGreaterThan(580_000);
    },
    mutant: closes((result) => (result.kind === 'retry' ? { ...result, waitMs: 1_000 } : result)),
  },
  {
    promise: 'what lags behind is a straggler, and what is at rest is not',
    async check({ ledger }) {
      const [behind, rested] = [await sentCard(ledger), await sentCard(ledger)];
      must(await ledger.requests.decide(approval(behind.input)), 'decided');

      const found = await ledger.deliveries.stragglers(500);

      const mine = found.filter(({ requestId }) => requestId === behind.input.id);
      expect(only(mine)).toMatchObject({ state: 'queued', wantedRevision: 2, drawnRevision: 1 });
      expect(found.filter(({ requestId }) => requestId === rested.input.id)).toEqual([]);
    },
    mutant: (honest) => lying(honest, { deliveries: { stragglers: () => Promise.resolve([]) } }),
  },
];
