/** Of calls from outside: the keys of those that had their effect, and those that were refused. */
import { bigint, integer, maybe, serial, table, text, type RowOf } from './columns.js';

export const replays = table('replays', {
  columns: {
    key: { ...text, primary: true },
    until: bigint,
  },
  indices: [{ name: 'replays_until', columns: ['until'] }],
  withoutRowid: true,
});

export const deadLetters = table('dead_letters', {
  columns: {
    id: serial,
    at: bigint,
    source: text,
    reason: text,
    call_id: text,
    address: text,
    /** JSON. */
    headers: text,
    body_bytes: integer,
    body_hash: text,
    sealed_body: maybe(text),
    unrecorded: integer,
    /** All three, or none: it was redriven once. */
    redriven_at: maybe(bigint),
    redriven_by: maybe(text),
    redriven_outcome: maybe(text),
  },
});

export type DeadLetterRow = RowOf<typeof deadLetters>;
