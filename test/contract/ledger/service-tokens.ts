/** Promises about service tokens: one lives until its time or its revocation, by the database's clock, and is known by its hash. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger, ServiceTokenRecord } from '../../../src/contract/ledger.js';
import { lying, only, type LedgerCase } from './case.js';
import { opened } from './inputs.js';

const random = systemRandom();

interface Minted {
  readonly hash: string;
  readonly token: ServiceTokenRecord;
}

async function minted(ledger: Ledger, ttlSeconds: number | null = null, who = 'operator:eva'): Promise<Minted> {
  const input = { id: random.id(), hash: random.hex(32), producer: 'jet', label: 'Jet on stg', ttlSeconds };
  return { hash: input.hash, token: await ledger.serviceTokens.mint(input, entry(who, 'token_minted')) };
}

function entry(who: string, what: string) {
  return { ...opened, who, what, site: null, address: null };
}

export const serviceTokenCases: readonly LedgerCase[] = [
  {
    promise: 'a token that was minted is known by its hash until its time, and listed without it',
    async check({ ledger, processes: [, second] }) {
      const who = random.id();
      const [forever, hour] = [await minted(ledger, null, who), await minted(ledger, 3_600, who)];

      expect(forever.token).toMatchObject({ producer: 'jet', label: 'Jet on stg', untilMs: null, revokedAtMs: null });
      expect(forever.token.lastUsedAtMs).toBeNull();
      expect((hour.token.untilMs ?? 0) - hour.token.createdAtMs).toBe(3_600_000);
      expect(await second.serviceTokens.use(forever.hash)).toMatchObject({ id: forever.token.id, producer: 'jet' });
      expect(await second.serviceTokens.use(hour.hash)).toMatchObject({ id: hour.token.id });
      expect(await ledger.serviceTokens.use(random.hex(32))).toBeNull();
      const listed = await ledger.serviceTokens.list();
      expect(
        listed
          .slice(0, 2)
          .map(({ id }) => id)
          .sort(),
      ).toEqual([forever.token.id, hour.token.id].sort());
      expect(JSON.stringify(listed)).not.toContain(forever.hash);
      const said = (await ledger.audit.recent(50)).filter((row) => row.who === who);
      expect(said.map(({ detail }) => detail['token']).sort()).toEqual([forever.token.id, hour.token.id].sort());
      expect(JSON.stringify(said)).not.toContain(forever.hash);
    },
    mutant: (honest) =>
      lying(honest, {
        serviceTokens: { mint: (input, audit) => honest.serviceTokens.mint({ ...input, ttlSeconds: 60 }, audit) },
      }),
  },
  {
    promise: 'a token that is over is of no use',
    async check({ ledger }) {
      const { hash, token } = await minted(ledger, 0);

      expect(await ledger.serviceTokens.use(hash)).toBeNull();

      const listed = only((await ledger.serviceTokens.list()).filter(({ id }) => id === token.id));
      expect(listed).toEqual(token);
    },
    mutant: (honest) =>
      lying(honest, {
        serviceTokens: { mint: (input, audit) => honest.serviceTokens.mint({ ...input, ttlSeconds: 60 }, audit) },
      }),
  },
  {
    promise: 'a revoked token is of no use to any process, and is revoked once',
    async check({ ledger, processes: [, second] }) {
      const { hash, token } = await minted(ledger);
      const other = await minted(ledger);
      const audit = entry(random.id(), 'token_revoked');

      const revoked = await ledger.serviceTokens.revoke(token.id, audit);

      expect(revoked).toMatchObject({ id: token.id });
      expect(revoked?.revokedAtMs).toBeGreaterThanOrEqual(token.createdAtMs);
      expect(await second.serviceTokens.use(hash)).toBeNull();
      expect(await second.serviceTokens.use(other.hash)).not.toBeNull();
      expect(await ledger.serviceTokens.revoke(token.id, audit)).toBeNull();
      expect(await ledger.serviceTokens.revoke(random.id(), audit)).toBeNull();
      const said = only((await ledger.audit.recent(50)).filter(({ who }) => who === audit.who));
      expect(said).toMatchObject({ what: 'token_revoked', detail: { token: token.id, producer: 'jet' } });
    },
    mutant: (honest) =>
      lying(honest, {
        serviceTokens: {
          async revoke(id) {
            const found = (await honest.serviceTokens.list()).find((token) => token.id === id);
            return found === undefined ? null : { ...found, revokedAtMs: found.createdAtMs };
          },
        },
      }),
  },
  {
    promise: "a service's token is known as that and as nothing else, until its end or its revocation",
    async check({ ledger, processes: [, second] }) {
      const mint = (ttlSeconds: number) => {
        const input = { id: random.id(), hash: random.hex(32), service: 'portal', label: '', ttlSeconds };
        return ledger.serviceTokens.mintForService(input, entry('operator:eva', 'token_minted')).then(() => input);
      };
      const [living, over, revoked] = [await mint(3_600), await mint(0), await mint(3_600)];
      const producers = await minted(ledger);
      await ledger.serviceTokens.revoke(revoked.id, entry('operator:eva', 'token_revoked'));

      const used = await second.serviceTokens.useByService(living.hash);
      expect(used).toMatchObject({ id: living.id, producer: '', site: null, service: 'portal' });
      for (const { hash } of [over, revoked, producers])
        expect(await second.serviceTokens.useByService(hash)).toBeNull();
      expect(await second.serviceTokens.use(living.hash)).toBeNull();
      expect(await second.serviceTokens.useAtSite(living.hash)).toBeNull();
      const said = (await ledger.audit.recent(50)).filter(({ detail }) => detail['token'] === living.id);
      expect(only(said)).toMatchObject({ what: 'token_minted', site: null, detail: { service: 'portal' } });
    },
    mutant: (honest) => lying(honest, { serviceTokens: { use: (hash) => honest.serviceTokens.useByService(hash) } }),
  },
  {
    promise: 'the first use is noted, and those right after it are not written',
    async check({ ledger }) {
      const { hash, token } = await minted(ledger);

      const first = await ledger.serviceTokens.use(hash);
      const uses = [await ledger.serviceTokens.use(hash), await ledger.serviceTokens.use(hash)];

      expect(first?.lastUsedAtMs).toBeGreaterThanOrEqual(token.createdAtMs);
      expect(uses).toEqual([first, first]);
      expect(only((await ledger.serviceTokens.list()).filter(({ id }) => id === token.id))).toEqual(first);
    },
    mutant: (honest) => {
      let uses = 0;
      return lying(honest, {
        serviceTokens: {
          async use(hash) {
            const token = await honest.serviceTokens.use(hash);
            return token === null ? null : { ...token, lastUsedAtMs: (token.lastUsedAtMs ?? 0) + ++uses };
          },
        },
      });
    },
  },
];
