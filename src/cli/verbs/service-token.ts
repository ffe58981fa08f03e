/** `gate service-token mint|list|revoke`: tokens that the gate itself makes, for callers of a producer or a site, or for a service. */
import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { parseDurationSeconds } from '../../approval/duration.js';
import { utcMinute } from '../../approval/sentences.js';
import type { MintPost, ServiceMintPost, ServiceTokenLine, SiteMintPost } from '../../contract/service-tokens.js';
import { askAdmin } from '../ask-admin.js';
import { EXIT } from '../exit-code.js';
import { plain, plainJson } from '../../base/text/plain.js';
import { drawTable } from '../table.js';
import { duration, oneWord } from '../argument-readers.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from '../verb.js';

/** Long enough not to be a burden, short enough that a forgotten token ends. */
const USUAL_END = '90d';

const time = z.iso.datetime();
const LINE = z.object({
  id: z.string(),
  producer: z.string(),
  // absent: a gate of a version that has none of these
  site: z.string().nullable().default(null),
  service: z.string().nullable().default(null),
  label: z.string(),
  state: z.enum(['live', 'expired', 'revoked']),
  createdAt: time,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
});
const LIST = z.object({ tokens: z.array(LINE) });
const MINTED = LINE.extend({ token: z.string() });

interface MintOptions extends CommonOptions {
  readonly site?: string;
  readonly service?: string;
  readonly label?: string;
  readonly name?: string;
  readonly for: string;
  readonly untilRevoked?: true;
}

export function addServiceToken(program: Command, cli: Cli): void {
  const verb = program
    .command('service-token')
    .description('tokens that the gate makes, for callers of a producer or of a site, and for services');
  talksToGate(verb.command('mint'))
    .description('make one and print it, this once; only its hash is kept')
    .argument('[producer]', "for a producer's callers: its name, as in [producers.<name>]", oneWord)
    .option(
      '--site <host>',
      'for callers without a browser, who pass to this site, or to every host of a pattern, by it',
      oneWord,
    )
    .option(
      '--service <name>',
      'for a service that signs people in: its name, as in [identity.services.<name>]',
      oneWord,
    )
    .option('--label <words>', 'what it is for, for the list and the audit', label)
    .option('--name <words>', 'the same', label)
    .option('--for <duration>', "how long it lives; a site's or a service's at most 366d", duration, USUAL_END)
    .option('--until-revoked', "it has no end of its own; not for a site's or a service's")
    .addHelpText(
      'after',
      `
Examples:
  gate service-token mint jet --label "staging deploys" --for 30d
  gate service-token mint --site stg.example.org --name "uptime probe"
  gate service-token mint --service portal --for 90d

A site's token is sent with each request, as "Authorization: Bearer <token>" or
"X-Gate-Token: <token>". The site itself never sees it.`,
    )
    .action((producer: string | undefined, options: MintOptions) => mint(cli, producer, options));
  talksToGate(verb.command('list'))
    .description('list them, newest first, with when each was last used')
    .action((options: CommonOptions) => list(cli, options));
  talksToGate(verb.command('revoke'))
    .description('end one at once, everywhere')
    .argument('<id>', 'its id in the list', oneWord)
    .addHelpText('after', '\nExample:\n  gate service-token revoke 4k2m0000000000000000')
    .action((id: string, options: CommonOptions) => revoke(cli, id, options));
}

async function mint(cli: Cli, producer: string | undefined, options: MintOptions): Promise<void> {
  const { out, err } = cli.surroundings;
  const call = mintCall(producer, options, operatorOf(cli, options));
  if (typeof call === 'string') {
    err.write(`error: ${call}\n(--help says how to use it)\n`);
    cli.end(EXIT.usage);
    return;
  }
  const minted = await askAdmin(cli, call, { schema: MINTED, options });
  if (minted === null) return;
  if (options.json === true) out.write(`${plainJson(minted)}\n`);
  else {
    // only the token, so that it can be piped into a file or a secret store
    out.write(`${plain(minted.token)}\n`);
    const end = minted.expiresAt === null ? 'until it is revoked' : `until ${inWords(minted.expiresAt)}`;
    err.write(`For ${plain(ownerOf(minted))}, ${end}. It is shown this once. Its id: ${plain(minted.id)}\n`);
  }
  cli.end(EXIT.ok);
}

