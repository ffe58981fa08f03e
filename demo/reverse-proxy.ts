/**
 * The demo's reverse proxy: `authGate()` as an application has it, and behind it a plain pass to the site. What a client says
 * of itself (`X-Gate-*`, `X-Forwarded-*`) never reaches the gate or the site.
 */
import {
  Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { authGate } from '../src/gate/auth-gate/middleware.js';

export interface Upstreams {
  readonly gatePort: number;
  readonly sitePort: number;
  /** The site that this proxy guards, by one of its domains: fixed here, and not what the visitor calls it. */
  readonly site: string;
}

/** RFC 9110, section 7.6.1: meant for one connection, not to be passed on. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const CLIENTS_OWN = /^(x[-_]forwarded[-_]|x[-_]real[-_]ip$|x[-_]original[-_]|x[-_]rewrite[-_]|forwarded$)/;

export function reverseProxy({ gatePort, sitePort, site }: Upstreams): RequestListener {
  const agent = new Agent({ keepAlive: true });
  const gate = authGate({ gateUrl: `http://127.0.0.1:${String(gatePort)}`, site });
  return (request, response) => gate(request, response, () => pass({ request, response, agent, port: sitePort }));
}

function pass(hop: { request: IncomingMessage; response: ServerResponse; agent: Agent; port: number }): void {
  const { request, response } = hop;
  const passed = httpRequest({
    host: '127.0.0.1',
    port: hop.port,
    method: request.method,
    path: request.url,
    agent: hop.agent,
    headers: { ...cleaned(request.headers), ...forwarded(request) },
  });
  passed.on('response', (answer) => relay(answer, response)).on('error', () => refuse(response));
  response.on('close', () => passed.destroy());
  request.pipe(passed);
}

function relay(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, withoutHops(answer.headers));
  answer.pipe(response);
}

function refuse(response: ServerResponse): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(503, { 'content-type': 'text/plain' }).end('The site does not answer.\n');
}

function forwarded(request: IncomingMessage): Record<string, string> {
  return {
    'x-forwarded-for': request.socket.remoteAddress ?? '',
    'x-forwarded-host': request.headers.host ?? '',
    'x-forwarded-proto': 'http',
  };
}

function cleaned(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(withoutHops(headers)).filter(([name]) => !CLIENTS_OWN.test(name)));
}

/** What the gate says of the visitor stays, whatever a client names in `Connection`. */
function withoutHops(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !HOP_BY_HOP.has(name) && (name.startsWith('x-gate-') || !named.includes(name)),
    ),
  );
}
