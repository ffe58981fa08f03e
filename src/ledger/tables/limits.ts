/** What holds the limits: a window row an address, slot rows an approver, windows of attempts, and the mutes of sites. */
import type { ApproverId, RequestId, SiteKey } from '../../approval/brand.js';
import { bigint, integer, maybe, table, text, textOf, type RowOf } from './columns.js';

export const windows = table('windows', {
  columns: {
    key: { ...text, primary: true },
    until: bigint,
    request_id: textOf<RequestId>(),
  },
  withoutRowid: true,
});

export type WindowRow = RowOf<typeof windows>;

/** Free when `until` has passed. `n` counts from 0; there are as many as the cap was ever high. */
export const slots = table('slots', {
  columns: {
    approver: { ...textOf<ApproverId>(), primary: true },
    n: { ...integer, primary: true },
    until: bigint,
    request_id: maybe(textOf<RequestId>()),
    /**
     * `<request id> <network>`: whom the slot is counted for. With the id, because the version before takes slots and leaves what
     * stood here: that is then of another request, and counts for nobody.
     */
    holder: maybe(text),
  },
});

export type SlotRow = RowOf<typeof slots>;

/** How often something was tried in a while that begins with the first try. */
export const attemptWindows = table('attempt_windows', {
  columns: {
    /** What is counted, and for whom; an address is hashed. */
    key: { ...text, primary: true },
    until: bigint,
    n: integer,
  },
  indices: [{ name: 'attempt_windows_until', columns: ['until'] }],
});

/** No cards from here until `until`. */
export const mutes = table('mutes', {
  columns: {
    site: { ...textOf<SiteKey>(), primary: true },
    /** Empty: the whole site. */
    address: { ...text, primary: true },
    until: bigint,
    muted_by: text,
  },
  indices: [{ name: 'mutes_until', columns: ['until'] }],
});

export type MuteRow = RowOf<typeof mutes>;
