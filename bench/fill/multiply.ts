/**
 * Makes many requests of one that the ledger has written itself: the rows that belong to it are copied in SQL, under
 * new names. Columns are read from the database, so what the ledger learns to keep is copied too. The original has one
 * card with one attempt.
 */
import Database from 'better-sqlite3';
import { sqlBenchAddress } from '../grants.js';

/** What a copy has instead of the original's value: column -> SQL over the original `was` and the copy's `copies.n` and `copies.id`. */
type Changes = Readonly<Record<string, string>>;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
}

const ADDRESS = sqlBenchAddress('copies.n');
const CARD = "copies.id || '-card'";
/** One request every half minute, back from the original. */
const EARLIER = '(copies.n + 1) * 30000';
const LONG_AGO = '1';
const CACHE_KIB = 500_000;

const REQUEST: Readonly<Record<string, Changes>> = {
  requests: {
    id: 'copies.id',
    status_id: 'lower(hex(randomblob(16)))',
    token_hash: 'lower(hex(randomblob(32)))',
    address: ADDRESS,
    opened_at: `was.opened_at - ${EARLIER}`,
    decided_at: `was.decided_at - ${EARLIER}`,
  },
  asked: { request_id: 'copies.id' },
  deliveries: { id: CARD, request_id: 'copies.id', created_at: `was.created_at - ${EARLIER}` },
  attempts: { delivery_id: CARD },
  audit: { request_id: 'copies.id', address: ADDRESS },
  windows: { key: ADDRESS, until: LONG_AGO, request_id: 'copies.id' },
};

/** Copies of a request that has ended long ago, its grant with it. */
export function multiplyPast(file: string, copies: number): void {
  const grants = { address: ADDRESS, until: LONG_AGO, granted_at: '0', request_id: 'copies.id' };
  multiply(file, copies, { ...REQUEST, grants });
}

/** Copies of a request that is open. */
export function multiplyOpen(file: string, copies: number): void {
  multiply(file, copies, REQUEST);
}

/** Makes so many of the first grant, which lives at the bench's first address: one each at its first addresses. */
export function multiplyGrants(file: string, grants: number): void {
  multiply(file, grants - 1, { grants: { address: sqlBenchAddress('copies.n + 1') } });
}

/** One transaction, nothing synced: a crash in here only makes the bench begin again. */
function multiply(file: string, copies: number, tables: Readonly<Record<string, Changes>>): void {
  const connection = new Database(file, { fileMustExist: true });
  try {
    // a log of a million requests would only be written twice
    for (const setting of ['journal_mode = DELETE', 'journal_mode = OFF', 'synchronous = OFF', 'foreign_keys = OFF'])
      connection.pragma(setting);
    connection.pragma(`cache_size = -${String(CACHE_KIB)}`);
    connection.exec(`
      CREATE TEMP TABLE copies AS
      WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < ${String(copies)})
      SELECT n, lower(hex(randomblob(10))) AS id FROM counted`);
    connection.exec('BEGIN');
    for (const [table, changes] of Object.entries(tables)) copyRows(connection, table, changes);
    connection.exec('COMMIT');
    connection.pragma('journal_mode = WAL');
  } finally {
    connection.close();
  }
}

/** Copies the originals to a table of their own first, so that no table is read while it grows. */
function copyRows(connection: Database.Database, table: string, changes: Changes): void {
  const all = connection.pragma(`table_info(${table})`) as readonly Column[];
  const isNumbered = ({ type, pk }: Column): boolean => pk === 1 && type.toLowerCase() === 'integer';
  const columns = all.filter((column) => !isNumbered(column)).map(({ name }) => name);
  const values = columns.map((name) => changes[name] ?? `was."${name}"`);
  connection.exec(`CREATE TEMP TABLE was_${table} AS SELECT * FROM ${table}`);
  connection.exec(`
    INSERT INTO ${table} (${columns.map((name) => `"${name}"`).join(', ')})
    SELECT ${values.join(', ')} FROM was_${table} AS was, copies`);
}
