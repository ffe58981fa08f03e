/** Pages by key: a link leads to what is behind the last row, and nothing is counted. */
import { z } from 'zod';
import { html, type Html } from '../../../base/text/html.js';
import type { Place } from '../../../contract/look-ledger.js';
import { pathWith, type Fields } from './form-fields.js';

export const PAGE_ROWS = 50;

const CURSOR = /^(\d{1,15})\.([0-9a-z-]{1,40})$/;

export const CURSOR_FIELD = z.string('must be given once').regex(CURSOR, 'must be the one of a page').optional();

/** Of one that has been checked. */
export function placeOf(cursor: string | undefined): Place | null {
  const [, position, id] = CURSOR.exec(cursor ?? '') ?? [];
  return position === undefined || id === undefined ? null : [Number(position), id];
}

export interface Paged {
  readonly path: string;
  /** The filter, without the cursor. */
  readonly fields: Fields;
  readonly isFirst: boolean;
  readonly next: Place | null;
}

export function pageLinks({ path, fields, isFirst, next }: Paged): Html | null {
  if (isFirst && next === null) return null;
  return html`<p class="aside">
    ${!isFirst && html`<a href="${pathWith(path, fields)}">Newest</a>`}
    ${next !== null && html`<a href="${pathWith(path, { ...fields, cursor: next.join('.') })}">Older</a>`}
  </p>`;
}

/** What stands where no row does. */
export function emptyWords(next: Place | null, none: string): string {
  return next === null ? none : 'None of those looked at fits so far: look at older ones.';
}
