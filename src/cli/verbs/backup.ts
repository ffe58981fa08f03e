/** `gate backup`: a copy of the ledger on SQLite as one file, beside a gate that runs or without one. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { systemRandom } from '../../base/crypto/random.js';
import type { BackupFacts } from '../../ledger/sqlite/backup.js';
import { backupPlace } from '../backup-place.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { tellFailure } from '../failure.js';
import { plain, plainJson } from '../../base/text/plain.js';
import type { Surroundings } from '../surroundings.js';
import type { Cli } from '../verb.js';

interface Options {
  readonly force?: true;
  readonly json?: true;
}

const SUFFIX_BYTES = 4;

export function addBackup(program: Command, cli: Cli): void {
  program
    .command('backup <file>')
    .description('copy the database to one file, while the gate runs or not')
    .option('--force', 'replace the file when it is there')
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      `
The copy is as of one moment, is checked whole before it gets its name, and is
readable by its owner alone. It holds the ledger and the messages of the embedded
Talk. GATE_SECRET, .env and sites.toml are not in it: keep them apart from it.
docs/backup.md says more. With DATABASE_URL use pg_dump.

Examples:
  gate backup /backups/gate-$(date +%F).sqlite

Exit codes: 0 done, 1 nothing was written, 78 the configuration has problems.`,
    )
    .action(async (file: string, options: Options) => cli.end(await backup(file, cli.surroundings, options)));
}

const POSTGRES = `This gate is on PostgreSQL, which has its own tools. Everything of the gate is in that database:
  pg_dump --format=custom --file=gate.dump "$DATABASE_URL"
docs/backup.md says what else to keep.
`;

async function backup(file: string, surroundings: Surroundings, options: Options): Promise<ExitCode> {
  const place = backupPlace(surroundings);
  if (place.kind === 'problems') return EXIT.configuration;
  if (place.kind === 'postgres') {
    surroundings.err.write(POSTGRES);
    return EXIT.no;
  }
  const { backupSqlite } = await import('../../ledger/sqlite/backup.js');
  const to = resolve(surroundings.folder, file);
  const suffix = systemRandom().hex(SUFFIX_BYTES);
  try {
    const facts = await backupSqlite({ ...place, to, isForced: options.force === true, suffix });
    const { bytes, hasEnclosed } = facts;
    const opens = place.opens(facts.canary);
    if (options.json === true)
      surroundings.out.write(`${plainJson({ file: to, bytes, hasTalk: hasEnclosed, opensWithSecret: opens })}\n`);
    else surroundings.out.write(inWords(to, facts, opens));
    return EXIT.ok;
  } catch (error) {
    return tellFailure(error, surroundings, 'Nothing was backed up');
  }
}

function inWords(to: string, { bytes, hasEnclosed }: BackupFacts, opens: boolean | null): string {
  const talk = hasEnclosed ? ' and the messages of the embedded Talk' : '';
  const secret = {
    true: 'GATE_SECRET as it is here opens it: keep that key, apart from this file.',
    false: 'GATE_SECRET as it is here does NOT open it: keep the key that the gate runs with.',
    null: 'It opens with the GATE_SECRET of this gate alone: keep that key, apart from this file.',
  }[String(opens) as 'true' | 'false' | 'null'];
  return `${plain(to)}: the ledger${talk}, ${Math.ceil(bytes / 1_024).toLocaleString('en')} KiB, checked whole.\n${secret}\n`;
}
