/**
 * Where a signed-in approver binds a chat account by the code of `/gate link`. A look changes nothing; the first post
 * shows whose account the code is for, and only the second, from that very page, binds it.
 */
import type { Express, Request, Response } from 'express';
import { normalLinkCode } from '../../approval/link-code.js';
import { never } from '../../base/never.js';
import type { Desk } from '../../contract/desk.js';
import type { ChatAccount } from '../../contract/ledger.js';
import { ATTEMPTS_WINDOW_SECONDS, type Attempts } from '../../identity/attempts.js';
import type { Identity, Session } from '../../identity/identity.js';
import { readForm } from '../form.js';
import * as pages from '../pages/link-page.js';
import * as messages from '../pages/message-page.js';
import type { PageSender } from '../pages/page.js';
import { signedIn } from '../signed-in.js';
import type { WayBack } from '../way-back.js';

export interface LinkParts {
  readonly desk: Pick<Desk, 'link' | 'who'>;
  readonly identity: Identity;
  readonly attempts: Attempts;
  readonly publicUrl: string;
  readonly wayBack: WayBack;
  readonly sendPage: PageSender;
}

export function routeLinks(app: Express, parts: LinkParts): void {
  app.get(pages.LINK_PATH, (request, response) => showForm(parts, request, response));
  app.post(
    pages.LINK_PATH,
    entering(parts, () => pages.LINK_PURPOSE, confirm),
  );
  app.post(pages.BIND_PATH, entering(parts, pages.bindPurpose, bind));
}

async function showForm(parts: LinkParts, request: Request, response: Response): Promise<void> {
  const session = await signedIn(parts.identity, request);
  if (session === null) return askToSignIn(parts, response);
  parts.sendPage(response, pages.codePage(session));
}

function askToSignIn(parts: LinkParts, response: Response): void {
  parts.wayBack.keep(response, pages.LINK_PATH);
  parts.sendPage(response, messages.signedOutPage());
}

interface Entered {
  readonly session: Session;
  /** As it is hashed. */
  readonly code: string;
}

/** Every post with a code: from our own page, by somebody who is signed in and has attempts left. */
function entering(
  parts: LinkParts,
  purpose: (code: string) => string,
  go: (parts: LinkParts, response: Response, entered: Entered) => Promise<void>,
) {
  return async (request: Request, response: Response): Promise<void> => {
    const { identity, sendPage, publicUrl } = parts;
    if (!identity.isSameOrigin(request.headers)) return sendPage(response, messages.foreignFormPage(publicUrl));
    const session = await signedIn(identity, request);
    if (session === null) return askToSignIn(parts, response);
    const form = await readForm(request);
    const typed = form?.get('code') ?? '';
    const code = normalLinkCode(typed);
    if (!session.isCsrfToken(purpose(code ?? typed), form?.get('csrf')))
      return sendPage(response, messages.foreignFormPage(publicUrl));
    if (code === null) return sendPage(response, pages.wrongCodePage(session)); // can be nobody's: no guess
    if (!parts.attempts.take(session.approver))
      return sendPage(response, pages.tooManyCodesPage(session, ATTEMPTS_WINDOW_SECONDS));
    await go(parts, response, { session, code });
  };
}

async function confirm(parts: LinkParts, response: Response, { session, code }: Entered): Promise<void> {
  const account = await parts.identity.peekLinkCode(code);
  if (account === null) return parts.sendPage(response, pages.wrongCodePage(session));
  const others = await othersBehind(parts, account, session);
  parts.sendPage(response, pages.bindPage({ session, account, code, others }));
}

async function othersBehind({ desk }: LinkParts, account: ChatAccount, { approver }: Session) {
  const standing = await desk.who({ kind: 'chat', ...account });
  return standing.kind === 'seen' ? standing.value.approvers.filter((other) => other !== approver) : [];
}

async function bind(parts: LinkParts, response: Response, { session, code }: Entered): Promise<void> {
  const answer = await parts.desk.link({ code, approver: session.approver });
  switch (answer.kind) {
    case 'linked':
      return parts.sendPage(response, pages.boundPage(session, answer.user));
    case 'unknown':
      return parts.sendPage(response, pages.wrongCodePage(session));
    case 'unavailable':
      return parts.sendPage(response, messages.unavailablePage());
    default:
      return never(answer);
  }
}
