/** A page's end as one word, for URLs. */
import type { QueueCursor } from '../contract/ledger.js';

export function cursorText([position, id]: QueueCursor): string {
  return `${String(position)}.${id}`;
}

/** Null: no word of ours. */
export function readCursor(word: string): QueueCursor | null {
  const [, position = '', id = ''] = /^(\d{1,15})\.([\w-]{1,128})$/.exec(word) ?? [];
  return id === '' ? null : [Number(position), id];
}
