/** The `gate` command: its verbs, its help, its exit codes. It touches the process only through `Surroundings`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { packageRoot } from '../base/process/package-root.js';
import { addAccount } from './verbs/account.js';
import { addAudit } from './verbs/audit.js';
import { addBackup } from './verbs/backup.js';
import { addDeadLetters } from './verbs/dead-letters.js';
import { addDemo } from './verbs/demo.js';
import { addDoctor } from './verbs/doctor.js';
import { EXIT, EXIT_HELP, type ExitCode } from './exit-code.js';
import { addGateVerbs } from './gate-verbs.js';
import { addHelp } from './verbs/help.js';
import { addMail } from './verbs/mail/mail.js';
import { addMigrate } from './verbs/migrate.js';
import { addFailures } from './verbs/failures.js';
import { addSuppressions } from './verbs/suppressions.js';
import { addQueue } from './verbs/queue.js';
import { addReload } from './verbs/reload.js';
import { addRestore } from './verbs/restore.js';
import { addServe } from './verbs/serve.js';
import { addServiceToken } from './verbs/service-token.js';
import { addSessions } from './verbs/sessions.js';
import { addShowSite } from './verbs/show-site.js';
import { addSignInLink } from './verbs/sign-in-link.js';
import type { Surroundings } from './surroundings.js';
import type { Cli } from './verb.js';

const EXAMPLES = `
Examples:
  gate demo                      try it, nothing to configure
  gate pending                   what waits for a decision
  gate approve 4k2m --for 8h     let one visitor in for 8 hours
  gate pending --json            the same for scripts

Verbs that talk to the running gate find it by DATA_DIR (default .gate, then the
demo's .gate/demo) and ADMIN_PORT.`;

/** In the order of the help. */
const VERBS: readonly ((program: Command, cli: Cli) => void)[] = [
  addServe,
  addDemo,
  addMigrate,
  addBackup,
  addRestore,
  addGateVerbs,
  addSignInLink,
  addSessions,
  addAccount,
  addServiceToken,
  addShowSite,
  addReload,
  addAudit,
  addQueue,
  addFailures,
  addSuppressions,
  addMail,
  addDeadLetters,
  addDoctor,
];

/** Runs one command line, without the names of program and script. Answers the exit code; rejects only for a bug. */
export async function runGate(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = buildProgram({ surroundings, end: (how) => (code = how) });
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // help and version, where they were asked for
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return code;
}

const HELP_WIDTH = 80;

function buildProgram(cli: Cli): Command {
  const { out, err, columns } = cli.surroundings;
  const program = new Command('gate')
    .description('Asks a person before it lets a stranger into a dev or staging site.')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        out.write(text);
      },
      writeErr: (text) => {
        err.write(text);
      },
      getOutHelpWidth: () => columns ?? HELP_WIDTH,
      getErrHelpWidth: () => columns ?? HELP_WIDTH,
    })
    .showHelpAfterError('(--help says how to use it)')
    .addHelpText('after', `${EXAMPLES}\n${EXIT_HELP}`);
  for (const add of VERBS) add(program, cli);
  addHelp(program);
  return program;
}

function version(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
