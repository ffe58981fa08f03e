/** Promises about claims: who holds a card, and what becomes of it when its lease runs out. */
import { expect } from '@jest/globals';
import type { Claim, Ledger } from '../../../src/contract/ledger.js';
import { lying, only, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import * as inputs from './inputs.js';
import { claimOne, sent } from './inputs.js';
import { claim, close, closes, openCards } from './cards.js';

function claims(bend: (input: Parameters<Ledger['deliveries']['claim']>[0]) => typeof input): Lie {
  return (honest) => lying(honest, { deliveries: { claim: (input) => honest.deliveries.claim(bend(input)) } });
}

/** Hands out what it handed out before, as if it were new. */
const claimsTwice: Lie = (honest) => {
  const before: Claim[] = [];
  return lying(honest, {
    deliveries: {
      async claim(input) {
        const got = await honest.deliveries.claim(input);
        const again = before.filter(({ transport }) => transport === input.transport);
        before.push(...got);
        return [...got, ...again];
      },
    },
  });
};

function attemptsOf({ query }: LedgerStage, deliveryId: string) {
  return query(`SELECT outcome, reason, took_ms FROM attempts WHERE delivery_id = '${deliveryId}' ORDER BY id`);
}

export const claimCases: readonly LedgerCase[] = [
  {
    promise: 'a claim takes at most so many due cards of its carrier, with their attempt rows written',
    async check(stage) {
      const { ledger } = stage;
      const { transport, input } = await openCards(ledger, 3);

      const first = await ledger.deliveries.claim({ transport, limit: 2, leaseMs: 60_000 });
      const second = await ledger.deliveries.claim({ transport, limit: 2, leaseMs: 60_000 });

      expect([first.length, second.length]).toEqual([2, 1]);
      expect(new Set([...first, ...second].map(({ claimToken }) => claimToken)).size).toBe(3);
      expect(first[0]).toMatchObject({ attempt: 1, task: 'notify', receipt: null, sealedToken: 'sealed' });
      expect(first.map(inputs.ofRequest)[0]?.request).toEqual(await ledger.requests.byId(input.id));
      expect(await attemptsOf(stage, first[0]?.deliveryId ?? '')).toEqual([
        { outcome: null, reason: null, took_ms: null },
      ]);
    },
    mutant: claims((input) => ({ ...input, limit: 3 })),
  },
  {
    promise: 'couriers that claim at once never hold the same card',
    async check({ ledger, processes }) {
      const { transport } = await openCards(ledger, 30);

      const got = await Promise.all(
        Array.from({ length: 12 }, (_, courier) =>
          processes[courier % 2 === 0 ? 0 : 1].deliveries.claim({ transport, limit: 3, leaseMs: 60_000 }),
        ),
      );
      const rest = await ledger.deliveries.claim({ transport, limit: 30, leaseMs: 60_000 });

      const ids = [...got.flat(), ...rest].map(({ deliveryId }) => deliveryId);
      expect(ids).toHaveLength(30);
      expect(new Set(ids).size).toBe(30);
    },
    mutant: claimsTwice,
  },
  {
    promise: 'a claim that was lost cannot close: its attempt is superseded and nothing else is touched',
    async check(stage) {
      const { ledger } = stage;
      const { transport } = await openCards(ledger);
      const stale = await claim(ledger, transport, 0);
      const held = await claim(ledger, transport);

      const lost = await close(ledger, sent(stale));
      const kept = await close(ledger, inputs.retry(held));

      expect(lost).toMatchObject({ isHeld: false, state: 'sending', isLastFirstFailure: false });
      expect(kept).toMatchObject({ isHeld: true, state: 'retry_wait' });
      expect(await attemptsOf(stage, held.deliveryId)).toEqual([
        { outcome: 'superseded', reason: null, took_ms: 13 },
        { outcome: 'retry', reason: 'http_503', took_ms: 13 },
      ]);
    },
    mutant: (honest) => {
      const newest = new Map<string, Claim>();
      return lying(honest, {
        deliveries: {
          async claim(input) {
            const got = await honest.deliveries.claim(input);
            for (const one of got) newest.set(one.deliveryId, one);
            return got;
          },
          close: (results) =>
            honest.deliveries.close(
              results.map((one) => ({ ...one, claimToken: newest.get(one.deliveryId)?.claimToken ?? '' })),
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
      await claim(ledger, careless.transport, 0);
      await claim(ledger, idempotent.transport, 0);

      const again = await claim(ledger, careless.transport);
      const safe = only(await ledger.deliveries.claim({ ...claimOne(idempotent.transport), isIdempotent: true }));

      expect(again).toMatchObject({ attempt: 2, isMaybeDuplicate: true });
      expect(safe).toMatchObject({ attempt: 2, isMaybeDuplicate: false });
      expect((await attemptsOf(stage, again.deliveryId)).map(({ outcome }) => outcome)).toEqual(['abandoned', null]);
    },
    mutant: claims((input) => ({ ...input, isIdempotent: true })),
  },
  {
    promise: 'a renewed lease keeps the card, and a lost one cannot be renewed',
    async check({ ledger }) {
      const { transport } = await openCards(ledger);
      const stale = await claim(ledger, transport, 0);
      const held = await claim(ledger, transport, 0);

      await ledger.deliveries.renew([stale], 60_000);
      expect(await ledger.deliveries.msUntilDue(transport)).toBe(0);
      await ledger.deliveries.renew([held, stale], 60_000);

      expect(await ledger.deliveries.claim(claimOne(transport))).toEqual([]);
      expect(await ledger.deliveries.msUntilDue(transport)).toBeGreaterThan(50_000);
    },
    mutant: (honest) => lying(honest, { deliveries: { renew: () => Promise.resolve() } }),
  },
  {
    promise: 'a refused provider pauses its carrier: the queue is kept, one probe at a time, until it is resumed',
    async check({ ledger }) {
      const { transport } = await openCards(ledger, 3);
      const other = await openCards(ledger);
      const refused = only(await ledger.deliveries.claim({ transport, limit: 1, leaseMs: 60_000 }));
      expect(await close(ledger, inputs.paused(refused, 60_000))).toMatchObject({ isHeld: true, state: 'queued' });
      expect(await ledger.deliveries.claim(claimOne(transport))).toEqual([]);
      expect(await ledger.deliveries.msUntilDue(transport)).toBeGreaterThan(50_000);
      expect(await ledger.deliveries.claim(claimOne(other.transport))).toHaveLength(1);
      expect(await ledger.deliveries.resume(transport)).toBe(true);
      const again = only(await ledger.deliveries.claim({ transport, limit: 1, leaseMs: 60_000 }));
      await close(ledger, inputs.paused(again, 0));

      const probes = await ledger.deliveries.claim(claimOne(transport));
      const more = await ledger.deliveries.claim(claimOne(transport));

      expect([probes.length, more.length]).toEqual([1, 0]);
      const pause = only((await ledger.deliveries.pauses()).filter((one) => one.transport === transport));
      expect(pause).toMatchObject({ reason: 'http_401' });
      expect(await ledger.deliveries.resume(transport)).toBe(true);
      expect(await ledger.deliveries.resume(transport)).toBe(false);
      expect(await ledger.deliveries.claim(claimOne(transport))).toHaveLength(2);
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          async claim(input) {
            await honest.deliveries.resume(input.transport);
            return honest.deliveries.claim(input);
          },
        },
      }),
  },
  {
    promise: 'a claim says that it is a probe while its carrier is paused, and then alone',
    async check({ ledger }) {
      const { transport } = await openCards(ledger, 3);
      const one = { transport, limit: 1, leaseMs: 60_000 };
      const refused = only(await ledger.deliveries.claim(one));
      await close(ledger, inputs.paused(refused, 0));

      const probe = only(await ledger.deliveries.claim(one));
      await ledger.deliveries.resume(transport);
      const after = only(await ledger.deliveries.claim(one));

      expect([refused, probe, after].map(({ isProbe }) => isProbe)).toEqual([false, true, false]);
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          claim: async (input) => (await honest.deliveries.claim(input)).map((claim) => ({ ...claim, isProbe: false })),
        },
      }),
  },
  {
    promise: 'a card handed back is due at once and its attempt does not count',
    async check({ ledger }) {
      const { transport } = await openCards(ledger);

      const back = await close(ledger, inputs.released(await claim(ledger, transport)));

      expect(back).toMatchObject({ isHeld: true, state: 'queued', isLastFirstFailure: false });
      expect(await claim(ledger, transport)).toMatchObject({ attempt: 1, task: 'notify', isMaybeDuplicate: false });
    },
    mutant: closes((result) => ({
      ...result,
      kind: 'retry',
      reason: 'x',
      waitMs: 0,
      isMaybeDuplicate: false,
      isUnknown: false,
    })),
  },
];
