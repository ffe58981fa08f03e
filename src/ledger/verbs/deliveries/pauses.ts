/** Pauses of transports: their queue is kept. Where the provider refuses us one probe at a time tries again; what an operator paused waits for one. */
import type { ChannelName } from '../../../approval/brand.js';
import type { AuditEntry, DeliveryLedger, TransportPause } from '../../../contract/ledger.js';
import { pauses, type PauseRow } from '../../tables/deliveries.js';
import { insertInto } from '../../tables/insert.js';
import { mapper } from '../../tables/mapper.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { addAudit } from '../audit/add.js';
import { locked, now, sql, whole } from '../../sql.js';
import { announceDue } from './announce-due.js';
import { resumeProvider } from './mail/gates.js';

/** A pause that stands keeps its beginning, and one by an operator stays as it is. */
export function* pauseTransport(
  transport: ChannelName,
  { reason, probeAfterMs, provider = null }: { reason: string; probeAfterMs: number; provider?: string | null },
): UnitOfWork<void> {
  const probe_at = sql`${now} + ${whole(probeAfterMs)}`;
  yield* rows(sql`
    ${insertInto(pauses, { carrier: transport, reason, since_at: now, probe_at, provider })}
    ON CONFLICT (carrier) DO UPDATE SET reason = excluded.reason, probe_at = excluded.probe_at, provider = excluded.provider
    WHERE pauses.paused_by IS NULL`);
}

/** A pause that no delivery brought about. */
export function* pause({ transport, ...why }: Parameters<DeliveryLedger['pause']>[0]): UnitOfWork<void> {
  yield* pauseTransport(transport, why);
}

const known = mapper(pauses, 'reason', 'probe_at', 'paused_by', 'provider');

export function* listPauses(): UnitOfWork<readonly TransportPause[]> {
  const found = yield* rows<PauseRow>(sql`SELECT * FROM pauses ORDER BY carrier`);
  return found.map((pause) => ({ transport: pause.carrier, sinceMs: pause.since_at, ...known(pause) }));
}

/** False when there was no pause, or it is an operator's. */
export function* resume(transport: ChannelName, provider?: string): UnitOfWork<boolean> {
  if (provider !== undefined) return yield* resumeOne(transport, provider);
  const ended = yield* row(
    sql`DELETE FROM pauses WHERE carrier = ${transport} AND paused_by IS NULL RETURNING carrier`,
  );
  if (ended !== null) yield* announceDue([transport]);
  return ended !== null;
}

function* resumeOne(transport: ChannelName, provider: string): UnitOfWork<boolean> {
  const isEnded = yield* resumeProvider(transport, provider);
  if (isEnded) yield* announceDue([transport]);
  return isEnded;
}

/** To a process of the version before, too, its probe never comes. */
const NEVER_MS = 4_102_444_800_000;

type ByHand = Parameters<DeliveryLedger['pauseByHand']>[0];

export function* pauseByHand({ transport, reason }: ByHand, audit: AuditEntry): UnitOfWork<boolean> {
  const before = yield* row<PauseRow>(sql`SELECT * FROM pauses WHERE carrier = ${transport} ${locked}`);
  const made = {
    carrier: transport,
    reason,
    since_at: now,
    probe_at: whole(NEVER_MS),
    paused_by: audit.who,
    provider: null,
  };
  const paused = yield* row(sql`
    ${insertInto(pauses, made)}
    ON CONFLICT (carrier) DO UPDATE SET
      reason = excluded.reason, since_at = excluded.since_at, probe_at = excluded.probe_at, paused_by = excluded.paused_by,
      provider = excluded.provider
    WHERE pauses.paused_by IS NULL
    RETURNING carrier`);
  if (paused === null) return false;
  const detail = { ...audit.detail, transport, reason, before: stateOf(before), after: 'paused' };
  yield* addAudit({ ...audit, detail }, null);
  return true;
}

export function* resumeByHand(transport: ChannelName, audit: AuditEntry): UnitOfWork<boolean> {
  const ended = yield* row<PauseRow>(sql`DELETE FROM pauses WHERE carrier = ${transport} RETURNING *`);
  if (ended === null) return false;
  const detail = { ...audit.detail, transport, reason: ended.reason, before: stateOf(ended), after: 'open' };
  yield* addAudit({ ...audit, detail }, null);
  yield* announceDue([transport]);
  return true;
}

function stateOf(pause: PauseRow | null): string {
  if (pause === null) return 'open';
  return pause.paused_by === null ? `paused by its provider (${pause.reason})` : `paused by ${pause.paused_by}`;
}
