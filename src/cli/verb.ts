/** What the verbs share: their common options, and how an answer is printed. */
import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { parseDurationSeconds } from '../approval/duration.js';
import type { CommandAnswer } from '../contract/commands.js';
import { askAdmin } from './ask-admin.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { plain, plainJson } from './plain.js';
import type { Surroundings } from './surroundings.js';
import { drawTable } from './table.js';

/** What a verb is given when it is added to the program. */
export interface Cli {
  readonly surroundings: Surroundings;
  /** How the process will end. */
  readonly end: (code: ExitCode) => void;
}

export interface CommonOptions {
  readonly json?: true;
  readonly as?: string;
}

/** `--json` and `--as`, for verbs that talk to the running gate. */
export function talksToGate(command: Command): Command {
  return command
    .option('--json', 'print what the gate answered as JSON')
    .option('--as <name>', "the operator's name in the audit trail (default: who you are here)", operatorName);
}

const COMMAND_ANSWER = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), isOk: z.boolean(), lines: z.array(z.string()), data: z.unknown() }),
  z.object({
    kind: z.literal('table'),
    title: z.string(),
    columns: z.array(z.string()),
    rows: z.array(z.array(z.string())),
    more: z.string().nullable(),
    empty: z.string(),
    data: z.unknown(),
  }),
]);

/** Sends one `/gate` line and prints its answer. */
export async function sendLine(cli: Cli, words: readonly string[], options: CommonOptions): Promise<void> {
  const body = { line: words.join(' '), operator: operatorOf(cli, options) };
  const answer = await askAdmin(
    cli,
    { method: 'POST', path: '/v1/commands', body },
    { schema: COMMAND_ANSWER, options },
  );
  if (answer !== null) cli.end(printAnswer(answer, cli.surroundings, options));
}

function printAnswer(answer: CommandAnswer, { out, err, columns }: Surroundings, options: CommonOptions): ExitCode {
  const isOk = isGood(answer);
  if (options.json === true) out.write(`${plainJson(dataOf(answer))}\n`);
  else if (answer.kind === 'text') (isOk ? out : err).write(answer.lines.map((line) => `${plain(line)}\n`).join(''));
  else if (answer.rows.length === 0) out.write(`${plain(answer.empty)}\n`);
  else {
    out.write(drawTable(answer, columns ?? Number.POSITIVE_INFINITY));
    if (answer.more !== null) err.write(`${plain(answer.title)}; more: gate ${nextPage(answer.more)}\n`);
  }
  return isOk ? EXIT.ok : EXIT.no;
}

const TRIED = z.array(z.object({ isOk: z.boolean() }));

/** A drill succeeded when every row of it did. */
function isGood(answer: CommandAnswer): boolean {
  if (answer.kind === 'text') return answer.isOk;
  const tried = TRIED.safeParse(answer.data);
  return !tried.success || tried.data.every((row) => row.isOk);
}

/** The next page as it is asked for on this command line: `pending --page 2`. */
function nextPage(more: string): string {
  return plain(more).replace(/ page (\d+)$/, ' --page $1');
}

/** What `--json` prints. An answer without data of its own is printed as its lines. */
function dataOf(answer: CommandAnswer): unknown {
  if (answer.data !== null && answer.data !== undefined) return answer.data;
  return answer.kind === 'table' ? [] : { isOk: answer.isOk, lines: answer.lines };
}

export function operatorOf(cli: Cli, options: CommonOptions): string {
  return options.as ?? cli.surroundings.user;
}

/** One word of a `/gate` line: an id, an address, a host. More words would be read as something else. */
export function oneWord(text: string): string {
  if (/^[^\s\p{Cc}]{1,255}$/u.test(text)) return text;
  throw new InvalidArgumentError('It must be one word.');
}

/** The rest of a `/gate` line: a reason. The gate cuts it to size. */
export function someWords(text: string): string {
  const words = text.trim();
  if (/^[^\p{Cc}]{1,1000}$/u.test(words)) return words;
  throw new InvalidArgumentError('It must be one line of 1 to 1,000 characters.');
}

export function pageNumber(text: string): string {
  if (/^[1-9]\d{0,4}$/.test(text)) return text;
  throw new InvalidArgumentError('Pages are counted from 1.');
}

/** The end of a `/gate` line that asks for one page. */
export function pageOf({ page }: { readonly page?: string }): readonly string[] {
  return page === undefined ? [] : ['page', page];
}

export function duration(text: string): string {
  if (parseDurationSeconds(text) !== null) return text.replace(/\s+/g, '');
  throw new InvalidArgumentError('Write it like 30m, 8h or 7d.');
}

function operatorName(text: string): string {
  if (/^[^\s\p{Cc}]{1,64}$/u.test(text)) return text;
  throw new InvalidArgumentError('It must be one word of at most 64 characters.');
}
