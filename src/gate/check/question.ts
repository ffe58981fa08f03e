/**
 * What a proxy says of a visitor's request, by family. Each family reads exactly the headers that its own file in deploy/
 * writes, because any other header may be the visitor's own:
 *
 *   nginx    `Host`; method and path stand in the check's URL
 *   forward  `X-Forwarded-Host`, `-Method` and `-Uri`, from a trusted proxy alone
 *   envoy    `Host`; method and path are those of the check's own request line
 *   page     `Host`; nginx's pending page has method and path in its URL
 *
 * The address is `X-Forwarded-For` of a trusted proxy in all of them (base/client-address.ts).
 */
import type { IncomingMessage } from 'node:http';
import { addressText } from '../../base/net/address-text.js';
import { addressWords } from '../../base/net/address-words.js';
import type { ClientAddresses } from '../../base/net/client-address.js';
import { peerOf } from '../../base/net/peer.js';
import type { Question, Way } from './asked.js';
import { checkHeaders, readCheckHeaders, type CheckHeaders } from './check-headers.js';

export interface Asked {
  /** Null where the proxy does not say. */
  readonly method: string | null;
  /** Path and query as the visitor sent them; null where the proxy does not say. */
  readonly uri: string | null;
}

const UNTOLD: Asked = { method: null, uri: null };
/** nginx's pending page, and what follows it. */
const PENDING = 'pending';

/** All that is read of one request for which a page is answered. */
export interface Told {
  /** Where the proxy asks from; empty where the connection was lost. */
  readonly peer: string;
  readonly isTrusted: boolean;
  /** Null where there is none, or where two lines disagree. */
  readonly host: string | null;
  readonly asked: Asked;
  /** The visitor's, canonical and whole; null when it is unknown. */
  readonly address: string | null;
}

/** Reads what a proxy says. The check itself reads the same without making an object of it (check.ts). */
export function reading(clients: ClientAddresses): (request: IncomingMessage, question: Question) => Told {
  const [words, headers] = [addressWords(), checkHeaders()];
  return (request, question) => {
    const peer = peerOf(request.socket);
    const isTrusted = clients.isTrusted(peer);
    readCheckHeaders(request.rawHeaders, headers);
    const written = clients.ofForwarded(peer, headers.forwardedFor, words);
    const isUnknown = written === null || isSilent(headers, { address: written, peer, isTrusted });
    return {
      peer: peer ?? '',
      isTrusted,
      host: askedHost(headers, isTrusted, question.way),
      asked: askedFor(request, { headers, isTrusted, question }),
      address: isUnknown ? null : addressText(written, words),
    };
  };
}

/** The host that was asked for; null where there is none, or where two lines disagree. */
export function askedHost({ host, forwardedHost }: CheckHeaders, isTrusted: boolean, way: Way): string | null {
  if (way !== 'forward') return host ?? null;
  return isTrusted ? (forwardedHost ?? null) : null;
}

export function askedFor(
  request: IncomingMessage,
  by: { readonly headers: CheckHeaders; readonly isTrusted: boolean; readonly question: Question },
): Asked {
  const { headers, isTrusted, question } = by;
  switch (question.way) {
    case 'envoy':
      return { method: request.method ?? null, uri: originOf(question.rest) };
    case 'nginx':
      return toldByUrl(question.rest);
    case 'page':
      return forPage(request, question);
    case 'forward':
      return isTrusted ? forwarded(headers) : UNTOLD;
  }
}

/** nginx always asks for its page by GET, so another method is the visitor's own. */
function forPage({ method = '' }: IncomingMessage, { rest }: Question): Asked {
  if (method === 'GET' && rest.startsWith(`${PENDING}/`)) return toldByUrl(rest.slice(PENDING.length));
  return { method, uri: null };
}

/** `/GET/path?query`. */
function toldByUrl(rest: string): Asked {
  const end = rest.indexOf('/', 1);
  return end === -1 ? UNTOLD : { method: rest.slice(1, end), uri: rest.slice(end) };
}

function forwarded({ forwardedMethod, forwardedUri }: CheckHeaders): Asked {
  const uri = forwardedUri ?? null;
  return { method: forwardedMethod ?? null, uri: uri === null ? null : originOf(uri) };
}

/** Whether `address` is a trusted proxy's own, because it did not say whom it asks for. */
export function isSilent(
  { forwardedFor }: CheckHeaders,
  asking: { address: string | null; peer: string | undefined; isTrusted: boolean },
): boolean {
  return asking.isTrusted && forwardedFor === undefined && asking.address === asking.peer;
}

function originOf(uri: string): string {
  return uri.startsWith('/') ? uri : '/';
}
