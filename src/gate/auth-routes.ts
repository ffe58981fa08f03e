/** `/auth/*`: what proxies ask, one endpoint for each family of proxies. nginx gets no page here: it fetches that by itself. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientAddresses } from '../base/client-address.js';
import type { Log } from '../base/log.js';
import { headerLines } from '../base/raw-headers.js';
import { whence } from '../base/whence.js';
import type { Check, Verdict } from './check.js';
import type { Route } from './gate.js';
import { answerPass } from './pass-answer.js';
import { askedFor, askedHost, ENVOY_PREFIX, type Family } from './question.js';
import { bareHost } from './site-entry.js';
import { isNavigation } from './visitor/navigation.js';
import type { PageAnswers } from './visitor/page-answer.js';
import type { Reception, Showing } from './visitor/reception.js';

export interface AuthSeams {
  readonly checking: Check;
  readonly clients: ClientAddresses;
  readonly reception: Reception;
  readonly pages: PageAnswers;
  readonly log: Log;
}

export function authRoutes(seams: AuthSeams): Route {
  return (request, response) => {
    const family = familyOf(request.url ?? '');
    if (family === null) return false;
    const verdict = seams.checking.look(request, family);
    if (verdict.kind === 'pass') {
      answerPass(response, verdict, family === 'envoy' ? 200 : 204);
    } else if (family === 'nginx' && verdict.kind !== 'doubtful') {
      response.writeHead(403, CLOSED).end();
    } else {
      void answerLater(seams, { request, response, family }, verdict);
    }
    return true;
  };
}

const CLOSED = ['Content-Length', '0'];

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly family: Family;
}

/** By path. Envoy appends the visitor's own path to its endpoint's. */
const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['/auth/nginx', 'nginx'],
  ['/auth/forward', 'forward'],
  [ENVOY_PREFIX, 'envoy'],
]);

/** Every path that proxies may ask. */
export const AUTH_PATHS: readonly string[] = [...FAMILIES.keys()];

function familyOf(url: string): Family | null {
  if (url === '/auth/nginx') return 'nginx';
  if (!url.startsWith('/auth/')) return null;
  const path = url.split('?', 1)[0] ?? '';
  return FAMILIES.get(path) ?? (path.startsWith(`${ENVOY_PREFIX}/`) ? 'envoy' : null);
}

async function answerLater(seams: AuthSeams, call: Call, verdict: Verdict): Promise<void> {
  try {
    await answer(seams, call, verdict);
  } catch (error) {
    seams.log.error('the gate failed on a check', { error: whence(error) });
    if (!call.response.headersSent) call.response.writeHead(403, CLOSED);
    call.response.end();
  }
}

async function answer(seams: AuthSeams, { request, response, family }: Call, verdict: Verdict): Promise<void> {
  const settled = await seams.checking.settle(verdict);
  if (settled.kind === 'pass') return answerPass(response, settled, family === 'envoy' ? 200 : 204);
  if (family === 'nginx') return void response.writeHead(403, CLOSED).end();
  const showing = await receive(seams, { request, response, family }, settled);
  if (showing.kind === 'open') {
    const again = await seams.checking.settle(seams.checking.look(request, family));
    if (again.kind === 'pass') return answerPass(response, again, family === 'envoy' ? 200 : 204);
  }
  const host = askedHost(request.rawHeaders, seams.clients.isTrusted(request.socket.remoteAddress), family);
  const site = 'entry' in settled ? settled.entry.site : null;
  const isHead = request.method === 'HEAD';
  // always 403: proxies pass on the page of no other refusal
  const shown: Showing = showing.kind === 'open' ? { kind: 'unavailable' } : showing;
  seams.pages.send(response, shown, { host: bareHost(host ?? ''), site, isHead });
}

async function receive(seams: AuthSeams, { request, family }: Call, verdict: Verdict): Promise<Showing> {
  if (verdict.kind !== 'closed')
    return { kind: verdict.kind === 'unknown_address' ? 'unknown_address' : 'unknown_host' };
  const isTrusted = seams.clients.isTrusted(request.socket.remoteAddress);
  const raw = request.rawHeaders;
  const asked = askedFor(request, isTrusted, family);
  if (!isNavigation(asked, raw)) return { kind: 'closed' };
  const { entry, address } = verdict;
  return seams.reception.knock({
    site: entry.site,
    host: askedHost(raw, isTrusted, family) ?? entry.site.key,
    address,
    uri: asked.uri,
    userAgent: headerLines(raw, 'user-agent') ?? '',
  });
}
