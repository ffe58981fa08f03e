/**
 * Who reads a refusal, and so the form it is given in: a person gets the page, a program a problem document (RFC 9457), and
 * what loads a part of a page one plain sentence.
 */
import { headerLines, type RawHeaders } from '../../base/net/raw-headers.js';
import { dataWeight, mediaRanges, namesFile, pageWeight } from './accept.js';
import { purposeOf } from './fetch-metadata.js';
import { takesPage } from './navigation.js';

export type Reader = 'person' | 'program' | 'part';

export function readerOf(raw: RawHeaders): Reader {
  switch (purposeOf(raw)) {
    case 'navigation':
    case 'frame':
      return 'person';
    case 'fetch':
      return 'program';
    case 'part':
      return 'part';
    case 'untold':
      return readerByAccept(raw);
  }
}

/** For what is a page by its address: a script may fetch it to show it, and says so by `Accept`. */
export function readerByAccept(raw: RawHeaders): Reader {
  // a script's call by most libraries; other values are the names of apps that show pages
  if (headerLines(raw, 'x-requested-with')?.toLowerCase() === 'xmlhttprequest') return 'program';
  const ranges = mediaRanges(headerLines(raw, 'accept') ?? '*/*');
  const data = dataWeight(ranges);
  if (takesPage(raw) && pageWeight(ranges) >= data) return 'person';
  return data === 0 && namesFile(ranges) ? 'part' : 'program';
}
