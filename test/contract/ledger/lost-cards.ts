/** Promises about cards that can be edited no more: a follow-up takes their place. */
import { expect } from '@jest/globals';
import type { ChannelName } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AttemptResult, Ledger } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import * as inputs from './inputs.js';
import { delivery, newApprover, opened, openInput } from './inputs.js';
import { claim, close } from './cards.js';
import { type Card, revoke, sentAs, staleCard } from './stale-cards.js';

const random = systemRandom();

/** A card whose follow-up is due. */
async function lostCard(ledger: Ledger): Promise<Card> {
  const card = await staleCard(ledger);
  await close(ledger, inputs.uneditable(await claim(ledger, card.transport)));
  return card;
}

/** Closes with results bent by `bend`, which is told how often this card was said to be uneditable before. */
function closes(bend: (result: AttemptResult, before: number) => AttemptResult): Lie {
  return (honest) => {
    const times = new Map<string, number>();
    const bent = (result: AttemptResult): AttemptResult => {
      const before = times.get(result.deliveryId) ?? 0;
      if (result.kind === 'uneditable') times.set(result.deliveryId, before + 1);
      return bend(result, before);
    };
    return lying(honest, { deliveries: { close: (results) => honest.deliveries.close(results.map(bent)) } });
  };
}

function asRetry({ deliveryId, claimToken, attemptId, tookMs }: AttemptResult): AttemptResult {
  const head = { deliveryId, claimToken, attemptId, tookMs };
  return { ...head, kind: 'retry', reason: 'x', waitMs: 0, isMaybeDuplicate: false, isUnknown: false };
}

function tasksOf({ query }: LedgerStage, deliveryId: string) {
  return query(`SELECT task, attempt, outcome FROM attempts WHERE delivery_id = '${deliveryId}' ORDER BY id`);
}

export const lostCardCases: readonly LedgerCase[] = [
  {
    promise: 'a card that can be edited no more is followed at once by a new message, which knows the old one',
    async check(stage) {
      const { ledger } = stage;
      const { transport, input } = await staleCard(ledger);
      const update = await claim(ledger, transport);

      expect(await close(ledger, inputs.uneditable(update))).toMatchObject({ isHeld: true, state: 'queued' });
      expect(await ledger.deliveries.msUntilDue(transport)).toBe(0);
      const followUp = await claim(ledger, transport);

      expect(followUp).toMatchObject({ task: 'follow_up', attempt: 1, receipt: { message: 'm1' }, sealedToken: null });
      expect(followUp.request).toEqual(await ledger.requests.byId(input.id));
      expect(await tasksOf(stage, followUp.deliveryId)).toEqual([
        { task: 'notify', attempt: 1, outcome: 'sent' },
        { task: 'update', attempt: 1, outcome: 'uneditable' },
        { task: 'follow_up', attempt: 1, outcome: null },
      ]);
    },
    mutant: closes((result) => (result.kind === 'uneditable' ? asRetry(result) : result)),
  },
  {
    promise: 'once the follow-up is sent its message is the card: it is at rest, and redrawn when more is wanted',
    async check({ ledger }) {
      const { transport, input } = await lostCard(ledger);

      expect((await close(ledger, sentAs('m2', await claim(ledger, transport)))).state).toBe('sent');
      expect(await ledger.deliveries.msUntilDue(transport)).toBeNull();
      await revoke(ledger, input);

      expect(await claim(ledger, transport)).toMatchObject({ task: 'update', attempt: 1, receipt: { message: 'm2' } });
    },
    mutant: closes((result) => (result.kind === 'sent' ? { ...result, receipt: { message: 'm1' } } : result)),
  },
  {
    promise: 'a follow-up is tried again as a redrawing is, shows the newest state, and stays a follow-up meanwhile',
    async check({ ledger }) {
      const { transport, input } = await lostCard(ledger);
      const first = await claim(ledger, transport);

      expect((await close(ledger, inputs.retry(first, 80_000_000))).state).toBe('retry_wait');
      await revoke(ledger, input);
      const second = await claim(ledger, transport);
      await close(ledger, inputs.released(second));
      const third = await claim(ledger, transport);
      await close(ledger, inputs.retry(third, 0));

      expect([second, third].map(({ task, attempt }) => [task, attempt])).toEqual([
        ['follow_up', 1],
        ['follow_up', 1],
      ]);
      expect(await claim(ledger, transport)).toMatchObject({ task: 'follow_up', attempt: 2, request: { revision: 3 } });
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          claim: async (input) =>
            (await honest.deliveries.claim(input))
              .map(inputs.ofRequest)
              .map((one) => (one.attempt > 1 ? { ...one, task: 'update' } : one)),
        },
      }),
  },
  {
    promise: 'a follow-up whose courier died may come twice, and says so',
    async check({ ledger }) {
      const { transport } = await lostCard(ledger);
      await claim(ledger, transport, 0);

      expect(await claim(ledger, transport)).toMatchObject({ task: 'follow_up', attempt: 2, isMaybeDuplicate: true });
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: { claim: (input) => honest.deliveries.claim({ ...input, isIdempotent: true }) },
      }),
  },
  {
    promise: 'a follow-up that is refused for good is a straggler, and nothing brings it back',
    async check({ ledger }) {
      const { transport, input } = await lostCard(ledger);

      expect((await close(ledger, inputs.failed(await claim(ledger, transport)))).state).toBe('failed');
      await revoke(ledger, input);

      const mine = (await ledger.deliveries.stragglers(500)).filter(({ requestId }) => requestId === input.id);
      expect(only(mine)).toMatchObject({ state: 'failed', lastReason: 'http_400', drawnRevision: 1 });
      expect(await ledger.deliveries.msUntilDue(transport)).toBeNull();
    },
    mutant: (honest) => lying(honest, { deliveries: { stragglers: () => Promise.resolve([]) } }),
  },
  {
    promise:
      'a follow-up of which it is said that it cannot be edited has failed: there is no follow-up of a follow-up',
    async check({ ledger }) {
      const { transport } = await lostCard(ledger);

      expect((await close(ledger, inputs.uneditable(await claim(ledger, transport)))).state).toBe('failed');

      expect(await ledger.deliveries.msUntilDue(transport)).toBeNull();
    },
    mutant: closes((result, before) => (result.kind === 'uneditable' && before > 0 ? asRetry(result) : result)),
  },
  {
    promise: 'a card that was never there has nothing to follow: uneditable, it has failed',
    async check({ ledger }) {
      const transport = `transport-${random.id()}` as ChannelName;
      const input = openInput({ approvers: [{ id: newApprover(), deliveries: [delivery(transport)] }] });
      must(await ledger.requests.open(input, opened), 'opened');

      const outcome = await close(ledger, inputs.uneditable(await claim(ledger, transport)));

      expect(outcome).toMatchObject({ state: 'failed', isLastFirstFailure: true });
      expect(await ledger.deliveries.msUntilDue(transport)).toBeNull();
    },
    mutant: closes((result) => (result.kind === 'uneditable' ? asRetry(result) : result)),
  },
];
