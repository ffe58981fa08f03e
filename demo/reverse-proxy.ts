/**
 * The demo's reverse proxy: asks the gate for every request, as nginx, Caddy or HAProxy would, and fails closed.
 * What a client calls itself (`X-Gate-*`, `X-Forwarded-*`) never reaches the gate or the site.
 */
import {
  Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';

export interface Upstreams {
  readonly gatePort: number;
  readonly sitePort: number;
}

const RESERVED = '/.koder-gate/';
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
const CLIENTS_OWN = /^(x[-_]gate[-_]|x[-_]forwarded[-_]|x[-_]real[-_]ip$|forwarded$)/;

export function reverseProxy(upstreams: Upstreams): RequestListener {
  const agent = new Agent({ keepAlive: true });
  return (request, response) => {
    if (request.url?.startsWith(RESERVED) === true) {
      pass({ request, response, agent, port: upstreams.gatePort, extra: forwarded(request) });
      return;
    }
    ask(request, { agent, gatePort: upstreams.gatePort }, (answer) => {
      if (answer === null) return refuse(response);
      if (answer.statusCode !== 204) return relay(answer, response);
      answer.resume();
      pass({ request, response, agent, port: upstreams.sitePort, extra: identity(answer.headers) });
    });
  };
}

function ask(
  request: IncomingMessage,
  to: { agent: Agent; gatePort: number },
  done: (answer: IncomingMessage | null) => void,
): void {
  const asking = cleaned(request.headers);
  delete asking['content-length']; // the question has no body
  const asked = httpRequest({
    host: '127.0.0.1',
    port: to.gatePort,
    path: '/auth/forward',
    agent: to.agent,
    headers: { ...asking, ...forwarded(request) },
  });
  asked.on('response', done).on('error', () => {
    done(null);
  });
  asked.end();
}

function pass(hop: {
  request: IncomingMessage;
  response: ServerResponse;
  agent: Agent;
  port: number;
  extra: Record<string, string>;
}): void {
  const { request, response } = hop;
  const passed = httpRequest({
    host: '127.0.0.1',
    port: hop.port,
    method: request.method,
    path: request.url,
    agent: hop.agent,
    headers: { ...cleaned(request.headers), ...hop.extra },
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
  response.writeHead(503, { 'content-type': 'text/plain' }).end('The gate does not answer, so nobody is let in.\n');
}

function forwarded(request: IncomingMessage): Record<string, string> {
  return {
    'x-forwarded-for': request.socket.remoteAddress ?? '',
    'x-forwarded-host': request.headers.host ?? '',
    'x-forwarded-proto': 'http',
    'x-forwarded-method': request.method ?? 'GET',
    'x-forwarded-uri': request.url ?? '/',
  };
}

/** What the gate says of the visitor, for the site. */
function identity(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-gate-'))) as Record<
    string,
    string
  >;
}

function cleaned(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(withoutHops(headers)).filter(([name]) => !CLIENTS_OWN.test(name)));
}

function withoutHops(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.includes(name)));
}
