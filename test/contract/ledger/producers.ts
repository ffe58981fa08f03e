/** Promises about posts of one token: by however many endpoints, for however many approvers, it is one request. */
import { expect } from '@jest/globals';
import type { RequestId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { OpenOrAdd, OpenRequest } from '../../../src/contract/ledger.js';
import { lying, must, type LedgerCase } from './case.js';
import { ANA, delivery, EMAIL, LEASE_MS, opened, openInput, producerInput, RPM, TALK } from './inputs.js';

const random = systemRandom();
const RACERS = 20;

/** Another post of the same token: by another endpoint, for another approver, with a mail of its own. */
function again(input: OpenRequest, change: Partial<OpenOrAdd> = {}): OpenOrAdd {
  const approvers: OpenOrAdd['approvers'] = [{ id: ANA, deliveries: [delivery(EMAIL, random.id())] }];
  const names = { id: random.id() as RequestId, statusId: openInput().statusId };
  return { ...input, ...names, endpoint: 'auth-gate-approvals', approvers, maxPendingPerApprover: 500, ...change };
}

const audits = { opened, added: { ...opened, what: 'recipients_added' } };

export const producerCases: readonly LedgerCase[] = [
  {
    promise: 'a known token by a new endpoint or for a new approver adds its cards, and the same pair again adds none',
    async check({ ledger }) {
      const input = producerInput();
      must(await ledger.requests.open(input, opened), 'opened');
      const [asked] = input.approvers;
      const firstPair = { endpoint: 'talk-approvals', approvers: [{ id: asked?.id ?? RPM, deliveries: [] }] } as const;

      const added = [
        await ledger.requests.openOrAdd(again(input, firstPair), audits),
        await ledger.requests.openOrAdd(again(input), audits),
        await ledger.requests.openOrAdd(again(input), audits),
      ].map((outcome) => must(outcome, 'known').recipientsAdded);
      const foreign = await ledger.requests.openOrAdd(again(input, { producer: 'other' }), audits);

      expect(added).toEqual([0, 1, 0]);
      expect(foreign).toEqual({ kind: 'foreign' });
      expect(await ledger.requests.approversOf(input.id)).toEqual([ANA, asked?.id].sort());
      expect(await ledger.deliveries.ofRequest(input.id)).toHaveLength(2);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          openOrAdd: (input, audit) => honest.requests.openOrAdd({ ...input, endpoint: random.id() }, audit),
        },
      }),
  },
  {
    promise: 'one recipient gets one card of a request over a channel, by however many endpoints it comes',
    async check({ ledger }) {
      const input = producerInput();
      must(await ledger.requests.open(input, opened), 'opened');
      const same = input.approvers.flatMap(({ deliveries }) => deliveries.map((one) => ({ ...one, id: random.id() })));

      const added = await ledger.requests.openOrAdd(
        again(input, { approvers: [{ id: ANA, deliveries: same }] }),
        audits,
      );

      expect(must(added, 'known').recipientsAdded).toBe(0);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          openOrAdd: (input, audit) => {
            const approvers: OpenOrAdd['approvers'] = [{ id: ANA, deliveries: [delivery(TALK, random.id())] }];
            return honest.requests.openOrAdd({ ...input, approvers }, audit);
          },
        },
      }),
  },
  {
    promise: 'posts of one new token at once, in whichever processes, open one request that has the cards of all',
    async check({ processes, query }) {
      const input = producerInput();
      const posts = Array.from({ length: RACERS }, (_, n) => again(input, { endpoint: `endpoint-${String(n)}` }));

      const outcomes = await Promise.all(
        posts.map((post, n) => (processes[n % processes.length] ?? processes[0]).requests.openOrAdd(post, audits)),
      );

      const kinds = outcomes.map(({ kind }) => kind).sort();
      expect(kinds).toEqual([...posts.slice(1).map(() => 'known'), 'opened']);
      const [request] = await query(`SELECT id FROM requests WHERE token_hash = '${input.tokenHash}'`);
      const id = String(request?.['id']);
      expect(await query(`SELECT 1 FROM asked WHERE request_id = '${id}'`)).toHaveLength(RACERS);
      expect(await query(`SELECT 1 FROM deliveries WHERE request_id = '${id}'`)).toHaveLength(RACERS);
      const noted = await query(`SELECT what FROM audit WHERE request_id = '${id}' ORDER BY id`);
      expect(noted.map(({ what }) => what)).toEqual(['opened', ...posts.slice(1).map(() => 'recipients_added')]);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          openOrAdd: (input, audit) => honest.requests.open(input, audit.opened),
        },
      }),
  },
  {
    promise:
      'cards that are added are claimed with their commit, as far as the courier has slots, and due where it has none',
    async check({ ledger }) {
      const input = producerInput();
      must(await ledger.requests.open(input, opened), 'opened');
      const deliveries = [delivery(EMAIL, random.id()), delivery(EMAIL, random.id())];
      const firstClaims = { slots: { email: 1 }, leaseMs: LEASE_MS };
      const post = again(input, { approvers: [{ id: ANA, deliveries }], firstClaims });

      const { claims, recipientsAdded } = must(await ledger.requests.openOrAdd(post, audits), 'known');

      expect([claims.map(({ deliveryId }) => deliveryId), recipientsAdded]).toEqual([[deliveries[0]?.id], 2]);
      const sent = { kind: 'sent', tookMs: 1, receipt: {}, drawnRevision: 1 } as const;
      expect(await ledger.deliveries.close(claims.map((one) => ({ ...one, ...sent })))).toMatchObject([
        { isHeld: true },
      ]);
      const states = (await ledger.deliveries.ofRequest(input.id)).filter(({ channel }) => channel === EMAIL);
      expect(states.map(({ state }) => state).sort()).toEqual(['queued', 'sent']);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          openOrAdd: (input, audit) => honest.requests.openOrAdd({ ...input, firstClaims: null }, audit),
        },
      }),
  },
];
