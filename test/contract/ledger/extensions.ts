/** Promises about extensions, and about a grant that several change at once. */
import { expect } from '@jest/globals';
import type { RequestId } from '../../../src/approval/brand.js';
import type { GrantRecord, Ledger, OpenRequest } from '../../../src/contract/ledger.js';
import { heard, lying, must, only, type LedgerCase, type Lie } from './case.js';
import {
  ANA,
  approval,
  CALLBACK,
  claimOne,
  grantedOn,
  liveGrants,
  opened,
  openInput,
  producerInput,
  revokedOn,
  RPM,
  SITE,
  sent,
} from './inputs.js';
import { approved, draw, read, revoked } from './approved.js';

const ROUNDS = 20;

const extended = { ...opened, what: 'extended' };

function extend(ledger: Ledger, requestId: RequestId, ttlSeconds: number) {
  return ledger.grants.extend({ requestId, ttlSeconds, by: ANA, replayKey: null }, extended);
}

async function longer(ledger: Ledger, input: OpenRequest, ttlSeconds: number) {
  const answer = await extend(ledger, input.id, ttlSeconds);
  if (answer === null || 'kind' in answer) throw new Error('this grant can be extended');
  return answer;
}

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

export const extensionCases: readonly LedgerCase[] = [
  {
    promise: 'a producer is told of the outcome once: neither an extension nor a revocation tells it again',
    async check({ ledger }) {
      const input = producerInput();
      must(await ledger.requests.open(input, opened), 'opened');
      must(await ledger.requests.decide(approval(input)), 'decided');
      const due = await ledger.deliveries.claim({ ...claimOne(CALLBACK), limit: 100 });
      await ledger.deliveries.close(due.map((claim) => sent(claim)));
      const callback = async () =>
        only((await ledger.deliveries.ofRequest(input.id)).filter(({ transport }) => transport === CALLBACK));
      const before = await callback();

      await longer(ledger, input, 7_200);
      await revokedOn(ledger, { sites: [SITE], requestId: input.id }, revoked);

      expect(before).toMatchObject({ state: 'sent', wantedRevision: 2 });
      expect(await callback()).toEqual(before);
    },
    mutant: (honest) => {
      let reads = 0;
      return lying(honest, {
        deliveries: {
          ofRequest: async (id) =>
            (await honest.deliveries.ofRequest(id)).map((one) =>
              one.transport === CALLBACK && ++reads > 1 ? { ...one, state: 'queued' as const } : one,
            ),
        },
      });
    },
  },
  {
    promise: 'an extension moves the grant and what its request says of it together, and its card is redrawn',
    async check({ ledger }) {
      const { input, transport } = await approved(ledger);
      const before = await ledger.grants.find(SITE, input.address);

      const { grant, request } = await longer(ledger, input, 7_200);

      expect(grant).toMatchObject({ id: before?.id, grantedBy: ANA, requestId: input.id });
      expect(grant.untilMs - (before?.untilMs ?? 0)).toBeGreaterThan(3_500_000);
      expect(await ledger.grants.find(SITE, input.address)).toEqual(grant);
      expect(request).toMatchObject({ revision: 3, decision: { by: RPM, grantedUntilMs: grant.untilMs } });
      expect(await read(ledger, input)).toEqual(request);
      expect(await draw(ledger, transport)).toMatchObject({ task: 'update', request });
      const told = (await ledger.audit.recent(20)).filter(
        ({ requestId, what }) => requestId === input.id && what === 'extended',
      );
      expect(only(told)).toMatchObject({ address: input.address, detail: { grant: grant.id, untilMs: grant.untilMs } });
    },
    mutant: grantsInstead,
  },
  {
    promise: 'an extension never shortens: what runs longer stays, and nothing is redrawn for it',
    async check({ ledger }) {
      const { input, transport } = await approved(ledger);
      const before = await read(ledger, input);

      const { grant, request } = await longer(ledger, input, 60);

      expect(grant.untilMs).toBe(before.decision?.grantedUntilMs);
      expect(request).toEqual(before);
      expect(await ledger.grants.find(SITE, input.address)).toEqual(grant);
      expect(await ledger.deliveries.msUntilDue(transport)).toBeNull();
    },
    mutant: (honest) =>
      lying(honest, {
        grants: {
          async extend(input, audit) {
            const request = await honest.requests.byId(input.requestId);
            if (request?.site == null) return null;
            const { site, address } = request;
            await revokedOn(honest, { sites: [site], address }, audit);
            return { grant: await grantedOn(honest, { site, address, ...input }, audit), request };
          },
        },
      }),
  },
  {
    promise: 'a request that shares a longer grant takes its end, and the grant stays with whom it was',
    async check({ ledger }) {
      const short = await approved(ledger, { grantTtlSeconds: 60 });
      const long = await approved(ledger, { address: short.input.address, window: null, grantTtlSeconds: 9_000 });
      const standing = await ledger.grants.find(SITE, short.input.address);

      const { grant, request } = await longer(ledger, short.input, 120);

      expect(grant).toEqual(standing);
      expect(grant.requestId).toBe(long.input.id);
      expect(request).toMatchObject({ revision: 3, decision: { grantedUntilMs: grant.untilMs } });
    },
    mutant: grantsInstead,
  },
  {
    promise: 'a request without a grant that lives is not extended: pending, denied, over, revoked, unknown',
    async check({ ledger }) {
      const [pending, denied, over] = [openInput(), openInput(), openInput()];
      const ended = await approved(ledger);
      for (const input of [pending, denied, over]) must(await ledger.requests.open(input, opened), 'opened');
      await ledger.requests.decide(approval(denied, { outcome: 'denied' }));
      await ledger.requests.decide(approval(over, { ttlSeconds: 0 }));
      await revokedOn(ledger, { sites: [SITE], address: ended.input.address }, revoked);
      const inputs = [pending, denied, over, ended.input];

      const answers = await Promise.all([...inputs, openInput()].map(({ id }) => extend(ledger, id, 600)));

      expect(answers).toEqual([null, null, null, null, null]);
      for (const { address } of inputs) expect(await ledger.grants.find(SITE, address)).toBeNull();
    },
    mutant: grantsInstead,
  },
  {
    promise: 'an extension never brings back a grant that is being revoked',
    async check({ ledger, processes }) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { input } = await approved(ledger);

        await Promise.all([
          extend(processes[0], input.id, 7_200),
          revokedOn(processes[1], { sites: [SITE], address: input.address }, revoked),
          extend(processes[2], input.id, 7_300),
        ]);

        expect(await ledger.grants.find(SITE, input.address)).toBeNull();
        expect((await read(ledger, input)).decision).toHaveProperty('revocation');
      }
    },
    mutant: grantsInstead,
  },
  {
    promise: 'an approval beside a revocation lets in for its own time, never for that of the grant that was revoked',
    async check({ ledger, processes }) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { input: long } = await approved(ledger, { grantTtlSeconds: 90_000 });
        const short = openInput({ address: long.address, window: null, grantTtlSeconds: 60 });
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
    mutant: (honest) =>
      lying(honest, {
        requests: {
          async decide(input) {
            const outcome = await honest.requests.decide(input);
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
      const { input, transport } = await approved(acting);
      const [running] = (await liveGrants(acting)).filter(({ requestId }) => requestId === input.id);
      const isLonger = (grant: GrantRecord) => grant.requestId === input.id && grant.untilMs > (running?.untilMs ?? 0);
      const longerTold = processes.flatMap((ledger) => [
        heard(ledger, (change) => change.kind === 'granted' && isLonger(change.grant)),
        heard(ledger, (change) => change.kind === 'due' && change.transports.includes(transport)),
      ]);
      await Promise.all([longer(acting, input, 7_200), ...longerTold]);
      await draw(acting, transport);
      const endTold = processes.flatMap((ledger) => [
        heard(ledger, (change) => change.kind === 'revoked' && change.grantIds.includes(running?.id ?? 0)),
        heard(ledger, (change) => change.kind === 'due' && change.transports.includes(transport)),
      ]);

      const [ended] = await Promise.all([
        revokedOn(acting, { sites: [SITE], requestId: input.id }, revoked),
        ...endTold,
      ]);

      expect(only(ended).id).toBe(running?.id);
    },
    mutant: (honest) => ({ ...honest, subscribe: () => undefined }),
  },
];
