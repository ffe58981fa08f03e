/** Removes deliveries that have ended, with their attempts. The guard looks at each as it stands in the moment of writing. */
import type { AuditEntry, QueueLedger } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import { compound, type UnitOfWork } from '../../unit-of-work.js';
import { locked, oneOf, sql } from '../../sql.js';
import { fitting, IS_REMOVABLE } from './filter.js';

type Input = Parameters<QueueLedger['remove']>[0];
type Gone = Pick<DeliveryRow, 'id' | 'state'>;

export function* remove({ ids, filter }: Input, audit: AuditEntry): UnitOfWork<readonly string[]> {
  if (ids.length === 0) return [];
  const done = yield* compound({
    of: { table: 'deliveries', key: 'id' },
    winning: sql`
      SELECT id FROM deliveries WHERE id ${oneOf(ids, 'text')} AND ${fitting(filter)} AND ${IS_REMOVABLE}
      ORDER BY id ${locked}`,
    consequences: {
      attempts_gone: sql`DELETE FROM attempts WHERE delivery_id IN (SELECT id FROM won) RETURNING id`,
      deliveries_gone: sql`DELETE FROM deliveries WHERE id IN (SELECT id FROM won) RETURNING id, state`,
    },
  });
  const gone = done['deliveries_gone'] as readonly Gone[];
  if (gone.length === 0) return [];
  const removed = gone.map(({ id }) => id);
  const attempts = done['attempts_gone']?.length ?? 0;
  const detail = {
    before: statesOf(gone),
    after: 'removed',
    count: removed.length,
    attempts,
    deliveries: removed.join(' '),
  };
  yield* addAudit({ ...audit, detail: { ...audit.detail, ...detail } }, null);
  return removed;
}

/** `failed` where all were; otherwise how many were what: `cancelled 2, failed 3`. */
function statesOf(gone: readonly Gone[]): string {
  const states = [...new Set(gone.map(({ state }) => state))].sort();
  const count = (wanted: string): number => gone.filter(({ state }) => state === wanted).length;
  return states.length === 1 ? states.join() : states.map((state) => `${state} ${String(count(state))}`).join(', ');
}
