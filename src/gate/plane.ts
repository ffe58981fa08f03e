/**
 * The gate plane: one raw handler in front of everything. Beyond loopback it can be reached by others than the proxy, so there
 * it answers trusted proxies alone. What is not named here does not exist.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ClientAddresses } from '../base/net/client-address.js';
import { forwardedHeader } from '../base/net/forwarded-headers.js';
import { peerOf } from '../base/net/peer.js';
import { AUTH_PATHS, NAMED, questionReader, type Route } from './check/asked.js';
import type { ProxyFaults } from './check/proxy-faults.js';
import { VISITOR_PATHS } from './visitor/routes.js';

export interface PlaneDeps {
  readonly auth: Route;
  readonly visitor: Route;
  readonly clients: Pick<ClientAddresses, 'isTrusted'>;
  readonly faults: Pick<ProxyFaults, 'note' | 'mistrust'>;
  /** Whether it listens where others than processes of this machine may call. */
  readonly isExposed: boolean;
  /** Whether all of this process is ready. */
  readonly isReady: () => Promise<boolean>;
}

/**
 * Of a question, in all. Proxies pass on what their visitor sent of the headers that are read, so it is more than each of the
 * files in deploy/ takes: nginx 33 kB, Caddy 52 kB, HAProxy 16 kB.
 */
export const GATE_HEADER_BYTES = 65_536;

const HEALTH_PATH = '/healthz';
const READY_PATH = '/readyz';
const ASKED_PATHS = [...AUTH_PATHS, ...VISITOR_PATHS];

/** Every path of the gate plane. */
export const GATE_PATHS: readonly string[] = [
  ...ASKED_PATHS,
  ...ASKED_PATHS.map((path) => NAMED + path),
  HEALTH_PATH,
  READY_PATH,
];

export function gatePlane(deps: PlaneDeps): RequestListener {
  const { auth, visitor, clients, isExposed } = deps;
  const questionOf = questionReader();
  return (request, response) => {
    const url = request.url ?? '';
    const question = questionOf(url);
    if (question === null) return elsewhere(deps, url, response);
    if (isExposed && !clients.isTrusted(peerOf(request.socket))) return refuseStranger(deps, request, response);
    if (question.way === 'page') visitor(request, response, question);
    else auth(request, response, question);
  };
}

function elsewhere({ isReady }: PlaneDeps, url: string, response: ServerResponse): void {
  if (url === HEALTH_PATH) return sentence(response, 200, 'ok');
  if (url !== READY_PATH) return void response.writeHead(404, { 'content-length': 0 }).end();
  // no word of what is not ready: anybody may ask
  void isReady()
    .catch(() => false)
    .then((isUp) => sentence(response, isUp ? 200 : 503, isUp ? 'ready' : 'not ready'));
}

/** A proxy whose address was forgotten reads here what to do; anybody else learns nothing of the sites. */
function refuseStranger({ faults }: PlaneDeps, request: IncomingMessage, response: ServerResponse): void {
  const peer = peerOf(request.socket) ?? '';
  faults.note({ kind: 'stranger', peer, name: '' });
  if (forwardedHeader(request.rawHeaders) !== null) faults.mistrust(peer);
  sentence(
    response,
    403,
    `The gate answers only the reverse proxies that its TRUSTED_PROXIES name, and ${peer} is none of them.`,
  );
}

function sentence(response: ServerResponse, status: number, text: string): void {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, headers).end(`${text}\n`);
}
