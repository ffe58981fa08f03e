/** Promises about outcomes: one tap wins, everybody else learns who, and the consequences are in the same commit. */
import { expect } from '@jest/globals';
import type { SiteKey } from '../../../src/approval/brand.js';
import type { DecideOutcome, DecideRequest, Ledger } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import {
  approval,
  claimOne,
  CALLBACK,
  grantedOn,
  liveGrants,
  opened,
  openWish,
  producerWish,
  revokedOn,
  sent,
  SITE,
} from './wishes.js';

const TAPS = 100;

/** Decides with a wish bent by `bend`. */
function decides(bend: (wish: DecideRequest) => DecideRequest): Lie {
  return (honest) => lying(honest, { requests: { decide: (wish) => honest.requests.decide(bend(wish)) } });
}

/** Answers something else than what happened. */
function answers(bend: (outcome: DecideOutcome, honest: Ledger) => DecideOutcome | Promise<DecideOutcome>): Lie {
  return (honest) =>
    lying(honest, { requests: { decide: async (wish) => bend(await honest.requests.decide(wish), honest) } });
}

/** Grants by itself, whatever was decided. */
const grantsAnyway: Lie = (honest) =>
  lying(honest, {
    requests: {
      async decide(wish) {
        const outcome = await honest.requests.decide(wish);
        if (outcome.kind === 'unknown') return outcome;
        const { address } = outcome.request;
        await grantedOn(honest, { site: SITE, address, ttlSeconds: 9_000, by: 'x' }, opened);
        return outcome;
      },
    },
  });

async function open(ledger: Ledger, wish: ReturnType<typeof openWish>): Promise<void> {
  must(await ledger.requests.open(wish, opened), 'opened');
}

