/** Mails that other services ordered: one row a mail; its messages are deliveries that are about it. */
import { bigint, integer, maybe, table, text, type RowOf } from './columns.js';

export const producerMails = table('producer_mails', {
  columns: {
    id: { ...text, primary: true },
    producer: text,
    caller: text,
    /** Unique within a producer. */
    idempotency_key: text,
    body_hash: text,
    recipients: integer,
    created_at: bigint,
    start_at: bigint,
    expires_at: bigint,
    /** When to look whether it has ended, to tell the producer. Null: there is nothing to tell, or it was told. */
    look_at: maybe(bigint),
  },
  indices: [
    { name: 'producer_mails_key', columns: ['producer', 'idempotency_key'], unique: true },
    { name: 'producer_mails_look', columns: ['look_at'], where: 'look_at IS NOT NULL' },
    { name: 'producer_mails_expires', columns: ['expires_at'] },
  ],
});

export type ProducerMailRow = RowOf<typeof producerMails>;
