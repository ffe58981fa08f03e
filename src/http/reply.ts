/** A JSON answer as a value: made where it is decided, sent in one place. */
import type { Response } from 'express';

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `code` is stable and for machines, `error` is a sentence for people. */
export interface ErrorBody {
  readonly code: string;
  readonly error: string;
}

export function refusal(status: number, code: string, error: string): Reply {
  return { status, body: { code, error } satisfies ErrorBody };
}

export function send(response: Response, reply: Reply): void {
  if (response.headersSent) return;
  response
    .status(reply.status)
    .set(reply.headers ?? {})
    .json(reply.body);
}
