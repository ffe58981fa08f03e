/** Why, at the end of `deny`: everything behind `because` or `telling`, as it was typed, quotes and all. */
import type { Denial } from '../approval/request.js';

/** Far more than the desk keeps; limits the work that a stranger's line can cause. */
const MAX_LINE_CHARACTERS = 2_000;
/** `deny 4k2m because …`: the verb, the id, then one of the two words. */
const REASON = /^\s*\S+\s+\S+\s+(because|telling)(?:\s+(\S[\s\S]*))?$/i;

export type Given =
  | { readonly kind: 'none' }
  | { readonly kind: 'given'; readonly denial: Denial }
  /** The word `because` or `telling` without a reason behind it. */
  | { readonly kind: 'missing' };

/** A reason behind `because` is only for approvers; one behind `telling` is shown to the visitor as well. */
export function reasonIn(line: string): Given {
  const match = REASON.exec(line.slice(0, MAX_LINE_CHARACTERS).trimEnd());
  if (match === null) return { kind: 'none' };
  const [, word = '', reason] = match;
  if (reason === undefined) return { kind: 'missing' };
  return { kind: 'given', denial: { reason, isShared: word.toLowerCase() === 'telling' } };
}
