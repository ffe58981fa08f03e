/** `gate sessions list|end`: who is signed in, and ending it. */
import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { utcMinute } from '../../approval/sentences.js';
import { signedInByInWords, WAYS_OF_SIGNING_IN } from '../../approval/signed-in-by.js';
import { addressInWords } from '../../base/net/address-in-words.js';
import type { EndSessionsPost, SessionOfAccount } from '../../contract/admin.js';
import { askAdmin } from '../ask-admin.js';
import { EXIT } from '../exit-code.js';
import { plain, plainJson } from '../../base/text/plain.js';
import { drawTable } from '../table.js';
import { oneWord } from '../argument-readers.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from '../verb.js';

const time = z.iso.datetime();
const LIST = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      account: z.string(),
      address: z.string().nullable(),
      browser: z.string().nullable(),
      signedInBy: z.enum(WAYS_OF_SIGNING_IN).nullable(),
      createdAt: time,
      lastSeenAt: time.nullable(),
      expiresAt: time,
    }),
  ),
});

interface ListOptions extends CommonOptions {
  readonly account?: string;
}

interface EndOptions extends ListOptions {
  readonly all?: true;
}

export function addSessions(program: Command, cli: Cli): void {
  const verb = program.command('sessions').description('who is signed in on the pages, and ending it');
  talksToGate(verb.command('list'))
    .description('list the sessions that live, newest first')
    .option('--account <approver>', 'of this approver alone', oneWord)
    .action((options: ListOptions) => listSessions(cli, options));
  talksToGate(verb.command('end'))
    .description('end one, all of an approver, or all; at once, for every process')
    .argument('[id]', 'its id in the list', sessionId)
    .option('--account <approver>', 'all of this approver', oneWord)
    .option('--all', 'all of everybody')
    .addHelpText(
      'after',
      `
Whoever was signed in so signs in again by a new link (gate sign-in-link); a link
that was made and not used yet stays good until a newer one is made. What was
decided stands.

Examples:
  gate sessions end 5f0c9a7d3be14826
  gate sessions end --account rpm@koder.dev
  gate sessions end --all`,
    )
    .action((id: string | undefined, options: EndOptions, command: Command) => end(cli, { id, options, command }));
}

export async function listSessions(cli: Cli, options: ListOptions): Promise<void> {
  const query = options.account === undefined ? '' : `?account=${encodeURIComponent(options.account)}`;
  const found = await askAdmin(cli, { method: 'GET', path: `/v1/sessions${query}` }, { schema: LIST, options });
  if (found === null) return;
  const { out, columns } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(found.sessions)}\n`);
  else if (found.sessions.length === 0) out.write('Nobody is signed in.\n');
  else out.write(drawTable({ columns: COLUMNS, rows: found.sessions.map(rowOf) }, columns ?? Number.POSITIVE_INFINITY));
  cli.end(EXIT.ok);
}

const COLUMNS = ['id', 'account', 'address', 'browser', 'signed in by', 'since', 'last seen', 'until'];

function rowOf({ id, account, address, browser, signedInBy, ...at }: SessionOfAccount): readonly string[] {
  const by = signedInBy === null ? '' : signedInByInWords(signedInBy);
  const times = [at.createdAt, at.lastSeenAt, at.expiresAt].map((iso) => (iso === null ? '' : inWords(iso)));
  return [id, account, address === null ? '' : addressInWords(address), browser ?? '', by, ...times];
}

async function end(
  cli: Cli,
  {
    id,
    options,
    command,
  }: { readonly id: string | undefined; readonly options: EndOptions; readonly command: Command },
): Promise<void> {
  const { account, all } = options;
  if ([id, account, all].filter((one) => one !== undefined).length !== 1)
    command.error('error: name one: an id, --account <approver>, or --all', { exitCode: EXIT.usage });
  await endSessions(cli, { id, account, all }, options);
}

export async function endSessions(
  cli: Cli,
  which: Omit<EndSessionsPost, 'operator'>,
  options: CommonOptions,
): Promise<void> {
  const body: EndSessionsPost = { ...which, operator: operatorOf(cli, options) };
  const call = { method: 'POST', path: '/v1/sessions/end', body } as const;
  const ended = await askAdmin(cli, call, { schema: LIST, options });
  if (ended === null) return;
  const { out } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(ended.sessions)}\n`);
  else for (const one of ended.sessions) out.write(`Ended: ${plain(one.id)} of ${plain(one.account)}.\n`);
  cli.end(EXIT.ok);
}

function sessionId(text: string): string {
  if (/^[0-9a-f]{16}$/.test(text)) return text;
  throw new InvalidArgumentError('It has 16 hex digits: gate sessions list shows it.');
}

function inWords(iso: string): string {
  return utcMinute(Date.parse(iso));
}