export const decisionCases: readonly LedgerCase[] = [
  {
    promise: 'an approval writes its outcome, its grant and its audit rows together',
    async check({ ledger }) {
      const wish = openWish();
      await open(ledger, wish);

      const { decision, request } = must(await ledger.requests.decide(approval(wish)), 'decided');

      expect(decision).toMatchObject({ outcome: 'approved', by: 'rpm@koder.dev', over: 'talk' });
      expect(request).toEqual(await ledger.requests.byId(wish.id));
      expect(request.revision).toBe(2);
      const grant = await ledger.grants.find(SITE, wish.address);
      expect(grant).toMatchObject({ requestId: wish.id, grantedBy: 'rpm@koder.dev', untilMs: decision.grantedUntilMs });
      expect((grant?.untilMs ?? 0) - decision.atMs).toBeGreaterThanOrEqual(3_600_000);
      const told = (await ledger.audit.recent(50)).filter(({ requestId }) => requestId === wish.id);
      expect(told.map(({ what }) => what).sort()).toEqual(['decided', 'granted', 'opened']);
    },
    liar: answers(async (outcome, honest) => {
      if (outcome.kind === 'decided') {
        await revokedOn(honest, { sites: [SITE], address: outcome.request.address }, opened);
      }
      return outcome;
    }),
  },
  {
    promise: 'a denial writes no grant',
    async check({ ledger }) {
      const wish = openWish();
      await open(ledger, wish);

      const { decision } = must(await ledger.requests.decide(approval(wish, { outcome: 'denied' })), 'decided');

      expect(decision.grantedUntilMs).toBeNull();
      expect(await ledger.grants.find(SITE, wish.address)).toBeNull();
    },
    liar: grantsAnyway,
  },
  {
    promise: 'a host that is not our site gets no grant',
    async check({ ledger }) {
      const wish = producerWish({ site: null, grantTtlSeconds: 3_600 });
      await open(ledger, wish);

      const { decision } = must(await ledger.requests.decide(approval(wish)), 'decided');

      expect(decision.grantedUntilMs).toBeNull();
      expect((await liveGrants(ledger)).filter(({ address }) => address === wish.address)).toEqual([]);
    },
    liar: grantsAnyway,
  },
  {
    promise: 'a tap may shorten its grant, and never lengthen it',
    async check({ ledger }) {
      const [short, long] = [openWish(), openWish()];
      await open(ledger, short);
      await open(ledger, long);

      const shorter = must(await ledger.requests.decide(approval(short, { ttlSeconds: 60 })), 'decided').decision;
      const longer = must(await ledger.requests.decide(approval(long, { ttlSeconds: 999_999 })), 'decided').decision;

      expect((shorter.grantedUntilMs ?? 0) - shorter.atMs).toBeLessThan(70_000);
      expect((longer.grantedUntilMs ?? 0) - longer.atMs).toBeLessThan(3_610_000);
    },
    liar: decides((wish) => ({ ...wish, ttlSeconds: null })),
  },
  {
    promise: 'a second approval never shortens a grant that lives',
    async check({ ledger }) {
      const first = openWish({ grantTtlSeconds: 90_000 });
      const second = openWish({ address: first.address, window: null, grantTtlSeconds: 60 });
      await open(ledger, first);
      await open(ledger, second);
      const { decision } = must(await ledger.requests.decide(approval(first)), 'decided');

      const later = must(await ledger.requests.decide(approval(second)), 'decided').decision;

      expect(later.grantedUntilMs).toBe(decision.grantedUntilMs);
      expect(await ledger.grants.find(SITE, first.address)).toMatchObject({ untilMs: decision.grantedUntilMs });
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          async decide(wish) {
            const found = wish.ref.by === 'tokenHash' ? await honest.requests.byTokenHash(wish.ref.tokenHash) : null;
            if (found !== null) await revokedOn(honest, { sites: [SITE], address: found.address }, opened);
            return honest.requests.decide(wish);
          },
        },
      }),
  },
  {
    promise: 'a second tap learns who decided, when and over which surface',
    async check({ ledger }) {
      const wish = openWish();
      await open(ledger, wish);
      const first = must(await ledger.requests.decide(approval(wish)), 'decided');

      const late = approval(wish, { outcome: 'denied', by: 'operator:eva', surface: 'cli' });
      const second = must(await ledger.requests.decide(late), 'already');

      expect(second.decision).toEqual(first.decision);
      expect(second.request).toEqual(first.request);
    },
    liar: answers((outcome) =>
      outcome.kind === 'already' ? { ...outcome, decision: { ...outcome.decision, by: 'operator:eva' } } : outcome,
    ),
  },
  {
    promise: 'a redelivered tap is answered decided again, and another tap by the same person already',
    async check({ ledger }) {
      const wish = openWish();
      await open(ledger, wish);
      const tap = approval(wish);
      const first = must(await ledger.requests.decide(tap), 'decided');

      const again = must(await ledger.requests.decide(tap), 'decided');
      const other = await ledger.requests.decide(approval(wish));

      expect(first.isRedelivered).toBe(false);
      expect(again).toEqual({ ...first, isRedelivered: true });
      expect(other.kind).toBe('already');
    },
    liar: (honest) => {
      let taps = 0;
      const decide = (wish: DecideRequest) => honest.requests.decide({ ...wish, tapId: `tap-${String(++taps)}` });
      return lying(honest, { requests: { decide } });
    },
  },
  {
    promise: `of ${String(TAPS)} taps at once one wins, and every loser learns which`,
    async check({ processes, query }) {
      const wish = openWish();
      await open(processes[0], wish);
      const taps = Array.from({ length: TAPS }, (_, tap) =>
        approval(wish, { by: `approver-${String(tap)}`, outcome: tap % 2 === 0 ? 'approved' : 'denied' }),
      );

      const outcomes = await Promise.all(
        taps.map((tap, racer) => processes[racer % 3 === 0 ? 0 : racer % 3 === 1 ? 1 : 2].requests.decide(tap)),
      );

      const winner = only(outcomes.filter(({ kind }) => kind === 'decided'));
      const { decision } = must(winner, 'decided');
      const losers = outcomes.filter((outcome) => outcome !== winner);
      expect(losers.map((loser) => must(loser, 'already').decision)).toEqual(Array(TAPS - 1).fill(decision));
      const rows = await query(`SELECT id FROM audit WHERE request_id = '${wish.id}' AND what = 'decided'`);
      expect(rows).toHaveLength(1);
    },
    liar: answers((outcome) =>
      outcome.kind === 'already' && outcome.decision.by < 'approver-3'
        ? { ...outcome, kind: 'decided', isRedelivered: false }
        : outcome.kind === 'already'
          ? { ...outcome, decision: { ...outcome.decision, by: 'approver-0' } }
          : outcome,
    ),
  },
  {
    promise: 'after the deadline a tap is answered expired, which is not a refusal, and the expiry is written',
    async check({ ledger }) {
      const wish = openWish({ ttlSeconds: 0 });
      await open(ledger, wish);

      const first = must(await ledger.requests.decide(approval(wish)), 'expired');
      const second = must(await ledger.requests.decide(approval(wish)), 'expired');

      expect(first).toMatchObject({ isNew: true, request: { decision: { outcome: 'expired', over: 'clock' } } });
      expect(second.isNew ?? false).toBe(false);
      expect(await ledger.grants.find(SITE, wish.address)).toBeNull();
    },
    liar: answers((outcome) =>
      outcome.kind === 'expired' && outcome.request.decision !== null
        ? { kind: 'already', request: outcome.request, decision: outcome.request.decision }
        : outcome,
    ),
  },
  {
    promise: 'a decision and the expiry of the same request never both happen',
    async check({ ledger, processes, query }) {
      for (let round = 0; round < 20; round += 1) {
        const wish = openWish({ ttlSeconds: round / 1000 });
        await open(ledger, wish);

        const [tap] = await Promise.all([
          processes[0].requests.decide(approval(wish)),
          processes[1].requests.expireDue(100),
          processes[2].requests.expireDue(100),
        ]);
        await ledger.requests.decide(approval(wish));

        const request = await ledger.requests.byId(wish.id);
        const isApproved = tap.kind === 'decided';
        expect(request?.decision?.outcome).toBe(isApproved ? 'approved' : 'expired');
        expect((await ledger.grants.find(SITE, wish.address)) !== null).toBe(isApproved);
        const ends = await query(
          `SELECT what FROM audit WHERE request_id = '${wish.id}' AND what IN ('decided', 'expired')`,
        );
        expect(ends).toHaveLength(1);
      }
    },
    liar: grantsAnyway,
  },
  {
    promise: 'expiry takes all that are due and no other, and tells each once',
    async check({ ledger }) {
      const [due, waiting] = [openWish({ ttlSeconds: 0 }), openWish()];
      await open(ledger, due);
      await open(ledger, waiting);
      expect(await ledger.requests.msUntilNextDeadline()).toBe(0);

      const expired = await ledger.requests.expireDue(100);

      expect(expired.filter(({ id }) => id === due.id)).toHaveLength(1);
      expect(expired.filter(({ id }) => id === waiting.id)).toHaveLength(0);
      expect((await ledger.requests.expireDue(100)).filter(({ id }) => id === due.id)).toHaveLength(0);
      expect((await ledger.requests.pending(500)).some(({ id }) => id === waiting.id)).toBe(true);
      expect(await ledger.requests.msUntilNextDeadline()).toBeGreaterThan(0);
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          expireDue: async (limit) => [
            ...(await honest.requests.expireDue(limit)),
            ...(await honest.requests.recent(2)),
          ],
        },
      }),
  },
  {
    promise: 'a producer withdraws its own request, nobody else does, and later taps learn of it',
    async check({ ledger }) {
      const wish = producerWish();
      await open(ledger, wish);

      const foreign = await ledger.requests.withdraw({ tokenHash: wish.tokenHash, producer: 'other' });
      const withdrawn = await ledger.requests.withdraw({ tokenHash: wish.tokenHash, producer: 'jet' });
      const again = await ledger.requests.withdraw({ tokenHash: wish.tokenHash, producer: 'jet' });
      const late = must(await ledger.requests.decide(approval(wish)), 'already');

      expect([foreign.kind, withdrawn.kind, again.kind]).toEqual(['foreign', 'withdrawn', 'already']);
      expect(late.decision).toMatchObject({ outcome: 'withdrawn', by: 'jet' });
      expect(await ledger.requests.withdraw({ tokenHash: 'none', producer: 'jet' })).toEqual({ kind: 'unknown' });
    },
    liar: (honest) =>
      lying(honest, {
        requests: { withdraw: ({ tokenHash }) => honest.requests.withdraw({ tokenHash, producer: 'jet' }) },
      }),
  },
  {
    promise: 'the producer is told by a callback written with the outcome, and its token is kept until then',
    async check({ ledger, query }) {
      const [told, untold] = [producerWish(), openWish()];
      await open(ledger, told);
      await open(ledger, untold);
      const seal = async (id: string) =>
        only(await query(`SELECT sealed_token FROM requests WHERE id = '${id}'`))['sealed_token'];
      must(await ledger.requests.decide(approval(told)), 'decided');
      must(await ledger.requests.decide(approval(untold)), 'decided');
      expect(await seal(untold.id)).toBeNull();

      const callback = only(
        (await ledger.deliveries.claim({ ...claimOne(CALLBACK), limit: 100 })).filter(
          ({ request }) => request.id === told.id,
        ),
      );

      expect(callback).toMatchObject({
        deliveryId: `${told.id}-callback`,
        task: 'notify',
        sealedToken: 'sealed',
        recipient: { kind: 'callback', producer: 'jet', url: 'https://jet.example.org/outcome' },
        request: { decision: { outcome: 'approved' } },
      });
      expect(only(await ledger.deliveries.close([sent(callback)])).state).toBe('sent');
      expect(await seal(told.id)).toBeNull();
    },
    liar: (honest) =>
      lying(honest, {
        deliveries: {
          claim: async (wish) =>
            (await honest.deliveries.claim(wish)).map((claim) => ({ ...claim, sealedToken: null })),
        },
      }),
  },
  {
    promise: 'an unknown token and an unknown id decide nothing',
    async check({ ledger }) {
      const unknown = openWish();

      const byToken = await ledger.requests.decide(approval(unknown));
      const byId = await ledger.requests.decide(approval(unknown, { ref: { by: 'id', id: unknown.id } }));

      expect([byToken, byId]).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }]);
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          async decide(wish) {
            const wishOfMine = openWish({ site: 'x' as SiteKey });
            await honest.requests.open(wishOfMine, opened);
            return honest.requests.decide({ ...wish, ref: { by: 'id', id: wishOfMine.id } });
          },
        },
      }),
  },
];
