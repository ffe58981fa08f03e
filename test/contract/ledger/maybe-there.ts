/**
 * The ledger's promises about cards that nothing acknowledged and that may be there all the same: an answer that never came,
 * a courier that died while it called. Such a card must not go on asking what has been answered.
 */
import { expect } from '@jest/globals';
import type { ChannelName } from '../../../src/approval/brand.js';
import { systemChance } from '../../../src/base/chance.js';
import type { Claim, Closing, Ledger } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import * as wishes from './wishes.js';
import { approval, claimOne, delivery, newApprover, opened, openWish, sent } from './wishes.js';

const chance = systemChance();

/** One card, by a carrier of its own, so that cases do not claim each other's. */
async function openCard(ledger: Ledger, how: { readonly ttlSeconds?: number; readonly firstLeaseMs?: number } = {}) {
  const { ttlSeconds = 600, firstLeaseMs } = how;
  const carrier = `carrier-${chance.id()}` as ChannelName;
  const firstClaims = firstLeaseMs === undefined ? null : { slots: { [carrier]: 1 }, leaseMs: firstLeaseMs };
  const approvers = [{ id: newApprover(), deliveries: [delivery(carrier)] }];
  const wish = openWish({ ttlSeconds, approvers, firstClaims });
  must(await ledger.requests.open(wish, opened), 'opened');
  return { wish, carrier };
}

async function claim(ledger: Ledger, carrier: ChannelName, leaseMs?: number): Promise<Claim> {
  return only(await ledger.deliveries.claim(claimOne(carrier, leaseMs)));
}

async function close(ledger: Ledger, closing: Closing) {
  return only(await ledger.deliveries.close([closing]));
}

function unanswered(one: Claim, waitMs = 60_000): Closing {
  return { ...wishes.retry(one, waitMs), isUnknown: true } as Closing;
}

function believing(isUnknown: boolean, bend: (claim: Claim) => Claim = (claim) => claim): Lie {
  return (honest) =>
    lying(honest, {
      deliveries: {
        claim: async (wish) => (await honest.deliveries.claim(wish)).map(bend),
        close: (closings) =>
          honest.deliveries.close(closings.map((one) => (one.kind === 'retry' ? { ...one, isUnknown } : one))),
      },
    });
}

/** Believes that what nobody acknowledged is not there. */
const takesSilenceForNo = believing(false, (one) => ({ ...one, isMaybeThere: false }));

/** Believes that whatever was tried is there. */
const takesTriesForDeeds = believing(true);

