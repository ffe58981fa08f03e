/** Promises about revocations: who learns of them, and which cards are redrawn. */
import { expect } from '@jest/globals';
import type { ChannelName, SiteKey } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import {
  ANA,
  approval,
  claimOne,
  delivery,
  grantedOn,
  liveGrants,
  newApprover,
  opened,
  openInput,
  revokedOn,
  RPM,
  SITE,
  sent,
  ofRequest,
} from './inputs.js';
import { approved, draw, read, revoked } from './approved.js';

const random = systemRandom();

/** Revokes with an input bent by `bend`. */
function revokes(bend: (input: RevokeInput, honest: Ledger) => RevokeInput | Promise<RevokeInput>): Lie {
  return (honest) =>
    lying(honest, {
      grants: { revoke: async (input, audit) => honest.grants.revoke(await bend(input, honest), audit) },
    });
}

type RevokeInput = Parameters<Ledger['grants']['revoke']>[0];

/** Reads requests as if every revocation were everybody's. */
const blamesAll: Lie = (honest) =>
  lying(honest, {
    requests: {
      async byId(id) {
        const request = await honest.requests.byId(id);
        if (request?.decision == null) return request;
        return { ...request, decision: { ...request.decision, revocation: { by: ANA, atMs: 1 } } };
      },
    },
  });

