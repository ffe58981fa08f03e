/** Promises about how requests end and what becomes of it: reasons, revocations, extensions. */
import { expect } from '@jest/globals';
import type { ChannelName, RequestId, SiteKey } from '../../../src/approval/brand.js';
import type { RequestRecord } from '../../../src/approval/request.js';
import { systemChance } from '../../../src/base/chance.js';
import type { Claim, GrantRecord, Ledger, OpenRequest } from '../../../src/contract/ledger.js';
import { heard, lying, must, only, type LedgerCase, type Lie } from './case.js';
import {
  ANA,
  approval,
  CALLBACK,
  claimOne,
  delivery,
  grantedOn,
  liveGrants,
  newApprover,
  opened,
  openWish,
  producerWish,
  revokedOn,
  RPM,
  SITE,
  sent,
} from './wishes.js';

const chance = systemChance();
const ROUNDS = 20;
const SAID = { reason: 'not during the freeze', isShared: true } as const;
const revoked = { ...opened, what: 'revoked' };
const extended = { ...opened, what: 'extended' };

interface Approved {
  readonly wish: OpenRequest;
  readonly carrier: ChannelName;
}

/** An approved request whose one card is there, as drawn at revision 2. */
async function approved(ledger: Ledger, change: Partial<OpenRequest> = {}): Promise<Approved> {
  const carrier = `carrier-${chance.id()}` as ChannelName;
  const wish = openWish({ approvers: [{ id: newApprover(), deliveries: [delivery(carrier)] }], ...change });
  must(await ledger.requests.open(wish, opened), 'opened');
  await draw(ledger, carrier);
  must(await ledger.requests.decide(approval(wish)), 'decided');
  await draw(ledger, carrier);
  return { wish, carrier };
}

async function draw(ledger: Ledger, carrier: ChannelName): Promise<Claim> {
  const claim = only(await ledger.deliveries.claim(claimOne(carrier)));
  await ledger.deliveries.close([sent(claim)]);
  return claim;
}

async function read(ledger: Ledger, { id }: OpenRequest): Promise<RequestRecord> {
  const request = await ledger.requests.byId(id);
  if (request === null) throw new Error('an opened request is there');
  return request;
}

function extend(ledger: Ledger, requestId: RequestId, ttlSeconds: number) {
  return ledger.grants.extend({ requestId, ttlSeconds, by: ANA, replayKey: null }, extended);
}

async function longer(ledger: Ledger, wish: OpenRequest, ttlSeconds: number) {
  const answer = await extend(ledger, wish.id, ttlSeconds);
  if (answer === null || 'kind' in answer) throw new Error('this grant can be extended');
  return answer;
}

/** Revokes with a wish bent by `bend`. */
function revokes(bend: (wish: RevokeWish, honest: Ledger) => RevokeWish | Promise<RevokeWish>): Lie {
  return (honest) =>
    lying(honest, {
      grants: { revoke: async (wish, audit) => honest.grants.revoke(await bend(wish, honest), audit) },
    });
}

type RevokeWish = Parameters<Ledger['grants']['revoke']>[0];

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

/** Extends by a new grant, whatever there is to extend; the request stays as it was. */
const grantsInstead: Lie = (honest) =>
  lying(honest, {
    grants: {
      async extend({ requestId, ttlSeconds, by }, audit) {
        const request = await honest.requests.byId(requestId);
        if (request?.site == null) return null;
        const { site, address } = request;
        return { grant: await grantedOn(honest, { site, address, ttlSeconds, by }, audit), request };
      },
    },
  });

