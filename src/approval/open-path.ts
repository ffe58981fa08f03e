/**
 * Open paths: what of a site passes without a grant. A pattern is one path, or everything below one (`/hooks/*`), for every
 * method or for those listed before it. Only a path in plain form matches one: what a proxy or an application might read as
 * another path stays closed.
 */

export interface OpenPath {
  /** As it is shown and counted: `POST /webhooks/github`, `/.well-known/acme-challenge/*`. */
  readonly text: string;
  /** Null: every method. */
  readonly methods: readonly string[] | null;
  /** The whole path; where `isPrefix`, its beginning, which ends in `/`. */
  readonly path: string;
  readonly isPrefix: boolean;
}

/** What a visitor asks for; null where the proxy does not say, and then no open path applies. */
export interface AskedPath {
  readonly method: string | null;
  /** Path and query as the visitor sent them. */
  readonly uri: string | null;
}

/** A character of a path that stands for itself (RFC 3986, section 3.3); without `;`, which begins a parameter to some servers. */
const CHARACTER = "[A-Za-z0-9._~!$&'()*+,=:@-]";
/**
 * A space, or a byte of a character beyond ASCII. Any other encoding hides a character that could stand plain, or must
 * not stand at all.
 */
const ENCODED = '%20|%[89A-F][0-9A-F]';
const PLAIN = new RegExp(`^(?:/(?:${CHARACTER}|${ENCODED})+)*/?$`);
/** `.` and `..`, and what Windows takes for them. */
const DOT_SEGMENT = /\/(?:\.|%20)+(?:\/|$)/;
/**
 * Symbols are left out because some servers turn look-alikes of `/`, `\` and `.` into these; and marks and letters that show
 * nothing (Unicode, Default_Ignorable_Code_Point: variation selectors, Hangul fillers), because others drop them.
 */
const WORDS = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}\x20-\x7e])*$/u;
const NOT_IN_A_URL = /[^\x21-\x7e]|#/;
const METHOD = /^[A-Z]{1,20}$/;
const RESERVED = /^\/\.koder-gate(?:\/|$)/i;
const MAX_PATH_CHARACTERS = 2_048;

/** The pattern that lets this through without a grant; null when there is none. */
export function openPathFor(patterns: readonly OpenPath[], { method, uri }: AskedPath): OpenPath | null {
  if (patterns.length === 0 || method === null || uri === null || !METHOD.test(method)) return null;
  const path = plainPath(uri);
  if (path === null) return null;
  return patterns.find((pattern) => takesMethod(pattern, method) && takesPath(pattern, path)) ?? null;
}

function takesMethod({ methods }: OpenPath, method: string): boolean {
  if (methods === null || methods.includes(method)) return true;
  // the same answer without its body (RFC 9110, section 9.3.2)
  return method === 'HEAD' && methods.includes('GET');
}

function takesPath({ path, isPrefix }: OpenPath, asked: string): boolean {
  return isPrefix ? asked.startsWith(path) : asked === path;
}

/** The path without its query; null when it is not in plain form. Letter case counts. */
function plainPath(uri: string): string | null {
  if (NOT_IN_A_URL.test(uri)) return null;
  const query = uri.indexOf('?');
  const path = query === -1 ? uri : uri.slice(0, query);
  return isPlain(path) && !RESERVED.test(path) ? path : null;
}

function isPlain(path: string): boolean {
  if (!path.startsWith('/') || path.length > MAX_PATH_CHARACTERS) return false;
  if (!PLAIN.test(path) || DOT_SEGMENT.test(path)) return false;
  return !path.includes('%') || isPlainText(path);
}

/** Right UTF-8, in the form to which servers normalise, so that no character becomes another one later. */
function isPlainText(path: string): boolean {
  try {
    const text = decodeURIComponent(path);
    return WORDS.test(text) && text.normalize('NFKC') === text;
  } catch {
    return false;
  }
}

