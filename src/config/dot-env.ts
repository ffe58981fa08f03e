/**
 * `.env` as people write it: `NAME=value`, quoted or not, with `export` before it or without. Everything in it is meant for the
 * gate, so a line that is nothing and a name that is not ours are refused, where other programs would pass over them.
 */
import { parseEnv } from 'node:util';
import type { ConfigProblem } from '../contract/channel.js';
import { nearest } from '../base/text/nearest.js';
import { nearMiss } from './near-miss.js';

export interface DotEnv {
  readonly file: string;
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly problems: readonly ConfigProblem[];
}

const FILE = '.env';
/** Read by Node itself, or by what starts the gate with this file: a compose file, a service manager. */
const OTHERS = /^(?:NODE_.+|COMPOSE_.+|LC_.+|LANG|TZ|(?:HTTPS?|NO|ALL)_PROXY|PATH|HOME|TMPDIR|SSL_CERT_(?:FILE|DIR))$/i;
const LINE = /^[ \t]*(?:export[ \t]+)?([^\s=#'"]+)[ \t]*=[ \t]*/;
const QUOTES = ['"', "'", '`'];

export const NO_DOT_ENV: DotEnv = { file: FILE, values: {}, problems: [] };

/** A file that is there and cannot be read: what it says would be missed. */
export function unreadDotEnv(code: string): DotEnv {
  const wrong = { problem: `cannot be read (${code})`, cure: 'See that this user may read it, or take it away.' };
  return { ...NO_DOT_ENV, problems: [{ file: FILE, key: 'the file', ...wrong }] };
}

/** `text`: the file whole, perhaps with a byte order mark, as some editors write it. */
export function readDotEnv(text: string): DotEnv {
  const bare = text.replace(/^\ufeff/, '');
  return { file: FILE, values: parseEnv(bare), problems: lineProblems(bare) };
}

/** Names in the file that nobody reads, each with the one that was probably meant. */
export function unknownNames({ file, values }: DotEnv, known: ReadonlySet<string>): readonly ConfigProblem[] {
  return Object.keys(values)
    .filter((name) => !known.has(name) && !OTHERS.test(name))
    .map((name) => {
      const meant = nearMiss(name, known) ?? nearest(name, known);
      const cure = meant === null ? 'Take it out; .env.example lists every variable.' : `Did you mean ${meant}?`;
      return { file, key: name.slice(0, 100), problem: 'is no variable of the gate, so nobody reads it', cure };
    });
}

/** Lines that set nothing, and names that are set to two different values. */
function lineProblems(text: string): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const first = new Map<string, { readonly line: number; readonly value: string }>();
  let at = 0;
  while (at < text.length) {
    const line = text.slice(0, at).split('\n').length;
    const rest = text.slice(at);
    const end = at + lengthOfLine(rest);
    const [whole, name] = LINE.exec(rest.slice(0, end - at)) ?? [];
    if (whole === undefined || name === undefined) {
      if (/^[ \t]*[^#\s]/.test(rest.slice(0, end - at)))
        problems.push({ file: FILE, key: `line ${String(line)}`, ...NOT_A_SETTING });
      at = end + 1;
      continue;
    }
    const [value, length] = valueOf(rest.slice(whole.length));
    const before = first.get(name);
    if (before !== undefined && before.value !== '' && value !== '' && before.value !== value)
      problems.push({ file: FILE, key: name, ...saidTwice(before.line, line) });
    if (value !== '') first.set(name, { line, value });
    at += whole.length + length + 1;
  }
  return problems;
}

/** The value, and how far it and the rest of its line reach. A quoted one may go over several lines. */
function valueOf(rest: string): readonly [string, number] {
  const quote = QUOTES.find((one) => rest.startsWith(one));
  const close = quote === undefined ? -1 : rest.indexOf(quote, 1);
  if (close === -1) {
    const length = lengthOfLine(rest);
    return [rest.slice(0, length).split('#')[0]?.trim() ?? '', length];
  }
  return [rest.slice(1, close), close + 1 + lengthOfLine(rest.slice(close + 1))];
}

function lengthOfLine(text: string): number {
  const end = text.indexOf('\n');
  return end === -1 ? text.length : end;
}

const NOT_A_SETTING = {
  problem: 'is no setting, so nobody reads it',
  cure: 'Write NAME=value, or # before what is a comment.',
};

function saidTwice(first: number, second: number) {
  return {
    problem: `is set on line ${String(first)} and to something else on line ${String(second)}`,
    cure: 'Keep one of them.',
  };
}
