/** The `gate` command: its verbs, its help, its exit codes. It touches the process only through `Surroundings`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { packageRoot } from '../base/package-root.js';
import { addAccounts } from './verbs/accounts.js';
import { addApprove } from './verbs/approve.js';
import { addAudit } from './verbs/audit.js';
import { addDeadLetters } from './verbs/dead-letters.js';
import { addDemo } from './verbs/demo.js';
import { addDeny } from './verbs/deny.js';
import { addDoctor } from './verbs/doctor.js';
import { addDrill } from './verbs/drill.js';
import { EXIT, EXIT_HELP, type ExitCode } from './exit-code.js';
import { addExtend } from './verbs/extend.js';
import { addGrant } from './verbs/grant.js';
import { addGrants } from './verbs/grants.js';
import { addHistory } from './verbs/history.js';
import { addMigrate } from './verbs/migrate.js';
import { addMute } from './verbs/mute.js';
import { addPending } from './verbs/pending.js';
import { addReload } from './verbs/reload.js';
import { addRevoke } from './verbs/revoke.js';
import { addServe } from './verbs/serve.js';
import { addServiceToken } from './verbs/service-token.js';
import { addShow } from './verbs/show.js';
import { addSignInLink } from './verbs/sign-in-link.js';
import type { Surroundings } from './surroundings.js';
import { addUnlink } from './verbs/unlink.js';
import { addUnmute } from './verbs/unmute.js';
import type { Cli } from './verb.js';
import { addWho } from './verbs/who.js';

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
  addPending,
  addShow,
  addApprove,
  addDeny,
  addGrants,
  addGrant,
  addRevoke,
  addExtend,
  addHistory,
  addMute,
  addUnmute,
  addWho,
  addAccounts,
  addUnlink,
  addSignInLink,
  addServiceToken,
  addReload,
  addAudit,
  addDeadLetters,
  addDoctor,
  addDrill,
];

/** Runs one command line, without the names of program and script. Answers the exit code; rejects only for a bug. */
export async function runGate(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = buildProgram({ surroundings, end: (how) => (code = how) });
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
    return isHelp ? EXIT.ok : EXIT.usage;
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
  return program;
}

function version(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
