/**
 * What a result makes of a delivery. Pure.
 *
 *   sending ──sent, drawn as wanted──▶ sent
 *   sending ──sent, but more is wanted by now──▶ queued, as an update
 *   sending ──accepted──▶ accepted; what more is wanted by now waits until it is sent
 *   sending ──retry──▶ retry_wait, or failed where the next try would come too late; one that was throttled may not count
 *   sending ──failed──▶ failed
 *   sending ──bounced──▶ bounced
 *   sending ──uneditable──▶ queued, as a follow-up; or failed where there is no card to follow, or this was the follow-up
 *   sending ──paused, released──▶ queued
 *   sending ──not there and cannot be, and the request has an outcome──▶ cancelled instead of queued or retry_wait
 *   sending ──cancelled──▶ cancelled
 *
 * A message without a request has one task, `notify`, and moves the same way; no result cancels it. An operator cancels and redrives
 * (`../queue`): a claim that was cancelled is lost to its attempt.
 * A card that can be edited no more is lost until its follow-up was sent: then the new receipt replaces the old one.
 */
import type { AttemptResult, DeliveryState } from '../../../contract/ledger.js';
import { deliveries, type DeliveryRow } from '../../tables/deliveries.js';
import { mapper } from '../../tables/mapper.js';

/** The row as it stands under the request's lock, with the request's own state beside it: revision 0 and open where there is none. */
export interface HeldRow extends DeliveryRow {
  readonly request_revision: number;
  readonly is_request_open: number;
  readonly now: number;
}

export interface Settled {
  readonly state: DeliveryState;
  readonly dueAtMs: number | null;
  readonly receipt: string | null;
  readonly drawnRevision: number;
  readonly attempts: number;
  readonly lastReason: string | null;
  readonly isMaybeDuplicate: boolean;
  readonly isCardLost: boolean;
  readonly isMaybeThere: boolean;
}

const currentOf = mapper(
  deliveries,
  'receipt',
  'drawn_revision',
  'attempts',
  'last_reason',
  'is_maybe_duplicate',
  'is_card_lost',
  'is_maybe_there',
);

/** `isFree`: the attempt is not counted. */
export function settle(row: HeldRow, result: AttemptResult, isFree = false): Settled {
  const held = currentOf(row);
  const before = { ...held, isMaybeDuplicate: held.isMaybeDuplicate || result.isMaybeDuplicate === true };
  const current = 'reason' in result ? { ...before, lastReason: result.reason } : before;
  switch (result.kind) {
    case 'sent':
      return { ...settleSent(row, result), isMaybeDuplicate: before.isMaybeDuplicate };
    case 'accepted':
      return {
        ...settleSent(row, result),
        isMaybeDuplicate: before.isMaybeDuplicate,
        state: 'accepted',
        dueAtMs: null,
      };
    case 'retry': {
      if (!isFree && row.attempts >= (result.throttled?.most ?? Number.POSITIVE_INFINITY))
        return { ...current, state: 'failed', dueAtMs: null };
      const isMaybeThere = current.isMaybeThere || (result.isUnknown && row.receipt === null);
      return {
        ...current,
        isMaybeThere,
        attempts: isFree ? Math.max(row.attempts - 1, 0) : row.attempts,
        ...again({ row, isMaybeThere, lifetimeMs: result.lifetimeMs }, result.waitMs),
      };
    }
    case 'paused':
      return { ...current, ...again({ row, ...current }, 0) };
    case 'released':
      return { ...current, attempts: Math.max(row.attempts - 1, 0), ...again({ row, ...current }, 0) };
    case 'uneditable':
      if (row.receipt === null || current.isCardLost) return { ...current, state: 'failed', dueAtMs: null };
      return { ...current, isCardLost: true, attempts: 0, ...again({ row, ...current }, 0) };
    case 'failed':
      return { ...current, state: 'failed', dueAtMs: null };
    case 'bounced':
      return { ...current, state: 'bounced', dueAtMs: null };
    case 'cancelled':
      return { ...current, state: 'cancelled', dueAtMs: null };
  }
}

function settleSent(
  row: HeldRow,
  result: Extract<AttemptResult, { kind: 'sent' | 'accepted' }>,
): Omit<Settled, 'isMaybeDuplicate'> {
  const drawnRevision = Math.max(row.drawn_revision, result.drawnRevision);
  const isBehind = row.kind === 'card' && drawnRevision < row.request_revision;
  return {
    state: isBehind ? 'queued' : 'sent',
    dueAtMs: isBehind ? row.now : null,
    receipt: JSON.stringify(result.receipt),
    drawnRevision,
    attempts: 0,
    lastReason: null,
    isCardLost: false,
    isMaybeThere: false,
  };
}

interface Current {
  readonly row: HeldRow;
  readonly isMaybeThere: boolean;
  readonly lifetimeMs?: number | undefined;
}

function again({ row, isMaybeThere, lifetimeMs }: Current, waitMs: number): Pick<Settled, 'state' | 'dueAtMs'> {
  const isNowhere = row.receipt === null && !isMaybeThere;
  const isPointless = row.kind === 'card' && isNowhere && row.is_request_open === 0;
  if (isPointless) return { state: 'cancelled', dueAtMs: null };
  const dueAtMs = row.now + waitMs;
  const endsAtMs = Math.min(
    row.expires_at ?? row.give_up_at,
    row.created_at + (lifetimeMs ?? Number.POSITIVE_INFINITY),
  );
  if (dueAtMs >= endsAtMs) return { state: 'failed', dueAtMs: null };
  return { state: waitMs > 0 ? 'retry_wait' : 'queued', dueAtMs };
}
