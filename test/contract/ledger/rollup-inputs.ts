/** What the promises about rollups share: marks that stand at what is there already, rows to count, and what was counted of them. */
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { Ledger, MetricName, Resolution } from '../../../src/contract/ledger.js';
import type { LedgerStage } from './case.js';

const random = systemRandom();
export const HOUR_MS = 3_600_000;
export const SETTLED = { limit: 500, settledMs: 0 };

/** A word that no other case counts under. */
export function newWord(): string {
  return `w${random.hex(6)}`;
}

/** From here on only what a case itself writes is to be counted. */
export async function marksUpToDate({ ledger, change }: LedgerStage): Promise<void> {
  await ledger.telemetry.derive({ limit: 1, settledMs: 0 });
  for (const [name, table] of [
    ['trail', 'audit'],
    ['attempts', 'attempts'],
  ] as const)
    await change(
      `UPDATE rollup_marks SET pending = NULL, position = (SELECT coalesce(max(id), 0) FROM ${table}) WHERE name = '${name}'`,
    );
}

interface Refusals {
  readonly surface: string;
  readonly times: number;
  readonly why?: string;
}

export async function addRefusals(ledger: Ledger, refusals: Refusals): Promise<void> {
  const { surface, times, why = 'not_an_approver' } = refusals;
  for (let added = 0; added < times; added += 1)
    await ledger.audit.add(
      { who: 'visitor', what: 'forbidden', surface, site: null, address: null, detail: { verb: 'approve', why } },
      null,
    );
}

/** A message's delivery over a transport of this name, due so long ago, and so many attempts that have not ended. */
export async function addAttempts(
  { change, query }: LedgerStage,
  transport: string,
  times: number,
): Promise<readonly number[]> {
  const at = Date.now();
  const id = `d-${transport}`;
  await change(`INSERT INTO deliveries
    (id, channel, carrier, kind, recipient, recipient_key, state, due_at, give_up_at, wanted_revision, drawn_revision, attempts,
     is_maybe_duplicate, is_first_ended, created_at)
    VALUES ('${id}', '${transport}', '${transport}', 'mail', '{}', 'k', 'retry_wait', ${String(at - 5_000)}, 0, 0, 0, 1, 0, 0,
     ${String(at - 10_000)})`);
  for (let added = 0; added < times; added += 1)
    await change(
      `INSERT INTO attempts (delivery_id, task, attempt, started_at) VALUES ('${id}', 'notify', 1, ${String(at - 4_000)})`,
    );
  const rows = await query(`SELECT id FROM attempts WHERE delivery_id = '${id}' ORDER BY id`);
  return rows.map((row) => Number(row['id']));
}

export async function endAttempt({ change }: LedgerStage, id: number, outcome: string): Promise<void> {
  await change(
    `UPDATE attempts SET ended_at = ${String(Date.now())}, outcome = '${outcome}', took_ms = 250 WHERE id = ${String(id)}`,
  );
}

export async function deriveAll(ledger: Ledger): Promise<void> {
  while (await ledger.telemetry.derive(SETTLED));
}

interface Asked {
  /** One of its dimensions has this word. */
  readonly of: string;
  readonly resolution?: Resolution;
  readonly bucket?: number;
}

/** How much is kept of this metric. */
export async function countOf(ledger: Ledger, name: MetricName, asked: Asked): Promise<number> {
  const { of: word, resolution = 'minute', bucket } = asked;
  const toMs = Date.now() + 60_000;
  const found = await ledger.telemetry.read({
    name,
    resolution,
    fromMs: toMs - 60 * HOUR_MS,
    toMs,
    stepMs: resolution === 'day' ? 24 * HOUR_MS : HOUR_MS,
    limit: 10_000,
  });
  return found
    .filter(({ dims }) => Object.values(dims).includes(word))
    .filter((row) => bucket === undefined || row.bucket === bucket)
    .reduce((sum, { n }) => sum + n, 0);
}

export async function everCounted(ledger: Ledger, name: MetricName, word: string): Promise<number> {
  const all = await ledger.telemetry.totals();
  return all
    .filter((one) => one.name === name && Object.values(one.dims).includes(word))
    .reduce((sum, { n }) => sum + n, 0);
}
