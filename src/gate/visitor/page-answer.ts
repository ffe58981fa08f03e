/** Sends the visitor's page, with headers that keep it from being cached, framed or indexed. */
import type { ServerResponse } from 'node:http';
import type { Site } from '../../approval/site.js';
import type { Assets } from './assets.js';
import { visitorPage } from './page.js';
import type { Showing } from './reception.js';
import { returnPath } from './return-path.js';

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

/** Where nothing else says when to come again: the policy's "reload in 30 s". */
const RETRY_SECONDS = 30;

export interface PageAnswers {
  /** 403 with the page; for `open`, 303 to what was asked for first. */
  send(response: ServerResponse, showing: Showing, place: Place): void;
}

export interface Place {
  readonly host: string;
  readonly site: Site | null;
  readonly isHead: boolean;
}

export function pageAnswers(assets: Assets, nowMs: () => number): PageAnswers {
  return {
    send(response, showing, { host, site, isHead }) {
      if (showing.kind === 'open') return sendOn(response, showing.request.path);
      const now = nowMs();
      const environment = site?.environment ?? null;
      const body = visitorPage(showing, { host, environment, nowMs: now, assetUrl: assets.urlOf });
      const retryAfter = retryAfterSeconds(showing, now);
      response.writeHead(403, {
        ...PAGE_HEADERS,
        ...(environment === null ? {} : { 'x-koder-environment': environment }),
        ...(retryAfter === null ? {} : { 'retry-after': String(retryAfter) }),
        'content-length': Buffer.byteLength(body),
      });
      response.end(isHead ? undefined : body);
    },
  };
}

function sendOn(response: ServerResponse, path: string): void {
  response.writeHead(303, { ...QUIET_HEADERS, location: returnPath(path), 'content-length': 0 });
  response.end();
}

function retryAfterSeconds(showing: Showing, nowMs: number): number | null {
  if (showing.kind === 'unavailable') return RETRY_SECONDS;
  if (!('retryAtMs' in showing) || showing.retryAtMs === null) return null;
  return Math.max(1, Math.ceil((showing.retryAtMs - nowMs) / 1_000));
}
