/** What failed or bounced, kept beyond its delivery; and addresses to which no mail goes. */
import type { ChannelName, RequestId } from '../../approval/brand.js';
import type { DeliveryKind, FailedState, SuppressionReason } from '../../contract/ledger.js';
import { bigint, integer, maybe, table, text, textOf, type RowOf } from './columns.js';

export const failures = table('failures', {
  columns: {
    /** The delivery's own id; that may be gone. */
    id: { ...text, primary: true },
    kind: textOf<DeliveryKind>(),
    channel: textOf<ChannelName>(),
    carrier: textOf<ChannelName>(),
    recipient: text,
    recipient_key: text,
    request_id: maybe(textOf<RequestId>()),
    site: maybe(text),
    about: maybe(text),
    state: textOf<FailedState>(),
    reason: text,
    attempts: integer,
    made_at: bigint,
    failed_at: bigint,
    give_up_at: bigint,
    expires_at: maybe(bigint),
    resend_for: maybe(bigint),
    mail_scope: maybe(text),
    /** An attempt may have put it there all the same. */
    is_maybe_duplicate: integer,
    /** What a message says, encrypted with its id, as long as it may be sent again. */
    sealed_payload: maybe(text),
    payload_until: bigint,
    redriven_as: maybe(text),
    redriven_at: maybe(bigint),
  },
  indices: [
    { name: 'failures_failed', columns: ['failed_at', 'id'] },
    { name: 'failures_payloads', columns: ['payload_until'], where: 'sealed_payload IS NOT NULL' },
  ],
});

export type FailureRow = RowOf<typeof failures>;

export const suppressions = table('suppressions', {
  columns: {
    /** As `sameMailbox` writes it. */
    address: { ...text, primary: true },
    reason: textOf<SuppressionReason>(),
    /** What the mail system said, as a code of ours. */
    code: maybe(text),
    delivery_id: maybe(text),
    set_by: text,
    since_at: bigint,
    until: bigint,
  },
  indices: [{ name: 'suppressions_until', columns: ['until'] }],
});

export type SuppressionRow = RowOf<typeof suppressions>;
