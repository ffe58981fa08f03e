/** `gate failures list|show|retry|resolve`: what did not arrive, kept beyond its delivery. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { DELIVERY_KINDS } from '../../approval/delivery.js';
import { utcMinute } from '../../approval/sentences.js';
import { plain, plainJson } from '../../base/text/plain.js';
import { oneWord } from '../argument-readers.js';
import { askAdmin } from '../ask-admin.js';
import { EXIT } from '../exit-code.js';
import { drawTable } from '../table.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from '../verb.js';

const words = z.string().nullable();
const FAILURE = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.string(),
  channel: z.string(),
  recipient: z.string(),
  site: words,
  request: words,
  about: words,
  reason: z.string(),
  attempts: z.int(),
  madeAt: z.iso.datetime(),
  failedAt: z.iso.datetime(),
  redrivenAs: words,
  resendUntil: z.iso.datetime().nullable(),
});
type Failure = z.output<typeof FAILURE>;
const PAGE = z.object({ failures: z.array(FAILURE), next: words });
const RETRIED = z.object({ id: z.string(), redriveOf: z.string() });
const RESOLVED = z.object({ id: z.string() });

interface ListOptions extends CommonOptions {
  readonly state?: string;
  readonly kind?: string;
  readonly channel?: string;
  readonly site?: string;
  readonly recipient?: string;
  readonly redriven?: string;
  readonly cursor?: string;
}

export function addFailures(program: Command, cli: Cli): void {
  const verb = program.command('failures').description('what failed or bounced, kept until somebody resolves it');
  talksToGate(verb.command('list'))
    .description('list failures, newest first')
    .addOption(new Option('--state <state>', 'that failed, or bounced').choices(['failed', 'bounced']))
    .addOption(new Option('--kind <kind>', 'of this kind').choices(DELIVERY_KINDS))
    .option('--channel <name>', 'of this channel', oneWord)
    .option('--site <host>', 'of requests for this site', oneWord)
    .option('--recipient <part>', 'to whoever has this in a handle, address or URL', oneWord)
    .addOption(new Option('--redriven <answer>', 'whether they were sent again').choices(['true', 'false']))
    .option('--cursor <next>', 'the next page, as the page before names it', oneWord)
    .action((options: ListOptions) => list(cli, options));
  of(verb, 'show', 'show one').action((id: string, options: CommonOptions) => show(cli, id, options));
  of(verb, 'retry', 'send it again, also where its delivery is deleted').action((id: string, options: CommonOptions) =>
    act(cli, { id, name: 'retry', schema: RETRIED, text: (to) => `Sent again as ${plain(to)}.` }, options),
  );
  of(verb, 'resolve', 'remove the record: nothing is to be done any more').action(
    (id: string, options: CommonOptions) =>
      act(cli, { id, name: 'resolve', schema: RESOLVED, text: (was) => `Resolved: ${plain(was)}.` }, options),
  );
}

function of(verb: Command, name: string, description: string): Command {
  return talksToGate(verb.command(name)).description(description).argument('<id>', 'its id in the list', failureId);
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const { state, kind, channel, site, recipient, redriven, cursor } = options;
  const all = Object.entries({ state, kind, channel, site, recipient, redriven, cursor });
  const query = new URLSearchParams(all.filter((one): one is [string, string] => one[1] !== undefined));
  const page = await askAdmin(
    cli,
    { method: 'GET', path: `/api/failures?${query.toString()}` },
    { schema: PAGE, options },
  );
  if (page === null) return;
  const { out, columns } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(page)}\n`);
  else {
    out.write(page.failures.length === 0 ? 'No failure fits.\n' : drawFailures(page.failures, columns));
    if (page.next !== null) out.write(`More: the same with --cursor ${plain(page.next)}\n`);
  }
  cli.end(EXIT.ok);
}

const COLUMNS = ['id', 'failed', 'state', 'channel', 'kind', 'recipient', 'reason', 'sent again as'];

function drawFailures(failures: readonly Failure[], columns: number | null): string {
  const rows = failures.map((one) => [
    ...[one.id, inWords(one.failedAt), one.state, one.channel, one.kind, one.recipient, one.reason],
    one.redrivenAs ?? '',
  ]);
  return drawTable({ columns: COLUMNS, rows }, columns ?? Number.POSITIVE_INFINITY);
}

async function show(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const found = await askAdmin(cli, { method: 'GET', path: `/api/failures/${id}` }, { schema: FAILURE, options });
  if (found === null) return;
  cli.surroundings.out.write(options.json === true ? `${plainJson(found)}\n` : linesOf(found));
  cli.end(EXIT.ok);
}

function linesOf(one: Failure): string {
  const facts = {
    State: one.state,
    Reason: one.reason,
    Recipient: one.recipient,
    Channel: one.channel,
    Kind: one.kind,
    Site: one.site ?? 'none',
    About: one.request === null ? (one.about ?? 'nothing') : `request ${one.request}`,
    Attempts: String(one.attempts),
    Made: inWords(one.madeAt),
    Failed: inWords(one.failedAt),
    ...(one.resendUntil === null ? {} : { 'Text kept until': inWords(one.resendUntil) }),
    ...(one.redrivenAs === null ? {} : { 'Sent again as': one.redrivenAs }),
  };
  const lines = Object.entries(facts).map(([name, fact]) => `${`${name}:`.padEnd(17)}${plain(fact)}\n`);
  return `${plain(one.id)}\n${lines.join('')}`;
}

interface Act {
  readonly id: string;
  readonly name: 'retry' | 'resolve';
  readonly schema: z.ZodType<{ readonly id: string }>;
  readonly text: (id: string) => string;
}

async function act(cli: Cli, { id, name, schema, text }: Act, options: CommonOptions): Promise<void> {
  const call = {
    method: 'POST',
    path: `/api/failures/${id}/${name}`,
    body: { operator: operatorOf(cli, options) },
  } as const;
  const answer = await askAdmin(cli, call, { schema, options });
  if (answer === null) return;
  cli.surroundings.out.write(options.json === true ? `${plainJson(answer)}\n` : `${text(answer.id)}\n`);
  cli.end(EXIT.ok);
}

function inWords(iso: string): string {
  return utcMinute(Date.parse(iso));
}

function failureId(text: string): string {
  if (/^[\w-]{1,128}$/.test(text)) return text;
  throw new InvalidArgumentError('It is an id as gate failures list shows it.');
}
