/** Rollups: what happened, counted by minute, hour and day; and how far each source of them was counted. */
import type { MetricName, Resolution } from '../../contract/telemetry-ledger.js';
import { bigint, integer, maybe, table, text, textOf } from './columns.js';

export const rollups = table('rollups', {
  columns: {
    /** `total` has one row for all times, at 0. */
    resolution: { ...textOf<Resolution | 'total'>(), primary: true },
    name: { ...textOf<MetricName>(), primary: true },
    /** When it begins. */
    at: { ...bigint, primary: true },
    /** JSON, the names in their order. */
    dims: { ...text, primary: true },
    bucket: { ...integer, primary: true },
    n: bigint,
  },
  indices: [{ name: 'rollups_at', columns: ['resolution', 'at'] }],
  withoutRowid: true,
});

export const rollupMarks = table('rollup_marks', {
  columns: {
    /** `trail`, `attempts`, `rolled_up`, or `flush:<process>`. */
    name: { ...text, primary: true },
    /** The last row that was counted; of `rolled_up` the time; of a process its last flush. */
    position: bigint,
    /** JSON: attempts before that one which had not ended yet. */
    pending: maybe(text),
    at: bigint,
  },
});
