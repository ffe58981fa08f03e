/** Leases: which process owns a thing, until when. */
import { bigint, table, text } from './columns.js';

export const leases = table('leases', {
  columns: {
    name: { ...text, primary: true },
    owner: text,
    until: bigint,
  },
});
