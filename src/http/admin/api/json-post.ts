/** A POST of an operator, with a JSON body: the body is read and checked whole, and a refusal names every problem. */
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { parseJson } from '../../../base/text/json.js';
import { readBody } from '../../shared/read-body.js';
import { refusal, send, type Reply } from '../../shared/reply.js';

const MAX_BODY_BYTES = 16_384;

/** The operator's name, as the audit keeps it. */
export const OPERATOR = z
  .string('must be a text')
  .regex(/^[^\p{Cc}]{1,64}$/u, 'must have 1 to 64 characters and no control characters');

export function jsonPost<T>(
  schema: z.ZodType<T>,
  answer: (post: T, request: Request) => Promise<Reply>,
): RequestHandler {
  return async (request: Request, response: Response): Promise<void> => {
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body.kind === 'too_large') return send(response, TOO_LARGE);
    const json = body.kind === 'whole' ? parseJson(body.bytes) : undefined;
    if (json === undefined) return send(response, NOT_JSON);
    const read = schema.safeParse(json);
    send(response, read.success ? await answer(read.data, request) : badBody(read.error));
  };
}

const TOO_LARGE = refusal(413, 'too_large', 'The body may have at most 16,384 bytes.');
const NOT_JSON = refusal(400, 'bad_json', 'The body is not JSON in UTF-8.');

/** The answer to a body, or a query, that is not as it should be: names every problem. */
export function badBody(error: z.ZodError): Reply {
  return refusal(400, 'bad_body', problemsOf(error));
}

export function badQuery(error: z.ZodError): Reply {
  return refusal(400, 'bad_query', problemsOf(error));
}

export function problemsOf(error: z.ZodError): string {
  const problems = error.issues.map((issue) => `${issue.path.map(String).join('.')} ${issue.message}`.trim());
  return `${problems.join('; ')}.`;
}
