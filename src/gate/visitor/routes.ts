/**
 * `/.koder-gate/*`: what a closed-out visitor's browser reaches through the proxy. `pending` is nginx's second question
 * and may open a request; `wait`, `stream` and `status` only tell of one, to the host and the address that asked.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StatusId } from '../../approval/brand.js';
import { RESERVED, SIGN_IN, SIGNED_IN } from '../../approval/reserved-paths.js';
import { usesSignIn } from '../../approval/site.js';
import { isStatusId } from '../../approval/ids.js';
import { canonicalAddress } from '../../base/net/address.js';
import { forwardedHeader } from '../../base/net/forwarded-headers.js';
import { headerLines } from '../../base/net/raw-headers.js';
import type { Log } from '../../base/process/log.js';
import { safeStack } from '../../base/process/safe-stack.js';
import type { Call as Asking, Question, Route } from '../check/asked.js';
import type { Check } from '../check/check.js';
import type { Told } from '../check/question.js';
import { bareHost, type SiteIndex } from '../check/site-entry.js';
import { signInOf, type Admission } from './admission.js';
import type { Assets } from './assets.js';
import { QUIET_HEADERS, type PageAnswers, type Place, type Refusal } from './page-answer.js';
import { readerByAccept, readerOf } from './reader.js';
import type { VisitorSignIn } from './page.js';
import type { Reception, Showing } from './reception.js';
import { ASK, returnPath, returnPathIn } from './return-path.js';
import { type SignInPages } from './sign-in.js';
import { statusOf, type Streams } from './streams.js';

export interface VisitorDeps {
  readonly checking: Check;
  readonly read: (request: IncomingMessage, question: Question) => Told;
  readonly sites: SiteIndex;
  readonly admission: Admission;
  readonly reception: Pick<Reception, 'showing'>;
  readonly pages: PageAnswers;
  readonly assets: Assets;
  readonly streams: Streams;
  readonly signIn: SignInPages;
  readonly log: Log;
}

interface Call extends Asking, Pick<Told, 'address' | 'isTrusted'> {
  readonly host: string;
  readonly isHead: boolean;
}

const READS = new Set(['GET', 'HEAD']);

export function visitorRoutes(deps: VisitorDeps): Route {
  return (request, response, question) => {
    const { host, address, isTrusted } = deps.read(request, question);
    const isHead = request.method === 'HEAD';
    const call: Call = { request, response, question, host: host ?? '', address, isTrusted, isHead };
    if (!READS.has(request.method ?? '')) return refuse(deps, call, 405);
    void dispatch(deps, call).catch((error: unknown) => {
      deps.log.error('the gate failed on a page', { error: safeStack(error) });
      if (response.headersSent) response.destroy();
      else refuse(deps, call, 503);
    });
  };
}

type OfRequest = (deps: VisitorDeps, call: Call, statusId: StatusId) => Promise<void>;

/** What is told of one request: `/.koder-gate/<what>/<status id>`. */
const OF_REQUEST: ReadonlyMap<string, OfRequest> = new Map([
  ['wait', waitPage],
  ['status', status],
  ['stream', stream],
]);
const PENDING = 'pending';
const ASSETS = 'assets';
/** Another site's link asks nobody in a visitor's name. */
const OWN_LINK = new Set([undefined, 'same-origin', 'none']);

/** Every path that a visitor's browser may reach, with `:name` for what differs. */
export const VISITOR_PATHS: readonly string[] = [
  `${RESERVED}${PENDING}`,
  `${RESERVED}${ASSETS}/:name`,
  `${RESERVED}${SIGN_IN}`,
  `${RESERVED}${SIGNED_IN}`,
  `${RESERVED}${ASK}`,
  ...[...OF_REQUEST.keys()].map((what) => `${RESERVED}${what}/:name`),
];

async function dispatch(deps: VisitorDeps, call: Call): Promise<void> {
  const path = call.question.rest.split('?', 1)[0] ?? '';
  const [what = '', name = '', ...rest] = path.split('/');
  if (!call.question.isClear || what === PENDING) return pendingPage(deps, call);
  if (what === ASSETS && rest.length === 0 && deps.assets.send(call.response, name, call.isHead)) return;
  // what an untrusted proxy says of the visitor is worth nothing, so nothing is told of anybody's request
  if (!call.isTrusted && forwardedHeader(call.request.rawHeaders) !== null) return pendingPage(deps, call);
  if (path === SIGN_IN || path === SIGNED_IN) return signIn(deps, call, path);
  if (path === ASK) return askPage(deps, call);
  const tell = rest.length === 0 ? OF_REQUEST.get(what) : undefined;
  if (tell === undefined || !isStatusId(name)) return refuse(deps, call, 404);
  const guarded = deps.sites.guarded(call.question.name, call.host);
  if (typeof guarded === 'string' && (guarded === 'unnamed' || call.question.name !== null))
    return pendingPage(deps, call);
  return tell(deps, call, name);
}

/** nginx fetches this page after its check said no. Anybody else may fetch it too, and gets the same answer. */
async function pendingPage({ admission, checking }: VisitorDeps, call: Call): Promise<void> {
  const { request, response, question } = call;
  const verdict = checking.look(request, question);
  await admission.answer(call, verdict, (_pass, { asked }) => goOn(response, asked.uri ?? '/'));
}

