/** What operators ask for of the queue, as conditions on `deliveries`. */
import type { DeliveryFilter } from '../../../contract/ledger.js';
import { storedAbout } from '../deliveries/about.js';
import { HAS_RUNNING_GRANT } from '../grants/live-request.js';
import { nowOnce, sql, text, verbatim, whole, type Spelling, type Sql } from '../../sql.js';

export function fitting(filter: DeliveryFilter): Sql {
  const { state, kind, channel, transport, site, recipient, olderThanMs, newerThanMs } = filter;
  const { provider, mailbox } = filter;
  const conditions = [
    state === undefined ? null : sql`state = ${state}`,
    kind === undefined ? null : sql`kind = ${kind}`,
    channel === undefined ? null : sql`channel = ${channel}`,
    transport === undefined ? null : sql`carrier = ${transport}`,
    provider === undefined ? null : sql`provider = ${provider}`,
    mailbox === undefined ? null : sql`mailbox = ${mailbox}`,
    olderThanMs === undefined ? null : sql`created_at <= ${nowOnce} - ${whole(olderThanMs)}`,
    newerThanMs === undefined ? null : sql`created_at > ${nowOnce} - ${whole(newerThanMs)}`,
    recipient === undefined ? null : recipientFits(recipient),
    site === undefined
      ? null
      : sql`EXISTS (SELECT 1 FROM requests WHERE requests.id = request_id AND coalesce(site, host) = ${site})`,
  ];
  return conditions.reduce<Sql>((all, one) => (one === null ? all : sql`${all} AND ${one}`), sql`true`);
}

const positionOf: Spelling = { sqlite: 'instr', postgres: 'strpos' };

/** The values of a recipient without the names of its fields, which would fit many a word. */
const FIELDS = ['approver', 'producer', 'address', 'url'];
const RECIPIENT_WORDS: Spelling = {
  sqlite: FIELDS.map((field) => `coalesce(json_extract(recipient, '$.${field}'), '')`).join(` || ' ' || `),
  postgres: FIELDS.map((field) => `coalesce(CAST(recipient AS json) ->> '${field}', '')`).join(` || ' ' || `),
};

/** A part of a recipient, in any case. */
export function recipientFits(part: string): Sql {
  return sql`${positionOf}(lower(${RECIPIENT_WORDS}), lower(${text(part)})) > 0`;
}

const BEFORE_ID = storedAbout({ kind: 'producer_mail', id: '' });
/** In what a delivery is about; null where that is no mail of a producer. */
const idOfMail = sql`CASE WHEN about LIKE ${`${BEFORE_ID}%`} THEN substr(about, ${verbatim(String(BEFORE_ID.length + 1))}) END`;

/**
 * It has ended, and nothing will be asked of it any more. A card that is or may be with its recipient is redrawn once its request is
 * decided, and when its grant ends before its time; one that bounced is with nobody. A mail of a producer that is yet to be told how it
 * ended stays for that.
 */
export const IS_REMOVABLE = sql`(
  state IN ('accepted', 'sent', 'failed', 'bounced', 'cancelled') AND due_at IS NULL
  AND (kind <> 'card' OR state = 'bounced'
       OR (state NOT IN ('accepted', 'sent') AND receipt IS NULL AND is_maybe_there = 0)
       OR coalesce((SELECT outcome IS NOT NULL AND (granted_until IS NULL OR NOT (${HAS_RUNNING_GRANT}))
                    FROM requests WHERE requests.id = request_id), true))
  AND NOT EXISTS (SELECT 1 FROM producer_mails WHERE producer_mails.id = ${idOfMail} AND producer_mails.look_at IS NOT NULL))`;
