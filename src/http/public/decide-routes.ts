/**
 * The confirm page and the list: an approver looks at a request and decides it by POST. GET, HEAD and OPTIONS change
 * nothing. A request is named by its token (the link of every card) or, in the list, by its id: the token is kept in
 * clear nowhere.
 */
import type { Express, Request, Response } from 'express';
import type { Random } from '../../base/crypto/random.js';
import { never } from '../../base/process/never.js';
import type { Token } from '../../approval/brand.js';
import type { TapAnswer } from '../../approval/tap-answer.js';
import type { Desk, Seen, Tap } from '../../contract/desk.js';
import type { Session } from '../../identity/sessions/sessions.js';
import type { Form } from '../shared/form.js';
import { html } from '../../base/text/html.js';
import { isProposed, PROPOSAL } from './account/proposal.js';
import { ACCOUNT_PATH } from './account/section.js';
import { homePage } from './pages/home-page.js';
import * as messages from '../shared/pages/message-page.js';
import type { Page } from '../shared/pages/page.js';
import { decidePurpose, REVOKE_PURPOSE } from './pages/decide-form.js';
import { actorOf, signedIn } from '../shared/signed-in.js';
import { askToSignIn } from './sign-in/ask-to-sign-in.js';
import { newTapId, tapIdOf } from './form-tap.js';
import { byId, byToken, readVerdict, type Named } from './named-request.js';
import { readOwnForm } from './own-form.js';
import { press, type ProofDeps } from './proof/approving.js';
import { isByPasskey } from './proof/asking.js';
import { routeProofQuestion } from './proof/question-route.js';
import { requestPage, type RequestPageDeps } from './request-page.js';

export interface DecideDeps extends ProofDeps, Omit<RequestPageDeps, 'identity'> {
  readonly desk: Pick<Desk, 'decide' | 'show' | 'pending' | 'revoke'>;
  /** Whether some channel takes commands. */
  readonly hasChats: boolean;
}

export function routeDecisions(app: Express, deps: DecideDeps): void {
  app.get('/', (request, response) => list(deps, request, response));
  app.get('/req/:token', look(deps, byToken));
  app.post('/req/:token', decide(deps, byToken));
  app.get('/requests/:id', look(deps, byId));
  app.post('/requests/:id/decide', decide(deps, byId));
  app.post('/requests/:id/revoke', revoke(deps));
  routeProofQuestion(app, deps);
}

async function list(deps: DecideDeps, request: Request, response: Response): Promise<void> {
  const session = await signedIn(deps.identity.sessions, request);
  if (session === null) return askToSignIn(deps, { request, response, back: null });
  if (session.account.approver === null) return response.redirect(303, ACCOUNT_PATH); // nothing is theirs to decide
  const seen = await deps.desk.pending({ actor: actorOf(session) });
  if (seen.kind !== 'seen') return deps.sendPage(response, unseen(seen, session));
  const requests = await Promise.all(
    seen.value.map(async (one) => ({ request: one, byPasskey: await isByPasskey(deps, one, session) })),
  );
  const tapId = (): string => newTapId(deps.random);
  deps.sendPage(response, homePage({ session, requests, nowMs: deps.clock.nowMs(), tapId, hasChats: deps.hasChats }));
}

type Route = (request: Request, response: Response) => Promise<void>;

function look(deps: DecideDeps, name: (request: Request) => Named | null): Route {
  return async (request, response) => {
    const named = name(request);
    if (named === null) return deps.sendPage(response, messages.notFoundPage());
    const session = await signedIn(deps.identity.sessions, request);
    if (session === null) return askToSignIn(deps, { request, response, ...backTo(named) });
    const seen = await deps.desk.show(named.ref, actorOf(session));
    if (seen.kind !== 'seen') return deps.sendPage(response, unseen(seen, session));
    const page = await requestPage(deps, seen.value, { named, session, verdict: verdictIn(request.query['pressed']) });
    const isDone = seen.value.decision?.by === session.account.id && isProposed(deps.publicUrl, request, session);
    deps.sendPage(response, isDone ? { ...page, body: html`${page.body}${PROPOSAL}` } : page);
  };
}

