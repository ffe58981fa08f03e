/** Sends the visitor's answer in the form its reader takes, with headers that keep it from being cached, framed or indexed. */
import type { ServerResponse } from 'node:http';
import type { Site } from '../../approval/site.js';
import { PROBLEM_TYPE } from '../../base/net/problem.js';
import type { Assets } from './assets.js';
import { lineText } from './line.js';
import { visitorPage, type VisitorSignIn } from './page.js';
import { visitorProblem } from './problem.js';
import type { Reader } from './reader.js';
import type { Showing } from './reception.js';
import { returnPath } from './return-path.js';
import { retryAtMsOf } from './retry.js';
import { pageWording } from './page-wording.js';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** For every answer of the gate plane that is not a plain yes or no. */
export const QUIET_HEADERS = {
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

const PAGE_HEADERS = {
  ...QUIET_HEADERS,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

const PROBLEM_HEADERS = { ...QUIET_HEADERS, 'content-type': PROBLEM_TYPE } as const;
const TEXT_HEADERS = { ...QUIET_HEADERS, 'content-type': 'text/plain; charset=utf-8' } as const;

/** Where nothing else says when to come again: the policy's "reload in 30 s". */
const RETRY_SECONDS = 30;
const BUSY_RETRY_SECONDS = 15;

/** What the gate plane answers beside a refusal. A check is refused with a 403 alone: proxies pass on the page of no other status. */
export type Refusal = 403 | 404 | 405 | 429 | 503;

export interface PageAnswers {
  /** The status with the page, the problem document or the sentence; for `open`, 303 to what this browser asked for first. */
  send(response: ServerResponse, showing: Showing, place: Place): void;
}

export interface Place {
  readonly host: string;
  readonly site: Site | null;
  readonly isHead: boolean;
  readonly reader: Reader;
  /** What this browser asked for first; `/` where it is no page, or not known. */
  readonly path: string;
  /** At a site that lets people in by who they are. Absent: at any other. */
  readonly signIn?: VisitorSignIn | null;
  /** 403 where absent. */
  readonly status?: Refusal;
}

export function pageAnswers(assets: Assets, nowMs: () => number): PageAnswers {
  const bodyOf = (showing: Showing, place: Place, retryAfter: number | null): Body => {
    const { host, site, path, reader, signIn = null, status = 403 } = place;
    const environment = site?.environment ?? null;
    const now = nowMs();
    if (reader === 'person') {
      const text = visitorPage(showing, { host, environment, nowMs: now, path, signIn, assetUrl: assets.urlOf });
      return { headers: PAGE_HEADERS, text };
    }
    const wording = pageWording(showing, now, path);
    if (reader === 'part') {
      const sentence = [`${wording.title}.`, ...wording.lines.map(lineText)].join(' ');
      return { headers: TEXT_HEADERS, text: `${sentence}\n` };
    }
    const problem = visitorProblem(showing, wording, { host, environment, status, retryAfterSeconds: retryAfter });
    return { headers: PROBLEM_HEADERS, text: `${JSON.stringify(problem)}\n` };
  };
  return {
    send(response, showing, place) {
      if (showing.kind === 'open') return sendOn(response, place.path);
      const { site, isHead, status = 403 } = place;
      const retryAfter = retryAfterSeconds(showing, nowMs());
      const body = bodyOf(showing, place, retryAfter);
      response.writeHead(status, {
        ...body.headers,
        ...(site === null ? {} : { 'x-koder-environment': site.environment }),
        ...(retryAfter === null ? {} : { 'retry-after': String(retryAfter) }),
        ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
        'content-length': Buffer.byteLength(body.text),
      });
      response.end(isHead ? undefined : body.text);
    },
  };
}

interface Body {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

function sendOn(response: ServerResponse, path: string): void {
  response.writeHead(303, { ...QUIET_HEADERS, location: returnPath(path), 'content-length': 0 });
  response.end();
}

function retryAfterSeconds(showing: Showing, nowMs: number): number | null {
  if (showing.kind === 'unavailable') return RETRY_SECONDS;
  if (showing.kind === 'busy') return BUSY_RETRY_SECONDS;
  const retryAtMs = retryAtMsOf(showing);
  return retryAtMs === null ? null : Math.max(1, Math.ceil((retryAtMs - nowMs) / 1_000));
}
