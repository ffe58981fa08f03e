/** What holds for a mail provider, and for a mailbox of it, in every process: claims that ask about it take its row. */
import { bigint, maybe, table, text, type RowOf } from './columns.js';

export const mailGates = table('mail_gates', {
  columns: {
    provider: { ...text, primary: true },
    /** Empty: of the provider itself. */
    mailbox: { ...text, primary: true },
    /** The provider takes nothing before. */
    closed_until: bigint,
    /** The provider refuses us since then, and why; at `probe_at` one mail finds out whether it still does. Null, all three: it does not. */
    reason: maybe(text),
    since_at: maybe(bigint),
    probe_at: maybe(bigint),
    /** Mails of this mailbox that wait for its throttle wait until here; the next one a little longer. */
    queued_to: bigint,
  },
});

export type MailGateRow = RowOf<typeof mailGates>;
