/** Promises about what a decision writes: its outcome, its grant, its callback. */
import { expect } from '@jest/globals';
import type { SiteKey } from '../../../src/approval/brand.js';
import type { DecideRequest } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import {
  approval,
  claimOne,
  CALLBACK,
  liveGrants,
  opened,
  openInput,
  producerInput,
  revokedOn,
  sent,
  SITE,
  ofRequest,
} from './inputs.js';
import { answers, grantsAnyway, open } from './opening.js';

/** Decides with an input bent by `bend`. */
function decides(bend: (input: DecideRequest) => DecideRequest): Lie {
  return (honest) => lying(honest, { requests: { decide: (input) => honest.requests.decide(bend(input)) } });
}

export const decisionCases: readonly LedgerCase[] = [
  {
    promise: 'an approval writes its outcome, its grant and its audit rows together',
    async check({ ledger }) {
      const input = openInput();
      await open(ledger, input);

      const { decision, request, ...answer } = must(await ledger.requests.decide(approval(input)), 'decided');

      expect(decision).toMatchObject({ outcome: 'approved', by: 'rpm@koder.dev', over: 'talk' });
      expect(request).toEqual(await ledger.requests.byId(input.id));
      expect(request.revision).toBe(2);
      const grant = await ledger.grants.find(SITE, input.address);
      expect(grant).toMatchObject({
        requestId: input.id,
        grantedBy: 'rpm@koder.dev',
        untilMs: decision.grantedUntilMs,
      });
      expect(answer.grant).toEqual(grant);
      expect((grant?.untilMs ?? 0) - decision.atMs).toBeGreaterThanOrEqual(3_600_000);
      const told = (await ledger.audit.recent(50)).filter(({ requestId }) => requestId === input.id);
      expect(told.map(({ what }) => what).sort()).toEqual(['decided', 'granted', 'opened']);
    },
    mutant: answers(async (outcome, honest) => {
      if (outcome.kind === 'decided') {
        await revokedOn(honest, { sites: [SITE], address: outcome.request.address }, opened);
      }
      return outcome;
    }),
  },
  {
    promise: 'a denial writes no grant',
    async check({ ledger }) {
      const input = openInput();
      await open(ledger, input);

      const { decision } = must(await ledger.requests.decide(approval(input, { outcome: 'denied' })), 'decided');

      expect(decision.grantedUntilMs).toBeNull();
      expect(await ledger.grants.find(SITE, input.address)).toBeNull();
    },
    mutant: grantsAnyway,
  },
  {
    promise: 'a host that is not our site gets no grant',
    async check({ ledger }) {
      const input = producerInput({ site: null, grantTtlSeconds: 3_600 });
      await open(ledger, input);

      const { decision } = must(await ledger.requests.decide(approval(input)), 'decided');

      expect(decision.grantedUntilMs).toBeNull();
      expect((await liveGrants(ledger)).filter(({ address }) => address === input.address)).toEqual([]);
    },
    mutant: grantsAnyway,
  },
  {
    promise: 'a tap may shorten its grant, and never lengthen it',
    async check({ ledger }) {
      const [short, long] = [openInput(), openInput()];
      await open(ledger, short);
      await open(ledger, long);

      const shorter = must(await ledger.requests.decide(approval(short, { ttlSeconds: 60 })), 'decided').decision;
      const longer = must(await ledger.requests.decide(approval(long, { ttlSeconds: 999_999 })), 'decided').decision;

      expect((shorter.grantedUntilMs ?? 0) - shorter.atMs).toBeLessThan(70_000);
      expect((longer.grantedUntilMs ?? 0) - longer.atMs).toBeLessThan(3_610_000);
    },
    mutant: decides((input) => ({ ...input, ttlSeconds: null })),
  },
  {
    promise: 'a second approval never shortens a grant that lives',
    async check({ ledger }) {
      const first = openInput({ grantTtlSeconds: 90_000 });
      const second = openInput({ address: first.address, window: null, grantTtlSeconds: 60 });
      await open(ledger, first);
      await open(ledger, second);
      const { decision } = must(await ledger.requests.decide(approval(first)), 'decided');

      const later = must(await ledger.requests.decide(approval(second)), 'decided').decision;

      expect(later.grantedUntilMs).toBe(decision.grantedUntilMs);
      expect(await ledger.grants.find(SITE, first.address)).toMatchObject({ untilMs: decision.grantedUntilMs });
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          async decide(input) {
            const found = input.ref.by === 'tokenHash' ? await honest.requests.byTokenHash(input.ref.tokenHash) : null;
            if (found !== null) await revokedOn(honest, { sites: [SITE], address: found.address }, opened);
            return honest.requests.decide(input);
          },
        },
      }),
  },
  {
    promise: 'the producer is told by a callback written with the outcome, and its token is kept until then',
    async check({ ledger, query }) {
      const [told, untold] = [producerInput(), openInput()];
      await open(ledger, told);
      await open(ledger, untold);
      const seal = async (id: string) =>
        only(await query(`SELECT sealed_token FROM requests WHERE id = '${id}'`))['sealed_token'];
      must(await ledger.requests.decide(approval(told)), 'decided');
      must(await ledger.requests.decide(approval(untold)), 'decided');
      expect(await seal(untold.id)).toBeNull();

      const callback = only(
        (await ledger.deliveries.claim({ ...claimOne(CALLBACK), limit: 100 }))
          .map(ofRequest)
          .filter(({ request }) => request.id === told.id),
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
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          claim: async (input) =>
            (await honest.deliveries.claim(input)).map((claim) => ({ ...claim, sealedToken: null })),
        },
      }),
  },
  {
    promise: 'an unknown token and an unknown id decide nothing',
    async check({ ledger }) {
      const unknown = openInput();

      const byToken = await ledger.requests.decide(approval(unknown));
      const byId = await ledger.requests.decide(approval(unknown, { ref: { by: 'id', id: unknown.id } }));

      expect([byToken, byId]).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }]);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          async decide(input) {
            const wishOfMine = openInput({ site: 'x' as SiteKey });
            await honest.requests.open(wishOfMine, opened);
            return honest.requests.decide({ ...input, ref: { by: 'id', id: wishOfMine.id } });
          },
        },
      }),
  },
];
