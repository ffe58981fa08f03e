/** `[identity.services.<name>]`: services of the operator's own that sign people in, each for the providers that it may speak for. */
import { z } from 'zod';
import { nearest } from '../../../base/text/nearest.js';
import { described, exampleOf } from '../../described.js';
import { isTable, readTable } from '../../read-table.js';
import { quoted, type Reading } from '../reading.js';

export const SERVICE_KEYS = {
  providers: described(z.array(z.string().min(1)).min(1), {
    meaning:
      'For which providers of `[identity.providers]` it vouches: whoever it says that one of them has signed in is signed in. Required.',
    form: 'a list of their names',
    example: '["koder"]',
  }),
};

/** By service, the providers that it vouches for. `identity`: the table that they are in. */
export function readServices(
  identity: unknown,
  providers: readonly string[],
  reading: Reading,
): ReadonlyMap<string, readonly string[]> {
  const raw = isTable(identity) ? identity['services'] : undefined;
  if (raw === undefined) return new Map();
  if (!isTable(raw)) {
    const cure = 'Write [identity.services.<name>] above every service.';
    reading.tell('identity.services', { problem: 'is not a table', cure });
    return new Map();
  }
  return new Map(
    Object.entries(raw).map(([name, table]) => [name, readService(name, table, { providers, reading })] as const),
  );
}

interface Around {
  readonly providers: readonly string[];
  readonly reading: Reading;
}

function readService(name: string, raw: unknown, { providers, reading }: Around): readonly string[] {
  const path = `identity.services.${quoted(name)}`;
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
    reading.tell(path, { problem: 'is not a name', cure: 'Choose another: small letters, digits, - and _.' });
    return [];
  }
  const { values, bad, problems } = readTable(raw, SERVICE_KEYS, { file: reading.file, path });
  reading.tellAll(problems);
  const wanted = values.providers ?? [];
  if (isTable(raw) && values.providers === undefined && !bad.has('providers'))
    reading.tell(`${path}.providers`, {
      problem: 'is missing',
      cure: `For example: providers = ${exampleOf(SERVICE_KEYS.providers)}`,
    });
  for (const one of wanted.filter((provider) => !providers.includes(provider)))
    reading.tell(`${path}.providers`, {
      problem: `"${one}" is no provider`,
      cure: cureOf(one, providers),
    });
  return wanted;
}

function cureOf(name: string, providers: readonly string[]): string {
  const meant = nearest(name, providers);
  if (meant !== null) return `Did you mean ${meant}?`;
  return providers.length === 0
    ? 'Add [identity.providers.<name>] for it first.'
    : `Those that there are: ${providers.join(', ')}.`;
}
