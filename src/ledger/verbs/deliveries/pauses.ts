/** Pauses of transports whose provider refuses us: their queue is kept, one probe at a time tries again. */
import type { ChannelName } from '../../../approval/brand.js';
import type { TransportPause, DeliveryLedger } from '../../../contract/ledger.js';
import { pauses, type PauseRow } from '../../tables/deliveries.js';
import { insertInto } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { now, sql, whole } from '../../sql.js';
import { announceDue } from './announce-due.js';
import { resumeProvider } from './mail/gates.js';

/** A pause that stands keeps its beginning. */
export function* pauseTransport(
  transport: ChannelName,
  { reason, probeAfterMs, provider = null }: { reason: string; probeAfterMs: number; provider?: string | null },
): UnitOfWork<void> {
  const probe_at = sql`${now} + ${whole(probeAfterMs)}`;
  yield* rows(sql`
    ${insertInto(pauses, { carrier: transport, reason, since_at: now, probe_at, provider })}
    ON CONFLICT (carrier) DO UPDATE SET reason = excluded.reason, probe_at = excluded.probe_at, provider = excluded.provider`);
}

/** A pause that no delivery brought about. */
export function* pause({ transport, ...why }: Parameters<DeliveryLedger['pause']>[0]): UnitOfWork<void> {
  yield* pauseTransport(transport, why);
}

const known = mapper(pauses, 'reason', 'probe_at');

export function* listPauses(): UnitOfWork<readonly TransportPause[]> {
  const found = yield* rows<PauseRow>(sql`SELECT * FROM pauses ORDER BY carrier`);
  return found.map((pause) => ({ transport: pause.carrier, sinceMs: pause.since_at, ...known(pause) }));
}

/** False when there was no pause. */
export function* resume(transport: ChannelName, provider?: string): UnitOfWork<boolean> {
  if (provider !== undefined) return yield* resumeOne(transport, provider);
  const ended = yield* row(sql`DELETE FROM pauses WHERE carrier = ${transport} RETURNING carrier`);
  if (ended !== null) yield* announceDue([transport]);
  return ended !== null;
}

function* resumeOne(transport: ChannelName, provider: string): UnitOfWork<boolean> {
  const isEnded = yield* resumeProvider(transport, provider);
  if (isEnded) yield* announceDue([transport]);
  return isEnded;
}
