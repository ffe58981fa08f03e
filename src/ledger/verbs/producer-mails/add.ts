/**
 * Takes a mail that another service orders. Its row is written first: of orders with one key at once, the others wait for it and find
 * it. Caps are counted behind it; a mail that is over one, or whose end has come, leaves nothing.
 */
import type { AuditEntry, NewProducerMail, ProducerMailAdded } from '../../../contract/ledger.js';
import { insertInto } from '../../tables/insert.js';
import { producerMails, type ProducerMailRow } from '../../tables/producer-mails.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { greatest, now, sql, whole } from '../../sql.js';
import { takeAttempt } from '../attempts/take-attempt.js';
import { addAudit } from '../audit/add.js';
import { announceDue } from '../deliveries/announce-due.js';
import { queuedMessage } from '../deliveries/enqueue.js';

/** A mail server answers within a second, so that most mails have ended by then. */
const FIRST_LOOK_MS = 2_000;

const WINDOW_SECONDS = { minute: 60, day: 86_400 } as const;

export function* addProducerMail(mail: NewProducerMail): UnitOfWork<ProducerMailAdded> {
  const written = yield* row<Pick<ProducerMailRow, 'id' | 'body_hash'> & { readonly is_over: number }>(sql`
    ${inserted(mail)}
    ON CONFLICT (producer, idempotency_key) DO UPDATE SET idempotency_key = excluded.idempotency_key
    RETURNING id, body_hash, CASE WHEN expires_at <= ${now} THEN 1 ELSE 0 END AS is_over`);
  if (written === null) throw new Error('a mail is written or known');
  if (written.id !== mail.id)
    return { kind: written.body_hash === mail.bodyHash ? 'known' : 'other_body', mailId: written.id };
  const refused = written.is_over === 1 ? ({ kind: 'over' } as const) : yield* takenFrom(mail);
  if (refused !== null) {
    yield* rows(sql`DELETE FROM producer_mails WHERE id = ${mail.id}`);
    return refused;
  }
  for (const message of mail.messages) yield* rows(queuedMessage(message));
  yield* announceDue(mail.messages.map(({ channel }) => channel));
  yield* addAudit(orderedBy(mail), null);
  return { kind: 'queued', mailId: mail.id };
}

/** To whom it goes, and what it says, its deliveries have for as long as they may. */
function orderedBy({ id, producer, caller, messages }: NewProducerMail): AuditEntry {
  const site = messages[0]?.scope?.site ?? null;
  const detail = { mail: id, recipients: messages.length, caller };
  return { who: producer, what: 'mail_ordered', surface: 'producer', site, address: null, detail };
}

function inserted({ startAtMs, giveUpAtMs, ...mail }: NewProducerMail) {
  const start = startAtMs === null ? sql`${now}` : sql`${greatest}(${now}, ${whole(startAtMs)})`;
  return insertInto(producerMails, {
    id: mail.id,
    producer: mail.producer,
    caller: mail.caller,
    idempotency_key: mail.idempotencyKey,
    body_hash: mail.bodyHash,
    recipients: mail.messages.length,
    created_at: now,
    start_at: start,
    expires_at: whole(giveUpAtMs),
    look_at: mail.isToldOf ? sql`${start} + ${whole(FIRST_LOOK_MS)}` : null,
  });
}

/** Null: there was room in both windows. What the day has no room for is given back to the minute. */
function* takenFrom({ producer, caps, messages }: NewProducerMail): UnitOfWork<ProducerMailAdded | null> {
  const count = messages.length;
  const limitOf = (per: 'minute' | 'day', max: number) => {
    const windowSeconds = WINDOW_SECONDS[per];
    return { key: `producer_mails:${per}:${producer}`, max, windowSeconds };
  };
  const minute = limitOf('minute', caps.perMinute);
  const day = limitOf('day', caps.perDay);
  if (!(yield* takeAttempt(minute, count))) return yield* capped(minute.key, 'minute');
  if (yield* takeAttempt(day, count)) return null;
  yield* rows(sql`UPDATE attempt_windows SET n = n - ${whole(count)} WHERE key = ${minute.key}`);
  return yield* capped(day.key, 'day');
}

function* capped(key: string, per: 'minute' | 'day'): UnitOfWork<ProducerMailAdded> {
  const window = yield* row<{ ms: number }>(sql`SELECT until - ${now} AS ms FROM attempt_windows WHERE key = ${key}`);
  // no window: a single mail has more recipients than the cap allows
  return { kind: 'capped', per, retryAfterMs: Math.max(1, window?.ms ?? WINDOW_SECONDS[per] * 1_000) };
}
