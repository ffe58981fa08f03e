/** One call to the running gate that expects an answer of one kind; of any other answer the operator is told. */
import { z } from 'zod';
import { callAdmin, type AdminAnswer, type AdminCall } from './admin-client.js';
import { EXIT } from './exit-code.js';
import { plain, plainJson } from '../base/text/plain.js';
import type { Cli, CommonOptions } from './cli.js';

/** Null when there was no such answer; the operator has been told then, and the exit code is set. */
export async function askAdmin<T>(
  cli: Cli,
  call: AdminCall,
  { schema, options }: { readonly schema: z.ZodType<T>; readonly options: CommonOptions },
): Promise<T | null> {
  const answer = await callAdmin(call, cli.surroundings);
  if (answer.kind === 'unreached' || answer.status !== 200) {
    endWithout(cli, answer, options);
    return null;
  }
  const read = schema.safeParse(answer.body);
  if (read.success) return read.data;
  endWithout(cli, { kind: 'unreached', why: 'the gate answered in a form that this version does not know' }, options);
  return null;
}

const REFUSAL = z.object({ error: z.string() });

/** No answer of the kind the verb waited for: says why, with the cure where the process is down. */
export function endWithout(cli: Cli, answer: AdminAnswer, options: CommonOptions): void {
  const { out, err } = cli.surroundings;
  if (answer.kind === 'unreached') {
    err.write(`The gate process cannot be reached: ${plain(answer.why)}.\n${START_IT}\n`);
    cli.end(EXIT.unreachable);
    return;
  }
  const said = REFUSAL.safeParse(answer.body);
  const error = said.success ? said.data.error : `status ${String(answer.status)}`;
  if (options.json === true) out.write(`${plainJson({ error })}\n`);
  err.write(`The gate refused: ${plain(error)}\n`);
  cli.end(EXIT.no);
}

const START_IT = 'Start it with "gate serve" or "gate demo", or point DATA_DIR to the folder of the one that runs.';
