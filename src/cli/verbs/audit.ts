/**
 * `gate audit`: verifies and exports the audit trail. It reads the database and does not ask the gate: whoever checks the
 * gate's records must not depend on the gate's own word, and can do so where no gate runs.
 */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { AuditHead } from '../../contract/ledger.js';
import { FORMATS } from '../../ledger/audit/export.js';
import { writeTrail, type ExportOptions } from '../audit/export.js';
import { headIn, headText, readKeptHead, writeKeptHead } from '../../ledger/verbs/audit/kept-head.js';
import { verify, type VerifyOptions } from '../audit/verify.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { plainJson } from '../../base/text/plain.js';
import type { Surroundings } from '../surroundings.js';
import { withTrail } from '../audit/with-trail.js';
import { oneWord } from '../argument-readers.js';
import { type Cli } from '../verb.js';

/** A date, or a time with its zone. A time without a zone means something else elsewhere and is refused. */
const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

export function addAudit(program: Command, cli: Cli): void {
  const audit = program
    .command('audit')
    .description('verify or export the audit trail')
    .addHelpText(
      'after',
      `
Reads the database itself, by DATABASE_URL or DATA_DIR alone, beside a running
gate or without one, and changes nothing. docs/audit.md says how entries are
sealed, so that another program can verify them, too.

Examples:
  gate audit head                                print the head, to keep it
  gate audit verify --head 1204:5f0c…            verify against a kept head
  gate audit export --format csv --since 2026-05-01 > may.csv`,
    );
  addVerify(audit, cli);
  addHead(audit, cli);
  addExport(audit, cli);
}

function addVerify(audit: Command, cli: Cli): void {
  audit
    .command('verify')
    .description('find every entry that was changed, removed or moved since it was sealed')
    .option('--head <number:seal>', 'one that you kept: it must still be there', keptHead)
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 whole, 1 something is wrong, 69 the database does not answer,
78 there is no database.`,
    )
    .action(async (options: VerifyOptions) =>
      cli.end(
        await withTrail(cli.surroundings, async (trail, dataDir) => {
          // an auditor may have the database alone; a file that is there and cannot be read proves nothing
          const kept = await keptHere(dataDir);
          const code = await verify(trail, cli.surroundings, { ...options, own: kept.head });
          return kept.unread === null ? code : endUnread(kept.unread, code, cli.surroundings);
        }),
      ),
    );
}

async function keptHere(dataDir: string): Promise<{ readonly head: AuditHead | null; readonly unread: string | null }> {
  try {
    return { head: await readKeptHead(dataDir), unread: null };
  } catch (error) {
    return { head: null, unread: (error as Partial<NodeJS.ErrnoException>).code ?? 'unknown' };
  }
}

function endUnread(why: string, code: ExitCode, { err }: Surroundings): ExitCode {
  err.write(
    `DATA_DIR/audit.head cannot be read (${why}), so nobody knows whether acts are missing at the end. Mend the file, or accept the trail as it is: gate audit head --keep\n`,
  );
  return code === EXIT.ok ? EXIT.no : code;
}

function addHead(audit: Command, cli: Cli): void {
  audit
    .command('head')
    .description('print the last number and its seal, to be kept where nobody can change it')
    .option('--json', 'print it as JSON')
    .option('--keep', 'let DATA_DIR/audit.head keep it, as after the restore of an older backup')
    .action(async (options: HeadOptions) =>
      cli.end(
        await withTrail(cli.surroundings, async (trail, dataDir) => {
          const head = await trail.head();
          if (head !== null && options.keep === true) await writeKeptHead(dataDir, head);
          return printHead(head, cli.surroundings, options);
        }),
      ),
    );
}

interface HeadOptions {
  readonly json?: true;
  readonly keep?: true;
}

function printHead(head: AuditHead | null, { out, err }: Surroundings, options: HeadOptions): ExitCode {
  if (options.json === true) out.write(`${plainJson(head)}\n`);
  else if (head !== null) out.write(`${headText(head)}\n`);
  if (head === null) err.write('Nothing is sealed yet.\n');
  return head === null ? EXIT.no : EXIT.ok;
}

function addExport(audit: Command, cli: Cli): void {
  audit
    .command('export')
    .description('write the entries, oldest first, each with its number and seal')
    .addOption(new Option('--format <format>', 'how').choices(FORMATS).default('ndjson'))
    .option('--since <time>', 'from then on: 2026-05-01 (UTC), or 2026-05-01T08:00:00Z', time)
    .option('--until <time>', 'before then', time)
    .option('--site <host>', 'of one site alone', oneWord)
    .addHelpText(
      'after',
      `
In CSV a cell that a spreadsheet would take for a formula, because it begins with
= + - @ or a tab, is written with an apostrophe before it.`,
    )
    .action(async (options: ExportOptions) =>
      cli.end(await withTrail(cli.surroundings, (trail) => writeTrail(trail, cli.surroundings, options))),
    );
}

function keptHead(text: string): AuditHead {
  const head = headIn(text);
  if (head !== null) return head;
  throw new InvalidArgumentError('Write it as "gate audit head" printed it: 1204:5f0c… with 64 hex digits.');
}

function time(text: string): number {
  const atMs = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new InvalidArgumentError('Write it like 2026-05-01 or 2026-05-01T08:00:00Z.');
}
