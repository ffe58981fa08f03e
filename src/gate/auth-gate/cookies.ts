/**
 * The gate's own cookies as they reach a protected host: `__Host-kg`, and `__Host-kg-s-<8 hex>` while somebody signs in. `__Host-` demands
 * `Path=/` (RFC 6265bis, section 4.1.3.2), so that browsers send them with every request: they are for the gate, and never for the application.
 * At `localhost` those of the auth host and of the admin plane come as well, because cookies do not tell ports apart: they are for neither.
 */
import type { IncomingMessage } from 'node:http';
import { OWN_COOKIES, STATE_COOKIE_PREFIX } from '../../base/net/own-cookies.js';
import { isLoopbackHost } from '../../base/net/reachable-from.js';

/** What the gate is handed, and all that the application is kept from. */
const OF_THIS_HOST = named(['kg']);
const OURS = named(OWN_COOKIES);

interface Named {
  readonly usual: RegExp;
  /** Plain http on this machine has no prefix: Safari keeps no such cookie there. */
  readonly onLoopback: RegExp;
}

function named(names: readonly string[]): Named {
  const any = `(?:${names.join('|')}|${STATE_COOKIE_PREFIX}[^=;]*)=`;
  return { usual: new RegExp(`^[ \\t]*__Host-${any}`), onLoopback: new RegExp(`^[ \\t]*(?:__Host-)?${any}`) };
}

/** Those of every line that are of this host, as one `Cookie`. Undefined: none of them came. */
export function ownCookies(request: IncomingMessage): string | undefined {
  const own = ownOn(request, OF_THIS_HOST);
  const pairs = linesOf(request).flatMap((line) => line.split(';').filter((pair) => own.test(pair)));
  return pairs.length === 0 ? undefined : pairs.map((pair) => pair.trim()).join('; ');
}

/** All of ours, in every form that node:http offers the headers in. Every other cookie stays as it was sent; a line with none left goes. */
export function dropOwnCookies(request: IncomingMessage): void {
  const own = ownOn(request, OURS);
  const others = linesOf(request).map((line) => othersIn(line, own));
  // read first: both are made from the raw lines when somebody first asks for them
  const { headers, headersDistinct, rawHeaders: raw } = request;
  const left = others.filter((line) => line !== '');
  if (left.length === 0) {
    delete headers.cookie;
    delete headersDistinct['cookie'];
  } else {
    headers.cookie = left.join('; ');
    headersDistinct['cookie'] = left;
  }
  for (let at = raw.length - 2; at >= 0; at -= 2) {
    if (raw[at]?.toLowerCase() !== 'cookie') continue;
    const line = others.pop() ?? '';
    if (line === '') raw.splice(at, 2);
    else raw[at + 1] = line;
  }
}

/** As raw lines, because `headers` joins them. */
function linesOf({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'cookie');
}

/** Quotes end at a `;` as everything else: to the browser they are part of a value, whatever an application takes them for. */
function othersIn(line: string, own: RegExp): string {
  const pairs = line.split(';');
  const left = pairs.filter((pair) => !own.test(pair));
  return left.length === pairs.length ? line : left.join(';').replace(/^[ \t]+/, '');
}

function ownOn(request: IncomingMessage, { usual, onLoopback }: Named): RegExp {
  const name = (request.headers.host ?? '').toLowerCase().replace(/:\d*$/, '');
  return isLoopbackHost(name) || name.endsWith('.localhost') ? onLoopback : usual;
}
