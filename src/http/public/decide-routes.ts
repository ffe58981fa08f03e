/**
 * The confirm page and the list: an approver looks at a request and decides it by POST. GET, HEAD and OPTIONS change
 * nothing. A request is named by its token (the link of every card) or, in the list, by its id: the token is kept in
 * clear nowhere.
 */
import type { Express, Request, Response } from 'express';
import { isRequestId, isToken } from '../../approval/ids.js';
import type { Clock } from '../../base/clock.js';
import type { Chance } from '../../base/chance.js';
import { never } from '../../base/never.js';
import type { Desk, RequestRef, Seen, Tap, TapAnswer } from '../../contract/desk.js';
import type { Decision, RequestRecord } from '../../approval/request.js';
import type { Identity, Session } from '../../identity/identity.js';
import type { Form } from '../form.js';
import { homePage } from '../pages/home-page.js';
import * as messages from '../pages/message-page.js';
import type { Page, PageSender } from '../pages/page.js';
import { decidePurpose, endedCard, pendingCard, pendingHeading } from '../pages/request-card.js';
import { signedIn } from '../signed-in.js';
import type { WayBack } from '../way-back.js';
import { newTapId, tapIdOf } from './form-tap.js';
import { readOwnForm } from './own-form.js';

export interface DecideParts {
  readonly desk: Pick<Desk, 'decide' | 'show' | 'pending'>;
  readonly identity: Identity;
  readonly publicUrl: string;
  readonly wayBack: WayBack;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly sendPage: PageSender;
}

/** A request as an URL names it: where it is looked at, where its form goes. */
interface Named {
  readonly ref: RequestRef;
  readonly path: string;
  readonly action: string;
}

export function routeDecisions(app: Express, parts: DecideParts): void {
  app.get('/', (request, response) => list(parts, request, response));
  app.get('/req/:token', look(parts, byToken));
  app.post('/req/:token', decide(parts, byToken));
  app.get('/requests/:id', look(parts, byId));
  app.post('/requests/:id/decide', decide(parts, byId));
}

function byToken(request: Request): Named | null {
  const token = request.params['token'];
  if (!isToken(token)) return null;
  const path = `/req/${token}`;
  return { ref: { by: 'token', token }, path, action: path };
}

function byId(request: Request): Named | null {
  const id = request.params['id'];
  if (!isRequestId(id)) return null;
  const path = `/requests/${id}`;
  return { ref: { by: 'id', id }, path, action: `${path}/decide` };
}

async function list(parts: DecideParts, request: Request, response: Response): Promise<void> {
  const session = await signedIn(parts.identity, request);
  if (session === null) return parts.sendPage(response, messages.signedOutPage());
  const seen = await parts.desk.pending({ actor: { kind: 'approver', approver: session.approver } });
  if (seen.kind !== 'seen') return parts.sendPage(response, unseen(seen, session));
  const tapId = (): string => newTapId(parts.chance);
  parts.sendPage(response, homePage({ session, requests: seen.value, nowMs: parts.clock.nowMs(), tapId }));
}

type Route = (request: Request, response: Response) => Promise<void>;

function look(parts: DecideParts, name: (request: Request) => Named | null): Route {
  return async (request, response) => {
    const named = name(request);
    if (named === null) return parts.sendPage(response, messages.notFoundPage());
    const session = await signedIn(parts.identity, request);
    if (session === null) return askToSignIn(parts, response, named);
    const seen = await parts.desk.show(named.ref, { kind: 'approver', approver: session.approver });
    parts.sendPage(
      response,
      seen.kind === 'seen' ? requestPage(parts, seen.value, { named, session }) : unseen(seen, session),
    );
  };
}

function askToSignIn(parts: DecideParts, response: Response, named: Named): void {
  parts.wayBack.keep(response, named.path);
  parts.sendPage(response, messages.signedOutPage());
}

function requestPage(
  parts: DecideParts,
  request: RequestRecord,
  { named, session }: { readonly named: Named; readonly session: Session },
): Page {
  const nowMs = parts.clock.nowMs();
  const decision = request.decision ?? expiryOf(request, nowMs);
  if (decision !== null) {
    const isGone = decision.outcome === 'expired' || decision.outcome === 'withdrawn';
    return { status: isGone ? 410 : 200, title: request.host, session, body: endedCard(request, decision) };
  }
  const tapId = newTapId(parts.chance);
  const form = { action: named.action, session, tapId, nowMs };
  return { status: 200, title: request.host, session, body: pendingCard(request, form, pendingHeading(request)) };
}

/** Past its deadline a request takes no answer, whether or not the expiry is written yet. */
function expiryOf(request: RequestRecord, nowMs: number): Decision | null {
  if (nowMs < request.deadlineAtMs) return null;
  return { outcome: 'expired', by: 'clock', over: 'clock', atMs: request.deadlineAtMs, grantedUntilMs: null };
}

function decide(parts: DecideParts, name: (request: Request) => Named | null): Route {
  return async (request, response) => {
    const named = name(request);
    if (named === null) return parts.sendPage(response, messages.notFoundPage());
    const posted = await readOwnForm(parts.identity, request, () => decidePurpose(named.action));
    if (posted.kind === 'foreign') return parts.sendPage(response, messages.foreignFormPage(parts.publicUrl));
    if (posted.kind === 'signed_out') return askToSignIn(parts, response, named);
    const { session, form } = posted;
    const tap = tapOf(form, { named, session, chance: parts.chance });
    if (tap === null) return parts.sendPage(response, messages.badFormPage());
    answer(parts, response, { answer: await parts.desk.decide(tap), named, session });
  };
}

function tapOf(
  form: Form,
  { named, session, chance }: { readonly named: Named; readonly session: Session; readonly chance: Chance },
): Tap | null {
  const verdict = form.get('verdict');
  if (verdict !== 'approve' && verdict !== 'deny') return null;
  return {
    id: tapIdOf(form, chance),
    verdict,
    ref: named.ref,
    actor: { kind: 'approver', approver: session.approver },
    surface: 'page',
  };
}

/** Whoever was first: the page itself says who decided, so that a reload asks nothing again. */
function answer(
  parts: DecideParts,
  response: Response,
  { answer, named, session }: { readonly answer: TapAnswer; readonly named: Named; readonly session: Session },
): void {
  switch (answer.kind) {
    case 'decided':
    case 'already':
    case 'expired':
      return response.redirect(303, named.path);
    case 'unknown':
    case 'ambiguous':
    case 'forbidden':
    case 'unavailable':
      return parts.sendPage(response, unseen(answer, session));
    default:
      return never(answer);
  }
}

function unseen(answer: Exclude<Seen<unknown>, { kind: 'seen' }>, session: Session): Page {
  switch (answer.kind) {
    case 'unknown':
    case 'ambiguous':
      return messages.unknownRequestPage(session);
    case 'forbidden':
      return messages.forbiddenPage(session, answer.why);
    case 'unavailable':
      return messages.unavailablePage();
    default:
      return never(answer);
  }
}
