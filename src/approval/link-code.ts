/**
 * The one-time code of `/gate link`: ten characters of Crockford base32, 50 random bits, shown in two groups
 * (`4K2M7-W9X3C`). Everybody who takes one reads it with this file, so that it may be typed in any form.
 */

/** Long enough to fetch a phone, short enough that a code left on a screen is soon useless. */
export const LINK_CODE_TTL_SECONDS = 600;
export const LINK_CODE_CHARACTERS = 10;
const GROUP_CHARACTERS = 5;

/** As people read it, out of ten lower-case characters. */
export function shownLinkCode(code: string): string {
  const upper = code.toUpperCase();
  return `${upper.slice(0, GROUP_CHARACTERS)}-${upper.slice(GROUP_CHARACTERS)}`;
}

/**
 * Ten lower-case characters out of what was typed: case, dashes, spaces and look-alikes (`O` 0, `I` and `L` 1)
 * forgiven. Null when it is no code.
 */
export function normalLinkCode(typed: string): string | null {
  const text = typed
    .toLowerCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1');
  return text.length === LINK_CODE_CHARACTERS && /^[0-9a-hjkmnp-tv-z]+$/.test(text) ? text : null;
}
