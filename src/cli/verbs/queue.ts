/** `gate queue list|show|retry|cancel|delete|purge|pause|resume`: what is to be sent, was sent or could not be, and what operators do about it. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { DELIVERY_KINDS, DELIVERY_STATES, RETRIABLE_STATES } from '../../approval/delivery.js';
import { askAdmin } from '../ask-admin.js';
import { duration, oneWord } from '../argument-readers.js';
import { EXIT } from '../exit-code.js';
import { plain, plainJson } from '../../base/text/plain.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from '../verb.js';
import { addPauses } from './suppressions.js';
import { DELIVERY, drawDeliveries, linesOfDelivery, VIEW } from './queue-output.js';

const PAGE = z.object({ deliveries: z.array(DELIVERY), next: z.string().nullable() });
const RETRIED = z.object({ id: z.string(), redriveOf: z.string() });
const CANCELLED = z.object({ id: z.string(), before: z.string(), isMaybeUnderWay: z.boolean() });
const REMOVED = z.object({ id: z.string() });
const PURGED = z.object({ count: z.int(), isDryRun: z.boolean(), isMore: z.boolean() });
const RETRIED_MANY = PURGED.extend({ refused: z.record(z.string(), z.int()) });

interface Filter {
  readonly state?: string;
  readonly kind?: string;
  readonly channel?: string;
  readonly transport?: string;
  readonly provider?: string;
  readonly mailbox?: string;
  readonly site?: string;
  readonly recipient?: string;
  readonly olderThan?: string;
  readonly newerThan?: string;
}

interface ListOptions extends CommonOptions, Filter {
  readonly cursor?: string;
  readonly limit?: string;
}

interface ManyOptions extends CommonOptions, Filter {
  readonly dryRun?: true;
}

export function addQueue(program: Command, cli: Cli): void {
  const verb = program.command('queue').description('what is to be sent, was sent or could not be');
  filtered(talksToGate(verb.command('list')))
    .description('list deliveries, newest first')
    .option('--cursor <next>', 'the next page, as the page before names it', oneWord)
    .option('--limit <count>', 'at most so many, up to 200 (default: 50)', count)
    .addHelpText('after', LIST_HELP)
    .action((options: ListOptions) => list(cli, options));
  of(verb, 'show', 'show one, with every attempt').action((id: string, options: CommonOptions) =>
    show(cli, id, options),
  );
  filtered(talksToGate(verb.command('retry')))
    .description('send what has failed, bounced or was cancelled again: one, or all that fit, at most 1,000 at once')
    .argument('[id]', 'its id in the list', deliveryId)
    .option('--dry-run', 'say how many fit, and send nothing')
    .addHelpText('after', RETRY_HELP)
    .action((id: string | undefined, options: ManyOptions, command: Command) =>
      id === undefined ? retryMany(cli, options, command) : retry(cli, id, { options, command }),
    );
  of(verb, 'cancel', 'cancel one that was not sent yet').action((id: string, options: CommonOptions) =>
    cancel(cli, id, options),
  );
  of(verb, 'delete', 'delete one that has ended, with its attempts').action((id: string, options: CommonOptions) =>
    remove(cli, id, options),
  );
  filtered(talksToGate(verb.command('purge')))
    .description('delete what has ended and fits, at most 10,000 at once')
    .option('--dry-run', 'say how many that would be, and delete nothing')
    .addHelpText('after', PURGE_HELP)
    .action((options: ManyOptions, command: Command) => purge(cli, options, command));
  addPauses(verb, cli);
}

const RETRY_HELP = `
Each becomes a new delivery in the place of the old one, which stays.

Examples:
  gate queue retry k3m9v0000000000000x7
  gate queue retry --state failed --site stg.example.org --newer-than 1h`;

const LIST_HELP = `
Examples:
  gate queue list --state failed --newer-than 24h
  gate queue list --recipient rpm@koder.dev
  gate queue show k3m9v0000000000000x7`;

const PURGE_HELP = `
What waits or is being sent stays, and so does a card that is still to be redrawn.

Examples:
  gate queue purge --state failed --older-than 30d --dry-run
  gate queue purge --state failed --older-than 30d`;

function of(verb: Command, name: string, description: string): Command {
  return talksToGate(verb.command(name)).description(description).argument('<id>', 'its id in the list', deliveryId);
}

function filtered(command: Command): Command {
  return command
    .addOption(new Option('--state <state>', 'in this state').choices(DELIVERY_STATES))
    .addOption(new Option('--kind <kind>', 'of this kind').choices(DELIVERY_KINDS))
    .option('--channel <name>', 'of this channel', oneWord)
    .option('--transport <name>', 'carried by this one', oneWord)
    .option('--provider <name>', 'mails that go out by this provider', oneWord)
    .option('--mailbox <address>', 'mails that go out from this address', oneWord)
    .option('--site <host>', 'of requests for this site', oneWord)
    .option('--recipient <part>', 'to whoever has this in a handle, address or URL', oneWord)
    .option('--older-than <time>', 'made so long ago or longer: 30m, 8h, 7d', duration)
    .option('--newer-than <time>', 'made less long ago', duration);
}

function queryOf(filter: Filter, more: Readonly<Record<string, string | undefined>>): string {
  const { olderThan: older_than, newerThan: newer_than, provider, mailbox } = filter;
  const { state, kind, channel, transport, site, recipient } = filter;
  const all = { state, kind, channel, transport, provider, mailbox, site, recipient, older_than, newer_than, ...more };
  const given = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  let page = await askPage(cli, options, options.cursor);
  while (page !== null && page.deliveries.length === 0 && page.next !== null)
    page = await askPage(cli, options, page.next);
  if (page === null) return;
  const { out, columns } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(page)}\n`);
  else {
    out.write(page.deliveries.length === 0 ? 'No delivery fits.\n' : drawDeliveries(page.deliveries, columns));
    if (page.next !== null) out.write(`More: the same with --cursor ${plain(page.next)}\n`);
  }
  cli.end(EXIT.ok);
}

/** One that took long may be empty and have a next one. */
function askPage(cli: Cli, options: ListOptions, cursor: string | undefined): Promise<z.output<typeof PAGE> | null> {
  const path = `/api/deliveries${queryOf(options, { cursor, limit: options.limit })}`;
  return askAdmin(cli, { method: 'GET', path }, { schema: PAGE, options });
}

