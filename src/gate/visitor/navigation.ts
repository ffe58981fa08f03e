/**
 * Whether a person is looking at a page: only such a navigation opens a request. Sub-resources, frames, prefetches, link
 * previews and crawlers get a closed answer without anybody being asked. Nothing here ever lets anybody in.
 */
import { headerLines, type RawHeaders } from '../../base/net/raw-headers.js';
import type { Asked } from '../check/question.js';
import { mediaRanges, pageWeight, type MediaRange } from './accept.js';
import { isMachine, isTextBrowser } from './agents.js';
import { purposeOf } from './fetch-metadata.js';
import { pathToKeep } from './return-path.js';

/** Asked for by browsers and machines on their own. */
const NOT_A_PAGE =
  /^\/(?:favicon\.[a-z]+|robots\.txt|sitemap[^/]*\.xml|apple-touch-icon[^/]*|browserconfig\.xml|manifest\.(?:json|webmanifest)|site\.webmanifest|\.well-known\/.*)$/i;
const A_RESOURCE = /\.(?:css|m?js|map|json|xml|txt|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|mp4|webm|mp3|wasm)$/i;
/** Header values of a browser that loads a page before anybody looks at it. */
const AHEAD = /prefetch|prerender|preview/i;

export function isNavigation(asked: Asked, raw: RawHeaders): boolean {
  // where the proxy does not say, the headers alone tell
  if ((asked.method ?? 'GET') !== 'GET') return false;
  const purpose = purposeOf(raw);
  if (purpose !== 'navigation' && !(purpose === 'untold' && takesPage(raw))) return false;
  if (isAhead(raw)) return false;
  if (!isPagePath(asked.uri ?? '/', purpose === 'navigation')) return false;
  return !isMachine(headerLines(raw, 'user-agent') ?? '');
}

/** Where a person who is shown a closed page can go to ask: what they wanted, if that is a page. */
export function pathToAsk({ method, uri }: Asked, raw: RawHeaders): string {
  if (uri === null || (method ?? 'GET') !== 'GET') return '/';
  return isPagePath(uri, purposeOf(raw) === 'navigation') ? pathToKeep(uri) : '/';
}

function isPagePath(uri: string, isSaid: boolean): boolean {
  const path = uri.split(/[?#]/, 1)[0] ?? '/';
  // a browser that says it navigates means it, whatever the path ends in
  return !NOT_A_PAGE.test(path) && (isSaid || !A_RESOURCE.test(path));
}

/** By `Accept`, where the browser says no more: it names a page; or it is one of those that take anything and only show pages. */
export function takesPage(raw: RawHeaders): boolean {
  const ranges = mediaRanges(headerLines(raw, 'accept') ?? '*/*');
  if (pageWeight(ranges) > 0) return true;
  return isTextBrowser(headerLines(raw, 'user-agent') ?? '') && ranges.some(takesAnything);
}

function takesAnything({ type }: MediaRange): boolean {
  return type === '*/*' || type === '*';
}

export function isAhead(raw: RawHeaders): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) => AHEAD.test(headerLines(raw, name) ?? ''));
}
