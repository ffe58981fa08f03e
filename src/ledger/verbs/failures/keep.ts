/** Writes what failed or bounced down, in the commit in which it does. What a message says moves here from its delivery. */
import type { FailedState } from '../../../contract/ledger.js';
import { columnsOf, integer } from '../../tables/columns.js';
import { deliveries, type DeliveryRow } from '../../tables/deliveries.js';
import { failures } from '../../tables/failures.js';
import { insertFrom } from '../../tables/insert.js';
import { fieldsOf, recordset } from '../../tables/recordset.js';
import { rows, type UnitOfWork } from '../../unit-of-work.js';
import { greatest, now, nowOnce, sql, type Sql } from '../../sql.js';

const OF_DELIVERY = columnsOf(
  deliveries,
  ...(['id', 'kind', 'channel', 'carrier', 'recipient', 'recipient_key', 'request_id', 'about'] as const),
  ...(['give_up_at', 'expires_at', 'resend_for', 'mail_scope'] as const),
);
const GIVEN = { ...OF_DELIVERY, ...columnsOf(failures, 'state', 'reason', 'made_at'), is_maybe_duplicate: integer };
const SEALED = columnsOf(failures, 'sealed_payload');

interface Failing {
  readonly state: FailedState;
  /** Of those that say no reason of their own. */
  readonly reason: string;
}

/** `failing`: as they were before. One that fails once more than once, as a card does, keeps its record, with the last reason. */
export function* keepFailures(failing: readonly DeliveryRow[], { state, reason }: Failing): UnitOfWork<void> {
  if (failing.length === 0) return;
  const made = failing.map((one) => ({
    ...pick(one),
    ...{ state, reason: one.last_reason ?? reason, made_at: one.created_at, sealed_payload: one.sealed_payload },
    is_maybe_duplicate: mayBeThere(one, state) ? 1 : 0,
  }));
  const failure = {
    ...fieldsOf('made', GIVEN),
    site: sql`(SELECT coalesce(site, host) FROM requests WHERE requests.id = made.request_id)`,
    attempts: sql`(SELECT count(*) FROM attempts WHERE attempts.delivery_id = made.id)`,
    failed_at: now,
    payload_until: PAYLOAD_UNTIL,
    sealed_payload: sql`CASE WHEN ${PAYLOAD_UNTIL} > ${nowOnce} THEN made.sealed_payload END`,
  };
  yield* rows(sql`
    ${insertFrom(failures, failure, sql`FROM ${recordset('made', made, { ...GIVEN, ...SEALED })} WHERE true`)}
    ON CONFLICT (id) DO UPDATE SET
      state = excluded.state, reason = excluded.reason, attempts = excluded.attempts, failed_at = excluded.failed_at`);
}

/** A message may be sent again until its own end, or for as long after its failure as its sender said. */
const PAYLOAD_UNTIL: Sql = sql`${greatest}(coalesce(made.expires_at, 0), ${nowOnce} + coalesce(made.resend_for, 0))`;

function pick(one: DeliveryRow) {
  const { id, kind, channel, carrier, recipient, recipient_key, request_id } = one;
  const { about, give_up_at, expires_at, resend_for, mail_scope } = one;
  const whom = { channel, carrier, recipient, recipient_key };
  return { id, kind, ...whom, request_id, about, give_up_at, expires_at, resend_for, mail_scope };
}

/** A second card or mail may then be one too many. */
export function mayBeThere(one: DeliveryRow, state: DeliveryRow['state'] = one.state): boolean {
  const isThere = one.receipt !== null && state !== 'bounced';
  return isThere || one.is_maybe_there === 1 || one.is_maybe_duplicate === 1;
}
