/** Promises about reading all grants in pages. */
import { expect } from '@jest/globals';
import type { SiteKey } from '../../../src/approval/brand.js';
import type { GrantLedger, GrantRecord, Ledger, LivePage } from '../../../src/contract/ledger.js';
import { lying, type LedgerCase } from './case.js';
import { grantedOn, newSite, opened, revokedOn } from './inputs.js';
import { BY, granted } from './granted.js';

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

export const grantPageCases: readonly LedgerCase[] = [
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
    mutant: (honest) =>
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
    mutant: (honest) => lying(honest, { grants: { livePage: (after) => honest.grants.livePage(after, 1_000) } }),
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
    mutant: (honest) => {
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
    mutant: (honest) =>
      lying(honest, {
        grants: { livePage: async (after, limit) => ({ ...(await honest.grants.livePage(after, limit)), nowMs: 0 }) },
      }),
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
