/** Messages without a request, the oldest first by their end. None has a payload by then: it is erased as a message comes to its end. */
import type { Swept, SweepInput } from '../../../contract/ledger.js';
import { compound, type UnitOfWork } from '../../unit-of-work.js';
import { lockedOrSkipped, sql, whole } from '../../sql.js';
import { olderThan } from './by-key.js';

export function* sweepMessages({ olderThanMs, limit }: SweepInput): UnitOfWork<Swept> {
  const done = yield* compound({
    of: { table: 'deliveries', key: 'id' },
    winning: sql`
      SELECT id FROM deliveries
      WHERE expires_at IS NOT NULL AND sealed_payload IS NULL AND ${olderThan(sql`expires_at`, olderThanMs)}
      ORDER BY expires_at LIMIT ${whole(limit)} ${lockedOrSkipped}`,
    consequences: {
      attempts_gone: sql`DELETE FROM attempts WHERE delivery_id IN (SELECT id FROM won) RETURNING id`,
      messages_gone: sql`DELETE FROM deliveries WHERE id IN (SELECT id FROM won) RETURNING id`,
    },
  });
  const gone = done['messages_gone']?.length ?? 0;
  const removed = { messages: gone, attempts: done['attempts_gone']?.length ?? 0 };
  return { removed, erased: {}, next: gone < limit ? null : [] };
}
