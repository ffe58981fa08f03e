/** Expires requests that nobody answered in time: all that are due, or the one that somebody asks about. */
import type { ChannelName } from '../../../approval/brand.js';
import type { RequestRecord } from '../../../approval/request.js';
import type { AuditEntry, RequestLedger } from '../../../contract/ledger.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import { lockedOrSkipped, now, nowOnce, sql, whole } from '../../sql.js';
import { conclude, type Conclusion } from './conclude.js';
import { rowById } from './find.js';
import { requestRecord } from './record.js';

const EXPIRED = {
  outcome: 'expired',
  by: 'clock',
  over: 'clock',
  what: 'expired',
  tapId: null,
  ttlSeconds: null,
  denial: null,
} as const satisfies Omit<Conclusion, 'where' | 'callbackTransport'> & { readonly by: AuditEntry['who'] };

type Due = Parameters<RequestLedger['expireDue']>[0];

/** Passes over a request that a decision holds locked right now: it is decided in time, or expires at the next call. */
export function* expireDue({ limit, callbackTransport }: Due): UnitOfWork<readonly RequestRecord[]> {
  const where = sql`id IN (
    SELECT id FROM requests WHERE outcome IS NULL AND deadline_at <= ${nowOnce}
    ORDER BY deadline_at LIMIT ${whole(limit)} ${lockedOrSkipped})`;
  return (yield* conclude({ ...EXPIRED, callbackTransport, where })).requests;
}

/** `isNew`: this call wrote the expiry. Where another call was quicker, its outcome is read instead. */
export function* expireOne(
  late: RequestRecord,
  callbackTransport: ChannelName,
): UnitOfWork<{ readonly request: RequestRecord; readonly isNew: boolean }> {
  const where = sql`id = ${late.id} AND deadline_at <= ${now}`;
  const [expired] = (yield* conclude({ ...EXPIRED, callbackTransport, where })).requests;
  if (expired !== undefined) return { request: expired, isNew: true };
  const found = yield* rowById(late.id);
  return { request: found === null ? late : requestRecord(found), isNew: false };
}
