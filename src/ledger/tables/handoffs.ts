/** Handing on whoever is signed in to another origin, and the sessions that they have there. Of secrets there are hashes here. */
import type { AccountId } from '../../approval/brand.js';
import { bigint, maybe, table, text, textOf, type RowOf } from './columns.js';

export const handoffs = table('handoffs', {
  columns: {
    state_hash: { ...text, primary: true },
    /** Which asked, and where it ends. */
    origin: text,
    challenge: text,
    /** Local path there. */
    back: text,
    /** Of no use: a version of before wrote it. */
    locale: maybe(text),
    /** Of the state, and once there is a code, of that. */
    until: bigint,
    /** Null: whoever asks was not at the auth host yet. */
    code_hash: maybe(text),
    /** Hash of the auth host's session that is handed on. */
    session: maybe(text),
  },
  indices: [{ name: 'handoffs_until', columns: ['until'] }],
});

export type HandoffRow = RowOf<typeof handoffs>;

/** A session at another origin. It is worth nothing without the one it was handed out of. */
export const handedOut = table('handed_out', {
  columns: {
    /** Of what the cookie holds there. */
    hash: { ...text, primary: true },
    origin: text,
    account: textOf<AccountId>(),
    /** Hash of the auth host's session. */
    session: text,
    csrf_key: text,
    created_at: bigint,
    until: bigint,
  },
  indices: [{ name: 'handed_out_until', columns: ['until'] }],
});
