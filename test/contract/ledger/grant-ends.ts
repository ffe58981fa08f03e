/** Promises about how long a grant lives, and what revoking ends. */
import { expect } from '@jest/globals';
import type { SiteKey, VisitorAddress } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { lying, only, type LedgerCase } from './case.js';
import { grantedOn, liveGrants, newAddress, opened, revokedOn, SITE } from './inputs.js';

const random = systemRandom();

function grantInput(address: VisitorAddress, ttlSeconds = 600) {
  return { site: SITE, address, ttlSeconds, by: 'operator:eva' };
}

export const grantEndCases: readonly LedgerCase[] = [
  {
    promise: 'a grant is found while it lives, extended but never shortened, and ends when it is revoked',
    async check({ ledger }) {
      const address = newAddress();
      const first = await grantedOn(ledger, grantInput(address), opened);
      const shorter = await grantedOn(ledger, grantInput(address, 1), opened);
      const longer = await grantedOn(ledger, grantInput(address, 900), opened);

      expect(shorter).toEqual({ ...first, isKept: true });
      expect(longer.isKept).toBeUndefined();
      expect(longer.untilMs).toBeGreaterThan(first.untilMs);
      expect(await ledger.grants.find(SITE, address)).toEqual(longer);
      expect((await liveGrants(ledger)).filter(({ id }) => id === longer.id)).toEqual([longer]);
      expect(await revokedOn(ledger, { sites: [SITE], address }, opened)).toEqual([longer]);
      expect(await ledger.grants.find(SITE, address)).toBeNull();
      expect((await liveGrants(ledger)).filter(({ id }) => id === longer.id)).toEqual([]);
      const anew = await grantedOn(ledger, grantInput(address, 60), opened);
      expect(await ledger.grants.find(SITE, address)).toEqual(anew);
      // whoever remembers the old number as revoked must not take the new grant for it
      expect(anew.id).not.toBe(first.id);
    },
    mutant: (honest) =>
      lying(honest, {
        grants: {
          async grant(input, audit) {
            await revokedOn(honest, { sites: [input.site], address: input.address }, audit);
            return grantedOn(honest, input, audit);
          },
        },
      }),
  },
  {
    promise: 'a grant that is over is neither found nor live',
    async check({ ledger }) {
      const address = newAddress();

      const over = await grantedOn(ledger, grantInput(address, 0), opened);

      expect(await ledger.grants.find(SITE, address)).toBeNull();
      expect((await liveGrants(ledger)).filter(({ id }) => id === over.id)).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        grants: { grant: (input, audit) => grantedOn(honest, { ...input, ttlSeconds: 60 }, audit) },
      }),
  },
  {
    promise: 'revoking ends what was named, on the sites named, and tells the audit which',
    async check({ ledger }) {
      const [address, elsewhere] = [newAddress(), 'other.example.org' as SiteKey];
      const here = await grantedOn(ledger, grantInput(address), opened);
      await grantedOn(ledger, { ...grantInput(address), site: elsewhere }, opened);
      const audit = { ...opened, who: random.id(), what: 'revoked' };

      const revoked = await revokedOn(ledger, { sites: [SITE], id: here.id }, audit);

      expect(revoked).toEqual([here]);
      expect(await ledger.grants.find(elsewhere, address)).not.toBeNull();
      const row = only((await ledger.audit.recent(20)).filter(({ who }) => who === audit.who));
      expect(row).toMatchObject({ what: 'revoked', site: SITE, address, detail: { grant: here.id } });
      expect(await revokedOn(ledger, { sites: [SITE] }, audit)).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        grants: {
          async revoke(input, audit) {
            const ended = await revokedOn(honest, input, audit);
            for (const { address } of ended) {
              await revokedOn(honest, { sites: ['other.example.org' as SiteKey], address }, audit);
            }
            return ended;
          },
        },
      }),
  },
];
