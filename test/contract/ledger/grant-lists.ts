/** Promises about lists of grants, searches among them and their number. */
import { expect } from '@jest/globals';
import type { SiteKey } from '../../../src/approval/brand.js';
import type { GrantLedger } from '../../../src/contract/ledger.js';
import { lying, must, type LedgerCase, type Lie } from './case.js';
import { approval, grantedOn, newSite, opened, openInput, revokedOn, SITE } from './inputs.js';
import { BY, granted } from './granted.js';

function lists(bend: (input: Parameters<GrantLedger['list']>[0]) => Parameters<GrantLedger['list']>[0]): Lie {
  return (honest) => lying(honest, { grants: { list: (input) => honest.grants.list(bend(input)) } });
}

export const grantListCases: readonly LedgerCase[] = [
  {
    promise:
      'a list has what lives on the sites named, or everywhere, the first to end first, and no more than asked for',
    async check({ ledger }) {
      const [here, there] = [newSite(), newSite()];
      const later = await granted(ledger, here, { ttlSeconds: 900 });
      const sooner = await granted(ledger, here, { ttlSeconds: 300 });
      const elsewhere = await granted(ledger, there, { ttlSeconds: 600 });
      await granted(ledger, here, { ttlSeconds: 0 });
      const list = (sites: readonly SiteKey[] | null, limit = 100_000) => ledger.grants.list({ sites, limit });

      expect(await list([here])).toEqual([sooner, later]);
      expect(await list([here, there], 2)).toEqual([sooner, elsewhere]);
      expect(await list([])).toEqual([]);
      const ours = new Set([later.id, sooner.id, elsewhere.id]);
      expect((await list(null)).filter(({ id }) => ours.has(id))).toEqual([sooner, elsewhere, later]);
    },
    mutant: lists((input) => ({ ...input, sites: input.sites?.slice(0, 1) ?? null })),
  },
  {
    promise: 'a list can name one grant by its number, and those of an address',
    async check({ ledger }) {
      const [here, there] = [newSite(), newSite()];
      const grant = await granted(ledger, here);
      await granted(ledger, here);
      const same = await grantedOn(ledger, { site: there, address: grant.address, ttlSeconds: 900, by: BY[0] }, opened);

      expect(await ledger.grants.list({ sites: null, id: grant.id, limit: 10 })).toEqual([grant]);
      expect(await ledger.grants.list({ sites: [there], id: grant.id, limit: 10 })).toEqual([]);
      expect(await ledger.grants.list({ sites: [here, there], address: grant.address, limit: 10 })).toEqual([
        grant,
        same,
      ]);
    },
    mutant: lists(({ sites, limit }) => ({ sites, limit })),
  },
  {
    promise: 'a search finds a grant by any part of its number, site and address, and no more of them than asked for',
    async check({ ledger }) {
      const site = newSite();
      const [first, second, third] = [
        await granted(ledger, site, { ttlSeconds: 300 }),
        await granted(ledger, site, { ttlSeconds: 600 }),
        await granted(ledger, site, { ttlSeconds: 900 }),
      ];
      const search = (containing: string, limit = 10) =>
        ledger.grants.list({ sites: null, limit, search: { by: 'number', containing, among: 100_000 } });

      expect(await search(site.slice(2))).toEqual([first, second, third]);
      expect(await search(site, 2)).toEqual([first, second]);
      expect(await search(`${String(second.id)} ${site}`)).toEqual([second]);
      expect(await search(`${site} ${third.address}`)).toEqual([third]);
      expect(await search(`${site}%`)).toEqual([]);
      expect(await search('', 1)).toHaveLength(1);
    },
    mutant: lists(({ sites, limit }) => ({ sites, limit })),
  },
  {
    promise: 'a search looks through so many of those that end first, on the sites named, and no further',
    async check({ ledger }) {
      const [site, other] = [newSite(), newSite()];
      const later = await granted(ledger, site, { ttlSeconds: 900 });
      const sooner = await granted(ledger, site, { ttlSeconds: 300 });
      await granted(ledger, other, { ttlSeconds: 200 });
      const search = (among: number) =>
        ledger.grants.list({ sites: [site], limit: 10, search: { by: 'number', containing: later.address, among } });

      expect(await search(1)).toEqual([]);
      expect(await search(2)).toEqual([later]);
      expect(sooner.untilMs).toBeLessThan(later.untilMs);
    },
    mutant: lists((input) =>
      input.search === undefined ? input : { ...input, search: { ...input.search, among: 100_000 } },
    ),
  },
  {
    promise: 'a search by request finds no grant that has none, and one that has by any part of its id',
    async check({ ledger }) {
      const site = newSite();
      await granted(ledger, site);
      const input = openInput({ site });
      must(await ledger.requests.open(input, opened), 'opened');
      must(await ledger.requests.decide(approval(input)), 'decided');
      const search = (containing: string) =>
        ledger.grants.list({ sites: [site], limit: 10, search: { by: 'request', containing, among: 100 } });

      for (const text of ['', input.id.slice(3, 9), `${input.id} ${site} ${input.address}`]) {
        expect(await search(text)).toMatchObject([{ requestId: input.id }]);
      }
    },
    mutant: lists((input) =>
      input.search === undefined ? input : { ...input, search: { ...input.search, by: 'number', containing: '' } },
    ),
  },
  {
    promise: 'those that live are counted, and no others',
    async check({ ledger }) {
      const site = newSite();
      const before = await ledger.grants.count();
      const { id } = await granted(ledger, site);
      await granted(ledger, site);
      await granted(ledger, site, { ttlSeconds: 0 });
      await revokedOn(ledger, { sites: [site], id }, opened);

      expect(await ledger.grants.count()).toBe(before + 1);
    },
    mutant: (honest) =>
      lying(honest, {
        grants: {
          grant: async (input, audit) => grantedOn(honest, { ...input, ttlSeconds: input.ttlSeconds + 60 }, audit),
        },
      }),
  },
  {
    promise: 'the sites that have grants are each named once',
    async check({ ledger }) {
      const ours = [newSite(), newSite(), newSite()];
      for (const site of [...ours, ...ours]) await granted(ledger, site);

      const sites = await ledger.grants.sites();

      expect(sites.filter((site) => ours.includes(site)).sort()).toEqual([...ours].sort());
    },
    mutant: (honest) => lying(honest, { grants: { sites: () => Promise.resolve([SITE]) } }),
  },
];