export const revocationCases: readonly LedgerCase[] = [
  {
    promise: 'a revoked grant tells its request who ended it and when, with a new revision',
    async check({ ledger }) {
      const { input } = await approved(ledger);

      const ended = await revokedOn(ledger, { sites: [SITE], address: input.address }, revoked);

      const { revision, decision } = await read(ledger, input);
      expect(only(ended).requestId).toBe(input.id);
      expect(revision).toBe(3);
      expect(decision).toMatchObject({ outcome: 'approved', by: RPM, revocation: { by: RPM } });
      expect(decision?.revocation?.atMs).toBeGreaterThanOrEqual(decision?.atMs ?? Infinity);
      expect(decision?.revocation?.atMs).toBeLessThan(decision?.grantedUntilMs ?? 0);
      const told = (await ledger.audit.recent(20)).filter(
        ({ requestId, what }) => requestId === input.id && what === 'revoked',
      );
      expect(told).toHaveLength(1);
    },
    mutant: revokes((input) => ({ ...input, by: 'somebody' })),
  },
  {
    promise: 'a card that is there is redrawn after the revocation, and one being drawn right after it',
    async check({ ledger }) {
      const [there, drawing] = [await approved(ledger), openInput({ approvers: [] })];
      const transport = `transport-${random.id()}` as ChannelName;
      const beingDrawn = { ...drawing, approvers: [{ id: newApprover(), deliveries: [delivery(transport)] }] };
      must(await ledger.requests.open(beingDrawn, opened), 'opened');
      await draw(ledger, transport);
      must(await ledger.requests.decide(approval(beingDrawn)), 'decided');
      const claim = only(await ledger.deliveries.claim(claimOne(transport)));

      await revokedOn(ledger, { sites: [SITE], address: there.input.address }, revoked);
      await revokedOn(ledger, { sites: [SITE], address: beingDrawn.address }, revoked);

      expect(await draw(ledger, there.transport)).toMatchObject({
        task: 'update',
        attempt: 1,
        request: { revision: 3, decision: { revocation: { by: RPM } } },
      });
      expect(await ledger.deliveries.msUntilDue(there.transport)).toBeNull();
      expect(only(await ledger.deliveries.close([sent(claim)])).state).toBe('queued');
      expect(await draw(ledger, transport)).toMatchObject({ request: { revision: 3 } });
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          claim: async (input) =>
            (await honest.deliveries.claim(input))
              .map(ofRequest)
              .filter(({ request }) => request.decision?.revocation === undefined),
        },
      }),
  },
  {
    promise: 'a card that failed or was cancelled is not brought back by a revocation',
    async check({ ledger }) {
      const transports = [0, 1].map(() => `transport-${random.id()}` as ChannelName);
      const [failing, late] = transports.map((transport) => delivery(transport));
      if (failing === undefined || late === undefined) throw new Error('two cards are asked for');
      const input = openInput({ approvers: [{ id: newApprover(), deliveries: [failing, late] }] });
      must(await ledger.requests.open(input, opened), 'opened');
      const { deliveryId, claimToken, attemptId } = only(await ledger.deliveries.claim(claimOne(failing.transport)));
      await ledger.deliveries.close([
        { deliveryId, claimToken, attemptId, tookMs: 1, kind: 'failed', scope: 'message', reason: 'http_400' },
      ]);
      must(await ledger.requests.decide(approval(input)), 'decided');

      await revokedOn(ledger, { sites: [SITE], address: input.address }, revoked);

      const states = (await ledger.deliveries.ofRequest(input.id)).map(({ state }) => state);
      expect(states.sort()).toEqual(['cancelled', 'failed']);
      expect(await ledger.deliveries.msUntilDue(failing.transport)).toBeNull();
      expect(await ledger.deliveries.msUntilDue(late.transport)).toBeNull();
    },
    mutant: (honest) =>
      lying(honest, {
        deliveries: {
          ofRequest: async (id) =>
            (await honest.deliveries.ofRequest(id)).map((card) => ({ ...card, state: 'queued' as const })),
        },
      }),
  },
  {
    promise: 'a grant revoked by one of its requests ends for all that share it, and each of them learns of it',
    async check({ ledger }) {
      const first = await approved(ledger, { grantTtlSeconds: 60 });
      const second = await approved(ledger, { address: first.input.address, window: null, grantTtlSeconds: 9_000 });

      const elsewhere = { sites: ['other.example.org' as SiteKey], requestId: first.input.id };
      expect(await revokedOn(ledger, elsewhere, revoked)).toEqual([]);
      const ended = await revokedOn(ledger, { sites: [SITE], requestId: first.input.id }, revoked);

      expect(only(ended).requestId).toBe(second.input.id);
      expect(await ledger.grants.find(SITE, first.input.address)).toBeNull();
      for (const { input } of [first, second]) {
        expect((await read(ledger, input)).decision?.revocation).toMatchObject({ by: RPM });
      }
      expect(await revokedOn(ledger, { sites: [SITE], requestId: first.input.id }, revoked)).toEqual([]);
    },
    mutant: revokes(async ({ requestId, ...input }, honest) => {
      const named = (await liveGrants(honest)).find((grant) => grant.requestId === requestId);
      return { ...input, id: named?.id ?? 0 };
    }),
  },
  {
    promise: 'a revocation is told to the requests whose right it ended, and to no other of the visitor',
    async check({ ledger }) {
      const over = openInput();
      const { address } = over;
      const [denied, running] = [openInput({ address, window: null }), openInput({ address, window: null })];
      for (const input of [over, denied, running]) must(await ledger.requests.open(input, opened), 'opened');
      await ledger.requests.decide(approval(over, { ttlSeconds: 0 }));
      await ledger.requests.decide(approval(denied, { outcome: 'denied' }));
      await ledger.requests.decide(approval(running));

      await revokedOn(ledger, { sites: [SITE], address }, revoked);

      expect((await read(ledger, running)).decision).toHaveProperty('revocation');
      for (const input of [over, denied]) {
        const request = await read(ledger, input);
        expect(request.decision).not.toHaveProperty('revocation');
        expect(request.revision).toBe(2);
      }
    },
    mutant: blamesAll,
  },
  {
    promise: 'who ended a grant stays said, whoever ends the next one of this visitor',
    async check({ ledger }) {
      const { input } = await approved(ledger);
      const { address } = input;
      await revokedOn(ledger, { sites: [SITE], address }, revoked);
      const before = await read(ledger, input);
      await grantedOn(ledger, { site: SITE, address, ttlSeconds: 600, by: ANA }, opened);

      await ledger.grants.revoke({ sites: [SITE], address, by: ANA, replayKey: null }, revoked);

      expect(await ledger.grants.find(SITE, address)).toBeNull();
      expect(await read(ledger, input)).toEqual(before);
    },
    mutant: (honest) => {
      let last = '';
      return lying(honest, {
        grants: {
          revoke(input, audit) {
            last = input.by;
            return honest.grants.revoke(input, audit);
          },
        },
        requests: {
          async byId(id) {
            const request = await honest.requests.byId(id);
            if (request?.decision == null) return request;
            return { ...request, decision: { ...request.decision, revocation: { by: last, atMs: 1 } } };
          },
        },
      });
    },
  },
];
