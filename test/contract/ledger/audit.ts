/** Promises about the sealed trail: dense, one chain whoever seals, and every change of a row is found by its number. */
import { expect } from '@jest/globals';
import { systemChance } from '../../../src/base/chance.js';
import type { AuditEntry, AuditHead, Ledger, RequestLedger, StoredEntry } from '../../../src/contract/ledger.js';
import { verifyTrail, type TrailProblem } from '../../../src/ledger/audit/verify.js';
import { lying, only, type LedgerCase, type LedgerStage } from './case.js';
import { opened } from './wishes.js';

const chance = systemChance();
const BATCH = 500;
const RACERS = 12;

/** Entries of one case, known by who did it. */
export function entryBy(who: string, change: Partial<AuditEntry> = {}): AuditEntry {
  return { ...opened, who, detail: { host: 'stg.example.org', n: 1 }, ...change };
}

/** A lease of its own: cases do not wait for each other's. */
export async function leaseOf(ledger: Ledger, leaseMs = 60_000) {
  const lease = { name: `sealer:${chance.id()}`, owner: chance.hex(16) };
  await ledger.leases.take({ ...lease, leaseMs });
  return lease;
}

/** Seals until nothing is left. Answers how many entries. */
export async function sealAll(ledger: Ledger): Promise<number> {
  const lease = await leaseOf(ledger);
  let count = 0;
  for (;;) {
    const sealed = await ledger.audit.seal({ lease, limit: BATCH });
    if (sealed.kind !== 'sealed') return count;
    count += sealed.count;
  }
}

export async function headOf(ledger: Ledger): Promise<AuditHead> {
  return (await ledger.audit.head()) ?? { number: 0, seal: '' };
}

async function expectWhole(ledger: Ledger, kept: AuditHead | null = null): Promise<void> {
  expect((await verifyTrail(ledger.audit, kept)).problems).toEqual([]);
}

/** Writes and seals so many entries. Answers their numbers and ids, by number. */
async function sealedEntries(
  { ledger, query }: LedgerStage,
  count: number,
): Promise<readonly { readonly number: number; readonly id: number }[]> {
  await sealAll(ledger);
  const [last] = await query('SELECT coalesce(max(number), 0) AS number FROM seals');
  const number = Number(last?.['number']);
  const who = chance.id();
  for (let n = 0; n < count; n += 1) await ledger.audit.add(entryBy(who), 'r1' as Parameters<RequestLedger['byId']>[0]);
  await sealAll(ledger);
  return (await ledger.audit.sealed({ after: number, limit: count })).map(({ number, id }) => ({ number, id }));
}

interface Tampering {
  readonly what: string;
  /** Statements that do it and undo it, given what was there. */
  readonly by: (at: { readonly number: number; readonly id: number }) => string;
  readonly expected: (at: { readonly number: number; readonly id: number }) => readonly TrailProblem[];
}

function changed(column: string, value: string): Tampering {
  return {
    what: `audit.${column}`,
    by: ({ id }) => `UPDATE audit SET ${column} = ${value} WHERE id = ${String(id)}`,
    expected: ({ number, id }) => [{ kind: 'changed', number, id }],
  };
}

function sealChanged(column: string, value: string, kind: TrailProblem['kind'] = 'changed'): Tampering {
  return {
    what: `seals.${column}`,
    by: ({ number }) => `UPDATE seals SET ${column} = ${value} WHERE number = ${String(number)}`,
    expected: ({ number, id }) => [{ kind, number, id }],
  };
}

const SOME_HASH = `'${'ab'.repeat(32)}'`;

const TAMPERINGS: readonly Tampering[] = [
  changed('at', 'at + 1'),
  changed('who', `'mallory'`),
  changed('who', `'erased'`),
  changed('what', `'denied'`),
  changed('surface', `'cli'`),
  changed('site', `'other.example.org'`),
  changed('site', 'NULL'),
  changed('address', `'198.51.100.9'`),
  changed('address', 'NULL'),
  changed('request_id', 'NULL'),
  changed('request_id', `'r2'`),
  changed('detail', `'{}'`),
  {
    what: 'audit.number',
    by: ({ id }) => `UPDATE audit SET number = NULL WHERE id = ${String(id)}`,
    expected: ({ number, id }) => [{ kind: 'moved', number, id }],
  },
  sealChanged('commitment', SOME_HASH),
  sealChanged('seal', SOME_HASH, 'unlinked'),
  sealChanged('who_salt', `'00'`),
  sealChanged('address_salt', 'NULL'),
  sealChanged('detail_salt', `NULL, detail_hash = ${SOME_HASH}`),
  {
    what: 'the entry, removed',
    by: ({ id }) => `DELETE FROM audit WHERE id = ${String(id)}`,
    expected: ({ number, id }) => [{ kind: 'removed', number, id }],
  },
  {
    what: 'the entry and its seal, removed',
    by: ({ number, id }) =>
      `DELETE FROM audit WHERE id = ${String(id)}; DELETE FROM seals WHERE number = ${String(number)}`,
    expected: ({ number }) => [{ kind: 'missing', number, id: null, through: number }],
  },
  {
    what: 'the seal, removed',
    by: ({ number }) => `DELETE FROM seals WHERE number = ${String(number)}`,
    expected: ({ number, id }) => [
      { kind: 'missing', number, id: null, through: number },
      { kind: 'stray', number, id },
    ],
  },
];

