/** Puts a slash command's options together into the one line that `/gate` takes on every surface. */
import { fieldsOf } from '../../../src/base/fields.js';
import { COMMAND_NAME, LINE_WORDS } from './slash-commands.js';

/** The field of a half-typed command that has the cursor. */
export interface Focus {
  readonly verb: string;
  readonly option: string;
  readonly typed: string;
}

interface Given {
  readonly verb: string;
  readonly options: readonly Readonly<Record<string, unknown>>[];
}

const VERB = /^[a-z]{1,32}$/;
/** The command room takes no longer line (src/commands/words.ts). */
const MAX_VALUE_CHARACTERS = 500;

/** `approve 4k2m for 8h`; null: no command of ours. */
export function lineOf(data: Readonly<Record<string, unknown>>): string | null {
  const given = givenOf(data);
  if (given === null) return null;
  const values = new Map(given.options.map(({ name, value }) => [name, textOf(value)]));
  const words = Object.entries(LINE_WORDS).flatMap(([name, { keyword, isRest }]) => {
    const value = values.get(name) ?? '';
    if (value === '') return [];
    return [...(keyword === null ? [] : [keyword]), isRest ? value : quoted(value)];
  });
  return [given.verb, ...words].join(' ');
}

/** Null: no command of ours, or no field has the cursor. */
export function focusOf(data: Readonly<Record<string, unknown>>): Focus | null {
  const given = givenOf(data);
  const field = given?.options.find(({ focused }) => focused === true);
  if (given === null || field === undefined || typeof field['name'] !== 'string') return null;
  return { verb: given.verb, option: field['name'], typed: textOf(field['value']) };
}

function givenOf(data: Readonly<Record<string, unknown>>): Given | null {
  if (data['name'] !== COMMAND_NAME) return null;
  const [verb] = listOf(data['options']);
  if (typeof verb?.['name'] !== 'string' || !VERB.test(verb['name'])) return null;
  return { verb: verb['name'], options: listOf(verb['options']) };
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** One line, whatever was pasted. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return '';
  return value.slice(0, MAX_VALUE_CHARACTERS).replace(/\s+/g, ' ').trim();
}

/** One field is one word, however many words were typed into it. */
function quoted(value: string): string {
  return /[\s"“”„']/.test(value) ? `"${value.replace(/["“”„]/g, '')}"` : value;
}
