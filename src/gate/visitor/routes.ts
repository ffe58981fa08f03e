/**
 * `/.koder-gate/*`: what a closed-out visitor's browser reaches through the proxy. `pending` is nginx's second question
 * and may open a request; `wait`, `stream` and `status` only tell of one, to the host and the address that asked.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StatusId } from '../../approval/brand.js';
import { isStatusId } from '../../approval/ids.js';
import { addressWords } from '../../base/address-words.js';
import { canonicalAddress } from '../../base/address.js';
import type { ClientAddresses } from '../../base/client-address.js';
import type { Log } from '../../base/log.js';
import { headerLines } from '../../base/raw-headers.js';
import { whence } from '../../base/whence.js';
import { addressText } from '../address-text.js';
import type { Check } from '../check.js';
import type { Route } from '../gate.js';
import { askedFor, askedHost } from '../question.js';
import { bareHost, type SiteIndex } from '../site-entry.js';
import type { Assets } from './assets.js';
import { isNavigation } from './navigation.js';
import { QUIET_HEADERS, type PageAnswers } from './page-answer.js';
import type { Reception, Showing } from './reception.js';
import { RESERVED, returnPath } from './return-path.js';
import { statusOf, type Streams } from './streams.js';

export interface VisitorSeams {
  readonly checking: Check;
  readonly clients: ClientAddresses;
  readonly sites: SiteIndex;
  readonly reception: Reception;
  readonly pages: PageAnswers;
  readonly assets: Assets;
  readonly streams: Streams;
  readonly log: Log;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly host: string;
  /** Canonical and whole; null when it is unknown. */
  readonly address: string | null;
  readonly isHead: boolean;
}

const READS = new Set(['GET', 'HEAD']);

export function visitorRoutes(seams: VisitorSeams): Route {
  const words = addressWords();
  return (request, response) => {
    const url = request.url ?? '';
    if (!url.startsWith(RESERVED)) return false;
    const path = url.slice(RESERVED.length).split('?', 1)[0] ?? '';
    if (!READS.has(request.method ?? '')) return plain(response, 405);
    const peer = request.socket.remoteAddress;
    const written = seams.clients.of(peer, request.rawHeaders, words);
    const call: Call = {
      request,
      response,
      host: askedHost(request.rawHeaders, seams.clients.isTrusted(peer), 'forward') ?? '',
      address: written === null ? null : addressText(written, words),
      isHead: request.method === 'HEAD',
    };
    void dispatch(seams, call, path).catch((error: unknown) => {
      seams.log.error('the gate failed on a page', { error: whence(error) });
      if (response.headersSent) response.destroy();
      else plain(response, 503);
    });
    return true;
  };
}

type OfRequest = (seams: VisitorSeams, call: Call, statusId: StatusId) => Promise<void>;

/** What is told of one request: `/.koder-gate/<what>/<status id>`. */
const OF_REQUEST: ReadonlyMap<string, OfRequest> = new Map([
  ['wait', waitPage],
  ['status', status],
  ['stream', stream],
]);
const PENDING = 'pending';
const ASSETS = 'assets';

/** Every path that a visitor's browser may reach, with `:name` for what differs. */
export const VISITOR_PATHS: readonly string[] = [
  `${RESERVED}${PENDING}`,
  `${RESERVED}${ASSETS}/:name`,
  ...[...OF_REQUEST.keys()].map((what) => `${RESERVED}${what}/:name`),
];

async function dispatch(seams: VisitorSeams, call: Call, path: string): Promise<void> {
  const [what = '', name = '', ...rest] = path.split('/');
  if (what === PENDING && path === what) return pendingPage(seams, call);
  if (what === ASSETS && rest.length === 0 && seams.assets.send(call.response, name, call.isHead)) return;
  const tell = rest.length === 0 ? OF_REQUEST.get(what) : undefined;
  if (tell === undefined || !isStatusId(name)) return void plain(call.response, 404);
  return tell(seams, call, name);
}

/** nginx fetches this page after its check said no. Anybody else may fetch it too, and gets the same answer. */
async function pendingPage(seams: VisitorSeams, call: Call): Promise<void> {
  const { request, response, host, isHead } = call;
  const verdict = await seams.checking.settle(seams.checking.look(request, 'forward'));
  const asked = askedFor(request, seams.clients.isTrusted(request.socket.remoteAddress), 'forward');
  if (verdict.kind === 'pass') return goOn(response, asked.uri);
  const site = 'entry' in verdict ? verdict.entry.site : null;
  const place = { host: bareHost(host), site, isHead };
  if (verdict.kind !== 'closed') {
    const kind = verdict.kind === 'unknown_address' ? 'unknown_address' : 'unknown_host';
    return seams.pages.send(response, { kind }, place);
  }
  if (!isNavigation(asked, request.rawHeaders)) return seams.pages.send(response, { kind: 'closed' }, place);
  const userAgent = headerLines(request.rawHeaders, 'user-agent') ?? '';
  const visitor = { site: verdict.entry.site, host, address: verdict.address, uri: asked.uri, userAgent };
  seams.pages.send(response, await seams.reception.knock(visitor), place);
}

async function waitPage(seams: VisitorSeams, call: Call, statusId: StatusId): Promise<void> {
  const site = seams.sites.of(call.host)?.site ?? null;
  const showing = await look(seams, call, statusId);
  seams.pages.send(call.response, showing, { host: bareHost(call.host), site, isHead: call.isHead });
}

async function status(seams: VisitorSeams, call: Call, statusId: StatusId): Promise<void> {
  const showing = await look(seams, call, statusId);
  if (showing.kind === 'unavailable') return void plain(call.response, 503);
  const told = statusOf(showing);
  if (told === null) return void plain(call.response, 404);
  const body = JSON.stringify({ status: told });
  const headers = { ...QUIET_HEADERS, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  call.response.writeHead(200, headers).end(call.isHead ? undefined : body);
}

async function stream(seams: VisitorSeams, call: Call, statusId: StatusId): Promise<void> {
  if (call.isHead) return void plain(call.response, 405);
  const showing = await look(seams, call, statusId);
  if (showing.kind === 'unavailable') return void plain(call.response, 503);
  if (statusOf(showing) === null || call.address === null) return void plain(call.response, 404);
  if (call.response.destroyed) return;
  // limited by the /64, as everywhere: one visitor may have any number of IPv6 addresses
  const address = canonicalAddress(call.address) ?? call.address;
  const watch = { statusId, address, look: () => look(seams, call, statusId) };
  if (!seams.streams.open(call.response, watch)) plain(call.response, 429);
}

async function look(seams: VisitorSeams, call: Call, statusId: StatusId): Promise<Showing> {
  if (call.address === null) return { kind: 'unknown_address' };
  return seams.reception.showing({ statusId, host: call.host, address: call.address });
}

function goOn(response: ServerResponse, uri: string): void {
  response.writeHead(303, { ...QUIET_HEADERS, location: returnPath(uri), 'content-length': 0 }).end();
}

function plain(response: ServerResponse, statusCode: 404 | 405 | 429 | 503): true {
  const retry = statusCode === 429 || statusCode === 503 ? { 'retry-after': '15' } : {};
  response.writeHead(statusCode, { ...QUIET_HEADERS, ...retry, 'content-length': 0 }).end();
  return true;
}
