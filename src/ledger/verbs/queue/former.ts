/** What an operator wants to send again: a delivery, the record of its failure, or both, held until the commit. */
import type { DeliveryRow } from '../../tables/deliveries.js';
import type { FailureRow } from '../../tables/failures.js';
import type { RequestRow } from '../../tables/requests.js';
import { row, type UnitOfWork } from '../../unit-of-work.js';
import { locked, sql } from '../../sql.js';
import { mayBeThere } from '../failures/keep.js';
import { hold } from './held.js';

/** What a new delivery takes over. */
type FormerDelivery = Pick<
  DeliveryRow,
  | 'id'
  | 'kind'
  | 'state'
  | 'channel'
  | 'carrier'
  | 'recipient'
  | 'recipient_key'
  | 'request_id'
  | 'about'
  | 'give_up_at'
  | 'expires_at'
  | 'resend_for'
  | 'mail_scope'
  | 'sealed_payload'
>;

export interface Former {
  readonly delivery: FormerDelivery;
  readonly request: RequestRow | null;
  readonly failure: FailureRow | null;
  /** The delivery that is in its place, or was. */
  readonly redrivenAs: string | null;
  /** It may be with its recipient: a second one may be one too many. */
  readonly mayBeThere: boolean;
}

export function* formerOf(id: string): UnitOfWork<Former | null> {
  const held = yield* hold(id);
  const request = held === null ? yield* requestOfFailure(id) : held.request;
  const failure = yield* row<FailureRow>(sql`SELECT * FROM failures WHERE id = ${id} ${locked}`);
  const delivery = held?.delivery ?? failure;
  if (delivery === null) return null;
  const again = yield* row<Pick<DeliveryRow, 'id'>>(sql`SELECT id FROM deliveries WHERE redrive_of = ${id}`);
  return {
    ...{ delivery, request, failure },
    redrivenAs: again?.id ?? failure?.redriven_as ?? null,
    mayBeThere: held === null ? failure?.is_maybe_duplicate === 1 : mayBeThere(held.delivery),
  };
}

/** Requests are locked before all that is of them. */
function requestOfFailure(id: string): UnitOfWork<RequestRow | null> {
  return row<RequestRow>(sql`
    SELECT * FROM requests WHERE id = (SELECT request_id FROM failures WHERE id = ${id}) ${locked}`);
}
