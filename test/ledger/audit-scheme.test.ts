/** The scheme as docs/audit.md has it, by a unit of work of its own: nothing of the product computes a hash here. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packageRoot } from '../../src/base/process/package-root.js';
import type { Ledger, StoredEntry } from '../../src/contract/ledger.js';
import { commitmentOf, encode, fieldHash, sealOf } from '../../src/ledger/verbs/audit/scheme.js';
import { holdsAddress } from '../../src/ledger/verbs/audit/visitor.js';
import { openLedger } from '../../src/ledger/open.js';
import { entryBy, sealAll } from '../contract/ledger/sealing.js';
import { createDatabase, databaseKinds, type TestDatabase } from '../fixtures/databases/databases.js';
import { runBeside } from '../fixtures/databases/beside.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

const ENTRY: StoredEntry = {
  id: 7,
  number: 1,
  atMs: 1_777_732_200_000,
  who: 'zoé@koder.dev',
  what: 'decided',
  surface: 'talk',
  site: 'stg.example.org',
  address: '203.0.113.7',
  requestId: null,
  detail: '{"outcome":"approved"}',
};
const SALTS = { who: `${'0'.repeat(31)}1`, address: `${'0'.repeat(31)}2`, detail: `${'0'.repeat(31)}3` };

test('the example of docs/audit.md is what the product computes', () => {
  const hashes = {
    who: fieldHash('who', SALTS.who, ENTRY.who),
    address: fieldHash('address', SALTS.address, ENTRY.address ?? ''),
    detail: fieldHash('detail', SALTS.detail, ENTRY.detail),
  };
  const commitment = commitmentOf(ENTRY, hashes);
  const first = sealOf(null, 1, commitment);

  const written = [...readFileSync(join(packageRoot(), 'docs/audit.md'), 'utf8').matchAll(/`([0-9a-f]{64})`/g)];

  expect(written.map(([, hash]) => hash)).toEqual([
    hashes.who,
    hashes.address,
    hashes.detail,
    commitment,
    first,
    sealOf(first, 2, commitment),
  ]);
});

test('two different lists of items never have the same bytes', () => {
  const item = fc.option(fc.oneof(fc.constantFrom('', '-', ',', '-,', '1:a,', '0:,'), fc.string({ unit: 'binary' })));
  const lists = fc.array(item, { maxLength: 4 });

  fc.assert(
    fc.property(lists, lists, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      return isSame || encode(one) !== encode(other);
    }),
    { numRuns: 2_000 },
  );
  expect(encode(['a', null, 'é', ''])).toBe('1:a,-,2:é,0:,');
});

test.each([
  ['{"wish":"203.0.113.7"}', true],
  ['{"wish":"2001:DB8::1/64"}', true],
  ['{"reason":"same as 198.51.100.0/24."}', true],
  ['{"wish":"203.0.113.7:443"}', true],
  ['{"why":"from [2001:db8::7]:443"}', true],
  ['{"host":"stg.example.org","untilMs":1777732200000,"n":1}', false],
  ['{"account":"slack:T024:U061","grant":12}', false],
  ['{"at":"2026-05-02T14:30:00Z"}', false],
  ['{}', false],
  ['no json, and 192.0.2.1 in it', true],
])('a detail that holds an address is known: %s', (detail, isHolding) => {
  expect(holdsAddress(detail)).toBe(isHolding);
});

/** Rows as the database has them. */
type Row = Readonly<Record<string, string | number | null>>;

function sha256(...items: readonly (string | number | null)[]): string {
  const hash = createHash('sha256');
  for (const item of items) {
    const bytes = Buffer.from(String(item));
    hash.update(
      item === null ? '-,' : Buffer.concat([Buffer.from(`${String(bytes.length)}:`), bytes, Buffer.from(',')]),
    );
  }
  return hash.digest('hex');
}

/** The six steps of the page, as far as one row can fail them. */
function verifiedByThePage(rows: readonly Row[]): readonly string[] {
  const wrong: string[] = [];
  let previous: string | null = null;
  rows.forEach((row, index) => {
    if (row['number'] !== index + 1 || row['own_number'] !== index + 1) wrong.push(`number ${String(index + 1)}`);
    const [who, address, detail] = (['who', 'address', 'detail'] as const).map((field) => hashOf(row, field));
    const facts = [row['at'], who, row['what'], row['surface'], row['site'], address, row['request_id'], detail];
    const commitment = sha256(
      'koder-gate/audit/entry/1',
      row['audit_id'] ?? null,
      ...facts.map((fact) => fact ?? null),
    );
    if (commitment !== row['commitment']) wrong.push(`commitment ${String(index + 1)}`);
    const seal = sha256('koder-gate/audit/seal/1', previous, index + 1, commitment);
    if (seal !== row['seal']) wrong.push(`seal ${String(index + 1)}`);
    previous = seal;
  });
  return wrong;
}

function hashOf(row: Row, field: 'who' | 'address' | 'detail'): string | null {
  const [value, salt, hash] = [row[field] ?? null, row[`${field}_salt`] ?? null, row[`${field}_hash`] ?? null];
  if (salt !== null) return sha256('koder-gate/audit/field/1', field, salt, value);
  const isErased = value === (field === 'detail' ? '{}' : 'erased');
  return hash !== null && isErased ? String(hash) : null;
}

describe.each(databaseKinds)('on %s', (kind) => {
  let database: TestDatabase;
  let ledger: Ledger;

  beforeEach(async () => {
    database = await createDatabase(kind);
    ledger = await openLedger(database.where, { log: keptLog() });
  });

  afterEach(() => database.remove());

  test('a trail verifies by the page alone, before and after its entries are erased', async () => {
    const details = [{ input: '192.0.2.7' }, { reason: 'ünïcode "quoted" \\ \u2028' }, { n: 1, yes: true, none: null }];
    for (const detail of details) await ledger.audit.add(entryBy('zoé@koder.dev', { detail, site: null }), null);
    await ledger.audit.add(entryBy('eva', { address: null }), 'r1' as never);
    await sealAll(ledger);

    const fresh = await sealedRows();
    for (const what of ['audit_addresses', 'audit_people'] as const) {
      await ledger.retention.sweep({ what, olderThanMs: -60_000, limit: 2, after: null });
    }
    const erased = await sealedRows();
    await ledger.close();

    expect(fresh).toHaveLength(4);
    expect(verifiedByThePage(fresh)).toEqual([]);
    expect(verifiedByThePage(erased)).toEqual([]);
    expect(erased.filter(({ who }) => who === 'erased')).toHaveLength(2);
    expect(verifiedByThePage(fresh.map((row) => ({ ...row, what: 'denied' })))).toContain('commitment 1');
  });

  /** Read beside the ledger, as another unit of work would. */
  async function sealedRows(): Promise<readonly Row[]> {
    await ledger.close();
    const rows = await runBeside(
      database,
      `SELECT seals.*, audit.number AS own_number, audit.at, audit.who, audit.what, audit.surface, audit.site,
         audit.address, audit.request_id, audit.detail
       FROM seals JOIN audit ON audit.id = seals.audit_id ORDER BY seals.number`,
    );
    ledger = await openLedger(database.where, { log: keptLog() });
    return (rows as readonly Row[]).map((row) => ({ ...row, at: Number(row['at']) }));
  }
});
