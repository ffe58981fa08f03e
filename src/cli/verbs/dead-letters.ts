/** `gate dead-letters`: calls to the public plane that were refused, or proven and not carried out. */
import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { utcMinute } from '../../approval/sentences.js';
import type { DeadLetterLine } from '../../contract/admin.js';
import { askAdmin } from '../ask-admin.js';
import { EXIT } from '../exit-code.js';
import { plain, plainJson } from '../../base/text/plain.js';
import { drawTable } from '../table.js';
import { operatorOf, talksToGate, type Cli, type CommonOptions } from '../verb.js';

const LETTER = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  source: z.string(),
  reason: z.string(),
  callId: z.string(),
  address: z.string(),
  headers: z.record(z.string(), z.string()),
  bodyBytes: z.int(),
  bodyHash: z.string(),
  isSigned: z.boolean(),
  unrecorded: z.int(),
  redriven: z.object({ at: z.iso.datetime(), by: z.string(), outcome: z.string() }).nullable(),
});
const PAGE = z.object({ letters: z.array(LETTER), before: z.int().nullable() });
const BODY = z.object({ base64: z.base64() });
const REDRIVEN = z.object({ isDone: z.boolean(), outcome: z.string() });

interface ListOptions extends CommonOptions {
  readonly before?: number;
}

interface ShowOptions extends CommonOptions {
  readonly body?: true;
}

export function addDeadLetters(program: Command, cli: Cli): void {
  const verb = talksToGate(program.command('dead-letters'))
    .description('list the calls from outside that were refused, newest first')
    .option('--before <id>', 'only those older than this one: the next page', wholeNumber)
    .addHelpText(
      'after',
      `
A call that proved who made it (SIGNED yes) and was not carried out can be
carried out once more with redrive; whatever it does is done once.

Examples:
  gate dead-letters
  gate dead-letters show 42
  gate dead-letters redrive 42`,
    )
    .action((options: ListOptions) => list(cli, options));
  talksToGate(verb.command('show'))
    .description('show one, its body by size and hash alone')
    .argument('<id>', 'its number in the list', wholeNumber)
    .option('--body', 'show the body, too, if the call was signed; the audit says that you looked')
    .action((id: number, _options: ShowOptions, command: Command) => show(cli, id, command.optsWithGlobals()));
  talksToGate(verb.command('redrive'))
    .description('carry out a signed one once more')
    .argument('<id>', 'its number in the list', wholeNumber)
    .action((id: number, _options: CommonOptions, command: Command) => redrive(cli, id, command.optsWithGlobals()));
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const query = options.before === undefined ? '' : `?before=${String(options.before)}`;
  const page = await askAdmin(cli, { method: 'GET', path: `/v1/dead-letters${query}` }, { schema: PAGE, options });
  if (page === null) return;
  const { out, columns } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(page)}\n`);
  else if (page.letters.length === 0) out.write('No call was refused.\n');
  else {
    out.write(drawTable({ columns: COLUMNS, rows: page.letters.map(rowOf) }, columns ?? Number.POSITIVE_INFINITY));
    if (page.before !== null) out.write(`More: gate dead-letters --before ${String(page.before)}\n`);
  }
  cli.end(EXIT.ok);
}

const COLUMNS = ['id', 'when', 'source', 'reason', 'from', 'signed', 'unrecorded', 'redriven'];

function rowOf(letter: DeadLetterLine): readonly string[] {
  const { id, at, source, reason, address, isSigned, unrecorded, redriven } = letter;
  const unrecordedInWords = unrecorded === 0 ? '' : `and ${String(unrecorded)} before`;
  const when = utcMinute(Date.parse(at));
  return [
    String(id),
    when,
    source,
    reason,
    address,
    isSigned ? 'yes' : 'no',
    unrecordedInWords,
    redriven?.outcome ?? '',
  ];
}

async function show(cli: Cli, id: number, options: ShowOptions): Promise<void> {
  const path = `/v1/dead-letters/${String(id)}`;
  const letter = await askAdmin(cli, { method: 'GET', path }, { schema: LETTER, options });
  if (letter === null) return;
  const input = { operator: operatorOf(cli, options) };
  const body =
    options.body === true
      ? await askAdmin(cli, { method: 'POST', path: `${path}/body`, body: input }, { schema: BODY, options })
      : undefined;
  if (body === null) return;
  const { out } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson({ ...letter, ...body })}\n`);
  else out.write([...linesOf(letter), ...bodyLines(body?.base64)].map((line) => `${plain(line)}\n`).join(''));
  cli.end(EXIT.ok);
}

function linesOf(letter: DeadLetterLine): readonly string[] {
  const { redriven } = letter;
  const hash = letter.bodyHash === '' ? 'not read whole' : `sha256 ${letter.bodyHash}`;
  return [
    `${letter.source}: ${letter.reason}`,
    `when        ${letter.at}`,
    `from        ${letter.address}`,
    `call        ${letter.callId}`,
    `body        ${String(letter.bodyBytes)} bytes, ${hash}`,
    `signed      ${letter.isSigned ? 'yes' : 'no'}`,
    `unrecorded  ${String(letter.unrecorded)} like it before`,
    `redriven    ${redriven === null ? 'no' : `${redriven.at} by ${redriven.by}: ${redriven.outcome}`}`,
    ...Object.entries(letter.headers).map(([name, value]) => `header      ${name}: ${value}`),
  ];
}

/** Line by line, each made harmless to the terminal by the caller. */
function bodyLines(base64: string | undefined): readonly string[] {
  if (base64 === undefined) return [];
  return ['', ...Buffer.from(base64, 'base64').toString('utf8').split('\n')];
}

async function redrive(cli: Cli, id: number, options: CommonOptions): Promise<void> {
  const body = { operator: operatorOf(cli, options) };
  const call = { method: 'POST', path: `/v1/dead-letters/${String(id)}/redrive`, body } as const;
  const answer = await askAdmin(cli, call, { schema: REDRIVEN, options });
  if (answer === null) return;
  const { out, err } = cli.surroundings;
  if (options.json === true) out.write(`${plainJson(answer)}\n`);
  else if (answer.isDone) out.write('Carried out.\n');
  else err.write(`Not carried out: ${plain(answer.outcome)}.\n`);
  cli.end(answer.isDone ? EXIT.ok : EXIT.no);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, as the list shows it.');
}
