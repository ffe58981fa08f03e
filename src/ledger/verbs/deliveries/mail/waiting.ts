/** What mails that are still to go out are of, for whoever asks whether something takes them. */
import type { ChannelName } from '../../../../approval/brand.js';
import type { WaitingMails } from '../../../../contract/mail-routing.js';
import { sql, whole } from '../../../sql.js';
import { rows, type UnitOfWork } from '../../../unit-of-work.js';
import { scopeOf, type DueRow } from './choose.js';

/** Of a long queue those that are due first are looked at. */
const MAX_LOOKED_AT = 1_000;

type Row = Pick<DueRow, 'site' | 'producer' | 'mail_scope'> & { readonly count: number; readonly since_at: number };

export function* waitingMails(transport: ChannelName): UnitOfWork<readonly WaitingMails[]> {
  const found = yield* rows<Row>(sql`
    SELECT site, producer, mail_scope, count(*) AS count, min(created_at) AS since_at
    FROM (
      SELECT requests.site, requests.producer, deliveries.mail_scope, deliveries.created_at
      FROM deliveries LEFT JOIN requests ON requests.id = deliveries.request_id
      WHERE deliveries.carrier = ${transport} AND deliveries.due_at IS NOT NULL AND deliveries.state <> 'sending'
      ORDER BY deliveries.due_at LIMIT ${whole(MAX_LOOKED_AT)}) waiting
    GROUP BY site, producer, mail_scope`);
  return found.map((row) => ({ scope: scopeOf(row), count: row.count, sinceMs: row.since_at }));
}
