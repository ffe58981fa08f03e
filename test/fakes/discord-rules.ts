/**
 * What Discord refuses: its own schemas (discord-api-spec, generated from its OpenAPI description), and the rules that its
 * documentation has and its schemas have not. Each answers what is wrong, or null.
 */
import * as schemas from 'discord-api-spec/zod';

type Json = Readonly<Record<string, unknown>>;

interface Schema {
  safeParse(value: unknown): { readonly success: boolean; readonly error?: unknown };
}

const SCHEMAS = schemas as unknown as Readonly<Record<string, Schema>>;
const MAX_CONTENT = 2_000;
const MAX_EMBED_TOTAL = 6_000;
const MAX_ROWS = 5;
const MAX_BUTTONS = 5;

export const messageProblem = (body: unknown): string | null =>
  schemaProblem('MessageCreateRequestSchema', body) ?? layoutProblem(object(body));

export const editProblem = (body: unknown): string | null =>
  schemaProblem('MessageEditRequestPartialSchema', body) ?? layoutProblem(object(body));

export const directChannelProblem = (body: unknown): string | null =>
  schemaProblem('CreatePrivateChannelRequestSchema', body);

/** A second answer, in place of the first. */
export const replacementProblem = (body: unknown): string | null =>
  schemaProblem('IncomingWebhookUpdateForInteractionCallbackRequestPartialSchema', body) ?? layoutProblem(object(body));

export function commandsProblem(body: unknown): string | null {
  if (!Array.isArray(body)) return 'not a list';
  const problems = body.map((command) => schemaProblem('ApplicationCommandUpdateRequestSchema', command));
  return problems.find((problem) => problem !== null) ?? optionsProblem(body);
}

/** `to`: the type of the interaction that is answered. */
export function answerProblem(body: unknown, to: unknown): string | null {
  const { type, data } = object(body);
  switch (type) {
    case 1:
      return to === 1 ? null : 'a pong to no ping';
    case 4:
      if (to === 4) return 'a message to somebody who is typing';
      return schemaProblem('CreateMessageInteractionCallbackRequestSchema', body) ?? layoutProblem(object(data));
    case 5:
      if (to === 4) return 'a message to somebody who is typing';
      return (Number(object(data)['flags'] ?? 0) & ~64) === 0 ? null : 'a deferral has no flag but 64';
    case 8:
      if (to !== 4) return 'choices to nobody who is typing';
      return schemaProblem('ApplicationCommandAutocompleteCallbackRequestSchema', body);
    case 9:
      if (to !== 2 && to !== 3) return 'a form in answer to a form';
      return schemaProblem('ModalInteractionCallbackRequestSchema', body) ?? modalProblem(object(data));
    default:
      return `no answer of ours has the type ${String(type)}`;
  }
}

function schemaProblem(name: string, body: unknown): string | null {
  const schema = SCHEMAS[name];
  if (schema === undefined) throw new Error(`discord-api-spec has ${name}`);
  const { success, error } = schema.safeParse(body);
  return success ? null : `${name}: ${JSON.stringify(error)}`;
}

function layoutProblem(message: Json): string | null {
  const { content, embeds, components } = message;
  if (typeof content === 'string' && content.length > MAX_CONTENT) return 'content is too long';
  const rows = list(components);
  if (rows.length > MAX_ROWS) return 'too many rows';
  for (const row of rows) {
    const inside = list(row['components']);
    if (inside.length > MAX_BUTTONS) return 'too many buttons in a row';
    if (inside.length > 1 && inside.some(({ type }) => type !== 2)) return 'a menu has a row of its own';
  }
  const ids = rows.flatMap((row) =>
    list(row['components']).flatMap(({ custom_id: id }) => (id === undefined ? [] : [id])),
  );
  if (new Set(ids).size !== ids.length) return 'a custom_id stands twice';
  const total = list(embeds).reduce((sum, embed) => sum + lengthOf(embed), 0);
  if (total > MAX_EMBED_TOTAL) return 'the embeds are too long';
  const isEmpty = (content ?? '') === '' && list(embeds).length === 0;
  return isEmpty ? 'an empty message' : null;
}

function modalProblem(modal: Json): string | null {
  const ids = list(modal['components']).map((label) => object(label['component'])['custom_id']);
  if (new Set(ids).size !== ids.length) return 'a custom_id stands twice';
  return list(modal['components']).length > 5 ? 'too many fields' : null;
}

/** Required options come first, names are lower case, and no two are the same. */
function optionsProblem(options: unknown): string | null {
  const all = list(options);
  if (new Set(all.map(({ name }) => name)).size !== all.length) return 'a name stands twice';
  if (all.length > 25) return 'too many options';
  for (const [index, option] of all.entries()) {
    if (!/^[-_\p{Ll}\p{N}]{1,32}$/u.test(String(option['name']))) return `no name: ${String(option['name'])}`;
    if ((option['description'] ?? '') === '') return 'no description';
    if (option['required'] === true && index > 0 && all[index - 1]?.['required'] !== true) {
      return 'a required option after one that is not';
    }
    const inside = optionsProblem(option['options']);
    if (inside !== null) return inside;
  }
  return null;
}

function lengthOf(embed: Json): number {
  const texts = [
    embed['title'],
    embed['description'],
    object(embed['footer'])['text'],
    ...list(embed['fields']).flatMap(({ name, value }) => [name, value]),
  ];
  return texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0);
}

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}
