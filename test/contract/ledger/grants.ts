/** Promises about reading grants: page by page for whoever keeps a copy of them, as a list, and counted. */
import { expect } from '@jest/globals';
import type { SiteKey } from '../../../src/approval/brand.js';
import { systemChance } from '../../../src/base/chance.js';
import type { GrantLedger, GrantRecord, Ledger, LivePage } from '../../../src/contract/ledger.js';
import { lying, must, type LedgerCase, type Lie } from './case.js';
import { approval, grantedOn, newAddress, opened, openWish, revokedOn, SITE } from './wishes.js';

const chance = systemChance();
const BY = ['operator:eva', 'operator:ida'] as const;

function newSite(): SiteKey {
  return `${chance.id()}.example.org` as SiteKey;
}

function granted(ledger: Ledger, site: SiteKey, change: { ttlSeconds?: number; by?: string } = {}) {
  return grantedOn(ledger, { site, address: newAddress(), ttlSeconds: 600, by: BY[0], ...change }, opened);
}

/** All pages from here on, read one after the other. */
async function pagesFrom(ledger: Ledger, limit: number, after: number | null = 0): Promise<readonly LivePage[]> {
  const pages: LivePage[] = [];
  for (let from = after; from !== null;) {
    const page = await ledger.grants.livePage(from, limit);
    if (page.next !== null && page.next <= from) throw new Error('a page leads back');
    pages.push(page);
    from = page.next;
  }
  return pages;
}

/** What the pages say of a site, a grant as an entry, by number. */
function onSite(pages: readonly LivePage[], site: SiteKey) {
  const groups = pages.flatMap((page) => page.groups).filter((group) => group.site === site);
  return groups
    .flatMap(({ grantedBy, ids, addresses, untilsMs }) =>
      ids.map((id, at) => ({ id, site, address: addresses[at], untilMs: untilsMs[at], grantedBy })),
    )
    .sort((one, other) => one.id - other.id);
}

function entryOf({ id, site, address, untilMs, grantedBy }: GrantRecord) {
  return { id, site, address, untilMs, grantedBy };
}

function lists(bend: (wish: Parameters<GrantLedger['list']>[0]) => Parameters<GrantLedger['list']>[0]): Lie {
  return (honest) => lying(honest, { grants: { list: (wish) => honest.grants.list(bend(wish)) } });
}

