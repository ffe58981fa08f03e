/** `gate reload`: the running gate reads `sites.toml` and the TLS files again. A bad file changes nothing. */
import type { Command } from 'commander';
import { z } from 'zod';
import { callAdmin } from '../admin-client.js';
import { endWithout } from '../ask-admin.js';
import { EXIT } from '../exit-code.js';
import { printProblems } from '../load.js';
import { plainJson } from '../../base/text/plain.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from '../verb.js';

const ANSWER = z.object({
  problems: z.array(z.object({ file: z.string(), key: z.string(), problem: z.string(), cure: z.string() })),
  isTlsRead: z.boolean().optional(),
});

export function addReload(program: Command, cli: Cli): void {
  talksToGate(program.command('reload'))
    .description('read sites.toml and the TLS files again; a bad file changes nothing and says why')
    .addHelpText('after', '\nThe same as SIGHUP to the process. Exit code 78 when the file has problems.')
    .action((options: CommonOptions) => reload(cli, options));
}

async function reload(cli: Cli, options: CommonOptions): Promise<void> {
  const body = { operator: operatorOf(cli, options) };
  const answer = await callAdmin({ method: 'POST', path: '/v1/reload', body }, cli.surroundings);
  const read = answer.kind === 'answered' ? ANSWER.safeParse(answer.body) : null;
  if (read?.success !== true) return endWithout(cli, answer, options);
  const { out } = cli.surroundings;
  const { problems } = read.data;
  if (options.json === true) out.write(`${plainJson(read.data)}\n`);
  else if (problems.length === 0) out.write(inForce(read.data.isTlsRead === true));
  else printProblems(problems, cli.surroundings);
  cli.end(problems.length === 0 ? EXIT.ok : EXIT.configuration);
}

function inForce(isTlsRead: boolean): string {
  return isTlsRead
    ? 'sites.toml and the TLS files were read again and are in force.\n'
    : 'sites.toml was read again and is in force.\n';
}
