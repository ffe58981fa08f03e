/** Promises about deliveries: a claim is held by one courier, and what is decided and what is drawn are two facts. */
import { expect } from '@jest/globals';
import type { ChannelName } from '../../../src/approval/brand.js';
import { systemChance } from '../../../src/base/chance.js';
import type { Claim, Closing, Ledger, OpenRequest } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import * as wishes from './wishes.js';
import { approval, claimOne, delivery, newApprover, opened, openWish, sent } from './wishes.js';

const chance = systemChance();

/** A carrier of its own, so that cases do not claim each other's cards. */
function newCarrier(): ChannelName {
  return `carrier-${chance.id()}` as ChannelName;
}

interface Opened {
  readonly wish: OpenRequest;
  readonly carrier: ChannelName;
}

/** A request with so many cards, all by one carrier of its own. */
async function openCards(ledger: Ledger, cards = 1, change: Partial<OpenRequest> = {}): Promise<Opened> {
  const carrier = newCarrier();
  const deliveries = Array.from({ length: cards }, (_, card) => delivery(carrier, `to-${String(card)}`));
  const wish = openWish({ approvers: [{ id: newApprover(), deliveries }], ...change });
  must(await ledger.requests.open(wish, opened), 'opened');
  return { wish, carrier };
}

async function claim(ledger: Ledger, carrier: ChannelName, leaseMs = wishes.LEASE_MS): Promise<Claim> {
  return only(await ledger.deliveries.claim(claimOne(carrier, leaseMs)));
}

async function close(ledger: Ledger, closing: Closing) {
  return only(await ledger.deliveries.close([closing]));
}

/** A card that is there, as drawn at revision 1. */
async function sentCard(ledger: Ledger): Promise<Opened> {
  const made = await openCards(ledger);
  await close(ledger, sent(await claim(ledger, made.carrier)));
  return made;
}

/** Closes with closings bent by `bend`. */
function closes(bend: (closing: Closing) => Closing): Lie {
  return (honest) =>
    lying(honest, { deliveries: { close: (closings) => honest.deliveries.close(closings.map(bend)) } });
}

function claims(bend: (wish: Parameters<Ledger['deliveries']['claim']>[0]) => typeof wish): Lie {
  return (honest) => lying(honest, { deliveries: { claim: (wish) => honest.deliveries.claim(bend(wish)) } });
}

/** Hands out what it handed out before, as if it were new. */
const claimsTwice: Lie = (honest) => {
  const before: Claim[] = [];
  return lying(honest, {
    deliveries: {
      async claim(wish) {
        const got = await honest.deliveries.claim(wish);
        const again = before.filter(({ carrier }) => carrier === wish.carrier);
        before.push(...got);
        return [...got, ...again];
      },
    },
  });
};

const alwaysLast: Lie = (honest) =>
  lying(honest, {
    deliveries: {
      close: async (closings) =>
        (await honest.deliveries.close(closings)).map((outcome) => ({ ...outcome, isLastFirstFailure: true })),
    },
  });

function attemptsOf({ query }: LedgerStage, deliveryId: string) {
  return query(`SELECT outcome, reason, took_ms FROM attempts WHERE delivery_id = '${deliveryId}' ORDER BY id`);
}

