/** Promises about the slots of approvers and networks. */
import { expect } from '@jest/globals';
import type { ApproverId } from '../../../src/approval/brand.js';
import type { Ledger, OpenOutcome } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import { approval, delivery, EMAIL, newApprover, opened, openInput, TALK } from './inputs.js';
import { count, opens, race, RACERS } from './races.js';

/** So many openings for one approver, each from an address of its own in this network, one after the other. */
async function openedFrom(network: string, count: number, stage: { ledger: Ledger; approver: ApproverId }) {
  const outcomes: OpenOutcome['kind'][] = [];
  for (let n = 0; n < count; n += 1) {
    const input = openInput({ approvers: [{ id: stage.approver, deliveries: [] }], network, maxPendingPerNetwork: 5 });
    outcomes.push((await stage.ledger.requests.open(input, opened)).kind);
  }
  return outcomes.filter((kind) => kind === 'opened').length;
}

/** Says "decided" and writes nothing. */
const decidesNothing: Lie = (honest) =>
  lying(honest, {
    requests: {
      decide: async ({ ref }) => {
        const request =
          ref.by === 'id' ? await honest.requests.byId(ref.id) : await honest.requests.byTokenHash(ref.tokenHash);
        if (request === null) return { kind: 'unknown' };
        const decision = { outcome: 'approved', by: 'x', over: 'x', atMs: 0, grantedUntilMs: null } as const;
        return { kind: 'decided', request, decision, isRedelivered: false, grant: null };
      },
    },
  });

