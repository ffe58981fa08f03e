/** Promises about first attempts: that nobody was reached is said, and said once. */
import { expect } from '@jest/globals';
import type { ChannelName } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { lying, must, type LedgerCase, type Lie } from './case.js';
import * as inputs from './inputs.js';
import { claimOne, delivery, newApprover, opened, openInput, sent } from './inputs.js';
import { claim, close, newTransport, openCards } from './cards.js';

const random = systemRandom();

const alwaysLast: Lie = (honest) =>
  lying(honest, {
    deliveries: {
      close: async (results) =>
        (await honest.deliveries.close(results)).map((outcome) => ({ ...outcome, isLastFirstFailure: true })),
    },
  });

export const firstAttemptCases: readonly LedgerCase[] = [
  {
    promise: 'that every first attempt has failed is said once, by the last one to fail',
    async check({ ledger }) {
      const { transport } = await openCards(ledger, 3);
      const tried = await ledger.deliveries.claim(claimOne(transport));

      const first = await ledger.deliveries.close(tried.slice(0, 2).map((one) => inputs.retry(one, 1)));
      const last = await ledger.deliveries.close(tried.slice(2).map(inputs.failed));
      const retried = await ledger.deliveries.claim(claimOne(transport));
      const later = await ledger.deliveries.close(retried.map(inputs.failed));

      const said = [...first, ...last, ...later].map(({ isLastFirstFailure }) => isLastFirstFailure);
      expect(said.slice(0, 3)).toEqual([false, false, true]);
      expect(said.slice(3)).not.toContain(true);
    },
    mutant: alwaysLast,
  },
  {
    promise: 'a request of which every card failed at first says that nobody was reached, until one is delivered',
    async check({ ledger }) {
      const { transport, input } = await openCards(ledger, 2);
      const isNobodyReached = async () => (await ledger.requests.byId(input.id))?.isNobodyReached === true;
      const said = [await isNobodyReached()];
      const tried = await ledger.deliveries.claim(claimOne(transport));

      await ledger.deliveries.close(tried.map((one) => inputs.retry(one, 0)));
      said.push(await isNobodyReached());
      const retried = await ledger.deliveries.claim(claimOne(transport));
      await ledger.deliveries.close(retried.slice(0, 1).map((one) => sent(one)));
      said.push(await isNobodyReached());

      expect(said).toEqual([false, true, false]);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          async byId(id) {
            const request = await honest.requests.byId(id);
            return request === null ? null : { ...request, isNobodyReached: true };
          },
        },
      }),
  },
  {
    promise: 'where one first attempt delivered, nobody says that all have failed',
    async check({ ledger }) {
      const { transport } = await openCards(ledger, 2);
      const [one, other] = await ledger.deliveries.claim(claimOne(transport));
      if (one === undefined || other === undefined) throw new Error('two cards were claimed');

      const outcomes = await ledger.deliveries.close([sent(one), inputs.failed(other)]);

      expect(outcomes.map(({ isLastFirstFailure }) => isLastFirstFailure)).toEqual([false, false]);
    },
    mutant: alwaysLast,
  },
  {
    promise: 'where every card waits for a paused carrier the opening says that all have failed, and no closing again',
    async check({ ledger }) {
      const { transport } = await openCards(ledger);
      await close(ledger, inputs.paused(await claim(ledger, transport), 0));
      const openOn = async (...transports: readonly ChannelName[]) => {
        const approvers = [{ id: newApprover(), deliveries: transports.map((one) => delivery(one, random.id())) }];
        return must(await ledger.requests.open(openInput({ approvers }), opened), 'opened');
      };

      const alone = await openOn(transport);
      const beside = await openOn(transport, newTransport());
      await ledger.deliveries.resume(transport);
      const outcomes = await ledger.deliveries.close(
        (await ledger.deliveries.claim(claimOne(transport))).map(inputs.failed),
      );

      expect([alone.isEveryTransportPaused, beside.isEveryTransportPaused]).toEqual([true, false]);
      expect(outcomes).toHaveLength(3);
      expect(outcomes.filter(({ isLastFirstFailure }) => isLastFirstFailure)).toEqual([]);
    },
    mutant: alwaysLast,
  },
];
