/**
 * Where a signed-in approver binds a chat account by the code of `/gate link`. A look changes nothing; the first post
 * shows whose account the code is for, and only the second, from that very page, binds it. Both want a proof of the last ten minutes,
 * because what is bound may let visitors in for good. There, too, it is unbound, by whoever is signed in: whoever holds a stolen chat
 * account does not help to.
 */
import type { Express, Request, Response } from 'express';
import { normalLinkCode, shownLinkCode } from '../../approval/link-code.js';
import { hostCookie, type HostCookie } from '../../base/net/host-cookie.js';
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import { never } from '../../base/process/never.js';
import type { Desk } from '../../contract/desk.js';
import type { ChatAccount } from '../../contract/ledger.js';
import { LINK_CODES_WINDOW_SECONDS } from '../../identity/accounts/form-limits.js';
import type { Identity } from '../../identity/identity.js';
import type { Session } from '../../identity/sessions/sessions.js';
import type { Form } from '../shared/form.js';
import { UNBIND_PATH, unbindPurpose, unboundPage } from './pages/bound-accounts.js';
import * as pages from './pages/link-page.js';
import * as messages from '../shared/pages/message-page.js';
import type { PageSender } from '../shared/pages/page.js';
import { actorOf, signedIn } from '../shared/signed-in.js';
import type { WayBack } from '../shared/way-back.js';
import { isProvenLately, proveAgain } from './account/proven-lately.js';
import { askToSignIn } from './sign-in/ask-to-sign-in.js';
import { routeBackToForm } from './back-to-form.js';
import { newTapId, tapIdOf } from './form-tap.js';
import { readOwnForm } from './own-form.js';

export interface LinkDeps {
  readonly desk: Pick<Desk, 'link' | 'unlink' | 'accounts' | 'who'>;
  readonly identity: Identity;
  /** As it is counted. */
  readonly networkOf: (request: Request) => string;
  readonly publicUrl: string;
  readonly random: Random;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly wayBack: WayBack;
  readonly sendPage: PageSender;
}

export function routeLinks(app: Express, deps: LinkDeps): void {
  app.get(pages.LINK_PATH, (request, response) => showForm(deps, request, response));
  app.post(
    pages.LINK_PATH,
    entering(deps, () => pages.LINK_PURPOSE, confirm),
  );
  app.post(pages.BIND_PATH, entering(deps, pages.bindPurpose, bind));
  routeBackToForm(app, pages.LINK_PATH, [pages.BIND_PATH, UNBIND_PATH]);
  app.post(UNBIND_PATH, (request, response) => unbind(deps, request, response));
}

async function showForm(deps: LinkDeps, request: Request, response: Response): Promise<void> {
  const session = await signedIn(deps.identity.sessions, request);
  if (session === null) return askToSignIn(deps, { request, response, back: pages.LINK_PATH });
  const seen = await deps.desk.accounts({ actor: actorOf(session) });
  if (seen.kind === 'forbidden') return deps.sendPage(response, messages.forbiddenPage(session, seen.why));
  if (seen.kind !== 'seen') return deps.sendPage(response, messages.unavailablePage());
  const tapId = (): string => newTapId(deps.random);
  const kept = keptCode(deps);
  const typed = normalLinkCode(kept.read(request.headers.cookie) ?? '');
  if (typed !== null) response.append('set-cookie', kept.clear());
  const shown = typed === null ? null : shownLinkCode(typed);
  deps.sendPage(response, pages.codePage(session, { bound: seen.value, typed: shown, tapId }));
}

/**
 * What was typed, for the way to a proof and back: as long as a code is good, in a cookie of this host that no script reads, and in no URL.
 * It binds nothing: it stands in the field again, once.
 */
function keptCode({ publicUrl }: Pick<LinkDeps, 'publicUrl'>): HostCookie {
  return hostCookie(publicUrl, { name: 'gate-code', maxAgeSeconds: KEPT_CODE_SECONDS });
}

const KEPT_CODE_SECONDS = 600;

interface Entered {
  readonly session: Session;
  /** As it is hashed. */
  readonly code: string;
  readonly typed: string;
}

