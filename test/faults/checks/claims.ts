/** A stale claim completes nothing: only the end of the attempt that was begun last counts. */
import type { AttemptRow, DeliveryRow } from '../../../src/ledger/tables/deliveries.js';
import { grouped, type Check } from './evidence.js';

export const obeysClaims: Check = ({ rows }) => {
  const attempts = grouped(rows.attempts, ({ delivery_id }) => delivery_id);
  return rows.deliveries.flatMap((delivery) => {
    const begun = [...(attempts.get(delivery.id) ?? [])].sort((one, other) => one.id - other.id);
    const last = begun.at(-1);
    const wrong = last === undefined ? withoutAttempt(delivery) : (wrongLast(delivery, last) ?? wrongEarlier(begun));
    return wrong === null ? [] : [`delivery ${delivery.id} over ${delivery.channel}, ${delivery.state}, ${wrong}`];
  });
};

function withoutAttempt({ state }: DeliveryRow): string | null {
  return state === 'sent' || state === 'failed' ? 'has no attempt' : null;
}

/** `superseded` is said of an attempt whose claim was lost to a later one, or to a cancellation. */
function wrongLast({ state }: DeliveryRow, { id, outcome }: AttemptRow): string | null {
  if (outcome === 'superseded' && state !== 'cancelled')
    return `was completed by others than its last attempt ${String(id)}`;
  if (state === 'sent' && outcome !== 'sent')
    return `has a last attempt ${String(id)} that ended as ${String(outcome)}`;
  if (outcome === null && state !== 'sending') return `has an attempt ${String(id)} that never ended`;
  return null;
}

/** One claim a delivery: the next attempt begins after the one before was ended, by its courier or by its lease. */
function wrongEarlier(begun: readonly AttemptRow[]): string | null {
  const open = begun.slice(0, -1).find(({ ended_at }) => ended_at === null);
  return open === undefined ? null : `has an attempt ${String(open.id)} that never ended`;
}