export const deliveryCases: readonly LedgerCase[] = [
  {
    promise: 'a claim takes at most so many due cards of its carrier, with their attempt rows written',
    async check(stage) {
      const { ledger } = stage;
      const { carrier, wish } = await openCards(ledger, 3);

      const first = await ledger.deliveries.claim({ carrier, limit: 2, leaseMs: 60_000 });
      const second = await ledger.deliveries.claim({ carrier, limit: 2, leaseMs: 60_000 });

      expect([first.length, second.length]).toEqual([2, 1]);
      expect(new Set([...first, ...second].map(({ claimToken }) => claimToken)).size).toBe(3);
      expect(first[0]).toMatchObject({ attempt: 1, task: 'notify', receipt: null, sealedToken: 'sealed' });
      expect(first[0]?.request).toEqual(await ledger.requests.byId(wish.id));
      expect(await attemptsOf(stage, first[0]?.deliveryId ?? '')).toEqual([
        { outcome: null, reason: null, took_ms: null },
      ]);
    },
    liar: claims((wish) => ({ ...wish, limit: 3 })),
  },
  {
    promise: 'couriers that claim at once never hold the same card',
    async check({ ledger, processes }) {
      const { carrier } = await openCards(ledger, 30);

      const got = await Promise.all(
        Array.from({ length: 12 }, (_, courier) =>
          processes[courier % 2 === 0 ? 0 : 1].deliveries.claim({ carrier, limit: 3, leaseMs: 60_000 }),
        ),
      );
      const rest = await ledger.deliveries.claim({ carrier, limit: 30, leaseMs: 60_000 });

      const ids = [...got.flat(), ...rest].map(({ deliveryId }) => deliveryId);
      expect(ids).toHaveLength(30);
      expect(new Set(ids).size).toBe(30);
    },
    liar: claimsTwice,
  },
  {
    promise: 'a claim that was lost cannot close: its attempt is superseded and nothing else is touched',
    async check(stage) {
      const { ledger } = stage;
      const { carrier } = await openCards(ledger);
      const stale = await claim(ledger, carrier, 0);
      const held = await claim(ledger, carrier);

      const lost = await close(ledger, sent(stale));
      const kept = await close(ledger, wishes.retry(held));

      expect(lost).toMatchObject({ isHeld: false, state: 'sending', isLastFirstFailure: false });
      expect(kept).toMatchObject({ isHeld: true, state: 'retry_wait' });
      expect(await attemptsOf(stage, held.deliveryId)).toEqual([
        { outcome: 'superseded', reason: null, took_ms: 13 },
        { outcome: 'retry', reason: 'http_503', took_ms: 13 },
      ]);
    },
    liar: (honest) => {
      const newest = new Map<string, Claim>();
      return lying(honest, {
        deliveries: {
          async claim(wish) {
            const got = await honest.deliveries.claim(wish);
            for (const one of got) newest.set(one.deliveryId, one);
            return got;
          },
          close: (closings) =>
            honest.deliveries.close(
              closings.map((one) => ({ ...one, claimToken: newest.get(one.deliveryId)?.claimToken ?? '' })),
            ),
        },
      });
    },
  },
  {
    promise: 'a card whose lease ran out is claimed again, marked as perhaps a duplicate, its old attempt abandoned',
    async check(stage) {
      const { ledger } = stage;
      const [careless, idempotent] = [await openCards(ledger), await openCards(ledger)];
      await claim(ledger, careless.carrier, 0);
      await claim(ledger, idempotent.carrier, 0);

      const again = await claim(ledger, careless.carrier);
      const safe = only(await ledger.deliveries.claim({ ...claimOne(idempotent.carrier), isIdempotent: true }));

      expect(again).toMatchObject({ attempt: 2, isMaybeDuplicate: true });
      expect(safe).toMatchObject({ attempt: 2, isMaybeDuplicate: false });
      expect((await attemptsOf(stage, again.deliveryId)).map(({ outcome }) => outcome)).toEqual(['abandoned', null]);
    },
    liar: claims((wish) => ({ ...wish, isIdempotent: true })),
  },
  {
    promise: 'a renewed lease keeps the card, and a lost one cannot be renewed',
    async check({ ledger }) {
      const { carrier } = await openCards(ledger);
      const stale = await claim(ledger, carrier, 0);
      const held = await claim(ledger, carrier, 0);

      await ledger.deliveries.renew([stale], 60_000);
      expect(await ledger.deliveries.msUntilDue(carrier)).toBe(0);
      await ledger.deliveries.renew([held, stale], 60_000);

      expect(await ledger.deliveries.claim(claimOne(carrier))).toEqual([]);
      expect(await ledger.deliveries.msUntilDue(carrier)).toBeGreaterThan(50_000);
    },
    liar: (honest) => lying(honest, { deliveries: { renew: () => Promise.resolve() } }),
  },
  {
    promise: 'a card that is there is redrawn after the decision, and is then at rest',
    async check({ ledger }) {
      const { wish, carrier } = await sentCard(ledger);
      expect(await ledger.deliveries.claim(claimOne(carrier))).toEqual([]);
      must(await ledger.requests.decide(approval(wish)), 'decided');

      const update = await claim(ledger, carrier);

      expect(update).toMatchObject({ task: 'update', attempt: 1, receipt: { message: 'm1' }, sealedToken: null });
      expect(update.request).toMatchObject({ revision: 2, decision: { outcome: 'approved' } });
      expect(await close(ledger, sent(update))).toMatchObject({ state: 'sent' });
      expect(await ledger.deliveries.msUntilDue(carrier)).toBeNull();
    },
    liar: closes((closing) => (closing.kind === 'sent' ? { ...closing, drawnRevision: 1 } : closing)),
  },
  {
    promise: 'a card still being sent when the decision falls is redrawn at once',
    async check({ ledger }) {
      const { wish, carrier } = await openCards(ledger);
      const sending = await claim(ledger, carrier);
      must(await ledger.requests.decide(approval(wish)), 'decided');

      expect(await close(ledger, sent(sending))).toMatchObject({ isHeld: true, state: 'queued' });

      expect(await claim(ledger, carrier)).toMatchObject({ task: 'update', request: { revision: 2 } });
    },
    liar: closes((closing) => (closing.kind === 'sent' ? { ...closing, drawnRevision: 2 } : closing)),
  },
  {
    promise: 'two edits cannot swap: a late answer to an old drawing leaves the card due again',
    async check({ ledger }) {
      const { wish, carrier } = await sentCard(ledger);
      must(await ledger.requests.decide(approval(wish)), 'decided');
      const update = await claim(ledger, carrier);

      const behind = await close(ledger, sent(update, 1));
      const repeated = await claim(ledger, carrier);
      await close(ledger, sent(repeated, 2));
      const late = await close(ledger, sent(update, 1));

      expect(behind.state).toBe('queued');
      expect(late).toMatchObject({ isHeld: false, state: 'sent' });
      expect(only(await ledger.deliveries.ofRequest(wish.id))).toMatchObject({ wantedRevision: 2, drawnRevision: 2 });
    },
    liar: closes((closing) => (closing.kind === 'sent' ? { ...closing, drawnRevision: 9 } : closing)),
  },
  {
    promise: 'cards not yet sent are cancelled by the decision, waiting ones too, and a retry after it is none',
    async check({ ledger }) {
      const { wish, carrier } = await openCards(ledger, 3);
      const [waiting, sending] = await ledger.deliveries.claim({ carrier, limit: 2, leaseMs: 60_000 });
      if (waiting === undefined || sending === undefined) throw new Error('two cards were claimed');
      await close(ledger, wishes.retry(waiting, 1));
      must(await ledger.requests.decide(approval(wish)), 'decided');

      expect(await close(ledger, wishes.retry(sending, 1))).toMatchObject({ state: 'cancelled' });

      const states = (await ledger.deliveries.ofRequest(wish.id)).map(({ state }) => state);
      expect(states).toEqual(['cancelled', 'cancelled', 'cancelled']);
      expect(await ledger.deliveries.claim(claimOne(carrier))).toEqual([]);
    },
    liar: closes((closing) => ({ ...closing, kind: 'failed', scope: 'message', reason: 'x' })),
  },
  {
    promise: 'a card is tried until the deadline of its request, its redrawing for a day',
    async check({ ledger }) {
      const [early, late] = [await openCards(ledger), await openCards(ledger)];
      const shown = await sentCard(ledger);
      must(await ledger.requests.decide(approval(shown.wish)), 'decided');
      const update = await claim(ledger, shown.carrier);

      const states = [
        await close(ledger, wishes.retry(await claim(ledger, early.carrier), 590_000)),
        await close(ledger, wishes.retry(await claim(ledger, late.carrier), 600_000)),
        await close(ledger, wishes.retry(update, 80_000_000)),
      ].map(({ state }) => state);

      expect(states).toEqual(['retry_wait', 'failed', 'retry_wait']);
      expect(await ledger.deliveries.msUntilDue(early.carrier)).toBeGreaterThan(580_000);
    },
    liar: closes((closing) => (closing.kind === 'retry' ? { ...closing, waitMs: 1_000 } : closing)),
  },
  {
    promise: 'a refused provider pauses its carrier: the queue is kept, one probe at a time, until it is resumed',
    async check({ ledger }) {
      const { carrier } = await openCards(ledger, 3);
      const other = await openCards(ledger);
      const refused = only(await ledger.deliveries.claim({ carrier, limit: 1, leaseMs: 60_000 }));
      expect(await close(ledger, wishes.paused(refused, 60_000))).toMatchObject({ isHeld: true, state: 'queued' });
      expect(await ledger.deliveries.claim(claimOne(carrier))).toEqual([]);
      expect(await ledger.deliveries.msUntilDue(carrier)).toBeGreaterThan(50_000);
      expect(await ledger.deliveries.claim(claimOne(other.carrier))).toHaveLength(1);
      expect(await ledger.deliveries.resume(carrier)).toBe(true);
      const again = only(await ledger.deliveries.claim({ carrier, limit: 1, leaseMs: 60_000 }));
      await close(ledger, wishes.paused(again, 0));

      const probes = await ledger.deliveries.claim(claimOne(carrier));
      const more = await ledger.deliveries.claim(claimOne(carrier));

      expect([probes.length, more.length]).toEqual([1, 0]);
      const pause = only((await ledger.deliveries.pauses()).filter((one) => one.carrier === carrier));
      expect(pause).toMatchObject({ reason: 'http_401' });
      expect(await ledger.deliveries.resume(carrier)).toBe(true);
      expect(await ledger.deliveries.resume(carrier)).toBe(false);
      expect(await ledger.deliveries.claim(claimOne(carrier))).toHaveLength(2);
    },
    liar: (honest) =>
      lying(honest, {
        deliveries: {
          async claim(wish) {
            await honest.deliveries.resume(wish.carrier);
            return honest.deliveries.claim(wish);
          },
        },
      }),
  },
  {
    promise: 'a claim says that it is a probe while its carrier is paused, and then alone',
    async check({ ledger }) {
      const { carrier } = await openCards(ledger, 3);
      const one = { carrier, limit: 1, leaseMs: 60_000 };
      const refused = only(await ledger.deliveries.claim(one));
      await close(ledger, wishes.paused(refused, 0));

      const probe = only(await ledger.deliveries.claim(one));
      await ledger.deliveries.resume(carrier);
      const after = only(await ledger.deliveries.claim(one));

      expect([refused, probe, after].map(({ isProbe }) => isProbe)).toEqual([false, true, false]);
    },
    liar: (honest) =>
      lying(honest, {
        deliveries: {
          claim: async (wish) => (await honest.deliveries.claim(wish)).map((claim) => ({ ...claim, isProbe: false })),
        },
      }),
  },
  {
    promise: 'that every first attempt has failed is said once, by the last one to fail',
    async check({ ledger }) {
      const { carrier } = await openCards(ledger, 3);
      const tried = await ledger.deliveries.claim(claimOne(carrier));

      const first = await ledger.deliveries.close(tried.slice(0, 2).map((one) => wishes.retry(one, 1)));
      const last = await ledger.deliveries.close(tried.slice(2).map(wishes.failed));
      const retried = await ledger.deliveries.claim(claimOne(carrier));
      const later = await ledger.deliveries.close(retried.map(wishes.failed));

      const said = [...first, ...last, ...later].map(({ isLastFirstFailure }) => isLastFirstFailure);
      expect(said.slice(0, 3)).toEqual([false, false, true]);
      expect(said.slice(3)).not.toContain(true);
    },
    liar: alwaysLast,
  },
  {
    promise: 'a request of which every card failed at first says that nobody was reached, until one is delivered',
    async check({ ledger }) {
      const { carrier, wish } = await openCards(ledger, 2);
      const isNobodyReached = async () => (await ledger.requests.byId(wish.id))?.isNobodyReached === true;
      const said = [await isNobodyReached()];
      const tried = await ledger.deliveries.claim(claimOne(carrier));

      await ledger.deliveries.close(tried.map((one) => wishes.retry(one, 0)));
      said.push(await isNobodyReached());
      const retried = await ledger.deliveries.claim(claimOne(carrier));
      await ledger.deliveries.close(retried.slice(0, 1).map((one) => sent(one)));
      said.push(await isNobodyReached());

      expect(said).toEqual([false, true, false]);
    },
    liar: (honest) =>
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
      const { carrier } = await openCards(ledger, 2);
      const [one, other] = await ledger.deliveries.claim(claimOne(carrier));
      if (one === undefined || other === undefined) throw new Error('two cards were claimed');

      const outcomes = await ledger.deliveries.close([sent(one), wishes.failed(other)]);

      expect(outcomes.map(({ isLastFirstFailure }) => isLastFirstFailure)).toEqual([false, false]);
    },
    liar: alwaysLast,
  },
  {
    promise: 'where every card waits for a paused carrier the opening says that all have failed, and no closing again',
    async check({ ledger }) {
      const { carrier } = await openCards(ledger);
      await close(ledger, wishes.paused(await claim(ledger, carrier), 0));
      const openOn = async (...carriers: readonly ChannelName[]) => {
        const approvers = [{ id: newApprover(), deliveries: carriers.map((one) => delivery(one, chance.id())) }];
        return must(await ledger.requests.open(openWish({ approvers }), opened), 'opened');
      };

      const alone = await openOn(carrier);
      const beside = await openOn(carrier, newCarrier());
      await ledger.deliveries.resume(carrier);
      const outcomes = await ledger.deliveries.close(
        (await ledger.deliveries.claim(claimOne(carrier))).map(wishes.failed),
      );

      expect([alone.isEveryCarrierPaused, beside.isEveryCarrierPaused]).toEqual([true, false]);
      expect(outcomes).toHaveLength(3);
      expect(outcomes.filter(({ isLastFirstFailure }) => isLastFirstFailure)).toEqual([]);
    },
    liar: alwaysLast,
  },
  {
    promise: 'a card handed back is due at once and its attempt does not count',
    async check({ ledger }) {
      const { carrier } = await openCards(ledger);

      const back = await close(ledger, wishes.released(await claim(ledger, carrier)));

      expect(back).toMatchObject({ isHeld: true, state: 'queued', isLastFirstFailure: false });
      expect(await claim(ledger, carrier)).toMatchObject({ attempt: 1, task: 'notify', isMaybeDuplicate: false });
    },
    liar: closes((closing) => ({
      ...closing,
      kind: 'retry',
      reason: 'x',
      waitMs: 0,
      isMaybeDuplicate: false,
      isUnknown: false,
    })),
  },
  {
    promise: 'what lags behind is a straggler, and what is at rest is not',
    async check({ ledger }) {
      const [behind, rested] = [await sentCard(ledger), await sentCard(ledger)];
      must(await ledger.requests.decide(approval(behind.wish)), 'decided');

      const found = await ledger.deliveries.stragglers(500);

      const mine = found.filter(({ requestId }) => requestId === behind.wish.id);
      expect(only(mine)).toMatchObject({ state: 'queued', wantedRevision: 2, drawnRevision: 1 });
      expect(found.filter(({ requestId }) => requestId === rested.wish.id)).toEqual([]);
    },
    liar: (honest) => lying(honest, { deliveries: { stragglers: () => Promise.resolve([]) } }),
  },
];
