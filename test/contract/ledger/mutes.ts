/** Promises about mutes: nobody is asked, nothing is used up, and it ends by the database's clock. */
import { expect } from '@jest/globals';
import type { SiteKey } from '../../../src/approval/brand.js';
import { systemChance } from '../../../src/base/chance.js';
import type { Ledger, MuteRecord, OpenOrAdd, OpenRequest } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import { ANA, delivery, newAddress, newApprover, opened, openWish, producerWish, RPM, TALK } from './wishes.js';

const chance = systemChance();
const added = { opened, added: { ...opened, what: 'recipients_added' } };

type MuteWish = Omit<Parameters<Ledger['mutes']['mute']>[0], 'replayKey' | 'by'>;

async function mutedOn(ledger: Ledger, wish: MuteWish, by: string = ANA): Promise<readonly MuteRecord[]> {
  const answer = await ledger.mutes.mute({ ...wish, by, replayKey: null }, { ...opened, what: 'muted_site' });
  if ('kind' in answer) throw new Error('a call without a replay key is never repeated');
  return answer;
}

function unmute(ledger: Ledger, wish: Pick<MuteWish, 'sites' | 'address'>) {
  return ledger.mutes.unmute({ ...wish, replayKey: null }, { ...opened, what: 'unmuted_site' });
}

/** A site of its own, so that cases do not mute each other. */
function newSite(): SiteKey {
  return `${chance.id()}.example.org` as SiteKey;
}

/** Mutes with a wish bent by `bend`. */
function mutes(bend: (wish: Parameters<Ledger['mutes']['mute']>[0]) => Parameters<Ledger['mutes']['mute']>[0]): Lie {
  return (honest) => lying(honest, { mutes: { mute: (wish, audit) => honest.mutes.mute(bend(wish), audit) } });
}

/** Answers "muted", and opens nevertheless. */
const opensBehindTheBack: Lie = (honest) =>
  lying(honest, {
    requests: {
      async open(wish, audit) {
        const outcome = await honest.requests.open(wish, audit);
        if (outcome.kind !== 'muted' || wish.site === null) return outcome;
        const mute = { sites: [wish.site], address: null };
        await unmute(honest, mute);
        await honest.requests.open(wish, audit);
        await mutedOn(honest, { ...mute, ttlSeconds: 600 });
        return outcome;
      },
    },
  });

