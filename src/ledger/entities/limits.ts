/** What holds the limits: a window row an address, slot rows an approver, and the mutes of sites. */
import { bigint, integer, maybe, table, text } from './columns.js';

export interface WindowRow {
  readonly key: string;
  readonly until: number;
  readonly request_id: string;
}

export const windows = table<WindowRow>('windows', {
  columns: { key: { ...text, primary: true }, until: bigint, request_id: text },
  withoutRowid: true,
});

/** Free when `until` has passed. `n` counts from 0; there are as many as the cap was ever high. */
export interface SlotRow {
  readonly approver: string;
  readonly n: number;
  readonly until: number;
  readonly request_id: string | null;
}

export const slots = table<SlotRow>('slots', {
  columns: {
    approver: { ...text, primary: true },
    n: { ...integer, primary: true },
    until: bigint,
    request_id: maybe(text),
  },
});

/** No cards from here until `until`. */
export interface MuteRow {
  readonly site: string;
  /** Empty: the whole site. */
  readonly address: string;
  readonly until: number;
  readonly muted_by: string;
}

export const mutes = table<MuteRow>('mutes', {
  columns: {
    site: { ...text, primary: true },
    address: { ...text, primary: true },
    until: bigint,
    muted_by: text,
  },
  indices: [{ name: 'mutes_until', columns: ['until'] }],
});