/** What a sign-in leads back to, and by what it is known who was asked. */
function backTo({ path, ref }: Named): { readonly back: string; readonly token: Token | null } {
  return { back: path, token: ref.by === 'token' ? ref.token : null };
}

function decide(deps: DecideDeps, name: (request: Request) => Named | null): Route {
  return async (request, response) => {
    const named = name(request);
    if (named === null) return deps.sendPage(response, messages.notFoundPage());
    const posted = await readOwnForm(deps.identity, request, () => decidePurpose(named.action));
    if (posted.kind === 'foreign') return deps.sendPage(response, messages.foreignFormPage(deps.publicUrl));
    if (posted.kind === 'signed_out') return askToSignIn(deps, { request, response, ...backTo(named) });
    const { session, form } = posted;
    const tap = tapOf(form, { named, session, random: deps.random });
    if (tap === null) return deps.sendPage(response, messages.badFormPage());
    const pressed = await press(deps, tap, { request, session, form, named });
    if (pressed.kind === 'answered')
      return answer(deps, response, { answer: pressed.answer, named, session, verdict: tap.verdict });
    deps.wayBack.keep(response, named.path);
    if (pressed.kind === 'page') return deps.sendPage(response, pressed.page);
    response.redirect(303, pressed.path);
  };
}

function tapOf(
  form: Form,
  { named, session, random }: { readonly named: Named; readonly session: Session; readonly random: Random },
): Tap | null {
  const verdictOf = readVerdict(form.get('verdict'));
  if (verdictOf === null) return null;
  const { verdict } = verdictOf;
  const reason = form.get('reason')?.trim() ?? '';
  return {
    ...verdictOf,
    tapId: tapIdOf(form, random),
    ref: named.ref,
    actor: actorOf(session),
    surface: 'page',
    ...(verdict === 'deny' && reason !== '' ? { denial: { reason, isShared: form.get('share') === 'yes' } } : {}),
  };
}

type Verdict = Tap['verdict'];

function verdictIn(value: unknown): Verdict | null {
  return value === 'approve' || value === 'deny' ? value : null;
}

/**
 * Whoever was first: the page itself says who decided, so that a reload asks nothing again. A press that came too late
 * goes there with what was pressed, so that the page can say that it did not count.
 */
function answer(
  deps: DecideDeps,
  response: Response,
  {
    answer,
    named,
    session,
    verdict,
  }: {
    readonly answer: Exclude<TapAnswer, { kind: 'unproven' }>;
    readonly named: Named;
    readonly session: Session;
    readonly verdict: Verdict;
  },
): void {
  switch (answer.kind) {
    case 'decided':
      return response.redirect(303, named.path);
    case 'already':
    case 'expired':
      return response.redirect(303, `${named.path}?pressed=${verdict}`);
    case 'unknown':
    case 'ambiguous':
    case 'forbidden':
    case 'unavailable':
      return deps.sendPage(response, unseen(answer, session));
    default:
      return never(answer);
  }
}

/** Ends the grant that the approval gave; the page itself then says who did. */
function revoke(deps: DecideDeps): Route {
  return async (request, response) => {
    const named = byId(request);
    if (named?.ref.by !== 'id') return deps.sendPage(response, messages.notFoundPage());
    const { id } = named.ref;
    const posted = await readOwnForm(deps.identity, request, () => `${REVOKE_PURPOSE} ${id}`);
    if (posted.kind === 'foreign') return deps.sendPage(response, messages.foreignFormPage(deps.publicUrl));
    if (posted.kind === 'signed_out') return askToSignIn(deps, { request, response, ...backTo(named) });
    const { session, form } = posted;
    const acting = { actor: actorOf(session), surface: 'page', tapId: tapIdOf(form, deps.random) };
    const answer = await deps.desk.revoke({ ...acting, what: id });
    if (answer.kind === 'revoked' || answer.kind === 'repeated') return response.redirect(303, named.path);
    deps.sendPage(response, answer.kind === 'unknown' ? messages.unknownRequestPage(session) : unseen(answer, session));
  };
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
