/** Reads every row that a check asks about, past every wire: what the database holds is what counts. */
import Database from 'better-sqlite3';
import type { AuditTableRow } from '../../src/ledger/tables/audit.js';
import type { AttemptRow, DeliveryRow } from '../../src/ledger/tables/deliveries.js';
import type { GrantRow } from '../../src/ledger/tables/grants.js';
import type { SlotRow } from '../../src/ledger/tables/limits.js';
import type { RequestRow } from '../../src/ledger/tables/requests.js';
import { askPostgres } from './crashing-postgres.js';
import type { DatabaseTruth } from './fixture.js';

export interface Rows {
  readonly requests: readonly RequestRow[];
  readonly deliveries: readonly DeliveryRow[];
  readonly attempts: readonly AttemptRow[];
  readonly grants: readonly GrantRow[];
  readonly audit: readonly AuditTableRow[];
  readonly slots: readonly SlotRow[];
}

/** PostgreSQL's driver gives a bigint as a text. */
const NUMBERS = /_at$|^id$|^at$|^until$|_until$|_ms$/;

export async function readRows(database: DatabaseTruth): Promise<Rows> {
  const read = <Row>(table: string): Promise<readonly Row[]> => rowsOf<Row>(database, `SELECT * FROM ${table}`);
  return {
    requests: await read('requests'),
    deliveries: await read('deliveries'),
    attempts: await read('attempts'),
    grants: await read('grants'),
    audit: await read('audit'),
    slots: await read('slots'),
  };
}

/** What is still to be done: cards and callbacks that are due, requests that are past their time and have no outcome. */
export async function unfinished(database: DatabaseTruth): Promise<number> {
  const nowMs = String(Date.now());
  const [row] = await rowsOf<{ n: number | string }>(
    database,
    `SELECT (SELECT count(*) FROM deliveries WHERE due_at IS NOT NULL)
          + (SELECT count(*) FROM requests WHERE outcome IS NULL AND deadline_at <= ${nowMs}) AS n`,
  );
  return Number(row?.n ?? 0);
}

/** Of those the ones whose time has come, by this machine's clock: what waits for its next try is none. */
export async function overdue(database: DatabaseTruth): Promise<number> {
  const nowMs = String(Date.now());
  const [row] = await rowsOf<{ n: number | string }>(
    database,
    `SELECT (SELECT count(*) FROM deliveries WHERE due_at <= ${nowMs} OR state = 'sending')
          + (SELECT count(*) FROM requests WHERE outcome IS NULL AND deadline_at <= ${nowMs}) AS n`,
  );
  return Number(row?.n ?? 0);
}

async function rowsOf<Row>(database: DatabaseTruth, text: string): Promise<readonly Row[]> {
  if (database.kind === 'postgres') {
    const rows = await askPostgres<Record<string, unknown>>(database.url, text);
    return rows.map((row) => withNumbers(row) as Row);
  }
  const file = new Database(database.file, { readonly: true });
  try {
    return file.prepare(text).all() as readonly Row[];
  } finally {
    file.close();
  }
}

function withNumbers(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const isNumber = NUMBERS.test(name) && typeof value === 'string' && /^-?\d+$/.test(value);
      return [name, isNumber ? Number(value) : value];
    }),
  );
}
