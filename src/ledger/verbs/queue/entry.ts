/** A delivery as operators see it, and one of them with its attempts. */
import type { SiteKey } from '../../../approval/brand.js';
import type { AttemptEntry, DeliveryEntry, DeliveryWithAttempts } from '../../../contract/ledger.js';
import { deliveryRecord, TRIES, type DeliveryWithTries } from '../deliveries/find.js';
import { attempts, deliveries, type AttemptRow, type DeliveryRow } from '../../tables/deliveries.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { sql, whole } from '../../sql.js';

/** Of one delivery: it may be tried every five minutes for a day. */
const MAX_LISTED_ATTEMPTS = 500;

export type EntryRow = DeliveryWithTries & {
  readonly site: SiteKey | null;
  readonly redriven_as: string | null;
};

/** Scalar subqueries: each is asked of the rows of one page alone. */
export const ENTRY_COLUMNS = sql`
  deliveries.*, ${TRIES},
  (SELECT coalesce(site, host) FROM requests WHERE requests.id = deliveries.request_id) AS site,
  (SELECT again.id FROM deliveries again WHERE again.redrive_of = deliveries.id) AS redriven_as`;

const ofDelivery = mapper(deliveries, 'created_at', 'due_at', 'redrive_of', 'provider', 'mailbox');

export function deliveryEntry(delivery: EntryRow): DeliveryEntry {
  const { site, redriven_as: redrivenAs, expires_at, give_up_at } = delivery;
  const endsAtMs = expires_at ?? give_up_at;
  return { ...deliveryRecord(delivery), ...ofDelivery(delivery), endsAtMs, site, redrivenAs };
}

const attemptEntry: (attempt: AttemptRow) => AttemptEntry = mapper(
  attempts,
  'task',
  'attempt',
  'started_at',
  'ended_at',
  'outcome',
  'reason',
  'took_ms',
  'provider',
  'mailbox',
  'client_request_id',
  'provider_request_id',
);

export function* findDelivery(id: string): UnitOfWork<DeliveryWithAttempts | null> {
  const found = yield* row<EntryRow>(sql`SELECT ${ENTRY_COLUMNS} FROM deliveries WHERE deliveries.id = ${id}`);
  if (found === null) return null;
  const tries = yield* rows<AttemptRow>(sql`
    SELECT * FROM attempts WHERE delivery_id = ${id} ORDER BY id DESC LIMIT ${whole(MAX_LISTED_ATTEMPTS)}`);
  return { ...deliveryEntry(found), attemptEntries: tries.map(attemptEntry) };
}

export function* sealedPayload(id: string): UnitOfWork<string | null> {
  const found = yield* row<Pick<DeliveryRow, 'sealed_payload'>>(sql`
    SELECT coalesce(
      (SELECT sealed_payload FROM deliveries WHERE id = ${id}),
      (SELECT sealed_payload FROM failures WHERE id = ${id})) AS sealed_payload`);
  return found?.sealed_payload ?? null;
}
