/**
 * What a closing makes of a delivery. Pure.
 *
 *   sending ──sent, drawn as wanted──▶ sent
 *   sending ──sent, but more is wanted by now──▶ queued, as an update
 *   sending ──retry──▶ retry_wait, or failed where the next try would come too late
 *   sending ──failed──▶ failed
 *   sending ──uneditable──▶ queued, as a follow-up; or failed where there is no card to follow, or this was the follow-up
 *   sending ──paused, released──▶ queued
 *   sending ──not there and cannot be, and the request has an outcome──▶ cancelled instead of queued or retry_wait
 *   sending ──cancelled──▶ cancelled
 *
 * A card that can be edited no more is lost until its follow-up was sent: then the new receipt replaces the old one.
 */
import type { Closing, DeliveryState } from '../../contract/ledger.js';
import type { DeliveryRow } from '../entities/deliveries.js';

/** The row as it stands under the request's lock, with the request's own state beside it. */
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

export function settle(row: HeldRow, closing: Closing): Settled {
  const standing = {
    receipt: row.receipt,
    drawnRevision: row.drawn_revision,
    attempts: row.attempts,
    lastReason: 'reason' in closing ? closing.reason : row.last_reason,
    isMaybeDuplicate: row.is_maybe_duplicate === 1,
    isCardLost: row.is_card_lost === 1,
    isMaybeThere: row.is_maybe_there === 1,
  };
  switch (closing.kind) {
    case 'sent':
      return settleSent(row, closing);
    case 'retry': {
      const isMaybeDuplicate = standing.isMaybeDuplicate || closing.isMaybeDuplicate;
      const isMaybeThere = standing.isMaybeThere || (closing.isUnknown && row.receipt === null);
      return { ...standing, isMaybeDuplicate, isMaybeThere, ...again({ row, isMaybeThere }, closing.waitMs) };
    }
    case 'paused':
      return { ...standing, ...again({ row, ...standing }, 0) };
    case 'released':
      return { ...standing, attempts: Math.max(row.attempts - 1, 0), ...again({ row, ...standing }, 0) };
    case 'uneditable':
      if (row.receipt === null || standing.isCardLost) return { ...standing, state: 'failed', dueAtMs: null };
      return { ...standing, isCardLost: true, attempts: 0, ...again({ row, ...standing }, 0) };
    case 'failed':
      return { ...standing, state: 'failed', dueAtMs: null };
    case 'cancelled':
      return { ...standing, state: 'cancelled', dueAtMs: null };
  }
}

function settleSent(row: HeldRow, closing: Extract<Closing, { kind: 'sent' }>): Settled {
  const drawnRevision = Math.max(row.drawn_revision, closing.drawnRevision);
  const isBehind = row.kind === 'card' && drawnRevision < row.request_revision;
  return {
    state: isBehind ? 'queued' : 'sent',
    dueAtMs: isBehind ? row.now : null,
    receipt: JSON.stringify(closing.receipt),
    drawnRevision,
    attempts: 0,
    lastReason: null,
    isMaybeDuplicate: row.is_maybe_duplicate === 1,
    isCardLost: false,
    isMaybeThere: false,
  };
}

interface Standing {
  readonly row: HeldRow;
  readonly isMaybeThere: boolean;
}

function again({ row, isMaybeThere }: Standing, waitMs: number): Pick<Settled, 'state' | 'dueAtMs'> {
  const isNowhere = row.receipt === null && !isMaybeThere;
  const isPointless = row.kind === 'card' && isNowhere && row.is_request_open === 0;
  if (isPointless) return { state: 'cancelled', dueAtMs: null };
  const dueAtMs = row.now + waitMs;
  if (dueAtMs >= row.give_up_at) return { state: 'failed', dueAtMs: null };
  return { state: waitMs > 0 ? 'retry_wait' : 'queued', dueAtMs };
}