/** Every post with a code: from our own page, by somebody who has just proven who they are and has attempts left. */
function entering(
  deps: LinkDeps,
  purpose: (code: string) => string,
  go: (deps: LinkDeps, response: Response, entered: Entered) => Promise<void>,
) {
  return async (request: Request, response: Response): Promise<void> => {
    const { identity, sendPage, publicUrl } = deps;
    const posted = await readOwnForm(identity, request, (form) => purpose(codeIn(form) ?? typedIn(form)));
    if (posted.kind === 'foreign') return sendPage(response, messages.foreignFormPage(publicUrl));
    if (posted.kind === 'signed_out') return askToSignIn(deps, { request, response, back: pages.LINK_PATH });
    const { session, form } = posted;
    const code = codeIn(form);
    const typed = typedIn(form);
    if (!isProvenLately(session, deps)) {
      if (code !== null) response.append('set-cookie', keptCode(deps).set(code));
      return proveAgain(deps, response, pages.LINK_PATH);
    }
    if (code === null) return sendPage(response, pages.wrongCodePage(session, typed)); // can be nobody's: no guess
    const by = { account: session.account.id, network: deps.networkOf(request) };
    if (!(await identity.formLimits.linkCodes.take(by)))
      return sendPage(response, pages.tooManyCodesPage(session, LINK_CODES_WINDOW_SECONDS));
    await go(deps, response, { session, code, typed });
  };
}

function typedIn(form: Form): string {
  return form.get('code') ?? '';
}

function codeIn(form: Form): string | null {
  return normalLinkCode(typedIn(form));
}

async function confirm(deps: LinkDeps, response: Response, { session, code, typed }: Entered): Promise<void> {
  const account = await deps.identity.linkCodes.peek(code);
  if (account === null) return deps.sendPage(response, pages.wrongCodePage(session, typed));
  const others = await othersBehind(deps, account, session);
  deps.sendPage(response, pages.bindPage({ session, account, code, others }));
}

async function othersBehind({ desk }: LinkDeps, account: ChatAccount, session: Session) {
  const whoami = await desk.who({ kind: 'chat', ...account });
  return whoami.kind === 'seen' ? whoami.value.approvers.filter((other) => other !== session.account.approver) : [];
}

async function bind(deps: LinkDeps, response: Response, { session, code, typed }: Entered): Promise<void> {
  const { approver } = session.account;
  if (approver === null)
    return deps.sendPage(response, messages.forbiddenPage(session, 'not_an_approver_of_this_site'));
  const answer = await deps.desk.link({ code, approver });
  switch (answer.kind) {
    case 'linked':
      return deps.sendPage(response, pages.boundPage(session, answer.user));
    case 'unknown':
      return deps.sendPage(response, pages.wrongCodePage(session, typed));
    case 'unavailable':
      return deps.sendPage(response, messages.unavailablePage());
    default:
      return never(answer);
  }
}

/** No attempt is taken: nothing can be guessed here, and whoever lost an account must not be kept from it. */
async function unbind(deps: LinkDeps, request: Request, response: Response): Promise<void> {
  const { identity, sendPage, publicUrl } = deps;
  const posted = await readOwnForm(identity, request, (form) => unbindPurpose(accountIn(form)));
  if (posted.kind === 'foreign') return sendPage(response, messages.foreignFormPage(publicUrl));
  if (posted.kind === 'signed_out') return askToSignIn(deps, { request, response, back: pages.LINK_PATH });
  const { session, form } = posted;
  const account = accountIn(form);
  const answer = await deps.desk.unlink({
    actor: actorOf(session),
    surface: 'page',
    tapId: tapIdOf(form, deps.random),
    account,
  });
  switch (answer.kind) {
    case 'unlinked':
    case 'repeated':
    case 'not_linked':
      return sendPage(response, unboundPage(session, account));
    case 'forbidden':
      return sendPage(response, messages.forbiddenPage(session, answer.why));
    case 'unavailable':
      return sendPage(response, messages.unavailablePage());
    case 'no_chat_account':
      return sendPage(response, messages.badFormPage());
    default:
      return never(answer);
  }
}

function accountIn(form: Form): string {
  return form.get('account') ?? '';
}
