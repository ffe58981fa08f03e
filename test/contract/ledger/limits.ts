/** Promises about the limits: the window and the cap hold by constraint, whoever races. */
import { expect } from '@jest/globals';
import type { Ledger, OpenOutcome, OpenRequest } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import { approval, delivery, EMAIL, newApprover, opened, openWish, TALK } from './wishes.js';

const RACERS = 200;

/** Opens with a wish bent by `bend`. */
function opens(bend: (wish: OpenRequest) => OpenRequest): Lie {
  return (honest) => lying(honest, { requests: { open: (wish, audit) => honest.requests.open(bend(wish), audit) } });
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
        return { kind: 'decided', request, decision, isRedelivered: false };
      },
    },
  });

function race(processes: readonly Ledger[], wishes: readonly OpenRequest[]): Promise<readonly OpenOutcome[]> {
  return Promise.all(
    wishes.map((wish, racer) => {
      const ledger = processes[racer % processes.length];
      if (ledger === undefined) throw new Error('a race has processes');
      return ledger.requests.open(wish, opened);
    }),
  );
}

function count(outcomes: readonly OpenOutcome[], kind: OpenOutcome['kind']): number {
  return outcomes.filter((outcome) => outcome.kind === kind).length;
}

export const limitCases: readonly LedgerCase[] = [
  {
    promise: 'one address opens one request in a window, and the second is shown the first',
    async check({ ledger }) {
      const first = openWish();
      must(await ledger.requests.open(first, opened), 'opened');

      const second = must(await ledger.requests.open(openWish({ window: first.window }), opened), 'window');

      expect(second.request?.id).toBe(first.id);
      expect(second.untilMs - (second.request?.openedAtMs ?? 0)).toBeGreaterThan(599_000);
    },
    liar: opens((wish) => ({ ...wish, window: null })),
  },
  {
    promise: 'a window that is over opens again',
    async check({ ledger }) {
      const window = { key: openWish().address, seconds: 0 };
      must(await ledger.requests.open(openWish({ window }), opened), 'opened');

      must(await ledger.requests.open(openWish({ window }), opened), 'opened');
    },
    liar: opens((wish) => ({ ...wish, window: wish.window === null ? null : { ...wish.window, seconds: 600 } })),
  },
  {
    promise: `${String(RACERS)} racers for one window open exactly one request`,
    async check({ processes, query }) {
      const { window } = openWish();
      const wishes = Array.from({ length: RACERS }, () => openWish({ window }));

      const outcomes = await race(processes, wishes);

      expect(count(outcomes, 'opened')).toBe(1);
      expect(count(outcomes, 'window')).toBe(RACERS - 1);
      const ids = wishes.map(({ id }) => `'${id}'`).join(',');
      expect(await query(`SELECT id FROM requests WHERE id IN (${ids})`)).toHaveLength(1);
    },
    liar: opens((wish) => ({ ...wish, window: wish.id < 'g' ? null : wish.window })),
  },
  {
    promise: `${String(RACERS)} racers for a cap of 10 open exactly ten requests`,
    async check({ processes, query }) {
      const approvers = [{ id: newApprover(), deliveries: [] }];
      const wishes = Array.from({ length: RACERS }, () => openWish({ approvers }));

      const outcomes = await race(processes, wishes);

      expect(count(outcomes, 'opened')).toBe(10);
      expect(count(outcomes, 'cap')).toBe(RACERS - 10);
      const ids = wishes.map(({ id }) => `'${id}'`).join(',');
      expect(await query(`SELECT id FROM requests WHERE id IN (${ids})`)).toHaveLength(10);
    },
    liar: opens((wish) => ({ ...wish, maxPendingPerApprover: wish.maxPendingPerApprover + 1 })),
  },
  {
    promise: 'with everybody at the cap nothing is opened, the window stays free, and the audit says deferred',
    async check({ ledger }) {
      const approvers = [{ id: newApprover(), deliveries: [] }];
      const first = must(
        await ledger.requests.open(openWish({ approvers, maxPendingPerApprover: 1 }), opened),
        'opened',
      );
      const late = openWish({ approvers, maxPendingPerApprover: 1 });

      const answer = must(await ledger.requests.open(late, { ...opened, who: late.id }), 'cap');

      expect(answer.retryAtMs).toBe(first.request.deadlineAtMs);
      expect(await ledger.requests.byId(late.id)).toBeNull();
      const audit = (await ledger.audit.recent(50)).filter(({ who }) => who === late.id);
      expect(audit.map(({ what, requestId }) => [what, requestId])).toEqual([['deferred', null]]);
      must(await ledger.requests.open(openWish({ window: late.window }), opened), 'opened');
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          async open(wish, audit) {
            const outcome = await honest.requests.open(wish, audit);
            if (outcome.kind === 'cap') await honest.requests.open({ ...wish, approvers: [] }, audit);
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
      must(await ledger.requests.open(openWish(filling), opened), 'opened');
      const both = [full, free].map((id) => ({ id, deliveries: [delivery(TALK, id)] }));
      const wish = openWish({ approvers: both, maxPendingPerApprover: 1 });

      const outcome = must(await ledger.requests.open(wish, opened), 'opened');

      expect(outcome.approversAtCap).toEqual([full]);
      expect(await ledger.requests.approversOf(wish.id)).toEqual([free]);
      expect(only(await ledger.deliveries.ofRequest(wish.id)).recipient).toMatchObject({ address: free });
      const named = (await ledger.audit.recent(50)).filter((row) => row.requestId === wish.id && row.what === 'at_cap');
      expect(only(named).detail['approver']).toBe(full);
    },
    liar: opens((wish) => ({ ...wish, maxPendingPerApprover: 10 })),
  },
  {
    promise: 'an outcome frees the slot',
    async check({ ledger }) {
      const approvers = [{ id: newApprover(), deliveries: [] }];
      const first = openWish({ approvers, maxPendingPerApprover: 1 });
      must(await ledger.requests.open(first, opened), 'opened');
      must(await ledger.requests.decide(approval(first, { outcome: 'denied' })), 'decided');

      must(await ledger.requests.open(openWish({ approvers, maxPendingPerApprover: 1 }), opened), 'opened');
    },
    liar: decidesNothing,
  },
  {
    promise: 'time frees the slot, even where nobody wrote the expiry',
    async check({ ledger }) {
      const approvers = [{ id: newApprover(), deliveries: [] }];
      const wish = { approvers, maxPendingPerApprover: 1 };
      must(await ledger.requests.open(openWish({ ...wish, ttlSeconds: 0 }), opened), 'opened');

      must(await ledger.requests.open(openWish(wish), opened), 'opened');
    },
    liar: opens((wish) => ({ ...wish, ttlSeconds: 600 })),
  },
  {
    promise: 'first attempts are claimed within the commit, as many as there are slots, the rest is queued',
    async check({ ledger }) {
      const deliveries = [delivery(TALK, 'a'), delivery(TALK, 'b'), delivery(EMAIL, 'c')];
      const approvers = [{ id: newApprover(), deliveries }];
      const wish = openWish({ approvers, firstClaims: { slots: { talk: 1 }, leaseMs: 60_000 } });

      const { claims } = must(await ledger.requests.open(wish, opened), 'opened');

      expect(only(claims)).toMatchObject({ carrier: 'talk', attempt: 1, task: 'notify', sealedToken: 'sealed' });
      expect(only(claims).claimToken).toMatch(/^[0-9a-f]{32}$/);
      const states = (await ledger.deliveries.ofRequest(wish.id)).map(({ channel, state, attempts }) => [
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
    liar: opens((wish) => ({ ...wish, firstClaims: null })),
  },
];
