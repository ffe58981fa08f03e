/** The fields of a mailbox as operators give them. Sites and producers are those of `sites.toml`, and the provider has to be there. */
import { z } from 'zod';
import { nearest } from '../../base/text/nearest.js';
import type { NewMailbox } from '../../contract/ledger.js';
import type { GivenFields, WrongField } from '../../contract/operators-mail.js';
import { mailAddress, readFields, whole, type FieldsRead } from './wrong-fields.js';

export interface KnownNames {
  readonly providers: readonly string[];
  readonly sites: readonly string[];
  /** A site's key by any of its hosts. */
  readonly siteOf: (host: string) => string | undefined;
  readonly producers: readonly string[];
}

const DEFAULT_PRIORITY = 100;
const LAST_PRIORITY = 1_000;
const MAX_SCOPE = 200;

const MUST_BE_NAMES = 'must be a list of names';
const names = z
  .array(z.string(MUST_BE_NAMES), MUST_BE_NAMES)
  .max(MAX_SCOPE, `must be at most ${String(MAX_SCOPE)}`)
  .default([]);

const MAILBOX = {
  address: mailAddress,
  name: z
    .string('must be a text')
    .regex(/^[^\p{Cc}]{0,100}$/u, 'must be one line of at most 100 characters')
    .default(''),
  provider: z.string('must be the name of a provider'),
  sites: names,
  producers: names,
  priority: whole(0, LAST_PRIORITY).default(DEFAULT_PRIORITY),
};

export function readMailbox(given: GivenFields, known: KnownNames): FieldsRead<NewMailbox> {
  const read = readFields(MAILBOX, given);
  if ('wrong' in read) return read;
  const { name: displayName, ...rest } = read.value;
  const sites = rest.sites.map((host) => known.siteOf(host) ?? host);
  const wrong = [
    ...unknownIn('provider', [rest.provider], { known: known.providers, none: 'is no provider' }),
    ...unknownIn('sites', sites, { known: known.sites, none: 'has a site that sites.toml does not have' }),
    ...unknownIn('producers', rest.producers, {
      known: known.producers,
      none: 'has a producer that sites.toml does not have',
    }),
  ];
  return wrong.length > 0
    ? { wrong }
    : { value: { displayName, ...rest, sites: [...new Set(sites)], producers: [...new Set(rest.producers)] } };
}

function unknownIn(
  field: string,
  given: readonly string[],
  { known, none }: { readonly known: readonly string[]; readonly none: string },
): readonly WrongField[] {
  const there = new Set(known);
  return given.flatMap((name) => {
    if (there.has(name)) return [];
    const meant = nearest(name, known);
    const cure = meant === null ? `known: ${known.join(', ') || 'none'}` : `did you mean ${meant}?`;
    return [{ field, problem: `${none}: "${name.slice(0, 60)}"; ${cure}` }];
  });
}
