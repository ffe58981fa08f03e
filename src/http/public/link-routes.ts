/**
 * Where a signed-in approver binds a chat account by the code of `/gate link`. A look changes nothing; the first post
 * shows whose account the code is for, and only the second, from that very page, binds it. There, too, it is unbound:
 * whoever holds a stolen chat account does not help to.
 */
import type { Express, Request, Response } from 'express';
import { normalLinkCode } from '../../approval/link-code.js';
import type { Attempts } from '../../base/attempts.js';
import type { Chance } from '../../base/chance.js';
import { never } from '../../base/never.js';
import type { Desk } from '../../contract/desk.js';
import type { ChatAccount } from '../../contract/ledger.js';
import { ATTEMPTS_WINDOW_SECONDS } from '../../identity/attempts.js';
import type { Identity, Session } from '../../identity/identity.js';
import type { Form } from '../form.js';
import { UNBIND_PATH, unbindPurpose, unboundPage } from '../pages/bound-accounts.js';
import * as pages from '../pages/link-page.js';
import * as messages from '../pages/message-page.js';
import type { PageSender } from '../pages/page.js';
import { signedIn } from '../signed-in.js';
import type { WayBack } from '../way-back.js';
import { newTapId, tapIdOf } from './form-tap.js';
import { readOwnForm } from './own-form.js';

export interface LinkParts {
  readonly desk: Pick<Desk, 'link' | 'unlink' | 'accounts' | 'who'>;
  readonly identity: Identity;
  readonly attempts: Attempts;
  readonly publicUrl: string;
  readonly chance: Chance;
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
  app.post(UNBIND_PATH, (request, response) => unbind(parts, request, response));
}

async function showForm(parts: LinkParts, request: Request, response: Response): Promise<void> {
  const session = await signedIn(parts.identity, request);
  if (session === null) return askToSignIn(parts, response);
  const seen = await parts.desk.accounts({ actor: { kind: 'approver', approver: session.approver } });
  if (seen.kind === 'forbidden') return parts.sendPage(response, messages.forbiddenPage(session, seen.why));
  if (seen.kind !== 'seen') return parts.sendPage(response, messages.unavailablePage());
  const tapId = (): string => newTapId(parts.chance);
  parts.sendPage(response, pages.codePage(session, { bound: seen.value, tapId }));
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
    const posted = await readOwnForm(identity, request, (form) => purpose(codeIn(form) ?? typedIn(form)));
    if (posted.kind === 'foreign') return sendPage(response, messages.foreignFormPage(publicUrl));
    if (posted.kind === 'signed_out') return askToSignIn(parts, response);
    const { session, form } = posted;
    const code = codeIn(form);
    if (code === null) return sendPage(response, pages.wrongCodePage(session)); // can be nobody's: no guess
    if (!parts.attempts.take(session.approver))
      return sendPage(response, pages.tooManyCodesPage(session, ATTEMPTS_WINDOW_SECONDS));
    await go(parts, response, { session, code });
  };
}

function typedIn(form: Form): string {
  return form.get('code') ?? '';
}

function codeIn(form: Form): string | null {
  return normalLinkCode(typedIn(form));
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

/** No attempt is taken: nothing can be guessed here, and whoever lost an account must not be kept from it. */
async function unbind(parts: LinkParts, request: Request, response: Response): Promise<void> {
  const { identity, sendPage, publicUrl } = parts;
  const posted = await readOwnForm(identity, request, (form) => unbindPurpose(accountIn(form)));
  if (posted.kind === 'foreign') return sendPage(response, messages.foreignFormPage(publicUrl));
  if (posted.kind === 'signed_out') return askToSignIn(parts, response);
  const { session, form } = posted;
  const account = accountIn(form);
  const answer = await parts.desk.unlink({
    actor: { kind: 'approver', approver: session.approver },
    surface: 'page',
    tapId: tapIdOf(form, parts.chance),
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
