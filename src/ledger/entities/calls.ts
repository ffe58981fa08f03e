/** Of calls from outside: the keys of those that had their effect, and those that were refused. */
import { bigint, integer, maybe, serial, table, text } from './columns.js';

export interface ReplayRow {
  readonly key: string;
  readonly until: number;
}

export const replays = table<ReplayRow>('replays', {
  columns: { key: { ...text, primary: true }, until: bigint },
  indices: [{ name: 'replays_until', columns: ['until'] }],
  withoutRowid: true,
});

export interface DeadLetterRow {
  readonly id: number;
  readonly at: number;
  readonly source: string;
  readonly reason: string;
  readonly call_id: string;
  readonly address: string;
  /** JSON. */
  readonly headers: string;
  readonly body_bytes: number;
  readonly body_hash: string;
  readonly sealed_body: string | null;
  readonly unrecorded: number;
  /** All three, or none: it was redriven once. */
  readonly redriven_at: number | null;
  readonly redriven_by: string | null;
  readonly redriven_outcome: string | null;
}

export const deadLetters = table<DeadLetterRow>('dead_letters', {
  columns: {
    id: serial,
    at: bigint,
    source: text,
    reason: text,
    call_id: text,
    address: text,
    headers: text,
    body_bytes: integer,
    body_hash: text,
    sealed_body: maybe(text),
    unrecorded: integer,
    redriven_at: maybe(bigint),
    redriven_by: maybe(text),
    redriven_outcome: maybe(text),
  },
});
