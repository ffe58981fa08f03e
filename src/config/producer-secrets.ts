/** A producer's secrets: `sites.toml` only names the variable or file that holds each. Their values are never told back. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { Secret } from '../base/secret.js';
import { keyBytes } from '../base/standard-webhooks.js';
import type { ProducerSecrets } from './config.js';
import { judged, type Values } from './read-table.js';
import { quoted, type Reading } from './reading.js';
import { readSecretFile, secretOf } from './secret-source.js';

/** Fewer characters than this can be guessed. */
const MIN_TOKEN_CHARACTERS = 24;

const variableName = judged((text) =>
  /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(text)
    ? null
    : {
        problem: "is not a variable's name",
        cure: 'Write the name of the variable that holds the secret, never the secret itself.',
      },
);

export const PRODUCER_SECRET_KEYS = {
  token_env: variableName,
  token_file: z.string().min(1),
  callback_secret_env: variableName,
  callback_secret_file: z.string().min(1),
};

type Given = Values<typeof PRODUCER_SECRET_KEYS> & { readonly callback_url?: string | undefined };
interface Where {
  readonly path: string;
  readonly bad: ReadonlySet<string>;
  readonly reading: Reading;
}

/** Several, on lines or comma-separated, so that a token can be rotated. */
export function readBearers(values: Given, where: Where): readonly Secret[] {
  const text = readReference(
    { name: 'token', variable: values.token_env, file: values.token_file, isNeeded: true },
    where,
  );
  if (text === null) return [];
  const tokens = text.split(/[\s,]+/).filter((token) => token !== '');
  const isGood = (token: string) => token.length >= MIN_TOKEN_CHARACTERS && /^[\w.~+/=-]+$/.test(token);
  if (tokens.every(isGood)) return tokens.map((token) => new Secret(token));
  where.reading.tell(`${where.path}.token`, {
    problem: `is shorter than ${String(MIN_TOKEN_CHARACTERS)} characters, or holds some that no bearer token may`,
    cure: 'Make one with: openssl rand -hex 32',
  });
  return [];
}

export function readCallbackKey(values: Given, where: Where): Secret | null {
  const isNeeded = values.callback_url !== undefined;
  const isSaid = values.callback_secret_env !== undefined || values.callback_secret_file !== undefined;
  if (isSaid && !isNeeded && !where.bad.has('callback_url'))
    where.reading.tell(`${where.path}.callback_url`, {
      problem: 'is missing, but its secret is named',
      cure: `For example: callback_url = "https://jet.example.org/decisions", or take the secret out.`,
    });
  const reference = {
    name: 'callback_secret',
    variable: values.callback_secret_env,
    file: values.callback_secret_file,
    isNeeded,
  };
  const text = readReference(reference, where);
  if (text === null) return null;
  const bytes = keyBytes(text);
  if (bytes !== null) return new Secret(bytes);
  where.reading.tell(`${where.path}.callback_secret`, {
    problem: 'is not a signing secret of 24 bytes or more (whsec_ and base64)',
    cure: 'Make one with: echo "whsec_$(openssl rand -base64 32)"',
  });
  return null;
}

/** Exactly one of `<name>_env` and `<name>_file`. A file lies relative to `sites.toml`. */
function readReference(
  reference: { name: string; variable: string | undefined; file: string | undefined; isNeeded: boolean },
  { path, bad, reading }: Where,
): string | null {
  const { name, variable, file, isNeeded } = reference;
  const both = `${name}_env or ${name}_file`;
  if (variable !== undefined && file !== undefined) {
    reading.tell(`${path}.${name}_env`, { problem: `is given, and so is ${name}_file`, cure: 'Keep one of them.' });
    return null;
  }
  if (variable === undefined && file === undefined) {
    if (isNeeded && !bad.has(`${name}_env`) && !bad.has(`${name}_file`))
      reading.tell(`${path}.${name}_env`, { problem: 'is missing', cure: `Name where the secret is kept: ${both}.` });
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

/** One token for two producers would let each speak for the other. */
export function tellSharedTokens(
  drafts: readonly { readonly name: string; readonly secrets: ProducerSecrets }[],
  reading: Reading,
): void {
  const owners = new Map<string, string>();
  for (const { name, secrets } of drafts) {
    for (const token of secrets.bearers.map((bearer) => bearer.revealText())) {
      const owner = owners.get(token) ?? name;
      owners.set(token, owner);
      if (owner === name) continue;
      const wrong = { problem: `is also the token of ${owner}`, cure: 'Give every producer a token of its own.' };
      reading.tell(`producers.${quoted(name)}.token`, wrong);
    }
  }
}
