/**
 * An error as machines read it, on every plane: a problem document (RFC 9457). `code` is stable and for programs; `detail` is a
 * sentence for whoever reads a log. What callers of a plane read beside these stands in the document as a member of its own.
 */
import type { ServerResponse } from 'node:http';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly [member: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json';
/** A name, not an address to load (RFC 4151). */
const TYPES = 'tag:koder.dev,2026:koder-gate/';

/** The URI of a kind of problem. */
export function problemType(code: string): string {
  return TYPES + code;
}

/** `more`: members beside those of the RFC. */
export function problemOf(
  what: { readonly status: number; readonly code: string; readonly detail: string },
  more: Readonly<Record<string, unknown>> = {},
): Problem {
  const { status, code, detail } = what;
  return { type: problemType(code), title: inWords(code), status, detail, code, ...more };
}

function sendProblem(response: ServerResponse, problem: Problem): void {
  response.statusCode = problem.status;
  response.setHeader('content-type', PROBLEM_TYPE);
  response.end(JSON.stringify(problem));
}

/** Refuses a platform's call. Talk and others read `error`, as the Talk wire has it (docs/talk-wire.md). */
export function refuseCall(response: ServerResponse, status: number, code: string): void {
  const message = code.replaceAll('_', ' ');
  response.setHeader('cache-control', 'no-store');
  sendProblem(response, problemOf({ status, code, detail: `${inWords(code)}.` }, { error: { code, message } }));
}

/** `Bad json` for `bad_json`. */
function inWords(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ');
}
