/** `gate restore`: puts a backup in the place of the ledger on SQLite, where no gate runs. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backupPlace, type BackupPlace } from '../backup-place.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { tellFailure } from '../failure.js';
import { plain } from '../../base/text/plain.js';
import type { Surroundings } from '../surroundings.js';
import type { Cli } from '../verb.js';

export function addRestore(program: Command, cli: Cli): void {
  program
    .command('restore <file>')
    .description('put a backup in the place of the database; the gate must be stopped')
    .addHelpText(
      'after',
      `
The backup is checked first: that it is whole, of no newer version, and that
GATE_SECRET, where it is set here, opens it. The former database is kept beside
the new one. docs/backup.md says more. With DATABASE_URL use pg_restore.

Exit codes: 0 done, 1 refused, or a gate runs on this DATA_DIR, 69 the disk is full
or broken, 78 the configuration has problems, or DATA_DIR cannot be written.`,
    )
    .action(async (file: string) => cli.end(await restore(file, cli.surroundings)));
}

const POSTGRES = `This gate is on PostgreSQL, which has its own tools. Stop every process of the gate, then:
  pg_restore --clean --if-exists --no-owner --single-transaction --dbname="$DATABASE_URL" gate.dump
GATE_SECRET must be the one of that backup.
`;

async function restore(file: string, surroundings: Surroundings): Promise<ExitCode> {
  const place = backupPlace(surroundings);
  if (place.kind === 'problems') return EXIT.configuration;
  if (place.kind === 'postgres') {
    surroundings.err.write(POSTGRES);
    return EXIT.no;
  }
  const from = resolve(surroundings.folder, file);
  try {
    surroundings.out.write(await put(from, place));
    return EXIT.ok;
  } catch (error) {
    return tellFailure(error, surroundings, 'Nothing was restored');
  }
}

async function put(from: string, place: Extract<BackupPlace, { kind: 'sqlite' }>): Promise<string> {
  const { BackupRefused, restoreSqlite } = await import('../../ledger/sqlite/restore.js');
  const judged: { isOpened: boolean | null } = { isOpened: null };
  const { kept, hasEnclosed } = await restoreSqlite({
    ...place,
    from,
    aside: `before-restore-${new Date().toISOString().replace(/\W/g, '')}`,
    judge: ({ canary }) => {
      judged.isOpened = place.opens(canary);
      if (judged.isOpened === false)
        throw new BackupRefused(
          'GATE_SECRET does not open this backup. Set the key it was made with, beside the present one: GATE_SECRET=<present>,<former>',
        );
    },
  });
  const lines = [
    `${place.file}: restored from ${from}${hasEnclosed ? ', with the messages of the embedded Talk' : ''}.`,
    ...kept.map((former) => `The former one is kept: ${former}`),
    judged.isOpened === true
      ? 'GATE_SECRET opens it. Start the gate: gate serve'
      : 'GATE_SECRET is not set here. Start the gate with the one of the backup: another is refused at the start.',
    'Then "gate doctor" and "gate audit verify": what happened after the backup is missing, revocations too.',
  ];
  return lines.map((line) => `${plain(line)}\n`).join('');
}
