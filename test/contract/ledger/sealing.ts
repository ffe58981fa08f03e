/** What tests of the audit trail share: entries by somebody, their sealing, and the head of the chain. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AuditEntry, AuditHead, Ledger, RequestLedger } from '../../../src/contract/ledger.js';
import { verifyTrail } from '../../../src/ledger/verbs/audit/verify.js';
import type { LedgerStage } from './case.js';
import { opened } from './inputs.js';

const random = systemRandom();
export const BATCH = 500;

/** Entries of one case, known by who did it. */
export function entryBy(who: string, change: Partial<AuditEntry> = {}): AuditEntry {
  return { ...opened, who, detail: { host: 'stg.example.org', n: 1 }, ...change };
}

/** A lease of its own: cases do not wait for each other's. */
export async function leaseOf(ledger: Ledger, leaseMs = 60_000) {
  const lease = { name: `sealer:${random.id()}`, owner: random.hex(16) };
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

export async function expectWhole(ledger: Ledger, kept: AuditHead | null = null): Promise<void> {
  expect((await verifyTrail(ledger.audit, kept)).problems).toEqual([]);
}

/** Writes and seals so many entries. Answers their numbers and ids, by number. */
export async function sealedEntries(
  { ledger, query }: LedgerStage,
  count: number,
): Promise<readonly { readonly number: number; readonly id: number }[]> {
  await sealAll(ledger);
  const [last] = await query('SELECT coalesce(max(number), 0) AS number FROM seals');
  const number = Number(last?.['number']);
  const who = random.id();
  for (let n = 0; n < count; n += 1) await ledger.audit.add(entryBy(who), 'r1' as Parameters<RequestLedger['byId']>[0]);
  await sealAll(ledger);
  return (await ledger.audit.sealed({ after: number, limit: count })).map(({ number, id }) => ({ number, id }));
}
