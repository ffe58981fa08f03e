/** Promises about an audit trail that somebody changed: it is found, and named by number and id. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { StoredEntry } from '../../../src/contract/ledger.js';
import { verifyTrail, type TrailProblem } from '../../../src/ledger/verbs/audit/verify.js';
import { lying, only, type LedgerCase, type LedgerStage } from './case.js';
import { entryBy, expectWhole, headOf, sealAll, sealedEntries } from './sealing.js';

const random = systemRandom();

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

export const tamperingCases: readonly LedgerCase[] = [
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
    mutant: (honest) => {
      const first = new Map<number, StoredEntry | null>();
      return lying(honest, {
        audit: {
          async sealed(input) {
            return (await honest.audit.sealed(input)).map((one) => {
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
    mutant: (honest) =>
      lying(honest, {
        audit: {
          sealed: async (input) =>
            (await honest.audit.sealed(input)).map((one) =>
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
      const who = random.id();
      await ledger.audit.add(entryBy(who), null);
      await change(`UPDATE audit SET number = ${String(number)} WHERE who = '${who}'`);

      const { problems } = await verifyTrail(ledger.audit);
      await change(`UPDATE audit SET number = NULL WHERE who = '${who}'`);

      expect(problems).toEqual([{ kind: 'stray', number, id: expect.any(Number) }]);
    },
    mutant: (honest) => lying(honest, { audit: { strays: () => Promise.resolve([]) } }),
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
      await ledger.audit.add(entryBy(random.id()), null);
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
    mutant: (honest) => lying(honest, { audit: { head: () => Promise.resolve(null) } }),
  },
];
