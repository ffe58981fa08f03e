/**
 * The gate's own cookies on a protected host: `__Host-kg`, and `__Host-kg-s-<8 hex>` while somebody signs in. `__Host-` demands
 * `Path=/` (RFC 6265bis, section 4.1.3.2), so that browsers send them with every request: they are for the gate, and never for the application.
 */
import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../../base/net/reachable-from.js';

const OWN = /^[ \t]*__Host-kg(?:-s-[^=;]*)?=/;
/** Plain http on this machine has no prefix: Safari keeps no such cookie there. */
const OWN_ON_LOOPBACK = /^[ \t]*(?:__Host-)?kg(?:-s-[^=;]*)?=/;

/** Those of every line, as one `Cookie`. Undefined: none of them came. */
export function ownCookies(request: IncomingMessage): string | undefined {
  const own = ownOn(request);
  const pairs = linesOf(request).flatMap((line) => line.split(';').filter((pair) => own.test(pair)));
  return pairs.length === 0 ? undefined : pairs.map((pair) => pair.trim()).join('; ');
}

/** In every form that node:http offers the headers in. Every other cookie stays as it was sent; a line with none left goes. */
export function dropOwnCookies(request: IncomingMessage): void {
  const own = ownOn(request);
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

function ownOn(request: IncomingMessage): RegExp {
  const name = (request.headers.host ?? '').toLowerCase().replace(/:\d*$/, '');
  return isLoopbackHost(name) || name.endsWith('.localhost') ? OWN_ON_LOOPBACK : OWN;
}