export const limitCases: readonly LedgerCase[] = [
  {
    promise: `${String(RACERS)} racers for a cap of 10 open exactly ten requests`,
    async check({ processes, query }) {
      const approvers = [{ id: newApprover(), deliveries: [] }];
      const inputs = Array.from({ length: RACERS }, () => openInput({ approvers }));

      const outcomes = await race(processes, inputs);

      expect(count(outcomes, 'opened')).toBe(10);
      expect(count(outcomes, 'cap')).toBe(RACERS - 10);
      const ids = inputs.map(({ id }) => `'${id}'`).join(',');
      expect(await query(`SELECT id FROM requests WHERE id IN (${ids})`)).toHaveLength(10);
    },
    mutant: opens((input) => ({ ...input, maxPendingPerApprover: input.maxPendingPerApprover + 1 })),
  },
  {
    promise: 'a network gets its part of the slots that others left it, but always one while one is free',
    async check({ ledger }) {
      const approver = newApprover();
      const networks = Array.from({ length: 6 }, (_, n) => `2001:db8:${String(n)}::/48`);
      const taken: number[] = [];
      for (const network of networks) taken.push(await openedFrom(network, 10, { ledger, approver }));

      expect(taken).toEqual([5, 2, 1, 1, 1, 0]);
    },
    mutant: opens((input) => ({ ...input, network: input.id })),
  },
  {
    promise: `${String(RACERS)} racers of one network take its share and no more, and the next network is asked about`,
    async check({ processes, ledger }) {
      const approver = newApprover();
      const approvers = [{ id: approver, deliveries: [] }];
      const bend = { approvers, network: '2001:db8::/48', maxPendingPerNetwork: 5 };

      const outcomes = await race(
        processes,
        Array.from({ length: RACERS }, () => openInput(bend)),
      );

      expect(count(outcomes, 'opened')).toBe(5);
      const late = must(await ledger.requests.open(openInput(bend), opened), 'cap');
      expect(late.why).toBe('network');
      must(await ledger.requests.open(openInput({ approvers, network: '192.0.2.0/24' }), opened), 'opened');
    },
    mutant: opens((input) => ({ ...input, maxPendingPerNetwork: input.maxPendingPerNetwork + 1 })),
  },
  {
    promise: `${String(RACERS)} racers of twenty networks fill the cap, and none of them holds more than its share`,
    async check({ processes, query }) {
      const approver = newApprover();
      const approvers = [{ id: approver, deliveries: [] }];
      const inputs = Array.from({ length: RACERS }, (_, n) =>
        openInput({ approvers, network: `198.51.${String(n % 20)}.0/24`, maxPendingPerNetwork: 5 }),
      );

      const outcomes = await race(processes, inputs);

      expect(count(outcomes, 'opened')).toBe(10);
      const held = await query(`SELECT holder FROM slots WHERE approver = '${approver}'`);
      const networks = held.map(({ holder }) => String(holder).split(' ')[1]);
      const most = Math.max(...networks.map((network) => networks.filter((other) => other === network).length));
      expect(most).toBeLessThanOrEqual(5);
      expect(new Set(networks).size).toBeGreaterThanOrEqual(5);
    },
    mutant: opens((input) => ({ ...input, network: '198.51.0.0/24', maxPendingPerNetwork: 10 })),
  },
  {
    promise: 'a slot that is free again counts for no network, also where the version before took it since',
    async check({ ledger, change }) {
      const approver = newApprover();
      const network = '2001:db8::/48';
      expect(await openedFrom(network, 6, { ledger, approver })).toBe(5);
      // as the version before takes a slot: what stands in the new column is of the request before
      await change(`UPDATE slots SET request_id = 'other' WHERE approver = '${approver}' AND n < 4`);

      expect(await openedFrom(network, 6, { ledger, approver })).toBe(2);
    },
    mutant: opens((input) => ({ ...input, maxPendingPerNetwork: 1 })),
  },
  {
    promise: 'with everybody at the cap nothing is opened nor written, and the window stays free',
    async check({ ledger }) {
      const approvers = [{ id: newApprover(), deliveries: [] }];
      const first = must(
        await ledger.requests.open(openInput({ approvers, maxPendingPerApprover: 1 }), opened),
        'opened',
      );
      const late = openInput({ approvers, maxPendingPerApprover: 1 });

      const answer = must(await ledger.requests.open(late, { ...opened, who: late.id }), 'cap');

      expect(answer.retryAtMs).toBe(first.request.deadlineAtMs);
      expect(await ledger.requests.byId(late.id)).toBeNull();
      const audit = (await ledger.audit.recent(50)).filter(({ who }) => who === late.id);
      expect(audit).toEqual([]);
      expect(answer.why).toBe('cap');
      must(await ledger.requests.open(openInput({ window: late.window }), opened), 'opened');
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          async open(input, audit) {
            const outcome = await honest.requests.open(input, audit);
            if (outcome.kind === 'cap') await honest.requests.open({ ...input, approvers: [] }, audit);
            return outcome;
          },
        },
      }),
  },
  {
    promise: 'an approver at the cap gets no card, the others do, and the audit names who did not',
    async check({ ledger }) {
      const [full, free] = [newApprover(), newApprover()];
      const filling = { approvers: [{ id: full, deliveries: [] }], maxPendingPerApprover: 1 };
      must(await ledger.requests.open(openInput(filling), opened), 'opened');
      const both = [full, free].map((id) => ({ id, deliveries: [delivery(TALK, id)] }));
      const input = openInput({ approvers: both, maxPendingPerApprover: 1 });

      const outcome = must(await ledger.requests.open(input, opened), 'opened');

      expect(outcome.approversAtCap).toEqual([full]);
      expect(await ledger.requests.approversOf(input.id)).toEqual([free]);
      expect(only(await ledger.deliveries.ofRequest(input.id)).recipient).toMatchObject({ address: free });
      const named = (await ledger.audit.recent(50)).filter(
        (row) => row.requestId === input.id && row.what === 'at_cap',
      );
      expect(only(named).detail['approver']).toBe(full);
    },
    mutant: opens((input) => ({ ...input, maxPendingPerApprover: 10 })),
  },
  {
    promise: 'an outcome frees the slot',
    async check({ ledger }) {
      const approvers = [{ id: newApprover(), deliveries: [] }];
      const first = openInput({ approvers, maxPendingPerApprover: 1 });
      must(await ledger.requests.open(first, opened), 'opened');
      must(await ledger.requests.decide(approval(first, { outcome: 'denied' })), 'decided');

      must(await ledger.requests.open(openInput({ approvers, maxPendingPerApprover: 1 }), opened), 'opened');
    },
    mutant: decidesNothing,
  },
  {
    promise: 'time frees the slot, even where nobody wrote the expiry',
    async check({ ledger }) {
      const approvers = [{ id: newApprover(), deliveries: [] }];
      const input = { approvers, maxPendingPerApprover: 1 };
      must(await ledger.requests.open(openInput({ ...input, ttlSeconds: 0 }), opened), 'opened');

      must(await ledger.requests.open(openInput(input), opened), 'opened');
    },
    mutant: opens((input) => ({ ...input, ttlSeconds: 600 })),
  },
  {
    promise: 'first attempts are claimed within the commit, as many as there are slots, the rest is queued',
    async check({ ledger }) {
      const deliveries = [delivery(TALK, 'a'), delivery(TALK, 'b'), delivery(EMAIL, 'c')];
      const approvers = [{ id: newApprover(), deliveries }];
      const input = openInput({ approvers, firstClaims: { slots: { talk: 1 }, leaseMs: 60_000 } });

      const { claims } = must(await ledger.requests.open(input, opened), 'opened');

      expect(only(claims)).toMatchObject({ transport: 'talk', attempt: 1, task: 'notify', sealedToken: 'sealed' });
      expect(only(claims).claimToken).toMatch(/^[0-9a-f]{32}$/);
      const states = (await ledger.deliveries.ofRequest(input.id)).map(({ channel, state, attempts }) => [
        channel,
        state,
        attempts,
      ]);
      expect(states.sort()).toEqual([
        ['email', 'queued', 0],
        ['talk', 'queued', 0],
        ['talk', 'sending', 1],
      ]);
    },
    mutant: opens((input) => ({ ...input, firstClaims: null })),
  },
];
