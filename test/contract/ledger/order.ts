/** Lists by time: of many that were written in one millisecond each has its place, the same in every list and at every limit. */
import { expect } from '@jest/globals';
import type { Ledger } from '../../../src/contract/ledger.js';
import { lying, must, type LedgerCase } from './case.js';
import { ANA, newAddress, opened, openInput, SITE } from './inputs.js';

const MANY = 30;
/** Far ahead, so that nothing else of the suite is newer, or ends later. */
const ONE_MOMENT_MS = Date.UTC(2099, 0, 1);

/** Their ids, in no order. */
async function openedAtOnce(ledger: Ledger, change: (text: string) => Promise<void>): Promise<readonly string[]> {
  const inputs = Array.from({ length: MANY }, () => openInput());
  for (const input of inputs) must(await ledger.requests.open(input, opened), 'opened');
  const ids = inputs.map(({ id }) => id);
  const list = ids.map((id) => `'${id}'`).join(', ');
  await change(`UPDATE requests SET opened_at = ${String(ONE_MOMENT_MS)} WHERE id IN (${list})`);
  return ids;
}

export const orderCases: readonly LedgerCase[] = [
  {
    promise: 'requests of one millisecond have one order in every list, whatever its limit',
    async check({ ledger, change }) {
      const ids = [...(await openedAtOnce(ledger, change))].sort().reverse();

      const wanted = [MANY, MANY / 2, 1];
      const seen = [];
      const lists = [
        (limit: number) => ledger.requests.recent(limit),
        (limit: number) => ledger.requests.pending(limit),
      ];
      for (const list of lists)
        for (const limit of wanted) seen.push((await list(limit)).map(({ id }) => id as string));
      // no newer than anything else from here on: other promises look at the newest
      await change(`UPDATE requests SET opened_at = 1 WHERE opened_at = ${String(ONE_MOMENT_MS)}`);

      expect(seen).toEqual([...wanted, ...wanted].map((limit) => ids.slice(0, limit)));
    },
    mutant: (honest) =>
      lying(honest, {
        requests: { recent: async (limit) => [...(await honest.requests.recent(limit))].reverse() },
      }),
  },
  {
    promise: 'grants that end in one millisecond have one order, whatever the limit of a list',
    async check({ ledger, change }) {
      const site = `${SITE}.order` as typeof SITE;
      for (let count = 0; count < MANY; count += 1)
        await ledger.grants.grant(
          { address: newAddress(), ttlSeconds: 600, site, by: ANA, replayKey: null },
          { ...opened, site },
        );
      await change(`UPDATE grants SET until = ${String(ONE_MOMENT_MS)} WHERE site = '${site}'`);

      const all = (await ledger.grants.list({ sites: [site], limit: MANY })).map(({ id }) => id);
      const first = (await ledger.grants.list({ sites: [site], limit: MANY / 2 })).map(({ id }) => id);
      await change(`DELETE FROM grants WHERE site = '${site}'`);

      expect(all).toEqual([...all].sort((one, other) => one - other));
      expect(first).toEqual(all.slice(0, MANY / 2));
    },
    mutant: (honest) =>
      lying(honest, {
        grants: { list: async (input) => [...(await honest.grants.list(input))].reverse() },
      }),
  },
];
