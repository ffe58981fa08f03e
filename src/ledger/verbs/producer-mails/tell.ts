/**
 * Mails that have ended, and telling their producers once. A mail is looked at again later and later, so that mails that wait for
 * hours cost nothing; it is told by the one who ends the looking, in the commit that queues the message.
 */
import type { ProducerMail, ProducerMailLedger } from '../../../contract/ledger.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { greatest, least, lockedOrSkipped, now, nowOnce, sql, whole as integer } from '../../sql.js';
import { announceDue } from '../deliveries/announce-due.js';
import { queuedMessage } from '../deliveries/enqueue.js';
import { aboutOf, FOUND, whole, type FoundMail } from './find.js';

const SOONEST_MS = 2_000;
const LATEST_MS = 60_000;

export function* endedProducerMails(limit: number): UnitOfWork<readonly ProducerMail[]> {
  const due = yield* rows<FoundMail>(sql`
    UPDATE producer_mails
    SET look_at = ${now} + ${least}(${integer(LATEST_MS)}, ${greatest}(${integer(SOONEST_MS)}, (${now} - start_at) / 2))
    WHERE id IN (
      SELECT id FROM producer_mails WHERE look_at <= ${nowOnce}
      ORDER BY look_at LIMIT ${integer(limit)} ${lockedOrSkipped})
    RETURNING ${FOUND}`);
  return (yield* whole(due)).filter(({ hasEnded }) => hasEnded);
}

type Input = Parameters<ProducerMailLedger['tell']>[0];

export function* tellProducer({ id, message }: Input): UnitOfWork<boolean> {
  const told = yield* row(sql`
    UPDATE producer_mails SET look_at = NULL
    WHERE id = ${id} AND look_at IS NOT NULL AND (
      SELECT count(*) FROM deliveries WHERE about = ${aboutOf({ id })} AND due_at IS NOT NULL) = 0
    RETURNING id`);
  if (told === null) return false;
  if (message === null) return true;
  yield* rows(queuedMessage(message));
  yield* announceDue([message.channel]);
  return true;
}