interface WrongOpenPath {
  readonly problem: string;
  readonly cure: string;
}

export type ReadOpenPath = OpenPath | WrongOpenPath;

const MAX_PATTERN_CHARACTERS = 256;
/** `/a/*` or `/v1/*` is nearly a whole site; a name of three letters and more says what it opens. */
const MIN_PREFIX_NAME_CHARACTERS = 3;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const EXAMPLE = 'For example: "POST /webhooks/github" or "/.well-known/acme-challenge/*".';
const TOO_MUCH = 'Name the path that must pass. To open a whole site, give it an exception with a reason and an end.';

/** Reads `[methods ]path`, where the path may end in `/*`. */
export function readOpenPath(text: string): ReadOpenPath {
  if (text.length > MAX_PATTERN_CHARACTERS)
    return { problem: `is longer than ${String(MAX_PATTERN_CHARACTERS)} characters`, cure: EXAMPLE };
  const split = /^(?:(.*[^\s,])\s+)?(\S+)$/.exec(text.trim());
  const [written, path = ''] = split?.slice(1) ?? [];
  const methods = written === undefined ? null : written.split(/\s*,\s*/);
  const wrong = (methods === null ? null : methodsWrong(methods, text)) ?? pathWrong(path, text);
  if (wrong !== null) return wrong;
  const isPrefix = path.endsWith('/*');
  return {
    text: methods === null ? path : `${methods.join(',')} ${path}`,
    methods,
    path: isPrefix ? path.slice(0, -1) : path,
    isPrefix,
  };
}

function methodsWrong(methods: readonly string[], text: string): WrongOpenPath | null {
  const unknown = methods.find((method) => !METHODS.includes(method));
  if (unknown === undefined) return null;
  const meant = METHODS.find((method) => method === unknown.toUpperCase());
  const cure = meant === undefined ? `Known: ${METHODS.join(', ')}, separated by commas.` : `Write ${meant}.`;
  return { problem: `"${text}" begins with "${unknown}", which is not a method`, cure };
}

function pathWrong(path: string, text: string): WrongOpenPath | null {
  const bare = path.replace(/\*$/, '');
  if (/^\/*$/.test(bare)) return { problem: `"${text}" would open the whole site, or its front page`, cure: TOO_MUCH };
  if (!path.startsWith('/')) return { problem: `"${text}" is not a path`, cure: `A path begins with "/". ${EXAMPLE}` };
  if (bare.includes('*') || (path !== bare && !bare.endsWith('/')))
    return { problem: `"${text}" has a * that is not the last character behind a /`, cure: EXAMPLE };
  const unplain = whyNotPlain(bare);
  if (unplain !== null)
    return { problem: `"${text}" has ${unplain}, so that no request in plain form fits it`, cure: EXAMPLE };
  if (RESERVED.test(bare))
    return { problem: `"${text}" lies below /.koder-gate/, which is the gate's own`, cure: 'Take it out.' };
  const name = bare.replace(/[^A-Za-z0-9%]/g, '');
  if (path !== bare && name.length < MIN_PREFIX_NAME_CHARACTERS)
    return { problem: `"${text}" is too short a beginning: it would open nearly everything`, cure: TOO_MUCH };
  return null;
}

function whyNotPlain(path: string): string | null {
  const [, why] = NOT_PLAIN.find(([pattern]) => pattern.test(path)) ?? [];
  if (why !== undefined) return why;
  return isPlain(path) ? null : 'a character that a path cannot hold as it stands';
}

const NOT_PLAIN: readonly (readonly [RegExp, string])[] = [
  [/\?/, 'a query, and queries are not looked at'],
  [/#/, 'a fragment, which no browser sends'],
  [/;/, 'a ;'],
  [/\\/, 'a backslash'],
  [/\/\//, 'a double slash'],
  [DOT_SEGMENT, 'a dot segment'],
  [/%(?!20|[89A-F][0-9A-F])/, 'an encoded character that can stand plain or must not stand in a path'],
];
