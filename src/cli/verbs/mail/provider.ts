/** `gate mail provider add|list|show|update|pause|resume|remove|test`. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { fieldsOf } from '../../../base/text/fields.js';
import { parseJsonText } from '../../../base/text/json.js';
import { askAdmin } from '../../ask-admin.js';
import { oneWord } from '../../argument-readers.js';
import { talksToGate, type Cli, type CommonOptions } from '../../verb.js';
import { act, at, fieldsIn, number, of as ofRecord, print, PROVIDERS, reason, tryOut } from './acts.js';
import { linesOfProvider, PROVIDER, providersTable } from './output.js';

/** Options that are fields of the record, by the record's names. */
const FIELDS = [
  ...['kind', 'host', 'port', 'tls', 'user', 'oauth_token_url', 'oauth_client_id', 'oauth_grant', 'oauth_scope'],
  ...['dkim_domain', 'dkim_selector', 'bounce_address', 'tenant', 'client_id', 'api_url', 'token_url'],
];
const DEFAULT = 'default';

type Setting = readonly [table: string, field: string, value: unknown];

interface Options extends CommonOptions {
  readonly set?: readonly Setting[];
  readonly reason?: string;
  readonly to?: string;
}

export function addProvider(mail: Command, cli: Cli): void {
  const verb = mail.command('provider').description('mail servers, and applications at Microsoft Graph');
  withFields(named(verb, 'add', 'make one; its secret follows by gate mail secret add'))
    .requiredOption('--kind <kind>', 'smtp or graph', oneWord)
    .addHelpText('after', ADD_HELP)
    .action((name: string, options: Options) => add(cli, name, options));
  talksToGate(verb.command('list'))
    .description('list them, also those of the environment and of sites.toml')
    .action((options: CommonOptions) => list(cli, options));
  named(verb, 'show', 'show one, with the ages of its secrets').action((name: string, options: CommonOptions) =>
    show(cli, name, options),
  );
  withFields(named(verb, 'update', 'change what is given'))
    .addHelpText('after', UPDATE_HELP)
    .action((name: string, options: Options) => update(cli, name, options));
  named(verb, 'pause', 'send nothing through it; its mails wait, or go another way')
    .requiredOption('--reason <words>', 'why, for the list and the audit', reason)
    .action((name: string, options: Options) =>
      done(cli, { path: `${at(PROVIDERS, name)}/pause`, fields: { reason: options.reason }, told: 'Paused' }, options),
    );
  named(verb, 'resume', 'go on').action((name: string, options: CommonOptions) =>
    done(cli, { path: `${at(PROVIDERS, name)}/resume`, told: 'Resumed' }, options),
  );
  named(verb, 'remove', 'remove it, with its secrets; no mailbox may use it').action(
    (name: string, options: CommonOptions) =>
      done(cli, { path: at(PROVIDERS, name), method: 'DELETE', told: 'Removed' }, options),
  );
  named(verb, 'test', 'sign in there, or send one real mail')
    .option('--to <address>', 'send a mail to this address', oneWord)
    .action((name: string, options: Options) => tryOut(cli, at(PROVIDERS, name), options));
}

const ADD_HELP = `
Examples:
  gate mail provider add relay --kind smtp --host mail.example.org --user gate
  gate mail provider add office --kind graph --tenant contoso.com --client-id 1111
  gate mail secret add relay smtp.password --file password.txt
  gate mail mailbox add gate@example.org --provider relay
  gate mail provider test relay --to you@example.org`;

const UPDATE_HELP = `
Examples:
  gate mail provider update relay --host mail2.example.org
  gate mail provider update relay --set throttle.per_minute=20
  gate mail provider update relay --set throttle.per_minute=default`;

function named(verb: Command, name: string, what: string): Command {
  return ofRecord(verb, name, { what, of: 'name' });
}

