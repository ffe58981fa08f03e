/** The delivery that an operator acts on, held until the commit. Requests are locked before deliveries, as everywhere. */
import type { AuditEntry } from '../../../contract/ledger.js';
import { addAudit } from '../audit/add.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import type { RequestRow } from '../../tables/requests.js';
import { row, type UnitOfWork } from '../../unit-of-work.js';
import { locked, sql } from '../../sql.js';

export interface Held {
  readonly delivery: DeliveryRow;
  /** Null: it is of none. */
  readonly request: RequestRow | null;
}

export function* hold(deliveryId: string): UnitOfWork<Held | null> {
  const request = yield* row<RequestRow>(sql`
    SELECT * FROM requests WHERE id = (SELECT request_id FROM deliveries WHERE id = ${deliveryId}) ${locked}`);
  const delivery = yield* row<DeliveryRow>(sql`SELECT * FROM deliveries WHERE id = ${deliveryId} ${locked}`);
  return delivery === null ? null : { delivery, request };
}

/** Says what an operator has done with it. */
export function* auditHeld(
  { delivery, request }: Pick<Held, 'request'> & { readonly delivery: Pick<DeliveryRow, 'id' | 'kind' | 'channel'> },
  audit: AuditEntry,
  detail: AuditEntry['detail'] & { readonly before: string; readonly after: string },
): UnitOfWork<void> {
  const { id, kind, channel } = delivery;
  const at = { site: request?.site ?? null, address: request?.address ?? null };
  yield* addAudit(
    { ...audit, ...at, detail: { ...audit.detail, delivery: id, kind, channel, ...detail } },
    request?.id ?? null,
  );
}