async function show(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const found = await askAdmin(cli, { method: 'GET', path: pathOf(id) }, { schema: VIEW, options });
  if (found === null) return;
  const { out, columns } = cli.surroundings;
  out.write(options.json === true ? `${plainJson(found)}\n` : linesOfDelivery(found, columns));
  cli.end(EXIT.ok);
}

async function retry(
  cli: Cli,
  id: string,
  { options, command }: { readonly options: ManyOptions; readonly command: Command },
): Promise<void> {
  if (queryOf(options, {}) !== '' || options.dryRun === true)
    command.error('error: name one by its id, or several by a filter', { exitCode: EXIT.usage });
  const body = { operator: operatorOf(cli, options) };
  const call = { method: 'POST', path: `${pathOf(id)}/retry`, body } as const;
  const answer = await askAdmin(cli, call, { schema: RETRIED, options });
  if (answer !== null) tell(cli, { answer, text: `Sent again as ${plain(answer.id)}.` }, options);
}

async function retryMany(cli: Cli, options: ManyOptions, command: Command): Promise<void> {
  if (!RETRIABLE_STATES.some((state) => state === options.state))
    command.error('error: name one by its id, or say --state failed, bounced or cancelled', { exitCode: EXIT.usage });
  const path = `/api/deliveries/retry${queryOf(options, { dry_run: String(options.dryRun === true) })}`;
  const call = { method: 'POST', path, body: { operator: operatorOf(cli, options) } } as const;
  const answer = await askAdmin(cli, call, { schema: RETRIED_MANY, options });
  if (answer === null) return;
  const left = Object.entries(answer.refused).map(([reason, many]) => ` Not sent: ${String(many)} (${plain(reason)}).`);
  const done = options.dryRun === true ? 'Would be sent again' : 'Sent again';
  tell(cli, { answer, text: `${done}: ${inNumbers(answer)}${left.join('')}` }, options);
}

async function cancel(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const body = { operator: operatorOf(cli, options) };
  const call = { method: 'POST', path: `${pathOf(id)}/cancel`, body } as const;
  const answer = await askAdmin(cli, call, { schema: CANCELLED, options });
  if (answer === null) return;
  const late = answer.isMaybeUnderWay ? ' An attempt was running: it may arrive all the same.' : '';
  tell(cli, { answer, text: `Cancelled: ${plain(answer.id)}.${late}` }, options);
}

async function remove(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const path = `${pathOf(id)}?${new URLSearchParams({ operator: operatorOf(cli, options) }).toString()}`;
  const answer = await askAdmin(cli, { method: 'DELETE', path }, { schema: REMOVED, options });
  if (answer !== null) tell(cli, { answer, text: `Deleted: ${plain(answer.id)}.` }, options);
}

async function purge(cli: Cli, options: ManyOptions, command: Command): Promise<void> {
  const isDryRun = options.dryRun === true;
  if (queryOf(options, {}) === '')
    command.error('error: say which: --state, --older-than or another filter', { exitCode: EXIT.usage });
  const query = queryOf(options, { dry_run: String(isDryRun), operator: operatorOf(cli, options) });
  const call = { method: 'DELETE', path: `/api/deliveries${query}` } as const;
  const answer = await askAdmin(cli, call, { schema: PURGED, options });
  if (answer === null) return;
  tell(cli, { answer, text: `${isDryRun ? 'Would be deleted' : 'Deleted'}: ${inNumbers(answer)}` }, options);
}

function inNumbers({ count: many, isMore }: z.output<typeof PURGED>): string {
  return `${many.toLocaleString('en')}.${isMore ? ' There are more that fit.' : ''}`;
}

function tell(
  cli: Cli,
  { answer, text }: { readonly answer: unknown; readonly text: string },
  options: CommonOptions,
): void {
  cli.surroundings.out.write(options.json === true ? `${plainJson(answer)}\n` : `${text}\n`);
  cli.end(EXIT.ok);
}

function pathOf(id: string): string {
  return `/api/deliveries/${id}`;
}

function deliveryId(text: string): string {
  if (/^[\w-]{1,128}$/.test(text)) return text;
  throw new InvalidArgumentError('It is an id as gate queue list shows it.');
}

function count(text: string): string {
  if (/^[1-9]\d{0,2}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a whole number, at most 200.');
}
