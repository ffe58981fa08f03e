/**
 * Claims due deliveries of one transport: those queued, those whose wait is over, and those whose lease ran out because
 * their courier is gone. `due_at` says all three. Cards that nobody needs any more are cancelled on the way.
 */
import type { Claim, DeliveryLedger } from '../../../contract/ledger.js';
import type { DeliveryRow, PauseRow } from '../../tables/deliveries.js';
import type { RequestRow } from '../../tables/requests.js';
import { row, rows, type UnitOfWork } from '../../unit-of-work.js';
import { lockedOrSkipped, now, nowOnce, oneOf, sql, whole } from '../../sql.js';
import { abandonOpenAttempts } from './abandon.js';
import { begin } from './begin.js';
import { IS_POINTLESS, isDue, taken } from './due.js';
import { pauseProvider } from './mail/gates.js';
import { isAlone, takeMails } from './mail/take.js';

type Input = Parameters<DeliveryLedger['claim']>[0];

export function* claim(input: Input): UnitOfWork<readonly Claim[]> {
  const pause = yield* row<PauseRow>(sql`SELECT * FROM pauses WHERE carrier = ${input.transport}`);
  if (pause !== null && pause.paused_by !== null) return [];
  if (pause === null || (yield* isOfOneProvider(pause, input))) return yield* claimDue(input, { isProbe: false });
  if (!(yield* takeProbe(input))) return [];
  const probe = yield* claimDue({ ...input, limit: Math.min(input.limit, 1) }, { isProbe: true });
  if (probe.length === 0) yield* giveBackProbe(pause);
  return probe;
}

/** The transport was paused when it had one provider. With others beside it the pause is that provider's alone. */
function* isOfOneProvider({ carrier, provider, reason, probe_at }: PauseRow, { mail }: Input): UnitOfWork<boolean> {
  if (provider === null || mail === undefined || isAlone(mail.routes)) return false;
  const ended = yield* row(sql`
    DELETE FROM pauses WHERE carrier = ${carrier} AND provider = ${provider} AND probe_at = ${whole(probe_at)} RETURNING carrier`);
  if (ended !== null) yield* pauseProvider(provider, { reason, probeAfterMs: 0 });
  return ended !== null;
}

/** One probe at a time: the claim that moves `probe_at` forward is the one that may probe. */
function* takeProbe({ transport, leaseMs }: Input): UnitOfWork<boolean> {
  const taken = yield* row(sql`
    UPDATE pauses SET probe_at = ${now} + ${whole(leaseMs)}
    WHERE carrier = ${transport} AND probe_at <= ${now} RETURNING carrier`);
  return taken !== null;
}

function* giveBackProbe({ carrier: transport, probe_at }: PauseRow): UnitOfWork<void> {
  yield* rows(sql`UPDATE pauses SET probe_at = ${whole(probe_at)} WHERE carrier = ${transport}`);
}

function* claimDue(input: Input, { isProbe }: { readonly isProbe: boolean }): UnitOfWork<readonly Claim[]> {
  yield* cancelPointless(input);
  const { mail } = input;
  const mails = mail === undefined ? null : yield* takeMails({ ...input, mail });
  const plain = mails?.taken ?? (yield* takeDue(input));
  const probes = mails?.probes ?? [];
  const all = [...plain, ...probes];
  if (all.length === 0) return [];
  yield* abandonOpenAttempts(all);
  const requests = yield* requestsOf(all);
  return [...(yield* begin(plain, { requests, isProbe })), ...(yield* begin(probes, { requests, isProbe: true }))];
}

function* takeDue(input: Input): UnitOfWork<readonly DeliveryRow[]> {
  return yield* rows<DeliveryRow>(sql`
    UPDATE deliveries SET ${taken(input)}
    WHERE id IN (
      SELECT id FROM deliveries WHERE ${isDue(input.transport)}
      ORDER BY due_at LIMIT ${whole(input.limit)} ${lockedOrSkipped})
    RETURNING *`);
}

function* requestsOf(taken: readonly DeliveryRow[]): UnitOfWork<readonly RequestRow[]> {
  const ids = [...new Set(taken.flatMap(({ request_id }) => request_id ?? []))];
  return ids.length === 0 ? [] : yield* rows<RequestRow>(sql`SELECT * FROM requests WHERE id ${oneOf(ids, 'text')}`);
}

/** How many pointless cards one claim cancels at most, so that a claim's cost does not grow with the queue. */
const POINTLESS_AT_ONCE = 64;

/** Where none is among those that would be claimed, what is behind them is not looked at. */
function* cancelPointless({ transport, limit }: Input): UnitOfWork<void> {
  const cancelled = yield* cancelPointlessAmong(transport, limit);
  if (cancelled > 0) yield* cancelPointlessAmong(transport, POINTLESS_AT_ONCE);
}

/** How many there were among so many of those that are due first. */
function* cancelPointlessAmong(transport: string, first: number): UnitOfWork<number> {
  const cancelled = yield* rows(sql`
    UPDATE deliveries SET state = 'cancelled', due_at = NULL, claim_token = NULL
    WHERE id IN (
      SELECT id FROM deliveries
      WHERE id IN (SELECT id FROM deliveries WHERE carrier = ${transport} AND due_at <= ${nowOnce}
                   ORDER BY due_at LIMIT ${whole(first)})
        AND ${IS_POINTLESS}
      ${lockedOrSkipped})
    RETURNING id`);
  return cancelled.length;
}
