/**
 * What a proxy asks, by family: three fixed sets of headers, never one that guesses. `X-Forwarded-*` counts only when a
 * trusted proxy sent it; Envoy repeats the visitor's own request line and `Host` behind its prefix.
 */
import type { IncomingMessage } from 'node:http';
import { singleHeader, type RawHeaders } from '../base/raw-headers.js';

export type Family = 'nginx' | 'forward' | 'envoy';

export interface Asked {
  readonly method: string;
  /** Path and query as the visitor sent them. */
  readonly uri: string;
}

export const ENVOY_PREFIX = '/auth/envoy';

/** The host that was asked for; null where there is none, or more than one. */
export function askedHost(raw: RawHeaders, isTrusted: boolean, family: Family): string | null {
  const forwarded = isTrusted && family !== 'envoy' ? singleHeader(raw, 'x-forwarded-host') : undefined;
  if (forwarded !== undefined) return forwarded;
  return singleHeader(raw, 'host') ?? null;
}

export function askedFor(request: IncomingMessage, isTrusted: boolean, family: Family): Asked {
  if (family === 'envoy')
    return { method: request.method ?? 'GET', uri: originOf((request.url ?? '').slice(ENVOY_PREFIX.length)) };
  if (!isTrusted) return { method: request.method ?? 'GET', uri: '/' };
  const raw = request.rawHeaders;
  return {
    method: singleHeader(raw, 'x-forwarded-method') ?? request.method ?? 'GET',
    uri: originOf(singleHeader(raw, 'x-forwarded-uri') ?? '/'),
  };
}

function originOf(uri: string): string {
  return uri.startsWith('/') ? uri : '/';
}
