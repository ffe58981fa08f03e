/** A secret that a table of `sites.toml` only refers to: `<name>_env` names a variable, `<name>_file` a file. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { Secret } from '../../base/crypto/secret.js';
import { described } from '../described.js';
import { judged } from '../read-table.js';
import type { Reading } from './reading.js';
import { readSecretFile, secretOf } from '../secret-source.js';

/** Fewer characters than this can be guessed. */
const MIN_SECRET_CHARACTERS = 24;

const variableName = judged((text) =>
  /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(text)
    ? null
    : {
        problem: "is not a variable's name",
        cure: 'Write the name of the variable that holds the secret, never the secret itself.',
      },
);

/** What stands for `<name>_env` and `<name>_file` in a table's shape. `variable` is an example of a variable's name. */
export function secretReference(meaning: string, variable: string) {
  const file = variable.toLowerCase().replaceAll('_', '-');
  return {
    env: described(variableName, {
      meaning,
      form: 'the name of a variable, never the secret',
      example: `"${variable}"`,
    }),
    file: described(z.string().min(1), {
      meaning: 'The file that holds the same secret, instead of a variable.',
      form: 'a path, relative to `sites.toml`',
      example: `"/run/secrets/${file}"`,
    }),
  };
}

/** The table that refers to a secret. */
export interface Where {
  readonly path: string;
  readonly bad: ReadonlySet<string>;
  readonly reading: Reading;
}

export interface Reference {
  readonly name: string;
  readonly variable: string | undefined;
  readonly file: string | undefined;
  /** Reported when neither is given; `cure` is for where there is more to say than the two names. */
  readonly isNeeded: boolean;
  readonly cure?: string;
}

/** The text. Exactly one of `<name>_env` and `<name>_file`. A file lies relative to `sites.toml`. */
export function readReference(reference: Reference, { path, bad, reading }: Where): string | null {
  const { name, variable, file, isNeeded } = reference;
  const both = `${name}_env or ${name}_file`;
  if (variable !== undefined && file !== undefined) {
    reading.tell(`${path}.${name}_env`, { problem: `is given, and so is ${name}_file`, cure: 'Keep one of them.' });
    return null;
  }
  if (variable === undefined && file === undefined) {
    if (isNeeded && !bad.has(`${name}_env`) && !bad.has(`${name}_file`))
      reading.tell(`${path}.${name}_env`, {
        problem: 'is missing',
        cure: reference.cure ?? `Name where the secret is kept: ${both}.`,
      });
    return null;
  }
  if (variable !== undefined) {
    const found = secretOf(reading.secrets, variable);
    if ('text' in found) return found.text;
    reading.tell(`${path}.${name}_env`, found.wrong);
    return null;
  }
  const read = readSecretFile(resolve(dirname(reading.file), file ?? ''), reading.secrets.readFile);
  if (read.kind === 'read') return read.text;
  reading.tell(`${path}.${name}_file`, read.wrong);
  return null;
}

/** Several at once, on lines or comma-separated, so that they can be rotated. */
export function readSecrets(reference: Reference, where: Where): readonly Secret[] {
  const text = readReference(reference, where);
  if (text === null) return [];
  const found = text.split(/[\s,]+/).filter((one) => one !== '');
  const isGood = (one: string): boolean => one.length >= MIN_SECRET_CHARACTERS && /^[\w.~+/=-]+$/.test(one);
  if (found.every(isGood)) return found.map((one) => new Secret(one));
  where.reading.tell(`${where.path}.${reference.name}`, {
    problem: `is shorter than ${String(MIN_SECRET_CHARACTERS)} characters, or holds some that no bearer token may`,
    cure: 'Make one with: openssl rand -hex 32',
  });
  return [];
}