function withFields(command: Command): Command {
  return command
    .option('--host <host>', 'smtp: the server', oneWord)
    .option('--port <port>', 'smtp: its port (default: 587, or 465 for implicit TLS)', number)
    .addOption(new Option('--tls <tls>', 'smtp: encryption').choices(['implicit', 'required', 'if_offered', 'none']))
    .option('--user <user>', 'smtp: whom to sign in as', oneWord)
    .option('--oauth-token-url <url>', 'smtp: where access tokens come from (XOAUTH2)', oneWord)
    .option('--oauth-client-id <id>', 'smtp: who the client is there', oneWord)
    .option('--oauth-grant <grant>', 'smtp: refresh_token or client_credentials', oneWord)
    .option('--oauth-scope <scope>', 'smtp: what the token is to be good for')
    .option('--dkim-domain <domain>', 'smtp: sign mails for this domain', oneWord)
    .option('--dkim-selector <selector>', 'smtp: under which the public key is found', oneWord)
    .option('--bounce-address <address>', 'smtp: where bounces go; {id} stands for the mail', oneWord)
    .option('--tenant <tenant>', "graph: the directory's id, or one of its domains", oneWord)
    .option('--client-id <id>', 'graph: the id of the application', oneWord)
    .option('--api-url <url>', "graph: another address than Microsoft's own", oneWord)
    .option('--token-url <url>', 'graph: the same, of the token endpoint', oneWord)
    .option('--set <field=value>', 'a field of the policy, as throttle.per_minute=20; repeatable', setting);
}

function setting(text: string, before: readonly Setting[] = []): readonly Setting[] {
  const [, table, field, value] = /^([a-z_]+)\.([a-z_]+)=(.+)$/s.exec(text) ?? [];
  if (table === undefined || field === undefined || value === undefined)
    throw new InvalidArgumentError('Write it like throttle.per_minute=20.');
  return [...before, [table, field, parseJsonText(value) ?? value]];
}

/** The policy with these settings; one that is `default` is taken out. */
function policyWith(policy: Readonly<Record<string, unknown>>, settings: readonly Setting[]): Record<string, unknown> {
  const tables = new Map<string, Record<string, unknown>>();
  for (const [name, table] of Object.entries(policy)) tables.set(name, { ...fieldsOf(table) });
  for (const [name, field, value] of settings) {
    const table = tables.get(name) ?? {};
    if (value === DEFAULT) Reflect.deleteProperty(table, field);
    else table[field] = value;
    tables.set(name, table);
  }
  return Object.fromEntries([...tables].filter(([, table]) => Object.keys(table).length > 0));
}

async function add(cli: Cli, name: string, options: Options): Promise<void> {
  const policy = options.set === undefined ? {} : { policy: policyWith({}, options.set) };
  const fields = { name, ...fieldsIn({ ...options }, FIELDS), ...policy };
  await done(cli, { path: PROVIDERS, fields, told: 'Added' }, options);
}

/** Settings of the policy go into the one that there is, and only where nobody else changes it meanwhile. */
async function update(cli: Cli, name: string, options: Options): Promise<void> {
  const fields = fieldsIn({ ...options }, FIELDS);
  if (options.set === undefined) return done(cli, { path: at(PROVIDERS, name), fields, told: 'Changed' }, options);
  const found = await askAdmin(cli, { method: 'GET', path: at(PROVIDERS, name) }, { schema: PROVIDER, options });
  if (found === null) return;
  const all = { ...fields, policy: policyWith(found.policy, options.set), version: found.version };
  await done(cli, { path: at(PROVIDERS, name), fields: all, told: 'Changed' }, options);
}

interface Done {
  readonly path: string;
  readonly method?: 'DELETE';
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly told: string;
}

function done(cli: Cli, { told, ...call }: Done, options: CommonOptions): Promise<void> {
  return act(cli, { ...call, schema: PROVIDER, told: (one) => `${told}: ${linesOfProvider(one)}` }, options);
}

async function list(cli: Cli, options: CommonOptions): Promise<void> {
  const schema = z.object({ providers: z.array(PROVIDER) });
  const found = await askAdmin(cli, { method: 'GET', path: PROVIDERS }, { schema, options });
  if (found === null) return;
  const text = providersTable(found.providers, cli.surroundings.columns);
  print(cli, { answer: found, text: found.providers.length === 0 ? 'There is no mail provider.' : text }, options);
}

async function show(cli: Cli, name: string, options: CommonOptions): Promise<void> {
  const found = await askAdmin(cli, { method: 'GET', path: at(PROVIDERS, name) }, { schema: PROVIDER, options });
  if (found !== null) print(cli, { answer: found, text: linesOfProvider(found) }, options);
}
