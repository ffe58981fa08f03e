/**
 * The headers that a check reads, found in one pass over the request's header lines. A check comes with every request, and most
 * of its headers are the visitor's own, so looking for each header by itself would read all of them again and again.
 */
import { isNamed, type RawHeaders } from '../../base/net/raw-headers.js';

/** What all lines of a header say; null where two disagree, undefined where there is none. */
type Agreed = string | null | undefined;

/** One object serves all checks, so that reading them allocates nothing: it holds until the next check is read. */
export interface CheckHeaders {
  host: Agreed;
  forwardedHost: Agreed;
  forwardedMethod: Agreed;
  forwardedUri: Agreed;
  forwardedProto: Agreed;
  /** All lines, joined in their order; undefined where there is none. */
  forwardedFor: string | undefined;
  authorization: string | undefined;
}

export function checkHeaders(): CheckHeaders {
  return {
    host: undefined,
    forwardedHost: undefined,
    forwardedMethod: undefined,
    forwardedUri: undefined,
    forwardedProto: undefined,
    forwardedFor: undefined,
    authorization: undefined,
  };
}

export function readCheckHeaders(raw: RawHeaders, into: CheckHeaders): void {
  into.host = into.forwardedHost = into.forwardedMethod = into.forwardedUri = into.forwardedProto = undefined;
  into.forwardedFor = into.authorization = undefined;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    // by length first: that parts most names without comparing them
    switch (name.length) {
      case 4:
        if (isNamed(name, 'host')) into.host = agreed(into.host, raw[at + 1]);
        break;
      case 13:
        if (isNamed(name, 'authorization')) into.authorization = joined(into.authorization, raw[at + 1]);
        break;
      case 15:
        if (isNamed(name, 'x-forwarded-for')) into.forwardedFor = joined(into.forwardedFor, raw[at + 1]);
        else if (isNamed(name, 'x-forwarded-uri')) into.forwardedUri = agreed(into.forwardedUri, raw[at + 1]);
        break;
      case 16:
        if (isNamed(name, 'x-forwarded-host')) into.forwardedHost = agreed(into.forwardedHost, raw[at + 1]);
        break;
      case 17:
        if (isNamed(name, 'x-forwarded-proto')) into.forwardedProto = agreed(into.forwardedProto, raw[at + 1]);
        break;
      case 18:
        if (isNamed(name, 'x-forwarded-method')) into.forwardedMethod = agreed(into.forwardedMethod, raw[at + 1]);
        break;
    }
  }
}

/** Whether two lines of one forwarded header disagree: then one of them is not the proxy's, and nobody knows which. */
export function isContradictory({
  forwardedHost,
  forwardedMethod,
  forwardedUri,
  forwardedProto,
}: CheckHeaders): boolean {
  return forwardedHost === null || forwardedMethod === null || forwardedUri === null || forwardedProto === null;
}

function agreed(held: Agreed, value = ''): Agreed {
  return held === undefined || held === value ? value : null;
}

function joined(held: string | undefined, value = ''): string {
  return held === undefined ? value : `${held},${value}`;
}
