/** Promises about cards that can be edited no more, and about final cards, which nothing overwrites. */
import { expect } from '@jest/globals';
import type { ChannelName } from '../../../src/approval/brand.js';
import { systemChance } from '../../../src/base/chance.js';
import type { Claim, Closing, ClosingOutcome, Ledger, OpenRequest } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import * as wishes from './wishes.js';
import { approval, claimOne, delivery, newApprover, opened, openWish, revokedOn, sent, SITE } from './wishes.js';

const chance = systemChance();
const DAY_MS = 86_400_000;

interface Card {
  readonly wish: OpenRequest;
  readonly carrier: ChannelName;
}

/** A card that is there, of a request that was approved since: it waits to be redrawn. */
async function staleCard(ledger: Ledger): Promise<Card> {
  const carrier = `carrier-${chance.id()}` as ChannelName;
  const wish = openWish({ approvers: [{ id: newApprover(), deliveries: [delivery(carrier)] }] });
  must(await ledger.requests.open(wish, opened), 'opened');
  await close(ledger, sent(await claim(ledger, carrier)));
  must(await ledger.requests.decide(approval(wish)), 'decided');
  return { wish, carrier };
}

/** A card whose follow-up is due. */
async function lostCard(ledger: Ledger): Promise<Card> {
  const card = await staleCard(ledger);
  await close(ledger, wishes.uneditable(await claim(ledger, card.carrier)));
  return card;
}

async function claim(ledger: Ledger, carrier: ChannelName, leaseMs = wishes.LEASE_MS): Promise<Claim> {
  return only(await ledger.deliveries.claim(claimOne(carrier, leaseMs)));
}

async function close(ledger: Ledger, closing: Closing): Promise<ClosingOutcome> {
  return only(await ledger.deliveries.close([closing]));
}

function sentAs(message: string, of: Claim): Closing {
  return { ...sent(of), receipt: { message } };
}

function revoke(ledger: Ledger, { address }: OpenRequest) {
  return revokedOn(ledger, { sites: [SITE], address }, { ...opened, what: 'revoked' });
}

/** Closes with closings bent by `bend`, which is told how often this card was said to be uneditable before. */
function closes(bend: (closing: Closing, before: number) => Closing): Lie {
  return (honest) => {
    const times = new Map<string, number>();
    const bent = (closing: Closing): Closing => {
      const before = times.get(closing.deliveryId) ?? 0;
      if (closing.kind === 'uneditable') times.set(closing.deliveryId, before + 1);
      return bend(closing, before);
    };
    return lying(honest, { deliveries: { close: (closings) => honest.deliveries.close(closings.map(bent)) } });
  };
}

