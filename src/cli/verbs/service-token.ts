/** `gate service-token mint|list|revoke`: bearer tokens that the gate itself makes for a producer's callers. */
import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { parseDurationSeconds } from '../../approval/duration.js';
import { utcMinute } from '../../approval/sentences.js';
import type { MintPost, ServiceTokenLine } from '../../contract/admin.js';
import { askAdmin } from '../ask-admin.js';
import { EXIT } from '../exit-code.js';
import { plain, plainJson } from '../plain.js';
import { drawTable } from '../table.js';
import { duration, oneWord, operatorOf, talksToGate, type Cli, type CommonOptions } from '../verb.js';

/** Long enough not to be a burden, short enough that a forgotten token ends. */
const USUAL_END = '90d';

const time = z.iso.datetime();
const LINE = z.object({
  id: z.string(),
  producer: z.string(),
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
  readonly label: string;
  readonly for: string;
  readonly untilRevoked?: true;
}

export function addServiceToken(program: Command, cli: Cli): void {
  const verb = program
    .command('service-token')
    .description("bearer tokens that the gate makes for a producer's callers");
  talksToGate(verb.command('mint'))
    .description('make one and print it, this once; only its hash is kept')
    .argument('<producer>', 'its name, as in [producers.<name>]', oneWord)
    .option('--label <words>', 'what it is for, for the list and the audit', label, '')
    .option('--for <duration>', 'how long it lives', duration, USUAL_END)
    .option('--until-revoked', 'it has no end of its own')
    .addHelpText('after', '\nExample:\n  gate service-token mint jet --label "staging deploys" --for 30d')
    .action((producer: string, options: MintOptions) => mint(cli, producer, options));
  talksToGate(verb.command('list'))
    .description('list them, newest first, with when each was last used')
    .action((options: CommonOptions) => list(cli, options));
  talksToGate(verb.command('revoke'))
    .description('end one at once, everywhere')
    .argument('<id>', 'its id in the list', oneWord)
    .addHelpText('after', '\nExample:\n  gate service-token revoke 4k2m0000000000000000')
    .action((id: string, options: CommonOptions) => revoke(cli, id, options));
}

async function mint(cli: Cli, producer: string, options: MintOptions): Promise<void> {
  const ttlSeconds = options.untilRevoked === true ? null : parseDurationSeconds(options.for);
  const body: MintPost = { producer, label: options.label, ttlSeconds, operator: operatorOf(cli, options) };
  const call = { method: 'POST', path: '/v1/service-tokens', body } as const;
  const minted = await askAdmin(cli, call, { schema: MINTED, options });
  if (minted === null) return;
  const { out, err } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(minted)}\n`);
  else {
    // only the token, so that it can be piped into a file or a secret store
    out.write(`${plain(minted.token)}\n`);
    const end = minted.expiresAt === null ? 'until it is revoked' : `until ${inWords(minted.expiresAt)}`;
    err.write(`For ${plain(minted.producer)}, ${end}. It is shown this once. Its id: ${plain(minted.id)}\n`);
  }
  cli.end(EXIT.ok);
}

async function list(cli: Cli, options: CommonOptions): Promise<void> {
  const found = await askAdmin(cli, { method: 'GET', path: '/v1/service-tokens' }, { schema: LIST, options });
  if (found === null) return;
  const { out, columns } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(found.tokens)}\n`);
  else if (found.tokens.length === 0) out.write('There are none. Make one: gate service-token mint <producer>\n');
  else out.write(drawTable({ columns: COLUMNS, rows: found.tokens.map(rowOf) }, columns ?? Number.POSITIVE_INFINITY));
  cli.end(EXIT.ok);
}

const COLUMNS = ['id', 'producer', 'label', 'state', 'created', 'expires', 'last used', 'revoked'];

function rowOf(token: ServiceTokenLine): readonly string[] {
  const { id, producer, label: words, state, createdAt, expiresAt, lastUsedAt, revokedAt } = token;
  const expires = expiresAt === null ? 'never' : inWords(expiresAt);
  const used = lastUsedAt === null ? 'never' : inWords(lastUsedAt);
  return [id, producer, words, state, inWords(createdAt), expires, used, revokedAt === null ? '' : inWords(revokedAt)];
}

async function revoke(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const path = `/v1/service-tokens/${encodeURIComponent(id)}/revoke`;
  const call = { method: 'POST', path, body: { operator: operatorOf(cli, options) } } as const;
  const revoked = await askAdmin(cli, call, { schema: LINE, options });
  if (revoked === null) return;
  const { out } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(revoked)}\n`);
  else out.write(`Revoked: ${plain(revoked.id)} of ${plain(revoked.producer)} is taken no more.\n`);
  cli.end(EXIT.ok);
}

function inWords(iso: string): string {
  return utcMinute(Date.parse(iso));
}

function label(text: string): string {
  if (/^[^\p{Cc}\p{Bidi_Control}]{0,64}$/u.test(text)) return text;
  throw new InvalidArgumentError('It may have at most 64 characters and no control characters.');
}