export const maybeThereCases: readonly LedgerCase[] = [
  {
    promise: 'a card whose courier died before the decision is looked for after it, without its token',
    async check({ ledger }) {
      const { wish, carrier } = await openCard(ledger);
      const first = await claim(ledger, carrier, 0);
      must(await ledger.requests.decide(approval(wish)), 'decided');

      const again = await claim(ledger, carrier);

      expect(first.isMaybeThere).toBe(false);
      expect(again).toMatchObject({ task: 'notify', attempt: 2, isMaybeThere: true, sealedToken: null });
      expect(again.request.decision).toMatchObject({ outcome: 'approved' });
    },
    liar: takesSilenceForNo,
  },
  {
    promise: 'a card whose answer never came is due again by the decision, and its attempts are counted on',
    async check({ ledger }) {
      const { wish, carrier } = await openCard(ledger);
      await close(ledger, unanswered(await claim(ledger, carrier)));
      must(await ledger.requests.decide(approval(wish)), 'decided');

      const again = await claim(ledger, carrier);

      expect(again).toMatchObject({ task: 'notify', attempt: 2, isMaybeThere: true });
    },
    liar: takesSilenceForNo,
  },
  {
    promise: 'a card whose answer never comes, not even after the decision, is looked for once more',
    async check({ ledger }) {
      const { wish, carrier } = await openCard(ledger);
      const sending = await claim(ledger, carrier);
      must(await ledger.requests.decide(approval(wish)), 'decided');

      const after = await close(ledger, unanswered(sending, 0));

      expect(after).toMatchObject({ isHeld: true, state: 'queued' });
      expect(await claim(ledger, carrier)).toMatchObject({ task: 'notify', isMaybeThere: true });
    },
    liar: takesSilenceForNo,
  },
  {
    promise: 'a card that a courier put there after its claim was lost is looked for',
    async check({ ledger }) {
      const { wish, carrier } = await openCard(ledger);
      const stale = await claim(ledger, carrier, 0);
      const held = await claim(ledger, carrier);
      await close(ledger, sent(stale));
      await close(ledger, wishes.retry(held));
      must(await ledger.requests.decide(approval(wish)), 'decided');

      expect(await claim(ledger, carrier)).toMatchObject({ task: 'notify', attempt: 3, isMaybeThere: true });
    },
    liar: takesSilenceForNo,
  },
  {
    promise: 'a card that was given up unanswered is looked for by the decision all the same',
    async check({ ledger }) {
      const { wish, carrier } = await openCard(ledger);
      const givenUp = await close(ledger, unanswered(await claim(ledger, carrier), 3_600_000));
      must(await ledger.requests.decide(approval(wish)), 'decided');

      expect(givenUp.state).toBe('failed');
      expect(await claim(ledger, carrier)).toMatchObject({ task: 'notify', isMaybeThere: true });
    },
    liar: takesSilenceForNo,
  },
  {
    promise:
      'a card whose courier died asks nothing after the time of its request, and is looked for once that is over',
    async check({ ledger }) {
      const { carrier } = await openCard(ledger, { ttlSeconds: 0, firstLeaseMs: 0 });

      expect(await ledger.deliveries.claim(claimOne(carrier))).toEqual([]);
      await ledger.requests.expireDue(1_000);

      expect(await claim(ledger, carrier)).toMatchObject({
        isMaybeThere: true,
        request: { decision: { outcome: 'expired' } },
      });
    },
    liar: takesSilenceForNo,
  },
  {
    promise: 'a card that was refused for now is nowhere: the decision cancels it',
    async check({ ledger }) {
      const { wish, carrier } = await openCard(ledger);
      await close(ledger, wishes.retry(await claim(ledger, carrier)));
      must(await ledger.requests.decide(approval(wish)), 'decided');

      expect(await ledger.deliveries.claim(claimOne(carrier))).toEqual([]);

      expect(only(await ledger.deliveries.ofRequest(wish.id)).state).toBe('cancelled');
    },
    liar: takesTriesForDeeds,
  },
  {
    promise: 'a card that was found after the decision is redrawn, as finding draws nothing',
    async check({ ledger }) {
      const { wish, carrier } = await openCard(ledger);
      await close(ledger, unanswered(await claim(ledger, carrier)));
      must(await ledger.requests.decide(approval(wish)), 'decided');

      const found = await close(ledger, sent(await claim(ledger, carrier), 0));

      expect(found.state).toBe('queued');
      expect(await claim(ledger, carrier)).toMatchObject({ task: 'update', isMaybeThere: false });
    },
    liar: takesSilenceForNo,
  },
  {
    promise: 'a channel that never redraws has nothing to look for: such a card can be cancelled',
    async check({ ledger }) {
      const { wish, carrier } = await openCard(ledger);
      await close(ledger, unanswered(await claim(ledger, carrier)));
      must(await ledger.requests.decide(approval(wish)), 'decided');
      const { deliveryId, claimToken, attemptId } = await claim(ledger, carrier);

      const after = await close(ledger, { deliveryId, claimToken, attemptId, tookMs: 1, kind: 'cancelled' });

      expect(after).toMatchObject({ isHeld: true, state: 'cancelled' });
      expect(await ledger.deliveries.claim(claimOne(carrier))).toEqual([]);
    },
    liar: takesSilenceForNo,
  },
];