export const muteCases: readonly LedgerCase[] = [
  {
    promise: 'from a muted site nobody is asked, no window and no slot is taken, and the audit says muted',
    async check({ ledger }) {
      const site = newSite();
      const approvers: OpenRequest['approvers'] = [{ id: newApprover(), deliveries: [] }];
      const wish = openWish({ site, approvers, maxPendingPerApprover: 1 });
      const mute = only(await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 600 }));

      const answer = must(await ledger.requests.open(wish, { ...opened, site, who: wish.id }), 'muted');

      expect(answer.untilMs).toBe(mute.untilMs);
      expect(await ledger.requests.byId(wish.id)).toBeNull();
      const said = (await ledger.audit.recent(50)).filter(({ who }) => who === wish.id);
      expect(said.map(({ what, requestId }) => [what, requestId])).toEqual([['muted', null]]);
      await unmute(ledger, { sites: [site], address: null });
      must(await ledger.requests.open(wish, opened), 'opened');
    },
    liar: opensBehindTheBack,
  },
  {
    promise: 'a muted address is muted on the sites named, and nobody else is',
    async check({ ledger }) {
      const [site, other, address] = [newSite(), newSite(), newAddress()];
      const mute = only(await mutedOn(ledger, { sites: [site], address, ttlSeconds: 600 }));
      expect(mute).toMatchObject({ site, address, by: ANA });

      must(await ledger.requests.open(openWish({ site, address }), opened), 'muted');
      must(await ledger.requests.open(openWish({ site: other, address }), opened), 'opened');
      must(await ledger.requests.open(openWish({ site }), opened), 'opened');
    },
    liar: mutes((wish) => ({ ...wish, address: null })),
  },
  {
    promise: 'where site and address are both muted, the longer mute is told',
    async check({ ledger }) {
      const [site, address] = [newSite(), newAddress()];
      await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 60 });
      const longer = only(await mutedOn(ledger, { sites: [site], address, ttlSeconds: 6_000 }));

      expect(must(await ledger.requests.open(openWish({ site, address }), opened), 'muted').untilMs).toBe(
        longer.untilMs,
      );
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          async open(wish, audit) {
            const outcome = await honest.requests.open(wish, audit);
            const whole = (await honest.mutes.live()).find((one) => one.site === wish.site && one.address === null);
            return outcome.kind === 'muted' ? { ...outcome, untilMs: whole?.untilMs ?? 0 } : outcome;
          },
        },
      }),
  },
  {
    promise: 'a mute that is over asks again, and is not among those that live',
    async check({ ledger }) {
      const site = newSite();
      await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 0 });

      must(await ledger.requests.open(openWish({ site }), opened), 'opened');

      expect((await ledger.mutes.live()).filter((mute) => mute.site === site)).toEqual([]);
      expect(await unmute(ledger, { sites: [site], address: null })).toEqual([]);
    },
    liar: mutes((wish) => ({ ...wish, ttlSeconds: 600 })),
  },
  {
    promise: 'a longer mute that stands is kept with who made it, a shorter one gives way, one row a site',
    async check({ ledger }) {
      const sites = [newSite(), newSite()];
      const [site] = sites;
      const first = await mutedOn(ledger, { sites, address: null, ttlSeconds: 600 });
      const shorter = await mutedOn(ledger, { sites: [...sites, ...sites], address: null, ttlSeconds: 60 }, RPM);
      const longer = await mutedOn(ledger, { sites, address: null, ttlSeconds: 6_000 }, RPM);

      expect(bySite(shorter)).toEqual(bySite(first));
      expect(longer.map(({ by }) => by)).toEqual([RPM, RPM]);
      expect(longer[0]?.untilMs).toBeGreaterThan(first[0]?.untilMs ?? Infinity);
      expect(bySite((await ledger.mutes.live()).filter((mute) => sites.includes(mute.site)))).toEqual(bySite(longer));
      const said = await ledger.audit.recent(10, site);
      expect(said.filter(({ what }) => what === 'muted_site')).toHaveLength(3);
    },
    liar: (honest) =>
      lying(honest, {
        mutes: {
          async mute(wish, audit) {
            await unmute(honest, wish);
            return honest.mutes.mute(wish, audit);
          },
        },
      }),
  },
  {
    promise: 'without sites nothing is muted and nothing is said',
    async check({ ledger }) {
      const audit = { ...opened, who: chance.id() };

      const wish = { sites: [], address: null, replayKey: null };
      expect(await ledger.mutes.mute({ ...wish, ttlSeconds: 600, by: ANA }, audit)).toEqual([]);
      expect(await ledger.mutes.unmute(wish, audit)).toEqual([]);

      expect((await ledger.audit.recent(50)).filter(({ who }) => who === audit.who)).toEqual([]);
    },
    liar: mutes((wish) => ({ ...wish, sites: [newSite()] })),
  },
  {
    promise: 'unmuting ends what it names, answers what it ended, and leaves an address of the site muted',
    async check({ ledger }) {
      const [site, address] = [newSite(), newAddress()];
      const whole = await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 600 });
      await mutedOn(ledger, { sites: [site], address, ttlSeconds: 600 });

      expect(await unmute(ledger, { sites: [site], address: null })).toEqual(whole);
      expect(await unmute(ledger, { sites: [site], address: null })).toEqual([]);

      must(await ledger.requests.open(openWish({ site }), opened), 'opened');
      must(await ledger.requests.open(openWish({ site, address }), opened), 'muted');
      const said = (await ledger.audit.recent(10, site)).filter(({ what }) => what === 'unmuted_site');
      expect(said).toHaveLength(1);
    },
    liar: (honest) =>
      lying(honest, {
        mutes: {
          async unmute(wish, audit) {
            for (const mute of await honest.mutes.live()) {
              if (wish.sites.includes(mute.site)) await unmute(honest, { sites: [mute.site], address: mute.address });
            }
            return honest.mutes.unmute(wish, audit);
          },
        },
      }),
  },
  {
    promise: 'the mutes of the site that a request counts for hold, also where the request is of no site',
    async check({ ledger }) {
      const site = newSite();
      const mute = only(await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 600 }));

      const answer = await ledger.requests.open({ ...openWish({ site: null }), muteOf: site }, opened);

      expect(answer).toEqual({ kind: 'muted', untilMs: mute.untilMs });
      must(await ledger.requests.open({ ...openWish({ site }), muteOf: null }, opened), 'opened');
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          open: (wish, audit) => honest.requests.open({ ...wish, muteOf: wish.site }, audit),
        },
      }),
  },
  {
    promise: 'nobody more is asked about a request whose site is muted; what it has stays, and the audit says muted',
    async check({ ledger }) {
      const site = newSite();
      const wish: OpenOrAdd = {
        ...producerWish(),
        site,
        endpoint: 'talk-approvals',
        approvers: [{ id: newApprover(), deliveries: [delivery(TALK, chance.id())] }],
      };
      const { request } = must(await ledger.requests.openOrAdd(wish, added), 'opened');
      const before = await ledger.deliveries.ofRequest(request.id);
      const mute = only(await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 600 }));
      const audit = { ...opened, who: chance.id() };
      const more: OpenOrAdd = {
        ...wish,
        id: openWish().id,
        approvers: [{ id: newApprover(), deliveries: [delivery(TALK, chance.id())] }],
      };

      const answer = await ledger.requests.openOrAdd(more, { ...added, added: audit });
      const same = await ledger.requests.openOrAdd(wish, added);
      const elsewhere = await ledger.requests.openOrAdd({ ...more, muteOf: null }, added);

      expect(answer).toEqual({ kind: 'muted', untilMs: mute.untilMs });
      const said = (await ledger.audit.recent(50)).filter(({ who }) => who === audit.who);
      expect(said.map(({ what, requestId }) => [what, requestId])).toEqual([['muted', request.id]]);
      expect(same).toMatchObject({ kind: 'known', recipientsAdded: 0 });
      expect(elsewhere).toMatchObject({ kind: 'known', recipientsAdded: 1 });
      expect(await ledger.deliveries.ofRequest(request.id)).toHaveLength(before.length + 1);
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          openOrAdd: (wish, audit) => honest.requests.openOrAdd({ ...wish, muteOf: null }, audit),
        },
      }),
  },
];

function bySite(mutes: readonly MuteRecord[]): readonly MuteRecord[] {
  return [...mutes].sort((one, other) => (one.site < other.site ? -1 : 1));
}
