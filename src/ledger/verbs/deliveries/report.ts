/**
 * What a mail system tells of a card or a message it had taken. What bounced has failed, whatever the courier thought of it;
 * all else is only noted. Neither the request nor a producer's callback is moved by it.
 */
import type { AuditEntry, DeliveryLedger, DeliveryRecord } from '../../../contract/ledger.js';
import type { Repeated } from '../../../contract/replay.js';
import { addAudit } from '../audit/add.js';
import type { DeliveryRow } from '../../tables/deliveries.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { once, REPEATED } from '../replays/once.js';
import { sql } from '../../sql.js';
import { deliveryById } from './find.js';

type Input = Parameters<DeliveryLedger['report']>[0];

type Reported = Pick<DeliveryRow, 'request_id'> & Pick<AuditEntry, 'site' | 'address'>;

export function* report(input: Input, audit: AuditEntry): UnitOfWork<DeliveryRecord | Repeated | null> {
  const { deliveryId, what, reason, replayKey } = input;
  if (!(yield* once(replayKey))) return REPEATED;
  const reported = yield* row<Reported>(sql`
    SELECT deliveries.request_id, requests.site, requests.address
    FROM deliveries LEFT JOIN requests ON requests.id = deliveries.request_id
    WHERE deliveries.id = ${deliveryId} AND deliveries.kind <> 'callback'`);
  if (reported === null) return null;
  yield* note(input);
  const detail = { ...audit.detail, delivery: deliveryId, report: what, reason };
  yield* addAudit({ ...audit, site: reported.site, address: reported.address, detail }, reported.request_id);
  return yield* deliveryById(deliveryId);
}

/** A delivery that has failed keeps its reason. A bounce takes the claim from a courier that is working on the delivery. */
function* note({ deliveryId, what, reason }: Input): UnitOfWork<void> {
  const end =
    what === 'bounced' ? sql`, state = 'failed', due_at = NULL, claim_token = NULL, sealed_payload = NULL` : sql``;
  yield* rows(sql`
    UPDATE deliveries SET last_reason = ${reason} ${end} WHERE id = ${deliveryId} AND state <> 'failed'`);
}
