/** What Discord tells of a slash command: its options are the arguments, by their names. */
import { fieldsOf } from '../../../src/base/text/fields.js';
import type { Command } from '../../../src/contract/commands.js';
import { COMMAND_NAME } from './slash-commands.js';

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

const NAME = /^[a-z]{1,32}$/;
const MAX_VALUE_CHARACTERS = 500;

/** Null: no command of ours. What was left empty is not given. */
export function commandOf(data: Readonly<Record<string, unknown>>): Command | null {
  const given = givenOf(data);
  if (given === null) return null;
  const values = given.options.flatMap(({ name, value }) => {
    const text = textOf(value);
    return typeof name === 'string' && NAME.test(name) && text !== '' ? [[name, text] as const] : [];
  });
  return { verb: given.verb, args: Object.fromEntries(values) };
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
  if (typeof verb?.['name'] !== 'string' || !NAME.test(verb['name'])) return null;
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
