/** What of a request is between the visitor and this server alone (RFC 9110, section 7.6.1), and an application must not act on. */
import type { IncomingMessage } from 'node:http';

/** The one other protocol that an application is handed a connection for: h2c would carry requests past every check. */
const WEBSOCKET = /^websocket$/i;
/** What `Connection` may say; any other word names a header that a proxy in the application would take off, X-Gate-Site for one. */
const OWN = /^(?:close|keep-alive|upgrade)$/i;

export function isWebSocket({ headers }: IncomingMessage): boolean {
  return WEBSOCKET.test(headers.upgrade ?? '');
}

/** In every form node:http offers the headers in. node:http itself has read them before. */
export function dropHops(request: IncomingMessage): void {
  if (request.headers.upgrade !== undefined && !isWebSocket(request)) setHeader(request, 'upgrade', '');
  const words = (request.headers.connection ?? '').split(',').map((word) => word.trim());
  const own = words.filter((word) => OWN.test(word));
  if (own.length < words.length) setHeader(request, 'connection', own.join(', '));
}

/** Empty: the header goes. */
function setHeader(request: IncomingMessage, name: string, value: string): void {
  // read first: both are made from the raw lines when somebody first asks for them
  const { headers, headersDistinct, rawHeaders: raw } = request;
  Reflect.deleteProperty(headers, name);
  Reflect.deleteProperty(headersDistinct, name);
  for (let at = raw.length - 2; at >= 0; at -= 2) if (raw[at]?.toLowerCase() === name) raw.splice(at, 2);
  if (value === '') return;
  headers[name] = value;
  headersDistinct[name] = [value];
  raw.push(name, value);
}
