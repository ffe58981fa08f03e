/**
 * What a mail system tells of a card it had taken. A card that bounced has failed, whatever the courier thought of it; all
 * else is only noted. It speaks of cards alone: neither the request nor a producer's callback is moved by a mail.
 */
import type { AuditEntry, DeliveryLedger, DeliveryRecord } from '../../contract/ledger.js';
import type { Repeated } from '../../contract/replay.js';
import { addAudit } from '../audit/add.js';
import { row, rows, type Program } from '../program.js';
import { once, REPEATED } from '../replays/once.js';
import { sql } from '../sql.js';
import { deliveryById } from './find.js';

type Wish = Parameters<DeliveryLedger['report']>[0];

interface Reported {
  readonly request_id: string;
  readonly site: string | null;
  readonly address: string;
}

export function* report(wish: Wish, audit: AuditEntry): Program<DeliveryRecord | Repeated | null> {
  const { deliveryId, what, reason, replayKey } = wish;
  if (!(yield* once(replayKey))) return REPEATED;
  const reported = yield* row<Reported>(sql`
    SELECT deliveries.request_id, requests.site, requests.address
    FROM deliveries JOIN requests ON requests.id = deliveries.request_id
    WHERE deliveries.id = ${deliveryId} AND deliveries.kind = 'card'`);
  if (reported === null) return null;
  yield* note(wish);
  const detail = { ...audit.detail, delivery: deliveryId, report: what, reason };
  yield* addAudit({ ...audit, site: reported.site, address: reported.address, detail }, reported.request_id);
  return yield* deliveryById(deliveryId);
}

/** A delivery that has failed keeps its reason. A bounce takes the claim from a courier that is working on the delivery. */
function* note({ deliveryId, what, reason }: Wish): Program<void> {
  const end = what === 'bounced' ? sql`, state = 'failed', due_at = NULL, claim_token = NULL` : sql``;
  yield* rows(sql`
    UPDATE deliveries SET last_reason = ${reason} ${end} WHERE id = ${deliveryId} AND state <> 'failed'`);
}