export const endCases: readonly LedgerCase[] = [
  {
    promise: 'a denial keeps its reason and whether the visitor may read it, for everybody who asks later',
    async check({ ledger }) {
      const [shared, kept] = [openWish(), openWish()];
      must(await ledger.requests.open(shared, opened), 'opened');
      must(await ledger.requests.open(kept, opened), 'opened');

      const first = must(
        await ledger.requests.decide(approval(shared, { outcome: 'denied', denial: SAID })),
        'decided',
      );
      const later = must(await ledger.requests.decide(approval(shared)), 'already');
      await ledger.requests.decide(approval(kept, { outcome: 'denied', denial: { ...SAID, isShared: false } }));

      expect(first.decision.denial).toEqual(SAID);
      expect(later.decision).toEqual(first.decision);
      expect((await read(ledger, kept)).decision?.denial).toEqual({ ...SAID, isShared: false });
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          decide: (wish) =>
            honest.requests.decide({ ...wish, denial: wish.denial === null ? null : { ...SAID, isShared: true } }),
        },
      }),
  },
  {
    promise: 'where nothing was said there is no reason, and an approval has none whatever is said',
    async check({ ledger }) {
      const [silent, allowed] = [openWish(), openWish()];
      must(await ledger.requests.open(silent, opened), 'opened');
      must(await ledger.requests.open(allowed, opened), 'opened');

      await ledger.requests.decide(approval(silent, { outcome: 'denied' }));
      await ledger.requests.decide(approval(allowed, { denial: SAID }));

      expect((await read(ledger, silent)).decision).not.toHaveProperty('denial');
      expect((await read(ledger, allowed)).decision).not.toHaveProperty('denial');
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          async byId(id) {
            const request = await honest.requests.byId(id);
            if (request?.decision?.outcome !== 'approved') return request;
            return { ...request, decision: { ...request.decision, denial: SAID } };
          },
        },
      }),
  },
  {
    promise: 'a revoked grant tells its request who ended it and when, with a new revision',
    async check({ ledger }) {
      const { wish } = await approved(ledger);

      const ended = await revokedOn(ledger, { sites: [SITE], address: wish.address }, revoked);

      const { revision, decision } = await read(ledger, wish);
      expect(only(ended).requestId).toBe(wish.id);
      expect(revision).toBe(3);
      expect(decision).toMatchObject({ outcome: 'approved', by: RPM, revocation: { by: RPM } });
      expect(decision?.revocation?.atMs).toBeGreaterThanOrEqual(decision?.atMs ?? Infinity);
      expect(decision?.revocation?.atMs).toBeLessThan(decision?.grantedUntilMs ?? 0);
      const told = (await ledger.audit.recent(20)).filter(
        ({ requestId, what }) => requestId === wish.id && what === 'revoked',
      );
      expect(told).toHaveLength(1);
    },
    liar: revokes((wish) => ({ ...wish, by: 'somebody' })),
  },
  {
    promise: 'a card that is there is redrawn after the revocation, and one being drawn right after it',
    async check({ ledger }) {
      const [there, drawing] = [await approved(ledger), openWish({ approvers: [] })];
      const carrier = `carrier-${chance.id()}` as ChannelName;
      const beingDrawn = { ...drawing, approvers: [{ id: newApprover(), deliveries: [delivery(carrier)] }] };
      must(await ledger.requests.open(beingDrawn, opened), 'opened');
      await draw(ledger, carrier);
      must(await ledger.requests.decide(approval(beingDrawn)), 'decided');
      const claim = only(await ledger.deliveries.claim(claimOne(carrier)));

      await revokedOn(ledger, { sites: [SITE], address: there.wish.address }, revoked);
      await revokedOn(ledger, { sites: [SITE], address: beingDrawn.address }, revoked);

      expect(await draw(ledger, there.carrier)).toMatchObject({
        task: 'update',
        attempt: 1,
        request: { revision: 3, decision: { revocation: { by: RPM } } },
      });
      expect(await ledger.deliveries.msUntilDue(there.carrier)).toBeNull();
      expect(only(await ledger.deliveries.close([sent(claim)])).state).toBe('queued');
      expect(await draw(ledger, carrier)).toMatchObject({ request: { revision: 3 } });
    },
    liar: (honest) =>
      lying(honest, {
        deliveries: {
          claim: async (wish) =>
            (await honest.deliveries.claim(wish)).filter(({ request }) => request.decision?.revocation === undefined),
        },
      }),
  },
  {
    promise: 'a card that failed or was cancelled is not brought back by a revocation',
    async check({ ledger }) {
      const carriers = [0, 1].map(() => `carrier-${chance.id()}` as ChannelName);
      const [failing, late] = carriers.map((carrier) => delivery(carrier));
      if (failing === undefined || late === undefined) throw new Error('two cards are asked for');
      const wish = openWish({ approvers: [{ id: newApprover(), deliveries: [failing, late] }] });
      must(await ledger.requests.open(wish, opened), 'opened');
      const { deliveryId, claimToken, attemptId } = only(await ledger.deliveries.claim(claimOne(failing.carrier)));
      await ledger.deliveries.close([
        { deliveryId, claimToken, attemptId, tookMs: 1, kind: 'failed', scope: 'message', reason: 'http_400' },
      ]);
      must(await ledger.requests.decide(approval(wish)), 'decided');

      await revokedOn(ledger, { sites: [SITE], address: wish.address }, revoked);

      const states = (await ledger.deliveries.ofRequest(wish.id)).map(({ state }) => state);
      expect(states.sort()).toEqual(['cancelled', 'failed']);
      expect(await ledger.deliveries.msUntilDue(failing.carrier)).toBeNull();
      expect(await ledger.deliveries.msUntilDue(late.carrier)).toBeNull();
    },
    liar: (honest) =>
      lying(honest, {
        deliveries: {
          ofRequest: async (id) =>
            (await honest.deliveries.ofRequest(id)).map((card) => ({ ...card, state: 'queued' as const })),
        },
      }),
  },
  {
    promise: 'a producer is told of the outcome once: neither an extension nor a revocation tells it again',
    async check({ ledger }) {
      const wish = producerWish();
      must(await ledger.requests.open(wish, opened), 'opened');
      must(await ledger.requests.decide(approval(wish)), 'decided');
      const due = await ledger.deliveries.claim({ ...claimOne(CALLBACK), limit: 100 });
      await ledger.deliveries.close(due.map((claim) => sent(claim)));
      const callback = async () =>
        only((await ledger.deliveries.ofRequest(wish.id)).filter(({ carrier }) => carrier === CALLBACK));
      const before = await callback();

      await longer(ledger, wish, 7_200);
      await revokedOn(ledger, { sites: [SITE], requestId: wish.id }, revoked);

      expect(before).toMatchObject({ state: 'sent', wantedRevision: 2 });
      expect(await callback()).toEqual(before);
    },
    liar: (honest) => {
      let reads = 0;
      return lying(honest, {
        deliveries: {
          ofRequest: async (id) =>
            (await honest.deliveries.ofRequest(id)).map((one) =>
              one.carrier === CALLBACK && ++reads > 1 ? { ...one, state: 'queued' as const } : one,
            ),
        },
      });
    },
  },
  {
    promise: 'a grant revoked by one of its requests ends for all that share it, and each of them learns of it',
    async check({ ledger }) {
      const first = await approved(ledger, { grantTtlSeconds: 60 });
      const second = await approved(ledger, { address: first.wish.address, window: null, grantTtlSeconds: 9_000 });

      const elsewhere = { sites: ['other.example.org' as SiteKey], requestId: first.wish.id };
      expect(await revokedOn(ledger, elsewhere, revoked)).toEqual([]);
      const ended = await revokedOn(ledger, { sites: [SITE], requestId: first.wish.id }, revoked);

      expect(only(ended).requestId).toBe(second.wish.id);
      expect(await ledger.grants.find(SITE, first.wish.address)).toBeNull();
      for (const { wish } of [first, second]) {
        expect((await read(ledger, wish)).decision?.revocation).toMatchObject({ by: RPM });
      }
      expect(await revokedOn(ledger, { sites: [SITE], requestId: first.wish.id }, revoked)).toEqual([]);
    },
    liar: revokes(async ({ requestId, ...wish }, honest) => {
      const named = (await liveGrants(honest)).find((grant) => grant.requestId === requestId);
      return { ...wish, id: named?.id ?? 0 };
    }),
  },
  {
    promise: 'a revocation is told to the requests whose right it ended, and to no other of the visitor',
    async check({ ledger }) {
      const over = openWish();
      const { address } = over;
      const [denied, running] = [openWish({ address, window: null }), openWish({ address, window: null })];
      for (const wish of [over, denied, running]) must(await ledger.requests.open(wish, opened), 'opened');
      await ledger.requests.decide(approval(over, { ttlSeconds: 0 }));
      await ledger.requests.decide(approval(denied, { outcome: 'denied' }));
      await ledger.requests.decide(approval(running));

      await revokedOn(ledger, { sites: [SITE], address }, revoked);

      expect((await read(ledger, running)).decision).toHaveProperty('revocation');
      for (const wish of [over, denied]) {
        const request = await read(ledger, wish);
        expect(request.decision).not.toHaveProperty('revocation');
        expect(request.revision).toBe(2);
      }
    },
    liar: blamesAll,
  },
  {
    promise: 'who ended a grant stays said, whoever ends the next one of this visitor',
    async check({ ledger }) {
      const { wish } = await approved(ledger);
      const { address } = wish;
      await revokedOn(ledger, { sites: [SITE], address }, revoked);
      const before = await read(ledger, wish);
      await grantedOn(ledger, { site: SITE, address, ttlSeconds: 600, by: ANA }, opened);

      await ledger.grants.revoke({ sites: [SITE], address, by: ANA, replayKey: null }, revoked);

      expect(await ledger.grants.find(SITE, address)).toBeNull();
      expect(await read(ledger, wish)).toEqual(before);
    },
    liar: (honest) => {
      let last = '';
      return lying(honest, {
        grants: {
          revoke(wish, audit) {
            last = wish.by;
            return honest.grants.revoke(wish, audit);
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
  {
    promise: 'an extension moves the grant and what its request says of it together, and its card is redrawn',
    async check({ ledger }) {
      const { wish, carrier } = await approved(ledger);
      const before = await ledger.grants.find(SITE, wish.address);

      const { grant, request } = await longer(ledger, wish, 7_200);

      expect(grant).toMatchObject({ id: before?.id, grantedBy: ANA, requestId: wish.id });
      expect(grant.untilMs - (before?.untilMs ?? 0)).toBeGreaterThan(3_500_000);
      expect(await ledger.grants.find(SITE, wish.address)).toEqual(grant);
      expect(request).toMatchObject({ revision: 3, decision: { by: RPM, grantedUntilMs: grant.untilMs } });
      expect(await read(ledger, wish)).toEqual(request);
      expect(await draw(ledger, carrier)).toMatchObject({ task: 'update', request });
      const told = (await ledger.audit.recent(20)).filter(
        ({ requestId, what }) => requestId === wish.id && what === 'extended',
      );
      expect(only(told)).toMatchObject({ address: wish.address, detail: { grant: grant.id, untilMs: grant.untilMs } });
    },
    liar: grantsInstead,
  },
  {
    promise: 'an extension never shortens: what runs longer stays, and nothing is redrawn for it',
    async check({ ledger }) {
      const { wish, carrier } = await approved(ledger);
      const before = await read(ledger, wish);

      const { grant, request } = await longer(ledger, wish, 60);

      expect(grant.untilMs).toBe(before.decision?.grantedUntilMs);
      expect(request).toEqual(before);
      expect(await ledger.grants.find(SITE, wish.address)).toEqual(grant);
      expect(await ledger.deliveries.msUntilDue(carrier)).toBeNull();
    },
    liar: (honest) =>
      lying(honest, {
        grants: {
          async extend(wish, audit) {
            const request = await honest.requests.byId(wish.requestId);
            if (request?.site == null) return null;
            const { site, address } = request;
            await revokedOn(honest, { sites: [site], address }, audit);
            return { grant: await grantedOn(honest, { site, address, ...wish }, audit), request };
          },
        },
      }),
  },
  {
    promise: 'a request that shares a longer grant takes its end, and the grant stays with whom it was',
    async check({ ledger }) {
      const short = await approved(ledger, { grantTtlSeconds: 60 });
      const long = await approved(ledger, { address: short.wish.address, window: null, grantTtlSeconds: 9_000 });
      const standing = await ledger.grants.find(SITE, short.wish.address);

      const { grant, request } = await longer(ledger, short.wish, 120);

      expect(grant).toEqual(standing);
      expect(grant.requestId).toBe(long.wish.id);
      expect(request).toMatchObject({ revision: 3, decision: { grantedUntilMs: grant.untilMs } });
    },
    liar: grantsInstead,
  },
  {
    promise: 'a request without a grant that lives is not extended: pending, denied, over, revoked, unknown',
    async check({ ledger }) {
      const [pending, denied, over] = [openWish(), openWish(), openWish()];
      const ended = await approved(ledger);
      for (const wish of [pending, denied, over]) must(await ledger.requests.open(wish, opened), 'opened');
      await ledger.requests.decide(approval(denied, { outcome: 'denied' }));
      await ledger.requests.decide(approval(over, { ttlSeconds: 0 }));
      await revokedOn(ledger, { sites: [SITE], address: ended.wish.address }, revoked);
      const wishes = [pending, denied, over, ended.wish];

      const answers = await Promise.all([...wishes, openWish()].map(({ id }) => extend(ledger, id, 600)));

      expect(answers).toEqual([null, null, null, null, null]);
      for (const { address } of wishes) expect(await ledger.grants.find(SITE, address)).toBeNull();
    },
    liar: grantsInstead,
  },
  {
    promise: 'an extension never brings back a grant that is being revoked',
    async check({ ledger, processes }) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { wish } = await approved(ledger);

        await Promise.all([
          extend(processes[0], wish.id, 7_200),
          revokedOn(processes[1], { sites: [SITE], address: wish.address }, revoked),
          extend(processes[2], wish.id, 7_300),
        ]);

        expect(await ledger.grants.find(SITE, wish.address)).toBeNull();
        expect((await read(ledger, wish)).decision).toHaveProperty('revocation');
      }
    },
    liar: grantsInstead,
  },
  {
    promise: 'an approval beside a revocation lets in for its own time, never for that of the grant that was revoked',
    async check({ ledger, processes }) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { wish: long } = await approved(ledger, { grantTtlSeconds: 90_000 });
        const short = openWish({ address: long.address, window: null, grantTtlSeconds: 60 });
        must(await ledger.requests.open(short, opened), 'opened');

        const [outcome] = await Promise.all([
          processes[0].requests.decide(approval(short)),
          revokedOn(processes[1], { sites: [SITE], requestId: long.id }, revoked),
        ]);

        const { decision } = must(outcome, 'decided');
        const grant = await ledger.grants.find(SITE, long.address);
        if (grant !== null) expect(grant.untilMs - decision.atMs).toBeLessThan(70_000);
      }
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          async decide(wish) {
            const outcome = await honest.requests.decide(wish);
            if (outcome.kind !== 'decided') return outcome;
            const { address } = outcome.request;
            await grantedOn(honest, { site: SITE, address, ttlSeconds: 90_000, by: RPM }, opened);
            return outcome;
          },
        },
      }),
  },
  {
    promise: 'revocations and extensions are told to every process, with the cards that are due',
    async check({ processes }) {
      const [acting] = processes;
      const { wish, carrier } = await approved(acting);
      const [running] = (await liveGrants(acting)).filter(({ requestId }) => requestId === wish.id);
      const isLonger = (grant: GrantRecord) => grant.requestId === wish.id && grant.untilMs > (running?.untilMs ?? 0);
      const longerTold = processes.flatMap((ledger) => [
        heard(ledger, (change) => change.kind === 'granted' && isLonger(change.grant)),
        heard(ledger, (change) => change.kind === 'due' && change.carriers.includes(carrier)),
      ]);
      await Promise.all([longer(acting, wish, 7_200), ...longerTold]);
      await draw(acting, carrier);
      const endTold = processes.flatMap((ledger) => [
        heard(ledger, (change) => change.kind === 'revoked' && change.grantIds.includes(running?.id ?? 0)),
        heard(ledger, (change) => change.kind === 'due' && change.carriers.includes(carrier)),
      ]);

      const [ended] = await Promise.all([
        revokedOn(acting, { sites: [SITE], requestId: wish.id }, revoked),
        ...endTold,
      ]);

      expect(only(ended).id).toBe(running?.id);
    },
    liar: (honest) => ({ ...honest, subscribe: () => undefined }),
  },
];
