/** Pauses of carriers whose provider refuses us: their queue is kept, one probe at a time tries again. */
import type { ChannelName } from '../../approval/brand.js';
import type { CarrierPause, DeliveryLedger } from '../../contract/ledger.js';
import type { PauseRow } from '../entities/deliveries.js';
import { row, rows, type Program } from '../program.js';
import { now, sql, whole } from '../sql.js';
import { announceDue } from './announce-due.js';

/** A pause that stands keeps its beginning. */
export function* pauseCarrier(carrier: string, why: { reason: string; probeAfterMs: number }): Program<void> {
  yield* rows(sql`
    INSERT INTO pauses (carrier, reason, since_at, probe_at)
    VALUES (${carrier}, ${why.reason}, ${now}, ${now} + ${whole(why.probeAfterMs)})
    ON CONFLICT (carrier) DO UPDATE SET reason = excluded.reason, probe_at = excluded.probe_at`);
}

/** A pause that no delivery brought about. */
export function* pause({ carrier, ...why }: Parameters<DeliveryLedger['pause']>[0]): Program<void> {
  yield* pauseCarrier(carrier, why);
}

export function* listPauses(): Program<readonly CarrierPause[]> {
  const found = yield* rows<PauseRow>(sql`SELECT * FROM pauses ORDER BY carrier`);
  return found.map((pause) => ({
    carrier: pause.carrier as ChannelName,
    reason: pause.reason,
    sinceMs: pause.since_at,
    probeAtMs: pause.probe_at,
  }));
}

/** False when there was no pause. */
export function* resume(carrier: ChannelName): Program<boolean> {
  const ended = yield* row(sql`DELETE FROM pauses WHERE carrier = ${carrier} RETURNING carrier`);
  if (ended !== null) yield* announceDue([carrier]);
  return ended !== null;
}
