/** `gate suppressions list|add|lift`: addresses to which no mail goes; and `gate queue pause|resume`: channels that stand still. */
import type { Command } from 'commander';
import { z } from 'zod';
import { utcMinute } from '../../approval/sentences.js';
import { plain, plainJson } from '../../base/text/plain.js';
import { duration, oneWord } from '../argument-readers.js';
import { askAdmin } from '../ask-admin.js';
import { EXIT } from '../exit-code.js';
import { drawTable } from '../table.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from '../verb.js';

const SUPPRESSION = z.object({
  address: z.string(),
  reason: z.string(),
  code: z.string().nullable(),
  setBy: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
});
const PAGE = z.object({ suppressions: z.array(SUPPRESSION), next: z.string().nullable() });
const LIFTED = z.object({ address: z.string() });
const CHANNEL = z.object({ channel: z.string() });
const COLUMNS = ['address', 'reason', 'code', 'set by', 'since', 'until'];

interface ListOptions extends CommonOptions {
  readonly cursor?: string;
}

interface AddOptions extends CommonOptions {
  readonly for?: string;
  readonly note?: string;
}

interface PauseOptions extends CommonOptions {
  readonly reason?: string;
}

export function addSuppressions(program: Command, cli: Cli): void {
  const verb = program.command('suppressions').description('addresses to which no mail goes for a while');
  talksToGate(verb.command('list'))
    .description('list them, by address')
    .option('--cursor <next>', 'the next page, as the page before names it', oneWord)
    .action((options: ListOptions) => list(cli, options));
  talksToGate(verb.command('add'))
    .description('stop mails to an address')
    .argument('<address>', 'the mail address', oneWord)
    .option('--for <time>', 'so long (default: 30d)', duration)
    .option('--note <words>', 'why, for whoever reads the list')
    .action((address: string, options: AddOptions) => add(cli, address, options));
  talksToGate(verb.command('lift'))
    .description('let mails to an address go out again')
    .argument('<address>', 'the mail address', oneWord)
    .action((address: string, options: CommonOptions) => lift(cli, address, options));
}

/** Under `gate queue`. */
export function addPauses(queue: Command, cli: Cli): void {
  talksToGate(queue.command('pause'))
    .description('send nothing over a channel until it is resumed')
    .argument('<channel>', 'its name', oneWord)
    .option('--reason <words>', 'why, for whoever asks')
    .action((channel: string, options: PauseOptions) => pause(cli, channel, options));
  talksToGate(queue.command('resume'))
    .description('send over a channel again')
    .argument('<channel>', 'its name', oneWord)
    .action((channel: string, options: CommonOptions) => resume(cli, channel, options));
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const query = options.cursor === undefined ? '' : `?${new URLSearchParams({ cursor: options.cursor }).toString()}`;
  const call = { method: 'GET', path: `/api/suppressions${query}` } as const;
  const page = await askAdmin(cli, call, { schema: PAGE, options });
  if (page === null) return;
  const { out, columns } = cli.surroundings;
  const rows = page.suppressions.map((one) => [
    ...[one.address, one.reason.replace('_', ' '), one.code ?? '', one.setBy],
    ...[utcMinute(Date.parse(one.since)), utcMinute(Date.parse(one.until))],
  ]);
  if (options.json === true) out.write(`${plainJson(page)}\n`);
  else {
    const table = () => drawTable({ columns: COLUMNS, rows }, columns ?? Number.POSITIVE_INFINITY);
    out.write(rows.length === 0 ? 'Mails go to every address.\n' : table());
    if (page.next !== null) out.write(`More: the same with --cursor ${plain(page.next)}\n`);
  }
  cli.end(EXIT.ok);
}

async function add(cli: Cli, address: string, options: AddOptions): Promise<void> {
  const { for: time, note } = options;
  const given = { ...(time === undefined ? {} : { for: time }), ...(note === undefined ? {} : { note }) };
  const body = { operator: operatorOf(cli, options), address, ...given };
  const answer = await askAdmin(
    cli,
    { method: 'POST', path: '/api/suppressions', body },
    { schema: SUPPRESSION, options },
  );
  if (answer === null) return;
  const until = utcMinute(Date.parse(answer.until));
  tell(cli, { answer, text: `No mail goes to ${plain(answer.address)} until ${until}.` }, options);
}

async function lift(cli: Cli, address: string, options: CommonOptions): Promise<void> {
  const query = new URLSearchParams({ address, operator: operatorOf(cli, options) }).toString();
  const call = { method: 'DELETE', path: `/api/suppressions?${query}` } as const;
  const answer = await askAdmin(cli, call, { schema: LIFTED, options });
  if (answer !== null) tell(cli, { answer, text: `Mails go to ${plain(answer.address)} again.` }, options);
}

async function pause(cli: Cli, channel: string, options: PauseOptions): Promise<void> {
  const reason = options.reason === undefined ? {} : { reason: options.reason };
  const body = { operator: operatorOf(cli, options), channel, ...reason };
  const answer = await askAdmin(cli, { method: 'POST', path: '/api/pauses', body }, { schema: CHANNEL, options });
  const name = plain(answer?.channel ?? '');
  if (answer !== null)
    tell(cli, { answer, text: `Paused: ${name}. What waits is kept; go on with: gate queue resume ${name}` }, options);
}

async function resume(cli: Cli, channel: string, options: CommonOptions): Promise<void> {
  const query = new URLSearchParams({ channel, operator: operatorOf(cli, options) }).toString();
  const call = { method: 'DELETE', path: `/api/pauses?${query}` } as const;
  const answer = await askAdmin(cli, call, { schema: CHANNEL, options });
  if (answer !== null) tell(cli, { answer, text: `Resumed: ${plain(answer.channel)}. What waits is sent.` }, options);
}

function tell(
  cli: Cli,
  { answer, text }: { readonly answer: unknown; readonly text: string },
  options: CommonOptions,
): void {
  cli.surroundings.out.write(options.json === true ? `${plainJson(answer)}\n` : `${text}\n`);
  cli.end(EXIT.ok);
}
