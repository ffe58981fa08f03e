/** Promises about tokens of sites: bound to their site, over at their time or their revocation, and every process hears of both. */
import { expect } from '@jest/globals';
import type { SiteKey } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger, ServiceTokenRecord } from '../../../src/contract/ledger.js';
import { heard, lying, only, type LedgerCase } from './case.js';
import { opened } from './inputs.js';

const random = systemRandom();
const PLENTY = 10_000;

interface Asked {
  readonly ttlSeconds?: number;
  readonly maxLive?: number;
  readonly who?: string;
}

function inputOf({ ttlSeconds = 3_600, maxLive = PLENTY }: Asked = {}) {
  const site = `${random.id()}.example.org` as SiteKey;
  return { id: random.id(), hash: random.hex(32), site, label: 'nightly probe', ttlSeconds, maxLive };
}

async function minted(ledger: Ledger, wished: Asked = {}) {
  const input = inputOf(wished);
  const token = await ledger.serviceTokens.mintForSite(input, entry(wished.who ?? 'operator:eva', 'token_minted'));
  if (token === null) throw new Error('no token was minted');
  return { ...input, token };
}

function entry(who: string, what: string) {
  return { ...opened, who, what, site: null, address: null };
}

async function live(ledger: Ledger): Promise<readonly string[]> {
  return (await ledger.serviceTokens.liveAtSites()).tokens.map(({ id }) => id);
}

const isTold = ({ kind }: { readonly kind: string }): boolean => kind === 'site_tokens';

export const siteTokenCases: readonly LedgerCase[] = [
  {
    promise: "a site's token lives everywhere with its site, its end and its hash, and no producer can use it",
    async check({ ledger, processes: [, second] }) {
      const who = random.id();
      const { id, hash, site, token } = await minted(ledger, { who });

      expect(token).toMatchObject({ id, site, producer: '', label: 'nightly probe', revokedAtMs: null });
      expect((token.untilMs ?? 0) - token.createdAtMs).toBe(3_600_000);
      const { nowMs, tokens } = await second.serviceTokens.liveAtSites();
      expect(only(tokens.filter((one) => one.id === id))).toEqual({ id, hash, site, untilMs: token.untilMs });
      expect(Math.abs(nowMs - token.createdAtMs)).toBeLessThan(60_000);
      expect(await second.serviceTokens.useAtSite(hash)).toMatchObject({ id, site });
      expect(await second.serviceTokens.use(hash)).toBeNull();
      expect(await ledger.serviceTokens.useAtSite(random.hex(32))).toBeNull();
      const said = only((await ledger.audit.recent(50)).filter((row) => row.who === who));
      expect(said).toMatchObject({ what: 'token_minted', site, detail: { token: id } });
      expect(JSON.stringify(said)).not.toContain(hash);
    },
    mutant: (honest) => lying(honest, { serviceTokens: { use: (hash) => honest.serviceTokens.useAtSite(hash) } }),
  },
  {
    promise: "a producer's token opens no site",
    async check({ ledger }) {
      const input = { id: random.id(), hash: random.hex(32), producer: 'jet', label: '', ttlSeconds: 3_600 };
      await ledger.serviceTokens.mint(input, entry('operator:eva', 'token_minted'));

      expect(await ledger.serviceTokens.useAtSite(input.hash)).toBeNull();
      expect(await live(ledger)).not.toContain(input.id);
      expect(await ledger.serviceTokens.use(input.hash)).toMatchObject({ id: input.id, site: null });
    },
    mutant: (honest) => lying(honest, { serviceTokens: { useAtSite: (hash) => honest.serviceTokens.use(hash) } }),
  },
  {
    promise: "a site's token that is over lives no more",
    async check({ ledger }) {
      const { id, hash } = await minted(ledger, { ttlSeconds: 0 });

      expect(await live(ledger)).not.toContain(id);
      expect(await ledger.serviceTokens.useAtSite(hash)).toBeNull();
    },
    mutant: (honest) =>
      lying(honest, {
        serviceTokens: {
          mintForSite: (input, audit) => honest.serviceTokens.mintForSite({ ...input, ttlSeconds: 60 }, audit),
        },
      }),
  },
  {
    promise: "a site's token that is revoked lives no more in any process",
    async check({ ledger, processes: [, second] }) {
      const who = random.id();
      const [ended, kept] = [await minted(ledger), await minted(ledger)];

      const revoked = await ledger.serviceTokens.revoke(ended.id, entry(who, 'token_revoked'));

      expect(revoked).toMatchObject({ id: ended.id, site: ended.site });
      expect(await live(second)).toContain(kept.id);
      expect(await live(second)).not.toContain(ended.id);
      expect(await second.serviceTokens.useAtSite(ended.hash)).toBeNull();
      const said = only((await ledger.audit.recent(50)).filter((row) => row.who === who));
      expect(said).toMatchObject({ what: 'token_revoked', site: ended.site, detail: { token: ended.id } });
    },
    mutant: (honest) =>
      lying(honest, {
        serviceTokens: {
          async revoke(id): Promise<ServiceTokenRecord | null> {
            const found = (await honest.serviceTokens.list()).find((token) => token.id === id);
            return found === undefined ? null : { ...found, revokedAtMs: found.createdAtMs };
          },
        },
      }),
  },
  {
    promise: "every process hears that a site's token was made, and that it was revoked",
    async check({ ledger, processes }) {
      const ofMinting = processes.map((one) => heard(one, isTold));
      const [{ id }] = await Promise.all([minted(ledger), ...ofMinting]);

      const ofRevoking = processes.map((one) => heard(one, isTold));
      const [revoked] = await Promise.all([ledger.serviceTokens.revoke(id, entry('operator:eva', 'x')), ...ofRevoking]);

      expect(revoked).not.toBeNull();
    },
    mutant: (honest) => ({ ...honest, subscribe: () => undefined }),
  },
  {
    promise: 'where as many live as may, none is made, and nothing is said of one',
    async check({ ledger }) {
      const who = random.id();
      const count = (await live(ledger)).length;
      const input = inputOf({ maxLive: count });

      expect(await ledger.serviceTokens.mintForSite(input, entry(who, 'token_minted'))).toBeNull();

      expect(await live(ledger)).not.toContain(input.id);
      expect((await ledger.audit.recent(50)).filter((row) => row.who === who)).toEqual([]);
      const last = { ...input, maxLive: count + 1 };
      expect(await ledger.serviceTokens.mintForSite(last, entry(who, 'token_minted'))).toMatchObject({ id: input.id });
    },
    mutant: (honest) =>
      lying(honest, {
        serviceTokens: {
          mintForSite: (input, audit) => honest.serviceTokens.mintForSite({ ...input, maxLive: PLENTY }, audit),
        },
      }),
  },
  {
    promise: "the first use of a site's token is noted, and those right after it are not written",
    async check({ ledger }) {
      const { hash, token } = await minted(ledger);

      const first = await ledger.serviceTokens.useAtSite(hash);
      const second = await ledger.serviceTokens.useAtSite(hash);

      expect(first?.lastUsedAtMs).toBeGreaterThanOrEqual(token.createdAtMs);
      expect(second).toEqual(first);
      expect(only((await ledger.serviceTokens.list()).filter(({ id }) => id === token.id))).toEqual(first);
    },
    mutant: (honest) =>
      lying(honest, {
        serviceTokens: {
          async useAtSite(hash) {
            const token = await honest.serviceTokens.useAtSite(hash);
            return token === null ? null : { ...token, lastUsedAtMs: null };
          },
        },
      }),
  },
];
