/** What a browser says a request is for (Fetch metadata), in the words that this room needs. Only https and localhost have it. */
import { headerLines, type RawHeaders } from '../../base/net/raw-headers.js';

export type Purpose =
  /** A page of its own: a link, an address that was typed, a reload, a step back, a form; also by way of a service worker. */
  | 'navigation'
  /** A page inside another one. */
  | 'frame'
  /** A script's own call. */
  | 'fetch'
  /** Part of a page: an image, a style, a script, a font, a worker. */
  | 'part'
  /** The browser does not say. */
  | 'untold';

const FRAMES = new Set(['iframe', 'frame', 'fencedframe', 'embed', 'object']);

export function purposeOf(raw: RawHeaders): Purpose {
  const mode = headerLines(raw, 'sec-fetch-mode');
  const dest = headerLines(raw, 'sec-fetch-dest');
  if (mode === undefined && dest === undefined) return 'untold';
  if (mode === 'nested-navigate' || (dest !== undefined && FRAMES.has(dest))) return 'frame';
  if ((mode ?? 'navigate') === 'navigate') {
    if (dest === 'document') return 'navigation';
    // A service worker that passes a navigation on: no script can make a request of this mode (Fetch, "Request constructor").
    if (dest === 'empty' && mode === 'navigate') return 'navigation';
    // one of the two is missing: a browser from before both were there
    if (dest === undefined) return 'untold';
  }
  return dest === 'empty' || dest === 'document' || dest === undefined ? 'fetch' : 'part';
}
