/** A producer takes back its own request. */
import type { RequestLedger } from '../../../contract/ledger.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import { now, sql } from '../../sql.js';
import { conclude } from './conclude.js';
import { expireOne } from './expire.js';
import { rowByTokenHash } from './find.js';
import { requestRecord } from './record.js';

type Input = Parameters<RequestLedger['withdraw']>[0];
type Answer = Awaited<ReturnType<RequestLedger['withdraw']>>;

export function* withdraw({ tokenHash, producer, surface, callbackTransport }: Input): UnitOfWork<Answer> {
  const { requests } = yield* conclude({
    outcome: 'withdrawn',
    by: producer,
    over: surface,
    callbackTransport,
    what: 'withdrawn',
    tapId: null,
    ttlSeconds: null,
    denial: null,
    where: sql`token_hash = ${tokenHash} AND producer = ${producer} AND deadline_at > ${now}`,
  });
  const [withdrawn] = requests;
  if (withdrawn !== undefined) return { kind: 'withdrawn', request: withdrawn };
  const found = yield* rowByTokenHash(tokenHash);
  if (found === null) return { kind: 'unknown' };
  if (found.producer !== producer) return { kind: 'foreign' };
  const request = requestRecord(found);
  return {
    kind: 'already',
    request: found.outcome === null ? (yield* expireOne(request, callbackTransport)).request : request,
  };
}
