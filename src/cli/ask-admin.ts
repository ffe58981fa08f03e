/** One call to the running gate whose answer has a form of its own; whatever else comes back, the operator is told. */
import type { z } from 'zod';
import { callAdmin, type AdminCall } from './admin-client.js';
import { endWithout, type Cli, type CommonOptions } from './verb.js';

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
