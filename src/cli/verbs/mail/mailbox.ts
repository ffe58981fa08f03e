/** `gate mail mailbox add|list|show|update|pause|resume|remove|test`. */
import type { Command } from 'commander';
import { z } from 'zod';
import { askAdmin } from '../../ask-admin.js';
import { oneWord, someWords } from '../../argument-readers.js';
import { talksToGate, type Cli, type CommonOptions } from '../../verb.js';
import { act, at, fieldsIn, MAILBOXES, many, number, of as ofRecord, print, reason, tryOut } from './acts.js';
import { linesOfMailbox, MAILBOX, mailboxesTable } from './output.js';

interface Options extends CommonOptions {
  readonly provider?: string;
  readonly name?: string;
  readonly site?: readonly string[];
  readonly producer?: readonly string[];
  readonly everything?: true;
  readonly priority?: number;
  readonly reason?: string;
  readonly to?: string;
}

export function addMailbox(mail: Command, cli: Cli): void {
  const verb = mail.command('mailbox').description('addresses that mails are from');
  withFields(named(verb, 'add', 'make one'))
    .addHelpText('after', HELP)
    .action((address: string, options: Options) =>
      done(cli, { path: MAILBOXES, fields: { address, ...fieldsOf(options) }, told: 'Added' }, options),
    );
  talksToGate(verb.command('list'))
    .description('list them, also those of the environment and of sites.toml')
    .action((options: CommonOptions) => list(cli, options));
  named(verb, 'show', 'show one').action((address: string, options: CommonOptions) => show(cli, address, options));
  withFields(named(verb, 'update', 'change what is given'))
    .option('--everything', 'for every site and producer again')
    .action((address: string, options: Options) =>
      done(cli, { path: at(MAILBOXES, address), fields: fieldsOf(options), told: 'Changed' }, options),
    );
  named(verb, 'pause', 'send nothing from it')
    .requiredOption('--reason <words>', 'why, for the list and the audit', reason)
    .action((address: string, options: Options) =>
      done(
        cli,
        { path: `${at(MAILBOXES, address)}/pause`, fields: { reason: options.reason }, told: 'Paused' },
        options,
      ),
    );
  named(verb, 'resume', 'go on').action((address: string, options: CommonOptions) =>
    done(cli, { path: `${at(MAILBOXES, address)}/resume`, told: 'Resumed' }, options),
  );
  named(verb, 'remove', 'remove it').action((address: string, options: CommonOptions) =>
    done(cli, { path: at(MAILBOXES, address), method: 'DELETE', told: 'Removed' }, options),
  );
  named(verb, 'test', 'sign in at its provider, or send one real mail from it')
    .option('--to <address>', 'send a mail to this address', oneWord)
    .action((address: string, options: Options) => tryOut(cli, at(MAILBOXES, address), options));
}

const HELP = `
Examples:
  gate mail mailbox add gate@example.org --provider relay --name "Koder Gate"
  gate mail mailbox add stg@example.org --provider office --site stg.example.org`;

function named(verb: Command, name: string, what: string): Command {
  return ofRecord(verb, name, { what, of: 'address' });
}

function withFields(command: Command): Command {
  return command
    .option('--provider <name>', 'which provider sends for it; env is SMTP_URL', oneWord)
    .option('--name <words>', 'the name beside the address', someWords)
    .option('--site <host>', 'for mails about this site alone; repeatable', many)
    .option('--producer <name>', 'for mails of this producer alone; repeatable', many)
    .option('--priority <number>', 'of several that fit equally well the lowest goes first', number);
}

function fieldsOf({ site: sites, producer: producers, everything, ...rest }: Options): Record<string, unknown> {
  return {
    ...fieldsIn({ ...rest, sites, producers }, ['provider', 'name', 'sites', 'producers', 'priority']),
    ...(everything === true ? { sites: [], producers: [] } : {}),
  };
}

interface Done {
  readonly path: string;
  readonly method?: 'DELETE';
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly told: string;
}

function done(cli: Cli, { told, ...call }: Done, options: CommonOptions): Promise<void> {
  return act(cli, { ...call, schema: MAILBOX, told: (one) => `${told}: ${linesOfMailbox(one)}` }, options);
}

async function list(cli: Cli, options: CommonOptions): Promise<void> {
  const schema = z.object({ mailboxes: z.array(MAILBOX) });
  const found = await askAdmin(cli, { method: 'GET', path: MAILBOXES }, { schema, options });
  if (found === null) return;
  const text = mailboxesTable(found.mailboxes, cli.surroundings.columns);
  print(cli, { answer: found, text: found.mailboxes.length === 0 ? 'There is no mailbox.' : text }, options);
}

async function show(cli: Cli, address: string, options: CommonOptions): Promise<void> {
  const found = await askAdmin(cli, { method: 'GET', path: at(MAILBOXES, address) }, { schema: MAILBOX, options });
  if (found !== null) print(cli, { answer: found, text: linesOfMailbox(found) }, options);
}