/** What to ask of the gate, or what is wrong with the command line. */
function mintCall(producer: string | undefined, options: MintOptions, operator: string) {
  const { site, service, untilRevoked } = options;
  if (options.label !== undefined && options.name !== undefined) return '--label and --name are the same: give one.';
  const ours = { label: options.label ?? options.name ?? '', operator };
  const ttlSeconds = parseDurationSeconds(options.for);
  if ([producer, site, service].filter((whose) => whose !== undefined).length !== 1)
    return 'say for whom: the name of a producer, --site <host> or --service <name>.';
  if (producer !== undefined) {
    const body = { ...ours, producer, ttlSeconds: untilRevoked === true ? null : ttlSeconds };
    return { method: 'POST', path: '/v1/service-tokens', body: body satisfies MintPost } as const;
  }
  if (untilRevoked === true) return 'such a token always has an end: --for <duration>, at most 366d.';
  if (service !== undefined) {
    const body = { ...ours, service, ttlSeconds: ttlSeconds ?? 0 };
    return { method: 'POST', path: '/v1/identity-tokens', body: body satisfies ServiceMintPost } as const;
  }
  const body = { ...ours, site: site ?? '', ttlSeconds: ttlSeconds ?? 0 };
  return { method: 'POST', path: '/v1/site-tokens', body: body satisfies SiteMintPost } as const;
}

function ownerOf({ producer, site, service }: Pick<ServiceTokenLine, 'producer' | 'site' | 'service'>): string {
  if (service !== null) return `the service ${service}`;
  return site === null ? producer : `the site ${site}`;
}

async function list(cli: Cli, options: CommonOptions): Promise<void> {
  const found = await askAdmin(cli, { method: 'GET', path: '/v1/service-tokens' }, { schema: LIST, options });
  if (found === null) return;
  const { out, columns } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(found.tokens)}\n`);
  else if (found.tokens.length === 0)
    out.write('There are none. Make one: gate service-token mint <producer>, or --site <host>, or --service <name>\n');
  else out.write(drawTable({ columns: COLUMNS, rows: found.tokens.map(rowOf) }, columns ?? Number.POSITIVE_INFINITY));
  cli.end(EXIT.ok);
}

const COLUMNS = ['id', 'for', 'label', 'state', 'created', 'expires', 'last used', 'revoked'];

function rowOf(token: ServiceTokenLine): readonly string[] {
  const { id, label: words, state, createdAt, expiresAt, lastUsedAt, revokedAt } = token;
  const expires = expiresAt === null ? 'never' : inWords(expiresAt);
  const used = lastUsedAt === null ? 'never' : inWords(lastUsedAt);
  return [
    id,
    ownerOf(token),
    words,
    state,
    inWords(createdAt),
    expires,
    used,
    revokedAt === null ? '' : inWords(revokedAt),
  ];
}

async function revoke(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const path = `/v1/service-tokens/${encodeURIComponent(id)}/revoke`;
  const call = { method: 'POST', path, body: { operator: operatorOf(cli, options) } } as const;
  const revoked = await askAdmin(cli, call, { schema: LINE, options });
  if (revoked === null) return;
  const { out } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(revoked)}\n`);
  else out.write(`Revoked: ${plain(revoked.id)} of ${plain(ownerOf(revoked))} is taken no more.\n`);
  cli.end(EXIT.ok);
}

function inWords(iso: string): string {
  return utcMinute(Date.parse(iso));
}

function label(text: string): string {
  if (/^[^\p{Cc}\p{Bidi_Control}]{0,64}$/u.test(text)) return text;
  throw new InvalidArgumentError('It may have at most 64 characters and no control characters.');
}