export const grantCases: readonly LedgerCase[] = [
  {
    promise: 'the pages hold every grant that lives, once and whole, and none that is over or revoked',
    async check({ ledger }) {
      const site = newSite();
      const alive = [await granted(ledger, site), await granted(ledger, site, { by: BY[1] })];
      await granted(ledger, site, { ttlSeconds: 0 });
      const { address } = await granted(ledger, site);
      await revokedOn(ledger, { sites: [site], address }, opened);
      alive.push(await granted(ledger, site));

      for (const limit of [2, 3, 1_000]) {
        const pages = await pagesFrom(ledger, limit);

        expect(onSite(pages, site)).toEqual(alive.map(entryOf));
      }
    },
    liar: (honest) =>
      lying(honest, {
        grants: { livePage: async (after, limit) => ({ ...(await honest.grants.livePage(after, limit)), next: null }) },
      }),
  },
  {
    promise: 'a page looks at no more grants than asked for, however many of them are over',
    async check({ ledger }) {
      const site = newSite();
      const first = await granted(ledger, site, { ttlSeconds: 0 });
      for (let more = 0; more < 4; more += 1) await granted(ledger, site, { ttlSeconds: 0 });
      const last = await granted(ledger, site);

      const pages = await pagesFrom(ledger, 2, first.id - 1);

      expect(pages.slice(0, 2).map((page) => onSite([page], site))).toEqual([[], []]);
      expect(onSite(pages, site)).toEqual([entryOf(last)]);
    },
    liar: (honest) => lying(honest, { grants: { livePage: (after) => honest.grants.livePage(after, 1_000) } }),
  },
  {
    promise: 'a page is read when it is asked for: what changed since the page before is on it as it is now',
    async check({ ledger }) {
      const site = newSite();
      const [first, second, third] = [
        await granted(ledger, site),
        await granted(ledger, site),
        await granted(ledger, site),
      ];
      const page = await ledger.grants.livePage(first.id - 1, 1);

      await revokedOn(ledger, { sites: [site], id: second.id }, opened);
      const longer = await grantedOn(ledger, { site, address: third.address, ttlSeconds: 900, by: BY[1] }, opened);
      const behind = await pagesFrom(ledger, 1, page.next);

      expect(onSite([page], site)).toEqual([entryOf(first)]);
      expect(longer.id).toBe(third.id);
      expect(onSite(behind, site)).toEqual([entryOf(longer)]);
    },
    liar: (honest) => {
      let all: Promise<LivePage> | null = null;
      const livePage: GrantLedger['livePage'] = async (after, limit) => {
        const page = await honest.grants.livePage(after, limit);
        const groups = (await (all ??= honest.grants.livePage(after, 1_000))).groups;
        return { ...page, groups: groups.map((group) => within(group, after, page.next ?? Infinity)) };
      };
      return lying(honest, { grants: { livePage } });
    },
  },
  {
    promise: "a page tells the time by the database's clock",
    async check({ ledger }) {
      const grant = await granted(ledger, newSite(), { ttlSeconds: 60 });

      const { nowMs } = await ledger.grants.livePage(0, 1);

      expect(grant.untilMs - nowMs).toBeLessThanOrEqual(60_000);
      expect(grant.untilMs - nowMs).toBeGreaterThan(50_000);
    },
    liar: (honest) =>
      lying(honest, {
        grants: { livePage: async (after, limit) => ({ ...(await honest.grants.livePage(after, limit)), nowMs: 0 }) },
      }),
  },
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
    liar: lists((wish) => ({ ...wish, sites: wish.sites?.slice(0, 1) ?? null })),
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
    liar: lists(({ sites, limit }) => ({ sites, limit })),
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
    liar: lists(({ sites, limit }) => ({ sites, limit })),
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
    liar: lists((wish) => (wish.search === undefined ? wish : { ...wish, search: { ...wish.search, among: 100_000 } })),
  },
  {
    promise: 'a search by request finds no grant that has none, and one that has by any part of its id',
    async check({ ledger }) {
      const site = newSite();
      await granted(ledger, site);
      const wish = openWish({ site });
      must(await ledger.requests.open(wish, opened), 'opened');
      must(await ledger.requests.decide(approval(wish)), 'decided');
      const search = (containing: string) =>
        ledger.grants.list({ sites: [site], limit: 10, search: { by: 'request', containing, among: 100 } });

      for (const text of ['', wish.id.slice(3, 9), `${wish.id} ${site} ${wish.address}`]) {
        expect(await search(text)).toMatchObject([{ requestId: wish.id }]);
      }
    },
    liar: lists((wish) =>
      wish.search === undefined ? wish : { ...wish, search: { ...wish.search, by: 'number', containing: '' } },
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
    liar: (honest) =>
      lying(honest, {
        grants: {
          grant: async (wish, audit) => grantedOn(honest, { ...wish, ttlSeconds: wish.ttlSeconds + 60 }, audit),
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
    liar: (honest) => lying(honest, { grants: { sites: () => Promise.resolve([SITE]) } }),
  },
];

function within(group: LivePage['groups'][number], after: number, last: number): LivePage['groups'][number] {
  const kept = group.ids.flatMap((id, at) => (id > after && id <= last ? [at] : []));
  return {
    ...group,
    ids: kept.map((at) => group.ids[at] ?? 0),
    addresses: kept.flatMap((at) => group.addresses[at] ?? []),
    untilsMs: kept.map((at) => group.untilsMs[at] ?? 0),
  };
}
