/** `gate account list|show|sessions|end-sessions|disable|enable|reset-factors`: who has an account, and what operators do about one. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { AccountLine, AccountStatePost, ResetFactorsPost } from '../../contract/known-accounts.js';
import { utcMinute } from '../../approval/sentences.js';
import { askAdmin } from '../ask-admin.js';
import { EXIT } from '../exit-code.js';
import { plain, plainJson } from '../../base/text/plain.js';
import { drawTable } from '../table.js';
import { oneWord } from '../argument-readers.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from '../verb.js';
import { endSessions, listSessions } from './sessions.js';

const ENROLMENT = z.object({ url: z.string(), expiresAt: z.iso.datetime(), mailedTo: z.string().nullable() });

const LIST = z.object({
  accounts: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      isApprover: z.boolean(),
      isOperator: z.boolean(),
      state: z.enum(['active', 'disabled']),
      mailbox: z.string().nullable(),
      providers: z.array(z.string()),
      sessions: z.int(),
    }),
  ),
});

export function addAccount(program: Command, cli: Cli): void {
  const verb = program.command('account').description('who has an account, their sessions, and disabling it');
  talksToGate(verb.command('list'))
    .description('list approvers, operators, and who else has signed in')
    .action((options: CommonOptions) => list(cli, options));
  of(verb, 'show', 'show what is known of one').action((id: string, options: CommonOptions) => show(cli, id, options));
  of(verb, 'sessions', 'list their sessions').action((account: string, options: CommonOptions) =>
    listSessions(cli, { ...options, account }),
  );
  of(verb, 'end-sessions', 'end all their sessions; at once, for every process').action(
    (account: string, options: CommonOptions) => endSessions(cli, { account }, options),
  );
  of(verb, 'disable', 'end their sessions and let them sign in no more, until it is enabled').action(
    (account: string, options: CommonOptions) => setState(cli, { account, state: 'disabled' }, options),
  );
  of(verb, 'enable', 'let them sign in again').action((account: string, options: CommonOptions) =>
    setState(cli, { account, state: 'active' }, options),
  );
  of(verb, 'reset-factors', 'remove all that they prove themselves by, and print an enrolment link')
    .addHelpText('after', RESET_HELP)
    .action((account: string, options: CommonOptions) => resetFactors(cli, account, options));
}

function of(verb: Command, name: string, description: string): Command {
  return talksToGate(verb.command(name)).description(description).argument('<account>', 'its id in the list', oneWord);
}

async function list(cli: Cli, options: CommonOptions): Promise<void> {
  const found = await askAdmin(cli, { method: 'GET', path: '/v1/accounts' }, { schema: LIST, options });
  if (found === null) return;
  const { out, columns } = cli.surroundings;
  const rows = found.accounts.map((one) => [one.id, one.name, rightsOf(one), one.state, String(one.sessions)]);
  if (options.json === true) out.write(`${plainJson(found.accounts)}\n`);
  else out.write(drawTable({ columns: COLUMNS, rows }, columns ?? Number.POSITIVE_INFINITY));
  cli.end(EXIT.ok);
}

const COLUMNS = ['id', 'name', 'rights', 'state', 'sessions'];

async function show(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const path = `/v1/accounts?account=${encodeURIComponent(id)}`;
  const found = await askAdmin(cli, { method: 'GET', path }, { schema: LIST, options });
  if (found === null) return;
  const { out } = cli.surroundings;
  for (const one of found.accounts) out.write(options.json === true ? `${plainJson(one)}\n` : factsOf(one));
  cli.end(EXIT.ok);
}

function factsOf(one: AccountLine): string {
  const facts = {
    Account: one.id,
    Name: one.name,
    Rights: rightsOf(one),
    State: one.state,
    Mail: one.mailbox ?? 'none reaches them',
    Providers: one.providers.length === 0 ? 'none' : one.providers.join(', '),
    Sessions: String(one.sessions),
  };
  const lines = Object.entries(facts).map(([name, fact]) => `${`${name}:`.padEnd(11)}${plain(fact)}\n`);
  return lines.join('');
}

function rightsOf({ isApprover, isOperator }: AccountLine): string {
  const rights = [...(isApprover ? ['approver'] : []), ...(isOperator ? ['operator'] : [])];
  return rights.length === 0 ? 'none' : rights.join(', ');
}

async function setState(
  cli: Cli,
  wanted: Pick<AccountStatePost, 'account' | 'state'>,
  options: CommonOptions,
): Promise<void> {
  const body: AccountStatePost = { ...wanted, operator: operatorOf(cli, options) };
  const call = { method: 'POST', path: '/v1/accounts/state', body } as const;
  const answer = await askAdmin(cli, call, { schema: LIST, options });
  if (answer === null) return;
  const { out } = cli.surroundings;
  const done = wanted.state === 'disabled' ? 'Disabled' : 'Enabled';
  for (const one of answer.accounts)
    out.write(options.json === true ? `${plainJson(one)}\n` : `${done}: ${plain(one.id)}.\n`);
  cli.end(EXIT.ok);
}

const RESET_HELP = `
For whoever lost everything: their passkeys, authenticator app, recovery codes
and sessions are gone at once, and they are mailed that it happened. The link
works once, for 24 hours; until then nothing else signs them in. Be sure that it
is they who ask: whoever opens it first signs in as them.

Example:
  gate account reset-factors rpm@koder.dev`;

async function resetFactors(cli: Cli, account: string, options: CommonOptions): Promise<void> {
  const body: ResetFactorsPost = { account, operator: operatorOf(cli, options) };
  const call = { method: 'POST', path: '/v1/accounts/reset-factors', body } as const;
  const link = await askAdmin(cli, call, { schema: ENROLMENT, options });
  if (link === null) return;
  const { url, expiresAt, mailedTo } = link;
  const told = mailedTo === null ? 'No mail reaches them: tell them yourself.' : `${plain(mailedTo)} is told by mail.`;
  const until = plain(utcMinute(Date.parse(expiresAt)));
  const text = `${plain(url)}\nFor ${plain(account)} alone, once, until ${until}. ${told}\n`;
  cli.surroundings.out.write(options.json === true ? `${plainJson(link)}\n` : text);
  cli.end(EXIT.ok);
}
