/** Promises about how long a mute lasts, and what ends it. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { MuteRecord } from '../../../src/contract/ledger.js';
import { lying, must, type LedgerCase } from './case.js';
import { ANA, newAddress, newSite, opened, openInput, RPM } from './inputs.js';
import { mutedOn, mutes, unmute } from './muted.js';

const random = systemRandom();

export const muteEndCases: readonly LedgerCase[] = [
  {
    promise: 'a mute that is over asks again, and is not among those that live',
    async check({ ledger }) {
      const site = newSite();
      await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 0 });

      must(await ledger.requests.open(openInput({ site }), opened), 'opened');

      expect((await ledger.mutes.live()).filter((mute) => mute.site === site)).toEqual([]);
      expect(await unmute(ledger, { sites: [site], address: null })).toEqual([]);
    },
    mutant: mutes((input) => ({ ...input, ttlSeconds: 600 })),
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
    mutant: (honest) =>
      lying(honest, {
        mutes: {
          async mute(input, audit) {
            await unmute(honest, input);
            return honest.mutes.mute(input, audit);
          },
        },
      }),
  },
  {
    promise: 'without sites nothing is muted and nothing is said',
    async check({ ledger }) {
      const audit = { ...opened, who: random.id() };

      const input = { sites: [], address: null, replayKey: null };
      expect(await ledger.mutes.mute({ ...input, ttlSeconds: 600, by: ANA }, audit)).toEqual([]);
      expect(await ledger.mutes.unmute(input, audit)).toEqual([]);

      expect((await ledger.audit.recent(50)).filter(({ who }) => who === audit.who)).toEqual([]);
    },
    mutant: mutes((input) => ({ ...input, sites: [newSite()] })),
  },
  {
    promise: 'unmuting ends what it names, answers what it ended, and leaves an address of the site muted',
    async check({ ledger }) {
      const [site, address] = [newSite(), newAddress()];
      const whole = await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 600 });
      await mutedOn(ledger, { sites: [site], address, ttlSeconds: 600 });

      expect(await unmute(ledger, { sites: [site], address: null })).toEqual(whole);
      expect(await unmute(ledger, { sites: [site], address: null })).toEqual([]);

      must(await ledger.requests.open(openInput({ site }), opened), 'opened');
      must(await ledger.requests.open(openInput({ site, address }), opened), 'muted');
      const said = (await ledger.audit.recent(10, site)).filter(({ what }) => what === 'unmuted_site');
      expect(said).toHaveLength(1);
    },
    mutant: (honest) =>
      lying(honest, {
        mutes: {
          async unmute(input, audit) {
            for (const mute of await honest.mutes.live()) {
              if (input.sites.includes(mute.site)) await unmute(honest, { sites: [mute.site], address: mute.address });
            }
            return honest.mutes.unmute(input, audit);
          },
        },
      }),
  },
];

function bySite(mutes: readonly MuteRecord[]): readonly MuteRecord[] {
  return [...mutes].sort((one, other) => (one.site < other.site ? -1 : 1));
}