/** By a trusted proxy's word alone, at a site that it guards and that uses this: anywhere else there is no such page. */
async function signIn(deps: VisitorDeps, call: Call, page: typeof SIGN_IN | typeof SIGNED_IN): Promise<void> {
  const { address, host, isTrusted, question } = call;
  const guarded = deps.sites.guarded(question.name, host);
  if (!isTrusted || address === null || typeof guarded === 'string' || !usesSignIn(guarded.site))
    return refuse(deps, call, 404);
  const trouble = await deps.signIn.answer(page, { ...call, address, site: guarded.site });
  if (trouble === null) return;
  const { showing, status } = trouble;
  deps.pages.send(call.response, showing, { ...placeOf(deps, call), status });
}

/** A visitor who had the choice wants a person asked. */
async function askPage(deps: VisitorDeps, call: Call): Promise<void> {
  const { request, response, question, host } = call;
  const guarded = deps.sites.guarded(question.name, host);
  if (typeof guarded !== 'string' && !usesSignIn(guarded.site)) return refuse(deps, call, 404);
  // it opens a request, and a HEAD only looks
  if (call.isHead) return refuse(deps, call, 405);
  const path = returnPathIn(request.url ?? '') ?? '/';
  const isOwn = OWN_LINK.has(headerLines(request.rawHeaders, 'sec-fetch-site'));
  const wish = isOwn ? { wanted: path } : {};
  await deps.admission.answer({ ...call, ...wish }, deps.checking.look(request, question), () => goOn(response, path));
}

async function waitPage(deps: VisitorDeps, call: Call, statusId: StatusId): Promise<void> {
  const found = await look(deps, call, statusId);
  const path = returnPathIn(call.request.url ?? '');
  // a page that waited knows that the request was there: what is missing is the address that it counts for
  const showing: Showing = found.kind === 'unknown_request' && path !== null ? { kind: 'moved' } : found;
  const reader = readerByAccept(call.request.rawHeaders); // its own script fetches it, to show it
  const signIn = await signInAt(deps, call);
  deps.pages.send(call.response, showing, { ...placeOf(deps, call), reader, signIn, path: path ?? '/' });
}

/** As the page of the check says it, which this one takes the place of. */
async function signInAt(
  { checking, sites }: VisitorDeps,
  { request, question, host }: Call,
): Promise<VisitorSignIn | null> {
  const guarded = sites.guarded(question.name, host);
  if (typeof guarded === 'string' || !usesSignIn(guarded.site)) return null;
  return signInOf(await checking.settle(checking.look(request, question)));
}

async function status(deps: VisitorDeps, call: Call, statusId: StatusId): Promise<void> {
  const showing = await look(deps, call, statusId);
  const told = statusOf(showing);
  if (told === null) return tellProgram(deps, call, showing);
  const body = JSON.stringify({ status: told });
  const headers = { ...QUIET_HEADERS, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  call.response.writeHead(200, headers).end(call.isHead ? undefined : body);
}

async function stream(deps: VisitorDeps, call: Call, statusId: StatusId): Promise<void> {
  if (call.isHead) return refuse(deps, call, 405);
  const showing = await look(deps, call, statusId);
  if (statusOf(showing) === null || call.address === null) return tellProgram(deps, call, showing);
  if (call.response.destroyed) return;
  // limited by the /64, as everywhere: one visitor may have any number of IPv6 addresses
  const address = canonicalAddress(call.address) ?? call.address;
  const watch = { statusId, address, look: () => look(deps, call, statusId) };
  if (!deps.streams.open(call.response, watch)) refuse(deps, call, 429);
}

async function look(deps: VisitorDeps, call: Call, statusId: StatusId): Promise<Showing> {
  if (call.address === null) return { kind: 'unknown_address' };
  return deps.reception.showing({ statusId, host: call.host, address: call.address });
}

function goOn(response: ServerResponse, uri: string): void {
  response.writeHead(303, { ...QUIET_HEADERS, location: returnPath(uri), 'content-length': 0 }).end();
}

/** Where nothing can be said of a request: not found, unless nobody could look. */
function tellProgram(deps: VisitorDeps, call: Call, showing: Showing): void {
  const status = showing.kind === 'unavailable' ? 503 : 404;
  deps.pages.send(call.response, showing, { ...placeOf(deps, call), reader: 'program', status });
}

const REFUSED = {
  404: { kind: 'not_found' },
  405: { kind: 'not_allowed' },
  429: { kind: 'busy' },
  503: { kind: 'unavailable' },
} as const satisfies Partial<Record<Refusal, Showing>>;

function refuse(deps: VisitorDeps, call: Call, status: keyof typeof REFUSED): void {
  deps.pages.send(call.response, REFUSED[status], { ...placeOf(deps, call), status });
}

/** Of the site that the question guards: a visitor may send another site's name as his host, and is told nothing of it. */
function placeOf({ sites }: VisitorDeps, { request, question, host, isHead }: Call): Place {
  const guarded = sites.guarded(question.name, host);
  const site = typeof guarded === 'string' ? null : guarded.site;
  return { host: bareHost(host), site, isHead, reader: readerOf(request.rawHeaders), path: '/' };
}
