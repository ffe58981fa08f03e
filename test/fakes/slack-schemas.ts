/** The arguments that Slack's methods take, by the vendor's reference where it lies beside the checkout; else unchecked. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { packageRoot } from '../../src/base/process/package-root.js';

const FOLDER = join(packageRoot(), '..', 'shared', 'specs', 'slack', 'slack-api-ref', 'docs.slack.dev', 'methods');

interface Reference {
  readonly args: { readonly properties: Readonly<Record<string, Property>> };
}

/** What may be given as a text that stands for an object says so within `allOf`. */
interface Property {
  readonly type?: string;
  readonly allOf?: readonly { readonly type?: string; readonly coerce?: boolean }[];
}

const compiled = new Map<string, { readonly reference: Reference; readonly validate: ValidateFunction } | null>();

/** What is wrong with a call's arguments, by name; null when nothing is, or nobody can say. */
export function argumentFault(method: string, args: ReadonlyMap<string, string>): string | null {
  const known = referenceOf(method);
  if (known === null) return null;
  const { properties } = known.reference.args;
  const unknown = [...args.keys()].find((name) => !(name in properties) && name !== 'team_id');
  if (unknown !== undefined) return `${method}: ${unknown}`;
  const typed = Object.fromEntries([...args].map(([name, value]) => [name, ofType(value, properties[name])]));
  return known.validate(typed) ? null : `${method}: ${JSON.stringify(known.validate.errors?.[0]?.instancePath)}`;
}

function referenceOf(method: string): { readonly reference: Reference; readonly validate: ValidateFunction } | null {
  const found = compiled.get(method);
  if (found !== undefined) return found;
  const file = join(FOLDER, `${method}.json`);
  const reference = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Reference) : null;
  const validate = reference === null ? null : new Ajv({ strict: false, logger: false }).compile(reference.args);
  const entry = reference === null || validate === null ? null : { reference, validate };
  compiled.set(method, entry);
  return entry;
}

/** A form carries texts alone; the reference speaks of what they stand for. */
function ofType(value: string, { type, allOf }: Property = {}): unknown {
  if (allOf?.some((part) => part.type === 'object' && part.coerce === true) === true) return jsonOr(value);
  if (type === 'boolean' && /^(true|false)$/.test(value)) return value === 'true';
  if (type === 'number' && /^\d+$/.test(value)) return Number(value);
  return value;
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
