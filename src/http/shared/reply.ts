/** A JSON answer as a value: made where it is decided, sent in one place. */
import type { Response } from 'express';
import { PROBLEM_TYPE, problemOf, type Problem } from '../../base/net/problem.js';

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** Whether the body is a problem document. */
  readonly isProblem?: true;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A no, for machines. */
export interface Refusal extends Reply {
  readonly body: Problem;
  readonly isProblem: true;
}

/** `code` is stable and for machines, `error` is a sentence for people: callers read it by this name, beside the document's `detail`. */
export function refusal(status: number, code: string, error: string): Refusal {
  return { status, body: problemOf({ status, code, detail: error }, { error }), isProblem: true };
}

/** The same with what its callers read beside the sentence. */
export function withMembers(no: Refusal, members: Readonly<Record<string, unknown>>): Refusal {
  return { ...no, body: { ...no.body, ...members } };
}

export function send(response: Response, reply: Reply): void {
  if (response.headersSent) return;
  response
    .status(reply.status)
    .set(reply.headers ?? {})
    .setHeader('content-type', reply.isProblem === true ? PROBLEM_TYPE : 'application/json; charset=utf-8')
    .json(reply.body);
}
