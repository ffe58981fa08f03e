/** Promises about a visitor who asks again while its request waits: one request, however short the window. */
import { expect } from '@jest/globals';
import type { SiteKey } from '../../../src/approval/brand.js';
import type { OpenRequest } from '../../../src/contract/ledger.js';
import { lying, must, type LedgerCase, type Lie } from './case.js';
import { approval, newAddress, newApprover, opened, openInput } from './inputs.js';

const RACERS = 200;
const OTHER = 'docs.example.org' as SiteKey;

/** An access request of one visitor whose window is over as soon as it was opened. */
function visitor(change: Partial<OpenRequest> = {}): () => OpenRequest {
  const address = newAddress();
  const approvers = [{ id: newApprover(), deliveries: [] }];
  return () => openInput({ address, window: { key: address, seconds: 0 }, approvers, ...change });
}

/** Takes each asking for another visitor's. */
function opensAnew(isMeant: (input: OpenRequest) => boolean): Lie {
  return (honest) =>
    lying(honest, {
      requests: {
        open: (input, audit) =>
          honest.requests.open(isMeant(input) ? { ...input, address: newAddress() } : input, audit),
      },
    });
}

export const waitingCases: readonly LedgerCase[] = [
  {
    promise: 'an address whose request for a site waits is given that one back, though its window is over',
    async check({ ledger, query }) {
      const ask = visitor();
      const first = must(await ledger.requests.open(ask(), opened), 'opened').request;

      for (let reload = 0; reload < 9; reload += 1) {
        const again = must(await ledger.requests.open(ask(), opened), 'window');
        expect(again.request?.id).toBe(first.id);
        expect(again.untilMs).toBe(first.deadlineAtMs);
      }

      const rows = await query(`SELECT id FROM requests WHERE address = '${first.address}'`);
      expect(rows).toEqual([{ id: first.id }]);
    },
    mutant: opensAnew(() => true),
  },
  {
    promise: 'once it is answered, or past its deadline, the same address opens again; another site is asked at once',
    async check({ ledger }) {
      const ask = visitor();
      const first = ask();
      must(await ledger.requests.open(first, opened), 'opened');
      must(await ledger.requests.open({ ...ask(), site: OTHER, host: OTHER }, opened), 'opened');
      must(await ledger.requests.decide(approval(first, { outcome: 'denied' })), 'decided');
      must(await ledger.requests.open({ ...ask(), ttlSeconds: 0 }, opened), 'opened');

      must(await ledger.requests.open(ask(), opened), 'opened');
    },
    mutant: (honest) =>
      lying(honest, {
        requests: { open: (input, audit) => honest.requests.open({ ...input, ttlSeconds: 600 }, audit) },
      }),
  },
  {
    promise: 'with every slot taken, whose request waits is shown it',
    async check({ ledger }) {
      const ask = visitor({ maxPendingPerApprover: 1 });
      const first = must(await ledger.requests.open(ask(), opened), 'opened').request;

      expect(must(await ledger.requests.open(ask(), opened), 'window').request?.id).toBe(first.id);
    },
    mutant: opensAnew(() => true),
  },
  {
    promise: `${String(RACERS)} racers of one address for one site open exactly one request, without a window to hold them`,
    async check({ processes, query }) {
      const ask = visitor({ maxPendingPerApprover: RACERS, maxPendingPerNetwork: RACERS });
      const inputs = Array.from({ length: RACERS }, ask);

      const outcomes = await Promise.all(
        inputs.map((input, racer) => (processes[racer % 3] ?? processes[0]).requests.open(input, opened)),
      );

      const ids = inputs.map(({ id }) => `'${id}'`).join(',');
      const [only, ...more] = await query(`SELECT id FROM requests WHERE id IN (${ids})`);
      expect(more).toEqual([]);
      expect(outcomes.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
      const shown = outcomes.map((outcome) => ('request' in outcome ? outcome.request?.id : null));
      expect(new Set(shown)).toEqual(new Set([only?.['id']]));
    },
    mutant: opensAnew(({ id }) => id < 'g'),
  },
];
