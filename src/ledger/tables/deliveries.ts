/** Deliveries, their attempts, and the pauses of transports. */
import type { ChannelName, RequestId } from '../../approval/brand.js';
import type { DeliveryKind, DeliveryState } from '../../contract/ledger.js';
import { bigint, integer, maybe, serial, table, text, textOf, type RowOf } from './columns.js';

export const deliveries = table('deliveries', {
  columns: {
    id: { ...text, primary: true },
    /** Of a card or a callback; null for a message without a request. */
    request_id: maybe(textOf<RequestId>()),
    channel: textOf<ChannelName>(),
    carrier: textOf<ChannelName>(),
    /** All but a `card` are told once and never redrawn. */
    kind: textOf<DeliveryKind>(),
    /** The recipient as JSON, and its digest: one recipient gets one card of a request over a channel; a redriven one has the id of the former behind it. */
    recipient: text,
    recipient_key: text,
    state: textOf<DeliveryState>(),
    /** When there is something to do: send, send again, or take over after a lease ran out. Null: nothing. */
    due_at: maybe(bigint),
    /**
     * When a card or a callback is given up. 0 for a message, whose end is in `expires_at`: a process of the version before
     * claims nothing that is over, and so leaves alone what it could not send.
     */
    give_up_at: bigint,
    claim_token: maybe(text),
    /** As JSON. Null until the card was put there. */
    receipt: maybe(text),
    wanted_revision: integer,
    drawn_revision: integer,
    /** Of the task at hand: putting the card there, or redrawing it. */
    attempts: integer,
    last_reason: maybe(text),
    is_maybe_duplicate: integer,
    is_first_ended: integer,
    created_at: bigint,
    /** The card that `receipt` names can be edited no more: what is due is a new message in its place. */
    is_card_lost: { ...integer, default: 0 },
    /** No receipt, and an attempt whose call may have had its effect: no answer came, or its courier died. */
    is_maybe_there: { ...integer, default: 0 },
    /** The rest is a message's alone. What it is about, as `<kind>:<id>`. */
    about: maybe(text),
    /** What it says, encrypted. Null once it is erased. */
    sealed_payload: maybe(text),
    expires_at: maybe(bigint),
    /** Unique within its kind. */
    idempotency_key: maybe(text),
    /** By which provider and from which mailbox a mail goes out; while it waits, by which it is to go. */
    provider: maybe(text),
    mailbox: maybe(text),
    /** What a message is of, as far as mailboxes ask, as JSON; of a card the request says it. */
    mail_scope: maybe(text),
    /** The delivery that failed or was cancelled, and in whose place an operator put this one. */
    redrive_of: maybe(text),
    /** Of a message: so long after it failed it may be sent again, even past its end. Null: until its end. */
    resend_for: maybe(bigint),
  },
  indices: [
    { name: 'deliveries_recipient', columns: ['request_id', 'channel', 'recipient_key'], unique: true },
    { name: 'deliveries_due', columns: ['carrier', 'due_at'], where: 'due_at IS NOT NULL' },
    { name: 'deliveries_failed', columns: ['created_at'], where: "state = 'failed'" },
    { name: 'deliveries_bounced', columns: ['created_at'], where: "state = 'bounced'" },
    { name: 'deliveries_accepted', columns: ['carrier', 'created_at', 'id'], where: "state = 'accepted'" },
    {
      name: 'deliveries_idempotency',
      columns: ['kind', 'idempotency_key'],
      unique: true,
      where: 'idempotency_key IS NOT NULL',
    },
    { name: 'deliveries_payloads', columns: ['expires_at'], where: 'sealed_payload IS NOT NULL' },
    { name: 'deliveries_about', columns: ['about'], where: 'about IS NOT NULL' },
    { name: 'deliveries_redriven', columns: ['redrive_of'], unique: true, where: 'redrive_of IS NOT NULL' },
    // of PostgreSQL alone: SQLite has its rows in that order
    { name: 'deliveries_newest', columns: ['created_at', 'id'], synchronize: false },
    { name: 'deliveries_expired', columns: ['expires_at'], where: 'expires_at IS NOT NULL AND sealed_payload IS NULL' },
  ],
  foreignKeys: [
    { name: 'deliveries_request', target: 'requests', columnNames: ['request_id'], referencedColumnNames: ['id'] },
  ],
});

export type DeliveryRow = RowOf<typeof deliveries>;

export const attempts = table('attempts', {
  columns: {
    id: serial,
    delivery_id: text,
    task: textOf<'notify' | 'update' | 'follow_up'>(),
    attempt: integer,
    started_at: bigint,
    ended_at: maybe(bigint),
    /** A result's kind, `superseded` (the claim was lost) or `abandoned` (its lease ran out). */
    outcome: maybe(text),
    reason: maybe(text),
    took_ms: maybe(integer),
    provider: maybe(text),
    mailbox: maybe(text),
    client_request_id: maybe(text),
    provider_request_id: maybe(text),
  },
  indices: [
    { name: 'attempts_delivery', columns: ['delivery_id'] },
    { name: 'attempts_provider', columns: ['provider', 'started_at'], where: 'provider IS NOT NULL' },
  ],
  foreignKeys: [
    { name: 'attempts_of', target: 'deliveries', columnNames: ['delivery_id'], referencedColumnNames: ['id'] },
  ],
});

export type AttemptRow = RowOf<typeof attempts>;

export const pauses = table('pauses', {
  columns: {
    carrier: { ...textOf<ChannelName>(), primary: true },
    reason: text,
    since_at: bigint,
    /** Far away where an operator paused it. */
    probe_at: bigint,
    /** Whose refusal it was, where the transport had one provider; null: of none, or an operator's. */
    provider: maybe(text),
    /** The operator who paused it. Null: its provider refused us. */
    paused_by: maybe(text),
  },
});

export type PauseRow = RowOf<typeof pauses>;