/** Puts both tables' rows back as they were, whatever happened to them. */
async function keepRows({ query, change }: LedgerStage, from: number): Promise<() => Promise<void>> {
  const after = `number >= ${String(from)}`;
  const kept = {
    audit: await query(`SELECT * FROM audit WHERE ${after}`),
    seals: await query(`SELECT * FROM seals WHERE ${after}`),
  };
  const ids = kept.audit.map(({ id }) => String(id)).join(', ');
  return async () => {
    await change(`DELETE FROM seals WHERE ${after}`);
    await change(`DELETE FROM audit WHERE id IN (${ids})`);
    for (const [table, rows] of Object.entries(kept)) for (const row of rows) await change(insertion(table, row));
  };
}

function insertion(table: string, row: Readonly<Record<string, unknown>>): string {
  return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')})`;
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw new Error('columns hold texts and numbers');
  return `'${value.replaceAll("'", "''")}'`;
}

export const auditCases: readonly LedgerCase[] = [
  {
    promise: 'entries are numbered without a hole and chained, each once, and then nothing is due',
    async check({ ledger }) {
      await sealAll(ledger);
      const before = await headOf(ledger);
      const who = chance.id();
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
    liar: (honest) =>
      lying(honest, {
        audit: { sealed: async (wish) => (await honest.audit.sealed(wish)).filter(({ number }) => number % 3 !== 0) },
      }),
  },
  {
    promise:
      'the newest entries of a site come first, whether they are sealed already or not, and none of another site',
    async check({ ledger }) {
      const site = `${chance.id()}.example.org`;
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
    liar: (honest) =>
      lying(honest, {
        audit: { recent: async (limit, site) => (await honest.audit.recent(limit + 1, site)).slice(1) },
      }),
  },
  {
    promise: 'a batch is never larger than was wished, and the tail that waits says how old it is',
    async check({ ledger, change }) {
      await sealAll(ledger);
      const who = chance.id();
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
    liar: (honest) =>
      lying(honest, { audit: { seal: (wish) => honest.audit.seal({ ...wish, limit: wish.limit + 1 }) } }),
  },
  {
    promise: `of ${String(RACERS)} sealers at once each entry is sealed by one, and there is one chain`,
    async check({ processes }) {
      const [ledger] = processes;
      await sealAll(ledger);
      const before = await headOf(ledger);
      const who = chance.id();
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
    liar: (honest) =>
      lying(honest, {
        audit: {
          async seal(wish) {
            const sealed = await honest.audit.seal(wish);
            return sealed.kind === 'sealed' ? { ...sealed, count: sealed.count + 1 } : sealed;
          },
        },
      }),
  },
  {
    promise: 'a sealer whose lease is over, another’s or was never taken writes nothing',
    async check({ ledger }) {
      await ledger.audit.add(entryBy(chance.id()), null);
      const before = await headOf(ledger);
      const over = await leaseOf(ledger, 0);
      const other = { ...(await leaseOf(ledger)), owner: chance.hex(16) };
      const never = { name: `sealer:${chance.id()}`, owner: chance.hex(16) };

      for (const lease of [over, other, never]) {
        expect(await ledger.audit.seal({ lease, limit: BATCH })).toEqual({ kind: 'overtaken' });
      }

      expect(await headOf(ledger)).toEqual(before);
      expect(await ledger.audit.isSealDue()).toBe(true);
    },
    liar: (honest) =>
      lying(honest, {
        audit: {
          async seal(wish) {
            await honest.leases.take({ ...wish.lease, leaseMs: 60_000 });
            return honest.audit.seal(wish);
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
    liar: (honest) =>
      lying(honest, {
        audit: {
          sealed: async (wish) => [...(await honest.audit.sealed(wish))].sort((one, other) => one.id - other.id),
        },
      }),
  },
  {
    promise: 'a change of any column, and a removal, is found and named by number and id, and nothing else is',
    async check(stage) {
      const { ledger, change } = stage;
      const [first, at] = await sealedEntries(stage, 3);
      if (first === undefined || at === undefined) throw new Error('three entries were sealed');

      for (const { what, by, expected } of TAMPERINGS) {
        const restore = await keepRows(stage, first.number);
        for (const statement of by(at).split('; ')) await change(statement);
        const { problems } = await verifyTrail(ledger.audit);
        await restore();
        expect([what, problems]).toEqual([what, expected(at)]);
      }
      await expectWhole(ledger);
    },
    liar: (honest) => {
      const first = new Map<number, StoredEntry | null>();
      return lying(honest, {
        audit: {
          async sealed(wish) {
            return (await honest.audit.sealed(wish)).map((one) => {
              const entry = first.get(one.number) ?? one.entry;
              first.set(one.number, entry);
              return { ...one, entry };
            });
          },
        },
      });
    },
  },
  {
    promise: 'entries that changed places are found, in the trail and in the chain',
    async check(stage) {
      const { ledger, change } = stage;
      const [first, one, other] = await sealedEntries(stage, 4);
      if (first === undefined || one === undefined || other === undefined) throw new Error('four entries were sealed');
      const [a, b] = [String(one.number), String(other.number)];
      const swap = (table: string) => [
        `UPDATE ${table} SET number = -1 WHERE number = ${a}`,
        `UPDATE ${table} SET number = ${a} WHERE number = ${b}`,
        `UPDATE ${table} SET number = ${b} WHERE number = -1`,
      ];
      const restore = await keepRows(stage, first.number);

      for (const statement of swap('seals')) await change(statement);
      const seals = await verifyTrail(ledger.audit);
      for (const statement of swap('audit')) await change(statement);
      const both = await verifyTrail(ledger.audit);
      await restore();
      await change(`UPDATE audit SET number = -number WHERE id IN (${String(one.id)}, ${String(other.id)})`);
      const own = await verifyTrail(ledger.audit);
      await restore();

      const at = (kind: TrailProblem['kind']) => [
        { kind, number: one.number, id: other.id },
        { kind, number: other.number, id: one.id },
      ];
      expect(seals.problems).toEqual(at('moved'));
      expect(both.problems).toEqual(at('unlinked'));
      expect(own.problems.map(({ kind }) => kind)).toEqual(['moved', 'moved']);
      await expectWhole(ledger);
    },
    liar: (honest) =>
      lying(honest, {
        audit: {
          sealed: async (wish) =>
            (await honest.audit.sealed(wish)).map((one) =>
              one.entry === null ? one : { ...one, entry: { ...one.entry, number: one.number } },
            ),
        },
      }),
  },
  {
    promise: 'an entry that claims a number of its own is found, sealed by nobody',
    async check(stage) {
      const { ledger, change } = stage;
      const { number } = only(await sealedEntries(stage, 1));
      const who = chance.id();
      await ledger.audit.add(entryBy(who), null);
      await change(`UPDATE audit SET number = ${String(number)} WHERE who = '${who}'`);

      const { problems } = await verifyTrail(ledger.audit);
      await change(`UPDATE audit SET number = NULL WHERE who = '${who}'`);

      expect(problems).toEqual([{ kind: 'stray', number, id: expect.any(Number) }]);
    },
    liar: (honest) => lying(honest, { audit: { strays: () => Promise.resolve([]) } }),
  },
  {
    promise: 'a tail that was cut off is found by the head, and by a kept head where the head was set back with it',
    async check(stage) {
      const { ledger, query, change } = stage;
      const [first, second] = await sealedEntries(stage, 2);
      if (first === undefined || second === undefined) throw new Error('two entries were sealed');
      const kept = await headOf(ledger);
      const { seal } = only(await ledger.audit.sealed({ after: first.number - 1, limit: 1 }));
      const restore = await keepRows(stage, first.number);
      const [mark] = await query('SELECT number, seal FROM audit_head');
      await change(`DELETE FROM audit WHERE id = ${String(second.id)}`);
      await change(`DELETE FROM seals WHERE number = ${String(second.number)}`);

      const cut = await verifyTrail(ledger.audit);
      await change(`UPDATE audit_head SET number = ${String(first.number)}, seal = '${seal}'`);
      const [silent, told] = [await verifyTrail(ledger.audit), await verifyTrail(ledger.audit, kept)];
      await ledger.audit.add(entryBy(chance.id()), null);
      await sealAll(ledger);
      const rewritten = await verifyTrail(ledger.audit, kept);
      await change(`UPDATE audit SET number = NULL WHERE number >= ${String(second.number)}`);
      await restore();
      await change(`UPDATE audit_head SET number = ${String(mark?.['number'])}, seal = '${String(mark?.['seal'])}'`);

      const { number } = second;
      expect(cut.problems).toEqual([{ kind: 'missing', number, id: null, through: number }]);
      expect(silent.problems).toEqual([]);
      expect(told.problems).toEqual([{ kind: 'kept_cut', number, id: null }]);
      expect(rewritten.problems).toEqual([{ kind: 'kept_rewritten', number, id: null }]);
      await expectWhole(ledger, kept);
    },
    liar: (honest) => lying(honest, { audit: { head: () => Promise.resolve(null) } }),
  },
];
