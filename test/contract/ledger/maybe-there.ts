/**
 * The ledger's promises about cards that nothing acknowledged and that may be there all the same: an answer that never came,
 * a courier that died while it called. Such a card must not go on asking what has been answered.
 */
import { expect } from '@jest/globals';
import type { ChannelName } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Claim, AttemptResult, Ledger, RequestClaim } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import * as inputs from './inputs.js';
import { approval, claimOne, delivery, expiring, newApprover, opened, openInput, sent } from './inputs.js';

const random = systemRandom();

/** One card, by a transport of its own, so that cases do not claim each other's. */
async function openCard(ledger: Ledger, how: { readonly ttlSeconds?: number; readonly firstLeaseMs?: number } = {}) {
  const { ttlSeconds = 600, firstLeaseMs } = how;
  const transport = `transport-${random.id()}` as ChannelName;
  const firstClaims = firstLeaseMs === undefined ? null : { slots: { [transport]: 1 }, leaseMs: firstLeaseMs };
  const approvers = [{ id: newApprover(), deliveries: [delivery(transport)] }];
  const input = openInput({ ttlSeconds, approvers, firstClaims });
  must(await ledger.requests.open(input, opened), 'opened');
  return { input, transport };
}

async function claim(ledger: Ledger, transport: ChannelName, leaseMs?: number): Promise<RequestClaim> {
  return inputs.ofRequest(only(await ledger.deliveries.claim(claimOne(transport, leaseMs))));
}

async function close(ledger: Ledger, result: AttemptResult) {
  return only(await ledger.deliveries.close([result]));
}

function unanswered(one: Claim, waitMs = 60_000): AttemptResult {
  return { ...inputs.retry(one, waitMs), isUnknown: true } as AttemptResult;
}

function believing(isUnknown: boolean, bend: (claim: Claim) => Claim = (claim) => claim): Lie {
  return (honest) =>
    lying(honest, {
      deliveries: {
        claim: async (input) => (await honest.deliveries.claim(input)).map(bend),
        close: (results) =>
          honest.deliveries.close(results.map((one) => (one.kind === 'retry' ? { ...one, isUnknown } : one))),
      },
    });
}

/** Believes that what nobody acknowledged is not there. */
const takesSilenceForNo = believing(false, (one) => ({ ...one, isMaybeThere: false }));

/** Believes that whatever was tried is there. */
const takesTriesForActs = believing(true);

export const maybeThereCases: readonly LedgerCase[] = [
  {
    promise: 'a card whose courier died before the decision is looked for after it, without its token',
    async check({ ledger }) {
      const { input, transport } = await openCard(ledger);
      const first = await claim(ledger, transport, 0);
      must(await ledger.requests.decide(approval(input)), 'decided');

      const again = await claim(ledger, transport);

      expect(first.isMaybeThere).toBe(false);
      expect(again).toMatchObject({ task: 'notify', attempt: 2, isMaybeThere: true, sealedToken: null });
      expect(again.request.decision).toMatchObject({ outcome: 'approved' });
    },
    mutant: takesSilenceForNo,
  },
  {
    promise: 'a card whose answer never came is due again by the decision, and its attempts are counted on',
    async check({ ledger }) {
      const { input, transport } = await openCard(ledger);
      await close(ledger, unanswered(await claim(ledger, transport)));
      must(await ledger.requests.decide(approval(input)), 'decided');

      const again = await claim(ledger, transport);

      expect(again).toMatchObject({ task: 'notify', attempt: 2, isMaybeThere: true });
    },
    mutant: takesSilenceForNo,
  },
  {
    promise: 'a card whose answer never comes, not even after the decision, is looked for once more',
    async check({ ledger }) {
      const { input, transport } = await openCard(ledger);
      const sending = await claim(ledger, transport);
      must(await ledger.requests.decide(approval(input)), 'decided');

      const after = await close(ledger, unanswered(sending, 0));

      expect(after).toMatchObject({ isHeld: true, state: 'queued' });
      expect(await claim(ledger, transport)).toMatchObject({ task: 'notify', isMaybeThere: true });
    },
    mutant: takesSilenceForNo,
  },
  {
    promise: 'a card that a courier put there after its claim was lost is looked for',
    async check({ ledger }) {
      const { input, transport } = await openCard(ledger);
      const stale = await claim(ledger, transport, 0);
      const held = await claim(ledger, transport);
      await close(ledger, sent(stale));
      await close(ledger, inputs.retry(held));
      must(await ledger.requests.decide(approval(input)), 'decided');

      expect(await claim(ledger, transport)).toMatchObject({ task: 'notify', attempt: 3, isMaybeThere: true });
    },
    mutant: takesSilenceForNo,
  },
  {
    promise: 'a card that was given up unanswered is looked for by the decision all the same',
    async check({ ledger }) {
      const { input, transport } = await openCard(ledger);
      const givenUp = await close(ledger, unanswered(await claim(ledger, transport), 3_600_000));
      must(await ledger.requests.decide(approval(input)), 'decided');

      expect(givenUp.state).toBe('failed');
      expect(await claim(ledger, transport)).toMatchObject({ task: 'notify', isMaybeThere: true });
    },
    mutant: takesSilenceForNo,
  },
  {
    promise:
      'a card whose courier died asks nothing after the time of its request, and is looked for once that is over',
    async check({ ledger }) {
      const { transport } = await openCard(ledger, { ttlSeconds: 0, firstLeaseMs: 0 });

      expect(await ledger.deliveries.claim(claimOne(transport))).toEqual([]);
      await ledger.requests.expireDue(expiring(1_000));

      expect(await claim(ledger, transport)).toMatchObject({
        isMaybeThere: true,
        request: { decision: { outcome: 'expired' } },
      });
    },
    mutant: takesSilenceForNo,
  },
  {
    promise: 'a card that was refused for now is nowhere: the decision cancels it',
    async check({ ledger }) {
      const { input, transport } = await openCard(ledger);
      await close(ledger, inputs.retry(await claim(ledger, transport)));
      must(await ledger.requests.decide(approval(input)), 'decided');

      expect(await ledger.deliveries.claim(claimOne(transport))).toEqual([]);

      expect(only(await ledger.deliveries.ofRequest(input.id)).state).toBe('cancelled');
    },
    mutant: takesTriesForActs,
  },
  {
    promise: 'a card that was found after the decision is redrawn, as finding draws nothing',
    async check({ ledger }) {
      const { input, transport } = await openCard(ledger);
      await close(ledger, unanswered(await claim(ledger, transport)));
      must(await ledger.requests.decide(approval(input)), 'decided');

      const found = await close(ledger, sent(await claim(ledger, transport), 0));

      expect(found.state).toBe('queued');
      expect(await claim(ledger, transport)).toMatchObject({ task: 'update', isMaybeThere: false });
    },
    mutant: takesSilenceForNo,
  },
  {
    promise: 'a channel that never redraws has nothing to look for: such a card can be cancelled',
    async check({ ledger }) {
      const { input, transport } = await openCard(ledger);
      await close(ledger, unanswered(await claim(ledger, transport)));
      must(await ledger.requests.decide(approval(input)), 'decided');
      const { deliveryId, claimToken, attemptId } = await claim(ledger, transport);

      const after = await close(ledger, { deliveryId, claimToken, attemptId, tookMs: 1, kind: 'cancelled' });

      expect(after).toMatchObject({ isHeld: true, state: 'cancelled' });
      expect(await ledger.deliveries.claim(claimOne(transport))).toEqual([]);
    },
    mutant: takesSilenceForNo,
  },
];
