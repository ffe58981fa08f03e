/** Promises about windows: one address opens one request in each. */
import { expect } from '@jest/globals';
import { must, type LedgerCase } from './case.js';
import { opened, openInput } from './inputs.js';
import { count, opens, race, RACERS } from './races.js';

export const windowCases: readonly LedgerCase[] = [
  {
    promise: 'one address opens one request in a window, and the second is shown the first',
    async check({ ledger }) {
      const first = openInput();
      must(await ledger.requests.open(first, opened), 'opened');

      const second = must(await ledger.requests.open(openInput({ window: first.window }), opened), 'window');

      expect(second.request?.id).toBe(first.id);
      expect(second.untilMs - (second.request?.openedAtMs ?? 0)).toBeGreaterThan(599_000);
    },
    mutant: opens((input) => ({ ...input, window: null })),
  },
  {
    promise: 'a window that is over opens again',
    async check({ ledger }) {
      const window = { key: openInput().address, seconds: 0 };
      must(await ledger.requests.open(openInput({ window }), opened), 'opened');

      must(await ledger.requests.open(openInput({ window }), opened), 'opened');
    },
    mutant: opens((input) => ({ ...input, window: input.window === null ? null : { ...input.window, seconds: 600 } })),
  },
  {
    promise: `${String(RACERS)} racers for one window open exactly one request`,
    async check({ processes, query }) {
      const { window } = openInput();
      const inputs = Array.from({ length: RACERS }, () => openInput({ window }));

      const outcomes = await race(processes, inputs);

      expect(count(outcomes, 'opened')).toBe(1);
      expect(count(outcomes, 'window')).toBe(RACERS - 1);
      const ids = inputs.map(({ id }) => `'${id}'`).join(',');
      expect(await query(`SELECT id FROM requests WHERE id IN (${ids})`)).toHaveLength(1);
    },
    mutant: opens((input) => ({ ...input, window: input.id < 'g' ? null : input.window })),
  },
];
