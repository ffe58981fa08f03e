/** Leases: which process owns a thing, until when. */
import { bigint, table, text } from './columns.js';

export interface LeaseRow {
  readonly name: string;
  readonly owner: string;
  readonly until: number;
}

export const leases = table<LeaseRow>('leases', {
  columns: { name: { ...text, primary: true }, owner: text, until: bigint },
});
