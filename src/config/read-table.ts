/**
 * Reads one table of the configuration by a zod shape. It goes on after a problem: a wrong value is reported and left out,
 * so that one round names every problem. A key that the shape does not know is a problem too.
 */
import { z } from 'zod';
import type { ConfigProblem } from '../contract/channel.js';
import { nearest } from '../base/text/nearest.js';
import { exampleOf } from './described.js';
import type { Wrong } from './problems.js';

const SECRET_KEY = /token|secret|passw|api_?key|private_?key|bearer|credential/i;

interface Place {
  readonly file: string;
  /** Where the table lies: `sites."stg.example.org".auth_gate`; empty for the top. */
  readonly path: string;
}

export type Values<S extends z.ZodRawShape> = { readonly [K in keyof S]?: z.output<S[K]> | undefined };

export interface TableRead<S extends z.ZodRawShape> {
  readonly values: Values<S>;
  /** Keys whose value was wrong, so that what only follows from them is not reported as well. */
  readonly bad: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
}

/** A text, checked by one of our functions. */
export function judged(check: (text: string) => Wrong | null): z.ZodString {
  return z.string().check((context) => {
    const wrong = check(context.value);
    if (wrong === null) return;
    context.issues.push({ code: 'custom', input: context.value, message: wrong.problem, params: { cure: wrong.cure } });
  });
}

export interface TablePlace extends Place {
  /** Keys that also belong here but are read elsewhere. */
  readonly others?: readonly string[];
  /** The right table of keys that people put here by mistake. */
  readonly elsewhere?: { readonly keys: readonly string[]; readonly table: string };
}

export function readTable<S extends z.ZodRawShape>(raw: unknown, shape: S, place: TablePlace): TableRead<S> {
  if (!isTable(raw)) {
    const wrong = { problem: `is ${kindInWords(raw)}, not a table`, cure: `Write it as a table: [${place.path}].` };
    return { values: {}, bad: new Set(), problems: [{ file: place.file, key: place.path, ...wrong }] };
  }
  const strict = z.strictObject(shape).partial();
  const own = without(raw, new Set(place.others));
  const first = strict.safeParse(own, { reportInput: true });
  if (first.success) return { values: first.data as Values<S>, bad: new Set(), problems: [] };
  const issues = first.error.issues;
  const bad = new Set(
    issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])])),
  );
  const rest = strict.safeParse(without(own, bad));
  const problems = issues.flatMap((issue) => problemsOf(issue, shape, place));
  return { values: (rest.success ? rest.data : {}) as Values<S>, bad, problems };
}

export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function without(table: Readonly<Record<string, unknown>>, keys: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).filter(([key]) => !keys.has(key)));
}

/** `a.b`, or `b` at the top. */
function keyAt(place: Place, key: string): string {
  return place.path === '' ? key : `${place.path}.${key}`;
}

function problemsOf(issue: z.core.$ZodIssue, shape: z.ZodRawShape, place: TablePlace): readonly ConfigProblem[] {
  const known = [...Object.keys(shape), ...(place.others ?? [])];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      file: place.file,
      key: keyAt(place, key),
      ...unknownKey(key, known, place.elsewhere),
    }));
  const key = String(issue.path[0]);
  const wrong = wrongOf(issue, `${key} = ${exampleOf(shape[key])}`);
  return [{ file: place.file, key: keyAt(place, issue.path.map(String).join('.')), ...wrong }];
}

/** A key that looks like a secret has its own problem: it must leave the file, however it is spelled. Its value is never quoted. */
function unknownKey(key: string, known: readonly string[], elsewhere: TablePlace['elsewhere']): Wrong {
  if (SECRET_KEY.test(key)) {
    const references = known.filter((name) => /_(env|file)$/.test(name));
    const instead =
      references.length > 0
        ? `with ${references.join(' or ')} name where it is kept`
        : 'set it in the environment (.env.example lists the variables)';
    return {
      problem: 'looks like a secret, and secrets do not belong in this file',
      cure: `Take it out, and ${instead}.`,
    };
  }
  if (elsewhere?.keys.includes(key) === true)
    return { problem: `belongs into ${elsewhere.table}`, cure: `Write it below ${elsewhere.table}.` };
  const meant = nearest(key, known);
  const all = `Known here: ${known.join(', ')}.`;
  return { problem: 'is not a known key', cure: meant === null ? all : `Did you mean ${meant}? ${all}` };
}

function wrongOf(issue: z.core.$ZodIssue, example: string): Wrong {
  const cure = `For example: ${example}`;
  if (issue.code === 'custom') return { problem: issue.message, cure: String(issue.params?.['cure'] ?? cure) };
  if (issue.code === 'too_small' && typeof issue.input === 'number')
    return { problem: `is ${String(issue.input)}, less than ${String(issue.minimum)}`, cure };
  if (issue.code === 'too_small') return { problem: 'is empty', cure };
  if (issue.code === 'too_big')
    return { problem: `is ${String(issue.input)}, more than ${String(issue.maximum)}`, cure };
  if (issue.code === 'invalid_value')
    return { problem: `is ${shown(issue.input)}, not one of ${issue.values.map(String).join(', ')}`, cure };
  return { problem: `is ${kindInWords(issue.input)}, which does not fit here`, cure };
}

/** A value of a key that never holds a secret, short enough for a line. */
function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 60)}"` : kindInWords(value);
}

function kindInWords(value: unknown): string {
  if (value instanceof Date) return 'a date';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'object') return 'a table';
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${String(value)}`;
  return typeof value === 'boolean' ? String(value) : 'missing';
}
