/** What holds the limits: a window row an address, and slot rows an approver. */
import { bigint, integer, maybe, table, text } from './columns.js';

export interface WindowRow {
  readonly key: string;
  readonly until: number;
  readonly request_id: string;
}

export const windows = table<WindowRow>('windows', {
  columns: { key: { ...text, primary: true }, until: bigint, request_id: text },
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
  indices: [{ name: 'slots_request', columns: ['request_id'] }],
});
