/** Promises about the audit trail: entries are sealed once, in one chain without a hole. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { lying, only, type LedgerCase } from './case.js';
import { opened } from './inputs.js';
import { BATCH, entryBy, expectWhole, headOf, leaseOf, sealAll, sealedEntries } from './sealing.js';

const random = systemRandom();

const RACERS = 12;

export const auditCases: readonly LedgerCase[] = [
  {
    promise: 'entries are numbered without a hole and chained, each once, and then nothing is due',
    async check({ ledger }) {
      await sealAll(ledger);
      const before = await headOf(ledger);
      const who = random.id();
      for (let n = 0; n < 5; n += 1)
        await ledger.audit.add(entryBy(who, { address: n === 0 ? null : opened.address }), null);
      expect(await ledger.audit.isSealDue()).toBe(true);
      expect(await ledger.audit.unsealed()).toMatchObject({ count: 5 });

      expect(await sealAll(ledger)).toBe(5);

      const after = await ledger.audit.sealed({ after: before.number, limit: 10 });
      expect(after.map(({ number }) => number - before.number)).toEqual([1, 2, 3, 4, 5]);
      expect(after.map(({ entry }) => entry?.who)).toEqual(Array<string>(5).fill(who));
      expect(after.at(-1)).toMatchObject(await headOf(ledger));
      expect(await ledger.audit.isSealDue()).toBe(false);
      expect(await ledger.audit.unsealed()).toEqual({ count: 0, oldestAgeMs: null });
      await expectWhole(ledger, before.number === 0 ? null : before);
    },
    mutant: (honest) =>
      lying(honest, {
        audit: { sealed: async (input) => (await honest.audit.sealed(input)).filter(({ number }) => number % 3 !== 0) },
      }),
  },
  {
    promise: 'what several find out at the same time is one entry under its key, and another key is another',
    async check({ processes, ledger }) {
      const site = `${random.id()}.example.org`;
      const [key, other] = [random.id(), random.id()];
      const add = (on: (typeof processes)[number]): Promise<boolean> =>
        on.audit.addOnce(entryBy('passer', { site }), key);

      const added = await Promise.all(
        Array.from({ length: 20 }, (_, n) => add(processes[n % processes.length] ?? ledger)),
      );

      expect(added.filter((isNew) => isNew)).toHaveLength(1);
      expect(await ledger.audit.addOnce(entryBy('passer', { site }), other)).toBe(true);
      expect(await ledger.audit.recent(10, site)).toHaveLength(2);
    },
    mutant: (honest) =>
      lying(honest, { audit: { addOnce: (entry, key) => honest.audit.addOnce(entry, `${key}${random.id()}`) } }),
  },
  {
    promise:
      'the newest entries of a site come first, whether they are sealed already or not, and none of another site',
    async check({ ledger }) {
      const site = `${random.id()}.example.org`;
      const add = (who: string, on: string | null = site): Promise<void> =>
        ledger.audit.add(entryBy(who, { site: on }), null);
      for (const who of ['first', 'second']) await add(who);
      await sealAll(ledger);
      for (const who of ['third', 'fourth']) await add(who);
      await add('elsewhere', 'other.example.org');
      await add('nowhere', null);

      const [all, newest] = [await ledger.audit.recent(10, site), await ledger.audit.recent(3, site)];

      expect(all.map(({ who }) => who)).toEqual(['fourth', 'third', 'second', 'first']);
      expect(newest).toEqual(all.slice(0, 3));
      await sealAll(ledger);
      expect(await ledger.audit.recent(10, site)).toEqual(all);
    },
    mutant: (honest) =>
      lying(honest, {
        audit: { recent: async (limit, site) => (await honest.audit.recent(limit + 1, site)).slice(1) },
      }),
  },
  {
    promise: 'a batch is never larger than was wished, and the tail that waits says how old it is',
    async check({ ledger, change }) {
      await sealAll(ledger);
      const who = random.id();
      for (let n = 0; n < 5; n += 1) await ledger.audit.add(entryBy(who), null);
      await change(`UPDATE audit SET at = at - 90000 WHERE who = '${who}'`);
      const lease = await leaseOf(ledger);

      const counts = [];
      for (let batch = 0; batch < 3; batch += 1) {
        const sealed = await ledger.audit.seal({ lease, limit: 2 });
        counts.push(sealed.kind === 'sealed' ? sealed.count : 0);
        const { count, oldestAgeMs } = await ledger.audit.unsealed();
        if (count > 0) expect(oldestAgeMs).toBeGreaterThanOrEqual(90_000);
      }

      expect(counts).toEqual([2, 2, 1]);
      expect(await ledger.audit.seal({ lease, limit: 2 })).toEqual({ kind: 'nothing' });
    },
    mutant: (honest) =>
      lying(honest, { audit: { seal: (input) => honest.audit.seal({ ...input, limit: input.limit + 1 }) } }),
  },
  {
    promise: `of ${String(RACERS)} writers at once each entry is sealed by one, and there is one chain`,
    async check({ processes }) {
      const [ledger] = processes;
      await sealAll(ledger);
      const before = await headOf(ledger);
      const who = random.id();
      for (let n = 0; n < 30; n += 1) await ledger.audit.add(entryBy(who), null);
      const leases = await Promise.all(Array.from({ length: RACERS }, () => leaseOf(ledger)));

      const sealed = await Promise.all(
        leases.map((lease, racer) => processes[(racer % 3) as 0 | 1 | 2].audit.seal({ lease, limit: 10 })),
      );

      const counts = sealed.map((one) => (one.kind === 'sealed' ? one.count : 0));
      const total = counts.reduce((sum, count) => sum + count, 0);
      expect((await headOf(ledger)).number - before.number).toBe(total);
      expect(total + (await sealAll(ledger))).toBe(30);
      await expectWhole(ledger);
    },
    mutant: (honest) =>
      lying(honest, {
        audit: {
          async seal(input) {
            const sealed = await honest.audit.seal(input);
            return sealed.kind === 'sealed' ? { ...sealed, count: sealed.count + 1 } : sealed;
          },
        },
      }),
  },
  {
    promise: 'a writer whose lease is over, another’s or was never taken writes nothing',
    async check({ ledger }) {
      await ledger.audit.add(entryBy(random.id()), null);
      const before = await headOf(ledger);
      const over = await leaseOf(ledger, 0);
      const other = { ...(await leaseOf(ledger)), owner: random.hex(16) };
      const never = { name: `sealer:${random.id()}`, owner: random.hex(16) };

      for (const lease of [over, other, never]) {
        expect(await ledger.audit.seal({ lease, limit: BATCH })).toEqual({ kind: 'overtaken' });
      }

      expect(await headOf(ledger)).toEqual(before);
      expect(await ledger.audit.isSealDue()).toBe(true);
    },
    mutant: (honest) =>
      lying(honest, {
        audit: {
          async seal(input) {
            await honest.leases.take({ ...input.lease, leaseMs: 60_000 });
            return honest.audit.seal(input);
          },
        },
      }),
  },
  {
    promise: 'an entry that is committed late with a smaller id gets a later number, and leaves no hole',
    async check(stage) {
      const { ledger, query, change } = stage;
      const [one] = await sealedEntries(stage, 1);
      const [smallest] = await query('SELECT min(id) AS id FROM audit');
      const id = Math.min(Number(smallest?.['id']), 0) - 1;
      await change(`
        INSERT INTO audit (id, at, who, what, surface, detail)
        VALUES (${String(id)}, 1, 'late', 'opened', 'gate', '{}')`);

      expect(await sealAll(ledger)).toBe(1);

      const late = only(await ledger.audit.sealed({ after: one?.number ?? 0, limit: 10 }));
      expect(late).toMatchObject({ number: (one?.number ?? 0) + 1, id });
      await expectWhole(ledger);
    },
    mutant: (honest) =>
      lying(honest, {
        audit: {
          sealed: async (input) => [...(await honest.audit.sealed(input))].sort((one, other) => one.id - other.id),
        },
      }),
  },
];
