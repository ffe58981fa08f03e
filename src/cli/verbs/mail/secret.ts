/**
 * `gate mail secret add|update|list|show|remove|test`. A secret comes from a file or the standard input, never as an argument, which
 * other users of the machine could read; and it is never printed.
 */
import type { Command } from 'commander';
import { z } from 'zod';
import { askAdmin } from '../../ask-admin.js';
import { EXIT } from '../../exit-code.js';
import { oneWord } from '../../argument-readers.js';
import { plain } from '../../../base/text/plain.js';
import { fileReader } from '../../surroundings.js';
import { talksToGate, type Cli, type CommonOptions } from '../../verb.js';
import { act, at, print, PROVIDERS, SECRETS, tryOut } from './acts.js';
import { linesOfSecret, SECRET, secretsTable } from './output.js';

interface Options extends CommonOptions {
  readonly file?: string;
}

export function addSecret(mail: Command, cli: Cli): void {
  const verb = mail.command('secret').description('what providers are signed in at by; none is ever shown');
  for (const [name, what] of [
    ['add', 'put one; it takes the place of the one before'],
    ['update', 'the same as add'],
  ] as const)
    placed(verb, name, what)
      .option('--file <path>', 'read it from this file (default: from the standard input)')
      .addHelpText('after', HELP)
      .action((provider: string, purpose: string, options: Options) => put(cli, { provider, purpose }, options));
  talksToGate(verb.command('list'))
    .description('list them, with versions, ages and keys, and whether they open')
    .action((options: CommonOptions) => list(cli, null, options));
  talksToGate(verb.command('show'))
    .description('the same of one provider')
    .argument('<provider>', 'its name in the list', oneWord)
    .action((provider: string, options: CommonOptions) => list(cli, provider, options));
  placed(verb, 'remove', 'remove one').action((provider: string, purpose: string, options: CommonOptions) =>
    act(
      cli,
      { path: SECRETS, method: 'DELETE', fields: { provider, purpose }, schema: SECRET, told: () => 'Removed.' },
      options,
    ),
  );
  talksToGate(verb.command('test'))
    .description('sign in at the provider with what it has')
    .argument('<provider>', 'its name in the list', oneWord)
    .action((provider: string, options: CommonOptions) => tryOut(cli, at(PROVIDERS, provider), options));
}

const HELP = `
Purposes: smtp.password, smtp.refresh_token, smtp.client_secret, smtp.dkim_key,
graph.client_secret, graph.certificate (certificate and private key in PEM).

Examples:
  gate mail secret add relay smtp.password --file password.txt
  pass show mail/relay | gate mail secret add relay smtp.password`;

function placed(verb: Command, name: string, what: string): Command {
  return talksToGate(verb.command(name))
    .description(what)
    .argument('<provider>', 'its name in the list', oneWord)
    .argument('<purpose>', 'what it is for: smtp.password, graph.client_secret, …', oneWord);
}

async function put(
  cli: Cli,
  of: { readonly provider: string; readonly purpose: string },
  options: Options,
): Promise<void> {
  const read = await secretIn(cli, options);
  if ('why' in read) {
    cli.surroundings.err.write(`error: ${plain(read.why)}\n`);
    cli.end(EXIT.usage);
    return;
  }
  const told = (one: z.output<typeof SECRET>): string => `Put: ${linesOfSecret(one)}`;
  await act(cli, { path: SECRETS, fields: { ...of, secret: read.text }, schema: SECRET, told }, options);
}

/** Without the line end that editors and `echo` put behind it. */
async function secretIn({ surroundings }: Cli, { file }: Options): Promise<{ text: string } | { why: string }> {
  try {
    const text = file === undefined ? await surroundings.readInput?.() : fileReader(surroundings)(file);
    const secret = (text ?? '').replace(/\r?\n$/, '');
    if (secret !== '') return { text: secret };
    return { why: `${file ?? 'the standard input'} is empty: give the secret there, or name a file with --file` };
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unreadable';
    return { why: `${file ?? 'the standard input'} cannot be read (${code})` };
  }
}

async function list(cli: Cli, provider: string | null, options: CommonOptions): Promise<void> {
  const schema = z.object({ secrets: z.array(SECRET) });
  const all = await askAdmin(cli, { method: 'GET', path: SECRETS }, { schema, options });
  if (all === null) return;
  const found = { secrets: all.secrets.filter((one) => provider === null || one.provider === provider) };
  const text = secretsTable(found.secrets, cli.surroundings.columns);
  print(cli, { answer: found, text: found.secrets.length === 0 ? 'There is no secret.' : text }, options);
}
