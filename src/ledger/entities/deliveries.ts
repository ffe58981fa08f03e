/** Deliveries, their attempts, and the pauses of carriers. */
import type { DeliveryState } from '../../contract/ledger.js';
import { bigint, integer, maybe, serial, table, text } from './columns.js';

export interface DeliveryRow {
  readonly id: string;
  readonly request_id: string;
  readonly channel: string;
  readonly carrier: string;
  /** `callback`: told once, after the outcome, and never redrawn. */
  readonly kind: 'card' | 'callback';
  /** The recipient as JSON, and its digest: one recipient gets one card of a request over a channel. */
  readonly recipient: string;
  readonly recipient_key: string;
  readonly state: DeliveryState;
  /** When there is something to do: send, send again, or take over after a lease ran out. Null: nothing. */
  readonly due_at: number | null;
  readonly give_up_at: number;
  readonly claim_token: string | null;
  /** As JSON. Null until the card was put there. */
  readonly receipt: string | null;
  readonly wanted_revision: number;
  readonly drawn_revision: number;
  /** Of the task at hand: putting the card there, or redrawing it. */
  readonly attempts: number;
  readonly last_reason: string | null;
  readonly is_maybe_duplicate: number;
  readonly is_first_ended: number;
  /** The card that `receipt` names can be edited no more: what is due is a new message in its place. */
  readonly is_card_lost: number;
  /** No receipt, and an attempt whose call may have had its effect: no answer came, or its courier died. */
  readonly is_maybe_there: number;
  readonly created_at: number;
}

export const deliveries = table<DeliveryRow>('deliveries', {
  columns: {
    id: { ...text, primary: true },
    request_id: text,
    channel: text,
    carrier: text,
    kind: text,
    recipient: text,
    recipient_key: text,
    state: text,
    due_at: maybe(bigint),
    give_up_at: bigint,
    claim_token: maybe(text),
    receipt: maybe(text),
    wanted_revision: integer,
    drawn_revision: integer,
    attempts: integer,
    last_reason: maybe(text),
    is_maybe_duplicate: integer,
    is_first_ended: integer,
    created_at: bigint,
    is_card_lost: { ...integer, default: 0 },
    is_maybe_there: { ...integer, default: 0 },
  },
  indices: [
    { name: 'deliveries_recipient', columns: ['request_id', 'channel', 'recipient_key'], unique: true },
    { name: 'deliveries_due', columns: ['carrier', 'due_at'], where: 'due_at IS NOT NULL' },
    { name: 'deliveries_failed', columns: ['created_at'], where: "state = 'failed'" },
  ],
  foreignKeys: [
    { name: 'deliveries_request', target: 'requests', columnNames: ['request_id'], referencedColumnNames: ['id'] },
  ],
});

export interface AttemptRow {
  readonly id: number;
  readonly delivery_id: string;
  readonly task: 'notify' | 'update' | 'follow_up';
  readonly attempt: number;
  readonly started_at: number;
  readonly ended_at: number | null;
  /** A closing's kind, `superseded` (the claim was lost) or `abandoned` (its lease ran out). */
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly took_ms: number | null;
}

export const attempts = table<AttemptRow>('attempts', {
  columns: {
    id: serial,
    delivery_id: text,
    task: text,
    attempt: integer,
    started_at: bigint,
    ended_at: maybe(bigint),
    outcome: maybe(text),
    reason: maybe(text),
    took_ms: maybe(integer),
  },
  indices: [{ name: 'attempts_delivery', columns: ['delivery_id'] }],
  foreignKeys: [
    { name: 'attempts_of', target: 'deliveries', columnNames: ['delivery_id'], referencedColumnNames: ['id'] },
  ],
});

export interface PauseRow {
  readonly carrier: string;
  readonly reason: string;
  readonly since_at: number;
  readonly probe_at: number;
}

export const pauses = table<PauseRow>('pauses', {
  columns: { carrier: { ...text, primary: true }, reason: text, since_at: bigint, probe_at: bigint },
});