function asRetry({ deliveryId, claimToken, attemptId, tookMs }: Closing): Closing {
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
      const { carrier, wish } = await staleCard(ledger);
      const update = await claim(ledger, carrier);

      expect(await close(ledger, wishes.uneditable(update))).toMatchObject({ isHeld: true, state: 'queued' });
      expect(await ledger.deliveries.msUntilDue(carrier)).toBe(0);
      const followUp = await claim(ledger, carrier);

      expect(followUp).toMatchObject({ task: 'follow_up', attempt: 1, receipt: { message: 'm1' }, sealedToken: null });
      expect(followUp.request).toEqual(await ledger.requests.byId(wish.id));
      expect(await tasksOf(stage, followUp.deliveryId)).toEqual([
        { task: 'notify', attempt: 1, outcome: 'sent' },
        { task: 'update', attempt: 1, outcome: 'uneditable' },
        { task: 'follow_up', attempt: 1, outcome: null },
      ]);
    },
    liar: closes((closing) => (closing.kind === 'uneditable' ? asRetry(closing) : closing)),
  },
  {
    promise: 'once the follow-up is sent its message is the card: it is at rest, and redrawn when more is wanted',
    async check({ ledger }) {
      const { carrier, wish } = await lostCard(ledger);

      expect((await close(ledger, sentAs('m2', await claim(ledger, carrier)))).state).toBe('sent');
      expect(await ledger.deliveries.msUntilDue(carrier)).toBeNull();
      await revoke(ledger, wish);

      expect(await claim(ledger, carrier)).toMatchObject({ task: 'update', attempt: 1, receipt: { message: 'm2' } });
    },
    liar: closes((closing) => (closing.kind === 'sent' ? { ...closing, receipt: { message: 'm1' } } : closing)),
  },
  {
    promise: 'a follow-up is tried again as a redrawing is, shows the newest state, and stays a follow-up meanwhile',
    async check({ ledger }) {
      const { carrier, wish } = await lostCard(ledger);
      const first = await claim(ledger, carrier);

      expect((await close(ledger, wishes.retry(first, 80_000_000))).state).toBe('retry_wait');
      await revoke(ledger, wish);
      const second = await claim(ledger, carrier);
      await close(ledger, wishes.released(second));
      const third = await claim(ledger, carrier);
      await close(ledger, wishes.retry(third, 0));

      expect([second, third].map(({ task, attempt }) => [task, attempt])).toEqual([
        ['follow_up', 1],
        ['follow_up', 1],
      ]);
      expect(await claim(ledger, carrier)).toMatchObject({ task: 'follow_up', attempt: 2, request: { revision: 3 } });
    },
    liar: (honest) =>
      lying(honest, {
        deliveries: {
          claim: async (wish) =>
            (await honest.deliveries.claim(wish)).map((one) => (one.attempt > 1 ? { ...one, task: 'update' } : one)),
        },
      }),
  },
  {
    promise: 'a follow-up whose courier died may come twice, and says so',
    async check({ ledger }) {
      const { carrier } = await lostCard(ledger);
      await claim(ledger, carrier, 0);

      expect(await claim(ledger, carrier)).toMatchObject({ task: 'follow_up', attempt: 2, isMaybeDuplicate: true });
    },
    liar: (honest) =>
      lying(honest, {
        deliveries: { claim: (wish) => honest.deliveries.claim({ ...wish, isIdempotent: true }) },
      }),
  },
  {
    promise: 'a follow-up that is refused for good is a straggler, and nothing brings it back',
    async check({ ledger }) {
      const { carrier, wish } = await lostCard(ledger);

      expect((await close(ledger, wishes.failed(await claim(ledger, carrier)))).state).toBe('failed');
      await revoke(ledger, wish);

      const mine = (await ledger.deliveries.stragglers(500)).filter(({ requestId }) => requestId === wish.id);
      expect(only(mine)).toMatchObject({ state: 'failed', lastReason: 'http_400', drawnRevision: 1 });
      expect(await ledger.deliveries.msUntilDue(carrier)).toBeNull();
    },
    liar: (honest) => lying(honest, { deliveries: { stragglers: () => Promise.resolve([]) } }),
  },
  {
    promise:
      'a follow-up of which it is said that it cannot be edited has failed: there is no follow-up of a follow-up',
    async check({ ledger }) {
      const { carrier } = await lostCard(ledger);

      expect((await close(ledger, wishes.uneditable(await claim(ledger, carrier)))).state).toBe('failed');

      expect(await ledger.deliveries.msUntilDue(carrier)).toBeNull();
    },
    liar: closes((closing, before) => (closing.kind === 'uneditable' && before > 0 ? asRetry(closing) : closing)),
  },
  {
    promise: 'a card that was never there has nothing to follow: uneditable, it has failed',
    async check({ ledger }) {
      const carrier = `carrier-${chance.id()}` as ChannelName;
      const wish = openWish({ approvers: [{ id: newApprover(), deliveries: [delivery(carrier)] }] });
      must(await ledger.requests.open(wish, opened), 'opened');

      const outcome = await close(ledger, wishes.uneditable(await claim(ledger, carrier)));

      expect(outcome).toMatchObject({ state: 'failed', isLastFirstFailure: true });
      expect(await ledger.deliveries.msUntilDue(carrier)).toBeNull();
    },
    liar: closes((closing) => (closing.kind === 'uneditable' ? asRetry(closing) : closing)),
  },
  {
    promise: 'a final card stays final: no late answer, no second tap and no expiry makes it due again',
    async check({ ledger }) {
      const { carrier, wish } = await staleCard(ledger);
      const late = await claim(ledger, carrier, 0);
      await close(ledger, sentAs('m2', await claim(ledger, carrier)));
      const before = only(await ledger.deliveries.ofRequest(wish.id));

      const answers = await ledger.deliveries.close([
        wishes.retry(late, 0),
        wishes.uneditable(late),
        wishes.failed(late),
        wishes.paused(late, 60_000),
        sent(late, 1),
      ]);
      must(await ledger.requests.decide(approval(wish, { outcome: 'denied' })), 'already');
      await ledger.requests.expireDue(100);

      expect(answers.map(({ isHeld, state }) => [isHeld, state])).toEqual(Array(5).fill([false, 'sent']));
      expect(only(await ledger.deliveries.ofRequest(wish.id))).toEqual(before);
      expect(before).toMatchObject({ wantedRevision: 2, drawnRevision: 2 });
      expect(await ledger.deliveries.msUntilDue(carrier)).toBeNull();
      expect((await ledger.deliveries.pauses()).filter((pause) => pause.carrier === carrier)).toEqual([]);
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          async decide(wish) {
            const outcome = await honest.requests.decide(wish);
            if (outcome.kind === 'already') await revoke(honest, { ...openWish(), address: outcome.request.address });
            return outcome;
          },
        },
      }),
  },
  {
    promise: 'what is redrawn after a revocation is tried for a day after it, however old the decision is',
    async check({ ledger }) {
      const { carrier, wish } = await staleCard(ledger);
      const update = await claim(ledger, carrier);
      await close(ledger, sent(update));
      await revoke(ledger, wish);

      const redrawing = await claim(ledger, carrier);

      const { decision } = redrawing.request;
      expect(update.giveUpAtMs).toBe((decision?.atMs ?? 0) + DAY_MS);
      expect(redrawing.giveUpAtMs).toBe((decision?.revocation?.atMs ?? 0) + DAY_MS);
      expect(redrawing.giveUpAtMs).toBeGreaterThan(update.giveUpAtMs);
    },
    liar: (honest) =>
      lying(honest, {
        deliveries: {
          claim: async (wish) =>
            (await honest.deliveries.claim(wish)).map((one) => ({
              ...one,
              giveUpAtMs: (one.request.decision?.atMs ?? one.request.openedAtMs) + DAY_MS,
            })),
        },
      }),
  },
];
