/**
 * Variables whose names are nearly ours: a setting that nobody reads is worse than one that is missing, because somebody
 * believes in it. The environment holds many names that are not ours, so only what can hardly be meant otherwise is told.
 */
import { slips } from '../base/text/nearest.js';
import type { Environment } from './secret-source.js';

/** Put before our names by those who think that every variable of a program has its name in front. */
const PREFIXES = [/^KODER_?GATE_/, /^KODER_/, /^GATE_/];
/** Nearly ours by the rules below, and other programs' in truth. */
const OTHERS: ReadonlySet<string> = new Set(['LOGLEVEL', 'DATADIR', 'GOFILE']);
/** Words one letter away from a word of ours, which mean something else. */
const OTHER_WORDS: ReadonlySet<string> = new Set([
  ...['BLOG', 'BOX', 'DIM', 'DIV', 'GAME', 'GEM', 'GET', 'LOGO', 'LOT', 'LOW', 'MAN', 'MAP', 'MAT', 'PART'],
  ...['POST', 'TALE', 'TALL', 'TANK', 'TASK'],
]);
const SHORT_WORD = 4;
const LONG_WORD = 7;
const MOST_SLIPS = 2;
/** One for many, or many for one: beside two slips it still is the same name. */
const OF_A_PLURAL = 0.5;

/** The name of ours that this one was probably meant to be; null for our own names and for what is nobody's slip. */
export function nearMiss(name: string, known: ReadonlySet<string>): string | null {
  if (known.has(name)) return null;
  const plain = name
    .toUpperCase()
    .replace(/[-.]/g, '_')
    .replace(/^_+|_+$/g, '')
    .replace(/_+/g, '_');
  if (known.has(plain)) return plain;
  if (OTHERS.has(plain)) return null;
  const vocabulary = new Set([...known].flatMap((one) => one.split('_')));
  for (const candidate of [plain, ...PREFIXES.map((prefix) => plain.replace(prefix, ''))]) {
    if (known.has(candidate)) return candidate;
    const meant = nearestOf(candidate, known, vocabulary);
    if (meant !== null) return meant;
  }
  return null;
}

function nearestOf(name: string, known: ReadonlySet<string>, vocabulary: ReadonlySet<string>): string | null {
  const joined = name.replaceAll('_', '');
  const words = name.split('_');
  const found = [...known].flatMap((meant) => {
    if (meant.replaceAll('_', '') === joined) return [{ meant, count: 1 }];
    const count = slipsOf(words, meant.split('_'), vocabulary);
    return count === null ? [] : [{ meant, count }];
  });
  return found.sort((one, other) => one.count - other.count)[0]?.meant ?? null;
}

/**
 * What Kubernetes sets in a pod for a Service, and Docker for a link: `GATE_PORT=tcp://10.0.0.7:8081`, `GATE_SERVICE_HOST`,
 * `GATE_PORT_8081_TCP_ADDR`. They are named for services, so that any of our names may be among them.
 */
export function isServiceLink(name: string, environment: Environment): boolean {
  if (isLinkValue(environment[name] ?? '')) return true;
  const [, service] = /^(.+?)_(?:SERVICE_(?:HOST|PORT.*)|PORT(?:_\d+_(?:TCP|UDP|SCTP).*)?)$/.exec(name) ?? [];
  return service !== undefined && environment[`${service}_SERVICE_HOST`] !== undefined;
}

export function isLinkValue(value: string): boolean {
  return /^(?:tcp|udp|sctp):\/\//.test(value.trim());
}

/** Slips over all words, of which there must be as many; null when these are too many, or make another word. */
function slipsOf(typed: readonly string[], meant: readonly string[], vocabulary: ReadonlySet<string>): number | null {
  if (typed.length !== meant.length || typed.length < 2) return null;
  let total = 0;
  for (const [index, word] of typed.entries()) {
    const ours = meant[index] ?? '';
    if (word === ours) continue;
    const count = singular(word) === singular(ours) ? OF_A_PLURAL : slips(word, ours);
    if (count > mostSlipsIn(ours) || isAnotherWord(word, ours, vocabulary)) return null;
    total += count;
  }
  return total > 0 && total < MOST_SLIPS + 1 ? total : null;
}

/** Of a short word one letter may be wrong, and not its first; of a long one two. */
function mostSlipsIn(word: string): number {
  return word.length >= LONG_WORD ? MOST_SLIPS : 1;
}

function isAnotherWord(word: string, ours: string, vocabulary: ReadonlySet<string>): boolean {
  if (singular(word) === singular(ours)) return false;
  if (vocabulary.has(word) || OTHER_WORDS.has(word)) return true;
  return (
    ours.length <= SHORT_WORD &&
    word.length === ours.length &&
    !word.startsWith(ours.charAt(0)) &&
    word[1] !== ours.charAt(0)
  );
}

function singular(word: string): string {
  if (word.length > SHORT_WORD && word.endsWith('IES')) return `${word.slice(0, -3)}Y`;
  if (word.length > SHORT_WORD && word.endsWith('YS')) return word.slice(0, -1);
  return word.endsWith('S') ? word.slice(0, -1) : word;
}
