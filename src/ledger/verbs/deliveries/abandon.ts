/** Marks the attempts of couriers that are gone: nobody will ever report how they ended. */
import type { DeliveryRow } from '../../tables/deliveries.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, oneOf, sql } from '../../sql.js';

export function* abandonOpenAttempts(taken: readonly Pick<DeliveryRow, 'id'>[]): UnitOfWork<void> {
  const ids = taken.map(({ id }) => id);
  yield* rows(sql`
    UPDATE attempts SET ended_at = ${now}, outcome = 'abandoned'
    WHERE delivery_id ${oneOf(ids, 'text')} AND ended_at IS NULL`);
}
