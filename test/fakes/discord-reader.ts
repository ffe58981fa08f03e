/** Reads a Discord message as a client shows it: what is words, what is structure, where clicks lead. */
import type { SeenMessage } from '../contract/stage.js';

interface Reading {
  readonly words: string[];
  readonly links: string[];
  readonly buttons: string[];
}

type Json = Readonly<Record<string, unknown>>;

/** `custom_id` of a button of ours: `gate:approve:…`. */
const BUTTON_VERB = /^gate:(\w+):/;

export function readDiscord(message: Json): SeenMessage {
  const reading: Reading = { words: [], links: [], buttons: [] };
  const structure = JSON.stringify({
    content: markdown(message['content'], reading),
    embeds: list(message['embeds']).map((embed) => embedOf(embed, reading)),
    components: list(message['components']).map((row) => componentOf(row, reading)),
    mentions: message['allowed_mentions'],
    flags: message['flags'],
  });
  return { text: reading.words.join('\n'), links: reading.links, buttons: reading.buttons, structure };
}

/** Title, description and fields are markdown; the footer is plain text. */
function embedOf(embed: Json, reading: Reading): unknown {
  const { title, description, footer, fields, ...rest } = embed;
  const plain = (footer as Json | undefined)?.['text'];
  const drawn = {
    ...rest,
    title: markdown(title, reading),
    description: markdown(description, reading),
    fields: list(fields).map(({ name, value, inline }) => ({
      name: markdown(name, reading),
      value: markdown(value, reading),
      inline,
    })),
  };
  if (typeof plain === 'string') reading.words.push(plain);
  return drawn;
}

function componentOf(component: Json, reading: Reading): unknown {
  const { type, style, url, custom_id: id } = component;
  if (typeof component['label'] === 'string') reading.words.push(component['label']);
  if (typeof component['placeholder'] === 'string') reading.words.push(component['placeholder']);
  if (typeof url === 'string') reading.links.push(url);
  if (type === 2 && typeof id === 'string') reading.buttons.push(BUTTON_VERB.exec(id)?.[1] ?? id);
  const options = list(component['options']);
  for (const { label } of options) reading.words.push(String(label));
  return {
    type,
    style,
    options: options.length,
    components: list(component['components']).map((child) => componentOf(child, reading)),
  };
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

/** As a client in UTC shows it. */
function timeOf(seconds: string | undefined): string {
  return `${new Date(Number(seconds) * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

interface Mark {
  readonly name: string;
  readonly pattern: RegExp;
  /** The words that stay. */
  readonly words?: (match: RegExpExecArray) => string;
  readonly link?: (match: RegExpExecArray) => string;
}

/** Discord's markdown, in the order in which its clients try it at every place. */
const MARKS: readonly Mark[] = [
  { name: 'block', pattern: /^```[\s\S]*?```/, words: ([all]) => all.slice(3, -3) },
  { name: 'code', pattern: /^(`+)([\s\S]*?[^`])\1(?!`)/, words: (match) => match[2] ?? '' },
  { name: 'link', pattern: /^\[([^\]\n]+)\]\(<?(\S+?)>?\)/, words: (m) => m[1] ?? '', link: (m) => m[2] ?? '' },
  { name: 'link', pattern: /^<(https?:\/\/[^\s>]+)>/, link: (match) => match[1] ?? '' },
  { name: 'link', pattern: /^(?:https?|steam|discord):\/\/[^\s<]+[^<.,:;"'\])\s]/, link: ([all]) => all },
  { name: 'time', pattern: /^<t:(-?\d+)(?::[tTdDfFRsS])?>/, words: ([, seconds]) => timeOf(seconds) },
  { name: 'mention', pattern: /^<(@[!&]?|#|\/[^:>]+:|id:)\w*>/ },
  { name: 'mention', pattern: /^@(everyone|here)/ },
  { name: 'emoji', pattern: /^<a?:\w+:\d+>/ },
  { name: 'emoji', pattern: /^:\w+:/ },
  { name: 'bold', pattern: /^\*\*(?=[^*])/ },
  { name: 'line', pattern: /^__/ },
  { name: 'slant', pattern: /^[*_]/ },
  { name: 'strike', pattern: /^~~/ },
  { name: 'spoiler', pattern: /^\|\|/ },
];
const LINE_MARKS = /^\s*(#{1,3} |-# |>{1,3} |[-*+] |\d+\. )/;
/** What a backslash takes its meaning from. */
const ESCAPED = /^\\([^0-9A-Za-z\s])/;

/** The names of the marks, in their order; the words and links go into `reading`. Nothing for what is no text. */
function markdown(text: unknown, reading: Reading): readonly string[] | null {
  if (typeof text !== 'string') return null;
  const names: string[] = [];
  let words = '';
  let rest = text;
  let isLineStart = true;
  while (rest !== '') {
    const lineMark = isLineStart ? LINE_MARKS.exec(rest) : null;
    isLineStart = false;
    if (lineMark !== null) {
      names.push('line mark');
      rest = rest.slice(lineMark[0].length);
      continue;
    }
    const read = readOne(rest, reading);
    if (read.mark !== null) names.push(read.mark);
    words += read.words;
    rest = rest.slice(read.length);
    isLineStart = read.words.endsWith('\n');
  }
  reading.words.push(words);
  return names;
}

interface ReadOne {
  readonly mark: string | null;
  readonly words: string;
  readonly length: number;
}

function readOne(rest: string, reading: Reading): ReadOne {
  const escaped = ESCAPED.exec(rest);
  if (escaped !== null) return { mark: null, words: escaped[1] ?? '', length: escaped[0].length };
  for (const { name, pattern, words, link } of MARKS) {
    const match = pattern.exec(rest);
    if (match === null) continue;
    if (link !== undefined) reading.links.push(link(match));
    return { mark: name, words: words?.(match) ?? '', length: match[0].length };
  }
  return { mark: null, words: rest.charAt(0), length: 1 };
}
