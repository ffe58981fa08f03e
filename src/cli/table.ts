/** A table for a terminal of so many columns: the widest cells give way, short ones (ids, states) stay whole. */
import { fit } from '../base/text/fit.js';
import { plain } from '../base/text/plain.js';

const GAP = '  ';
/** A column is never cut below this, or below its own heading. */
const MIN_WIDTH = 8;
/** A time is never cut: half a time would mislead. */
const TIME = /^\d{4}-\d{2}-\d{2}/;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Lines, each at most `width` characters where the headings allow it; ends with a line feed. */
export function drawTable(table: Table, width: number): string {
  const heads = table.columns.map((head) => plain(head).toUpperCase());
  const rows = table.rows.map((row) => heads.map((_, index) => plain(row[index] ?? '')));
  const widths = shrink(heads, rows, width);
  const lines = [heads, ...rows].map((row) => row.map((cell, index) => padded(cell, widths[index] ?? 0)).join(GAP));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** Takes one character at a time from the widest column that may still give; times and cells of one length go last. */
function shrink(heads: readonly string[], rows: readonly (readonly string[])[], width: number): readonly number[] {
  const lengths = heads.map((_, index) => rows.map((row) => lengthOf(row[index] ?? '')));
  const floors = heads.map((head) => Math.max(MIN_WIDTH, lengthOf(head)));
  let widths = heads.map((head, index) => Math.max(lengthOf(head), ...(lengths[index] ?? [])));
  const isFirm = (index: number): boolean =>
    rows.every((row) => TIME.test(row[index] ?? '')) || (rows.length > 1 && new Set(lengths[index]).size === 1);
  const room = width - GAP.length * (heads.length - 1);
  widths = narrowed(widths, {
    room,
    floors: widths.map((one, index) => (isFirm(index) ? one : (floors[index] ?? 0))),
  });
  return narrowed(widths, { room, floors });
}

function narrowed(from: readonly number[], { room, floors }: { room: number; floors: readonly number[] }): number[] {
  const widths = [...from];
  for (let over = widths.reduce((sum, one) => sum + one, 0) - room; over > 0; over--) {
    const widest = widths.reduce((best, one, index) => {
      const canGive = one > (floors[index] ?? 0);
      return canGive && (best < 0 || one > (widths[best] ?? 0)) ? index : best;
    }, -1);
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function padded(cell: string, width: number): string {
  const text = fit(cell, width);
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)));
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
