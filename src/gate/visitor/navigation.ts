/**
 * Whether a person is looking at a page: only such a navigation opens a request. Sub-resources, prefetches, link previews and
 * crawlers get the same "closed" page without anybody being asked. Nothing here ever lets anybody in.
 */
import { headerLines, type RawHeaders } from '../../base/raw-headers.js';
import type { Asked } from '../question.js';

const HTML = /\b(?:text\/html|application\/xhtml\+xml)\b/i;
/** Asked for by browsers and machines on their own. */
const NOT_A_PAGE =
  /^\/(?:favicon\.[a-z]+|robots\.txt|sitemap[^/]*\.xml|apple-touch-icon[^/]*|browserconfig\.xml|manifest\.(?:json|webmanifest)|site\.webmanifest|\.well-known\/.*)$/i;
const A_RESOURCE = /\.(?:css|m?js|map|json|xml|txt|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|mp4|webm|mp3|wasm)$/i;
/** By their own documentation or habit: unfurlers of chats and mail, crawlers, link scanners, monitors. */
const AGENTS =
  /(?<!cu)bot\b|crawl|spider|slurp|unfurl|preview|scanner|facebookexternalhit|facebot|meta-externalagent|whatsapp|telegram|skypeuri|slack|discord|embedly|iframely|bitlybot|pinterest|vkshare|mastodon|google-read-aloud|googleimageproxy|yahoo(?:mail|cache)|outlook|ms-?office|microsoft office|safelinks|proofpoint|mimecast|barracuda|bitdefender|symantec|lighthouse|pingdom|uptime|statuscake|monitor|archive\.org|heritrix/i;
/** Header values of a browser that loads a page before anybody looks at it. */
const AHEAD = /prefetch|prerender|preview/i;

export function isNavigation(asked: Asked, raw: RawHeaders): boolean {
  if (asked.method !== 'GET') return false;
  if (!HTML.test(headerLines(raw, 'accept') ?? '')) return false;
  if ((headerLines(raw, 'sec-fetch-mode') ?? 'navigate') !== 'navigate') return false;
  if ((headerLines(raw, 'sec-fetch-dest') ?? 'document') !== 'document') return false;
  if (isAhead(raw)) return false;
  const path = asked.uri.split(/[?#]/, 1)[0] ?? '/';
  if (NOT_A_PAGE.test(path)) return false;
  // a browser that says `document` means it, whatever the path ends in
  if (headerLines(raw, 'sec-fetch-dest') === undefined && A_RESOURCE.test(path)) return false;
  return !isMachine(headerLines(raw, 'user-agent') ?? '');
}

function isAhead(raw: RawHeaders): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) => AHEAD.test(headerLines(raw, name) ?? ''));
}

function isMachine(userAgent: string): boolean {
  return AGENTS.test(userAgent);
}
