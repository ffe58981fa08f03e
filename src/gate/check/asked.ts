/**
 * What a request on the gate plane asks for, read from its URL. The URL of a check is written by the proxy's own
 * configuration, while any header may come from the visitor, so the URL is where a check names the site it guards:
 *
 *   /site/<name>/auth/nginx/<METHOD><the visitor's path and query as sent>
 *   /site/<name>/auth/forward
 *   /site/<name>/auth/envoy<the visitor's path and query>
 *   /site/<name>/.koder-gate/<page>
 *
 * Without `/site/<name>` it is unnamed; site-entry.ts says when that is allowed. Nothing is decoded or normalised to find the
 * way: a URL with dot segments, which proxies in front may have read differently, is answered no.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESERVED } from '../../approval/reserved-paths.js';

/** A proxy family that asks a check, or a page for the visitor's browser. */
type Family = 'nginx' | 'forward' | 'envoy';
export type Way = Family | 'page';

export interface Question {
  readonly way: Way;
  /** One of the site's domains as the URL spells it; null where the check is unnamed. */
  readonly name: string | null;
  /** What follows the way's own part of the URL: for nginx `/GET/a?b=1`, for Envoy `/a?b=1`, for pages `wait/<id>`. */
  readonly rest: string;
  /** False: the URL can be read in two ways, so nobody passes by it. */
  readonly isClear: boolean;
}

/** A question, and where it is answered. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly question: Question;
}

/** Answers a question that was read from the URL. */
export type Route = (request: IncomingMessage, response: ServerResponse, question: Question) => void;

const SITE = '/site/';
const AUTH = '/auth/';
const FAMILIES: readonly Family[] = ['nginx', 'forward', 'envoy'];
/** Segments of dots alone, with what proxies decode before they compare paths: `%2e` is a dot, `%2f` and `\` part segments. */
const DOT_SEGMENT = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?=$|[/\\?;]|%2f|%5c)/i;
/** The visitor's method and path behind `/auth/nginx`. */
const MAX_METHOD_CHARACTERS = 32;
const [CAPITAL_A, CAPITAL_Z] = [0x41, 0x5a] as const;
const TOLD = /^\/[A-Za-z_-]{1,32}\//;

/** Every path that a proxy may ask or pass on, with `:name` for what differs; each also without `/site/:name`. */
export const AUTH_PATHS: readonly string[] = FAMILIES.map((family) => AUTH + family);
export const NAMED = `${SITE}:name`;

/**
 * Reads URLs of checks; null for a URL that is none of ours. The beginning of nginx's last one is remembered: all checks of one
 * server block begin alike, and the reading of it costs a part of the check that can be measured.
 */
export function questionReader(): (url: string) => Question | null {
  let beginning = ' '; // no URL begins with a space, so the first one is read whole
  let name: string | null = null;
  return (url) => {
    // comparing a slice costs half of what `startsWith` does with a text that is no constant
    const start = url.slice(0, beginning.length);
    if (start === beginning && isPlain(url, beginning.length))
      return { way: 'nginx', name, rest: url.slice(beginning.length), isClear: true };
    const question = questionOf(url);
    if (question?.way === 'nginx' && question.isClear) {
      beginning = url.slice(0, url.length - question.rest.length);
      name = question.name;
    }
    return question;
  };
}

function questionOf(url: string): Question | null {
  if (url.startsWith(SITE)) {
    const end = url.indexOf('/', SITE.length);
    return end === -1 ? null : within(url, end, url.slice(SITE.length, end));
  }
  return within(url, 0, null);
}

/** `at`: where the name ends. */
function within(url: string, at: number, name: string | null): Question | null {
  const isPage = url.startsWith(RESERVED, at);
  if (!isPage && !url.startsWith(AUTH, at)) return null;
  const isClear = !hasDotSegment(url);
  if (isPage) return { way: 'page', name, rest: url.slice(at + RESERVED.length), isClear };
  for (const way of FAMILIES) {
    if (!url.startsWith(way, at + AUTH.length)) continue;
    const rest = url.slice(at + AUTH.length + way.length);
    if (rest !== '' && !rest.startsWith('/') && !rest.startsWith('?')) return null;
    if (way === 'forward' && rest.startsWith('/')) return isClear ? null : { way, name, rest, isClear };
    return { way, name, rest, isClear: isClear && (way !== 'nginx' || isTold(rest)) };
  }
  return isClear ? null : { way: 'page', name, rest: '', isClear };
}

const [SLASH, DOT, PERCENT, BACKSLASH, QUESTION_MARK] = [0x2f, 0x2e, 0x25, 0x5c, 0x3f] as const;

/**
 * Whether a method and a path follow, and no character of the path is one that a dot segment could be written with: so it is
 * with most requests. What is not plain is read whole.
 */
function isPlain(url: string, from: number): boolean {
  if (url.charCodeAt(from) !== SLASH) return false;
  const path = url.indexOf('/', from + 1);
  if (path === -1 || !isMethod(url, from + 1, path)) return false;
  for (let at = path; at < url.length; at += 1) {
    const code = url.charCodeAt(at);
    if (code === QUESTION_MARK) return true;
    if (code === DOT || code === PERCENT || code === BACKSLASH) return false;
  }
  return true;
}

function isMethod(url: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = url.charCodeAt(at);
    if (code < CAPITAL_A || code > CAPITAL_Z) return false;
  }
  return to > from && to - from <= MAX_METHOD_CHARACTERS;
}

function isTold(rest: string): boolean {
  return !rest.startsWith('/') || TOLD.test(rest);
}

/** In the path alone: a query may say what it likes. */
function hasDotSegment(url: string): boolean {
  // a look that allocates nothing tells of many paths that all is well
  if (!url.includes('/.') && !url.includes('%') && !url.includes('\\')) return false;
  return DOT_SEGMENT.test(url.split('?', 1)[0] ?? '');
}
