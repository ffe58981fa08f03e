/** What the promises about retention share: requests of long ago, sweeps of all batches, and what they counted. */
import type { Sweep, SweepCursor, Swept } from '../../../src/contract/ledger.js';
import { lying, type LedgerStage, type Lie } from './case.js';

const DAY_MS = 86_400_000;

/** Rows of these cases are made older than this; those of all others are not. */
export const OLD_MS = 400 * DAY_MS;
export const OLDER_THAN_MS = 365 * DAY_MS;
export const LIMIT = 50;

const SEALED = `SELECT min(seals.number) AS first FROM seals JOIN audit ON audit.id = seals.audit_id WHERE`;

/** Where the walks in order of time begin: these cases' old rows come behind the young ones of others. */
const FIRST_OLD: Readonly<Partial<Record<Sweep, string>>> = {
  attempts: `SELECT min(id) AS first FROM attempts WHERE started_at <`,
  dead_letters: `SELECT min(id) AS first FROM dead_letters WHERE at <`,
  audit_addresses: `${SEALED} seals.names_visitor = 1 AND audit.at > 1 AND audit.at <`,
  audit_people: `${SEALED} seals.who_salt IS NOT NULL AND audit.at > 1 AND audit.at <`,
};

export async function beginningOf({ query }: LedgerStage, what: Sweep): Promise<SweepCursor | null> {
  const asked = FIRST_OLD[what];
  if (asked === undefined) return null;
  const [row] = await query(`${asked} ${String(Date.now() - OLDER_THAN_MS)}`);
  return [Number(row?.['first'] ?? 1) - 1];
}

/** All batches of a sweep; answers what each did. */
export async function swept(stage: LedgerStage, what: Sweep, limit = LIMIT): Promise<readonly Swept[]> {
  const batches: Swept[] = [];
  let after = await beginningOf(stage, what);
  do {
    const batch: Swept = await stage.ledger.retention.sweep({ what, olderThanMs: OLDER_THAN_MS, limit, after });
    batches.push(batch);
    after = batch.next;
  } while (after !== null);
  return batches;
}

export function total(batches: readonly Swept[], name: string, of: 'removed' | 'erased' = 'removed'): number {
  return batches.reduce((sum, batch) => sum + (batch[of][name] ?? 0), 0);
}

export async function countOf({ query }: LedgerStage, table: string, where: string): Promise<number> {
  const [row] = await query(`SELECT count(*) AS n FROM ${table} WHERE ${where}`);
  return Number(row?.['n']);
}

export const keepsAll: Lie = (honest) =>
  lying(honest, { retention: { sweep: () => Promise.resolve({ removed: {}, erased: {}, next: null }) } });
