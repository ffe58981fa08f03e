/**
 * A refusal for programs: a problem document (RFC 9457). `state` is for machines and stays as it is; `title` and `detail` are
 * sentences for whoever reads a log. A program cannot ask for access: `open_in_browser` is where its person can.
 */
import type { Environment } from '../../approval/request.js';
import { problemType, type Problem } from '../../base/net/problem.js';
import { lineText } from './line.js';
import type { Showing } from './reception.js';
import type { Wording } from './wording.js';

interface VisitorProblem extends Problem {
  readonly state: Showing['kind'];
  readonly host?: string;
  readonly environment?: Environment;
  /** A path of this site. */
  readonly open_in_browser?: string;
  readonly retry_after_seconds?: number;
}

export function visitorProblem(
  showing: Showing,
  wording: Wording,
  facts: {
    readonly host: string;
    readonly environment: Environment | null;
    readonly status: number;
    readonly retryAfterSeconds: number | null;
  },
): VisitorProblem {
  const { host, environment, status, retryAfterSeconds } = facts;
  return {
    type: problemType(showing.kind),
    title: wording.title,
    status,
    detail: wording.lines.map(lineText).join(' '),
    state: showing.kind,
    ...(host === '' ? {} : { host }),
    ...(environment === null ? {} : { environment }),
    ...(wording.action === null ? {} : { open_in_browser: wording.action.href }),
    ...(retryAfterSeconds === null ? {} : { retry_after_seconds: retryAfterSeconds }),
  };
}
