/** Promises about how long a card is redrawn, and when it is final. */
import { expect } from '@jest/globals';
import { lying, must, only, type LedgerCase } from './case.js';
import * as inputs from './inputs.js';
import { approval, expiring, openInput, sent } from './inputs.js';
import { claim, close } from './cards.js';
import { revoke, sentAs, staleCard } from './stale-cards.js';

const DAY_MS = 86_400_000;

export const finalCardCases: readonly LedgerCase[] = [
  {
    promise: 'a final card stays final: no late answer, no second tap and no expiry makes it due again',
    async check({ ledger }) {
      const { transport, input } = await staleCard(ledger);
      const late = await claim(ledger, transport, 0);
      await close(ledger, sentAs('m2', await claim(ledger, transport)));
      const before = only(await ledger.deliveries.ofRequest(input.id));

      const answers = await ledger.deliveries.close([
        inputs.retry(late, 0),
        inputs.uneditable(late),
        inputs.failed(late),
        inputs.paused(late, 60_000),
        sent(late, 1),
      ]);
      must(await ledger.requests.decide(approval(input, { outcome: 'denied' })), 'already');
      await ledger.requests.expireDue(expiring(100));

      expect(answers.map(({ isHeld, state }) => [isHeld, state])).toEqual(Array(5).fill([false, 'sent']));
      expect(only(await ledger.deliveries.ofRequest(input.id))).toEqual(before);
      expect(before).toMatchObject({ wantedRevision: 2, drawnRevision: 2 });
      expect(await ledger.deliveries.msUntilDue(transport)).toBeNull();
      expect((await ledger.deliveries.pauses()).filter((pause) => pause.transport === transport)).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          async decide(input) {
            const outcome = await honest.requests.decide(input);
            if (outcome.kind === 'already') await revoke(honest, { ...openInput(), address: outcome.request.address });
            return outcome;
          },
        },
      }),
  },
  {
    promise: 'what is redrawn after a revocation is tried for a day after it, however old the decision is',
    async check({ ledger }) {
      const { transport, input } = await staleCard(ledger);
      const update = await claim(ledger, transport);
      await close(ledger, sent(update));
      await revoke(ledger, input);

      const redrawing = await claim(ledger, transport);

      const { decision } = redrawing.request;
      expect(update.giveUpAtMs).toBe((decision?.atMs ?? 0) + DAY_MS);
      expect(redrawing.giveUpAtMs).toBe((decision?.revocation?.atMs ?? 0) + DAY_MS);
      expect(redrawing.giveUpAtMs).toBeGreaterThan(update.giveUpAtMs);
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          claim: async (input) =>
            (await honest.deliveries.claim(input)).map(inputs.ofRequest).map((one) => ({
              ...one,
              giveUpAtMs: (one.request.decision?.atMs ?? one.request.openedAtMs) + DAY_MS,
            })),
        },
      }),
  },
];
