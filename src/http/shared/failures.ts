/** What a plane says when a handler threw: the database is away, the URL is broken, or we have a bug. Never a stack. */
import type { ErrorRequestHandler, Response } from 'express';
import type { Log } from '../../base/process/log.js';
import { safeStack } from '../../base/process/safe-stack.js';
import { isLedgerUnavailable } from '../../contract/ledger-unavailable.js';

export type Failure = 'unavailable' | 'bad_request' | 'broken';

export function failures(log: Log, answer: (response: Response, failure: Failure) => void): ErrorRequestHandler {
  // eslint-disable-next-line @typescript-eslint/max-params, @typescript-eslint/no-unused-vars -- four parameters are how Express knows an error handler
  return (error: unknown, _request, response, _next) => {
    const failure = failureOf(error);
    if (failure === 'broken') log.error('an answer failed', { error: safeStack(error) });
    if (response.headersSent) return void response.destroy();
    answer(response, failure);
  };
}

/** Express itself throws errors with a `status`: a path that cannot be decoded, for one. */
function failureOf(error: unknown): Failure {
  if (isLedgerUnavailable(error)) return 'unavailable';
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? 'bad_request' : 'broken';
}
