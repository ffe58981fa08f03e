/** The gate's answer to a command, as it comes over the wire, on a terminal: text, a table, or JSON. */
import { z } from 'zod';
import type { Command, CommandAnswer } from '../contract/commands.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { plain, plainJson } from '../base/text/plain.js';
import type { Surroundings } from './surroundings.js';
import { drawTable } from './table.js';
import type { CommonOptions } from './cli.js';

const NEXT_PAGE = z.object({ verb: z.string(), args: z.record(z.string(), z.string()), typed: z.string() });

export const COMMAND_ANSWER = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), isOk: z.boolean(), lines: z.array(z.string()), data: z.unknown() }),
  z.object({
    kind: z.literal('table'),
    title: z.string(),
    columns: z.array(z.string()),
    rows: z.array(z.array(z.string())),
    more: NEXT_PAGE.nullable(),
    empty: z.string(),
    data: z.unknown(),
  }),
]);

interface Printing {
  readonly surroundings: Surroundings;
  readonly options: CommonOptions;
  /** How a command is written for this program: `pending --page 2`. */
  readonly written: (command: Command) => string;
}

export function printAnswer(answer: CommandAnswer, { surroundings, options, written }: Printing): ExitCode {
  const { out, err, columns } = surroundings;
  const isOk = isGood(answer);
  if (options.json === true) out.write(`${plainJson(dataOf(answer))}\n`);
  else if (answer.kind === 'text') (isOk ? out : err).write(answer.lines.map((line) => `${plain(line)}\n`).join(''));
  else if (answer.rows.length === 0) out.write(`${plain(answer.empty)}\n`);
  else {
    out.write(drawTable(answer, columns ?? Number.POSITIVE_INFINITY));
    if (answer.more !== null) err.write(`${plain(answer.title)}; more: gate ${plain(written(answer.more))}\n`);
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

/** What `--json` prints. An answer without data of its own is printed as its lines. */
function dataOf(answer: CommandAnswer): unknown {
  if (answer.data !== null && answer.data !== undefined) return answer.data;
  return answer.kind === 'table' ? [] : { isOk: answer.isOk, lines: answer.lines };
}
