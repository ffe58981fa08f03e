/**
 * `gate doctor`: what is wrong and what to do. The running process examines itself; with none running, what can be
 * judged from outside is: the configuration, the data folder and the database.
 */
import type { Command } from 'commander';
import { z } from 'zod';
import { sortProblems } from '../../config/problems.js';
import type { Check } from '../../contract/admin.js';
import { callAdmin } from '../admin-client.js';
import { endWithout } from '../ask-admin.js';
import { databaseCheck } from '../database-check.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { ledgerPlaceHere } from '../ledger-place.js';
import { loadHere } from '../load.js';
import { plain, plainJson } from '../../base/text/plain.js';
import type { Surroundings } from '../surroundings.js';
import { talksToGate, type Cli, type CommonOptions } from '../verb.js';

const ANSWER = z.object({
  checks: z.array(z.object({ name: z.string(), isOk: z.boolean(), detail: z.string(), cure: z.string() })),
});

export function addDoctor(program: Command, cli: Cli): void {
  talksToGate(program.command('doctor'))
    .description('say what is wrong and what to do about it')
    .addHelpText(
      'after',
      `
With the gate running: configuration, database, one authenticated call per
channel, trust in proxy headers, cards that are behind. Without: the configuration
and the database.

Exit codes: 0 all is well, 1 a check failed, 69 the gate does not run, 78 the
configuration has problems.`,
    )
    .action((options: CommonOptions) => doctor(cli, options));
}

async function doctor(cli: Cli, options: CommonOptions): Promise<void> {
  const answer = await callAdmin({ method: 'GET', path: '/v1/doctor' }, cli.surroundings);
  if (answer.kind === 'unreached') return report(cli, fromOutside(answer.why, cli.surroundings), options);
  const read = ANSWER.safeParse(answer.body);
  if (answer.status !== 200 || !read.success) return endWithout(cli, answer, options);
  const { checks } = read.data;
  report(cli, { checks, code: checks.every((check) => check.isOk) ? EXIT.ok : EXIT.no }, options);
}

interface Findings {
  readonly checks: readonly Check[];
  readonly code: ExitCode;
}

function fromOutside(why: string, surroundings: Surroundings): Findings {
  const process: Check = {
    name: 'gate process',
    isOk: false,
    detail: why,
    cure: 'Start it with "gate serve", or point DATA_DIR to the folder of the one that runs.',
  };
  const loaded = loadHere(surroundings);
  if (loaded.kind === 'problems') {
    const problems = sortProblems(loaded.problems).map((found) => ({
      name: 'configuration',
      isOk: false,
      detail: `${found.file}: ${found.key} ${found.problem}`,
      cure: found.cure,
    }));
    return { checks: [...problems, process], code: EXIT.configuration };
  }
  const { config } = loaded;
  const configuration = {
    name: 'configuration',
    isOk: true,
    detail: `read from the environment and ${config.sitesFile}`,
    cure: '',
  };
  return {
    checks: [configuration, databaseCheck(ledgerPlaceHere(config, surroundings)), process],
    code: EXIT.unreachable,
  };
}

/** What works and wants to be looked at has a cure. */
function word({ isOk, cure }: Check): string {
  if (!isOk) return 'FAIL';
  return cure === '' ? 'ok  ' : 'warn';
}

function report({ surroundings, end }: Cli, { checks, code }: Findings, options: CommonOptions): void {
  const lines = checks.flatMap((check) => [
    `${word(check)}  ${plain(check.name)}: ${plain(check.detail)}`,
    ...(check.cure === '' ? [] : [`      cure: ${plain(check.cure)}`]),
  ]);
  surroundings.out.write(options.json === true ? `${plainJson(checks)}\n` : lines.map((line) => `${line}\n`).join(''));
  end(code);
}
