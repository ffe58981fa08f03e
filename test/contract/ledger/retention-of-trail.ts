/** Promises about the retention of the audit trail: what was sealed still verifies, whatever is erased in it. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { ERASED } from '../../../src/ledger/verbs/audit/scheme.js';
import { verifyTrail } from '../../../src/ledger/verbs/audit/verify.js';
import { entryBy, sealAll } from './sealing.js';
import { lying, type LedgerCase, type LedgerStage } from './case.js';
import { beginningOf, countOf, keepsAll, LIMIT, OLD_MS, OLDER_THAN_MS, swept, total } from './sweeps.js';

const random = systemRandom();

const RACERS = 6;

/** Old entries of the trail, sealed: with an address, with one in the detail, with neither. */
async function oldEntries({ ledger, change }: LedgerStage, isSealed = true): Promise<string> {
  const who = random.id();
  await ledger.audit.add(entryBy(who), null);
  await ledger.audit.add(entryBy(who, { address: null, detail: { input: 'revoke 198.51.100.0/24, please' } }), null);
  await ledger.audit.add(entryBy(who, { address: null }), null);
  await change(`UPDATE audit SET at = at - ${String(OLD_MS)} WHERE who = '${who}'`);
  if (isSealed) await sealAll(ledger);
  return who;
}

async function entriesOf({ query }: LedgerStage, ids: readonly number[]) {
  return query(`SELECT who, address, detail, what FROM audit WHERE id IN (${ids.join(', ')}) ORDER BY id`);
}

async function idsOf({ query }: LedgerStage, who: string): Promise<readonly number[]> {
  return (await query(`SELECT id FROM audit WHERE who = '${who}' ORDER BY id`)).map(({ id }) => Number(id));
}

export const trailRetentionCases: readonly LedgerCase[] = [
  {
    promise:
      'addresses are erased in the trail, with a detail that holds one; the chain is whole, and says what is erased',
    async check(stage) {
      const { ledger } = stage;
      const before = await verifyTrail(ledger.audit);
      const ids = await idsOf(stage, await oldEntries(stage));
      const [first] = await entriesOf(stage, ids);

      const batches = await swept(stage, 'audit_addresses', 1);

      expect(total(batches, 'audit_entries', 'erased')).toBe(2);
      expect(await entriesOf(stage, ids)).toMatchObject([
        { who: first?.['who'], address: ERASED.address, detail: first?.['detail'] },
        { who: first?.['who'], address: null, detail: ERASED.detail },
        { who: first?.['who'], address: null, detail: first?.['detail'] },
      ]);
      const after = await verifyTrail(ledger.audit);
      expect(after.problems).toEqual([]);
      expect(after.erased.count).toBe(before.erased.count + 2);
    },
    mutant: (honest) =>
      lying(honest, {
        retention: { sweep: (input) => honest.retention.sweep({ ...input, what: 'audit_people' }) },
      }),
  },
  {
    promise: 'names and details can be erased as well, before or after addresses, and the chain is whole',
    async check(stage) {
      const { ledger } = stage;
      const ids = await idsOf(stage, await oldEntries(stage));
      await swept(stage, 'audit_addresses');

      await swept(stage, 'audit_people');

      const [erased, ...others] = await entriesOf(stage, ids);
      expect(erased).toEqual({ ...ERASED, what: 'opened' });
      for (const other of others) expect(other).toEqual({ ...ERASED, address: null, what: 'opened' });
      expect((await verifyTrail(ledger.audit)).problems).toEqual([]);
      expect(total(await swept(stage, 'audit_people'), 'audit_entries', 'erased')).toBe(0);
    },
    mutant: keepsAll,
  },
  {
    promise: 'an erased entry is told from a changed one',
    async check(stage) {
      const { ledger, change, query } = stage;
      const [id] = await idsOf(stage, await oldEntries(stage));
      await swept(stage, 'audit_addresses');
      const [row] = await query(`SELECT number FROM audit WHERE id = ${String(id)}`);
      const columns = { address: ERASED.address, what: 'opened' };

      for (const [column, right] of Object.entries(columns)) {
        await change(`UPDATE audit SET ${column} = 'wrong' WHERE id = ${String(id)}`);
        const { problems } = await verifyTrail(ledger.audit);
        await change(`UPDATE audit SET ${column} = '${right}' WHERE id = ${String(id)}`);
        expect(problems).toEqual([{ kind: 'changed', number: row?.['number'], id }]);
      }
      expect((await verifyTrail(ledger.audit)).problems).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        audit: {
          sealed: async (input) =>
            (await honest.audit.sealed(input)).map((one) =>
              one.hidden.address.kind === 'erased' && one.entry !== null
                ? { ...one, entry: { ...one.entry, ...{ address: ERASED.address, what: 'opened' } } }
                : one,
            ),
        },
      }),
  },
  {
    promise: 'an entry that is not sealed yet is not erased, however old it is',
    async check(stage) {
      const { ledger } = stage;
      await sealAll(ledger);
      const who = await oldEntries(stage, false);
      const ids = await idsOf(stage, who);
      const before = await entriesOf(stage, ids);

      for (const what of ['audit_addresses', 'audit_people'] as const) await swept(stage, what);

      expect(await entriesOf(stage, ids)).toEqual(before);
      await sealAll(ledger);
      expect((await verifyTrail(ledger.audit)).problems).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        retention: {
          async sweep(input) {
            await sealAll(honest);
            return honest.retention.sweep(input);
          },
        },
      }),
  },
  {
    promise: `of ${String(RACERS)} that erase at once each entry is erased by one, and no salt comes back`,
    async check(stage) {
      const { processes } = stage;
      await swept(stage, 'audit_people');
      for (let n = 0; n < 10; n += 1) await oldEntries(stage);
      const input = { olderThanMs: OLDER_THAN_MS, limit: LIMIT, after: await beginningOf(stage, 'audit_people') };

      const batches = await Promise.all(
        Array.from({ length: RACERS }, (_, racer) =>
          processes[(racer % 3) as 0 | 1 | 2].retention.sweep({
            ...input,
            what: racer % 2 === 0 ? 'audit_people' : 'audit_addresses',
          }),
        ),
      );
      await swept(stage, 'audit_people');

      const { problems } = await verifyTrail(processes[0].audit);
      expect(problems).toEqual([]);
      expect(await countOf(stage, 'seals', `who_salt IS NOT NULL AND who_hash IS NOT NULL`)).toBe(0);
      const people = batches.filter((_, racer) => racer % 2 === 0);
      expect(total(people, 'audit_entries', 'erased')).toBeLessThanOrEqual(30);
    },
    mutant: (honest) =>
      lying(honest, {
        retention: {
          async sweep(input) {
            const done = await honest.retention.sweep(input);
            return { ...done, erased: { audit_entries: (done.erased['audit_entries'] ?? 0) + 11 } };
          },
        },
      }),
  },
];
