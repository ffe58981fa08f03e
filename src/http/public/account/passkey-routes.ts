/** Where whoever is signed in adds and removes passkeys. */
import type { Express, Request, Response } from 'express';
import type { Adder, Passkeys } from '../../../identity/factors/passkeys.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import type { Form } from '../../shared/form.js';
import * as messages from '../../shared/pages/message-page.js';
import { refusal, send } from '../../shared/reply.js';
import { signedIn } from '../../shared/signed-in.js';
import { routeBackToForm } from '../back-to-form.js';
import { isRequestPath } from '../named-request.js';
import { readOwnForm } from '../own-form.js';
import { askToSignIn } from '../sign-in/ask-to-sign-in.js';
import { nextOf, whereOf, type SignInDeps } from '../sign-in/sign-in.js';
import { isProvenLately, mayChange, mayRemove, proveAgain } from './proven-lately.js';
import { settingUp } from './setting-up.js';
import * as pages from './passkey-pages.js';
import { lastWayPage } from './way-forms.js';

type AccountDeps = SignInDeps & { readonly passkeys: Passkeys };

export function routePasskeys(app: Express, deps: SignInDeps): void {
  const { passkeys } = deps.identity;
  if (passkeys === null) return;
  const own = { ...settingUp(deps), passkeys };
  app.get(pages.PASSKEYS_PATH, (request, response) => show(own, request, response));
  app.post(pages.ADD_QUESTION_PATH, (request, response) => ask(own, request, response));
  app.post(pages.ADD_PATH, posted(own, { purposeOf: () => pages.ADD_PURPOSE, go: add }));
  app.post(pages.NAME_PATH, posted(own, { purposeOf: (form) => pages.namePurpose(form.get('id') ?? ''), go: rename }));
  app.post(
    pages.REMOVE_PATH,
    posted(own, { purposeOf: (form) => pages.removePurpose(form.get('id') ?? ''), go: remove, may: mayRemove }),
  );
  const posts = [pages.ADD_QUESTION_PATH, pages.ADD_PATH, pages.NAME_PATH, pages.REMOVE_PATH];
  routeBackToForm(app, pages.PASSKEYS_PATH, posts);
}

async function show(deps: AccountDeps, request: Request, response: Response): Promise<void> {
  const next = nextOf(request);
  const back =
    next === null ? pages.PASSKEYS_PATH : `${pages.PASSKEYS_PATH}?${new URLSearchParams({ next }).toString()}`;
  const session = await signedIn(deps.identity.sessions, request);
  if (session === null) return askToSignIn(deps, { request, response, back });
  if (!isProvenLately(session, deps)) return proveAgain(deps, response, back);
  // proving it again on the way here has used up what was kept
  if (next !== null) deps.wayBack.keep(response, next);
  await sendPasskeys(deps, { request, response, session });
}

interface At {
  readonly request: Request;
  readonly response: Response;
  readonly session: Session;
}

async function sendPasskeys(deps: AccountDeps, at: At, done?: 'added' | 'refused' | 'known_already'): Promise<void> {
  const { request, response, session } = at;
  const passkeys = await deps.passkeys.of(session.account.id);
  const { recoveryCodes } = await deps.identity.secondFactor.of(session.account.id);
  const name = whereOf(deps, request).browser;
  deps.sendPage(
    response,
    pages.passkeysPage({
      session,
      passkeys,
      name,
      hasCodes: recoveryCodes > 0,
      isForRequest: isRequestPath(nextOf(request) ?? deps.wayBack.kept(request)),
      ...(done === undefined ? {} : { done }),
    }),
  );
}

async function ask(deps: AccountDeps, request: Request, response: Response): Promise<void> {
  const read = await readOwnForm(deps.identity, request, () => pages.ADD_PURPOSE);
  if (read.kind !== 'own')
    return send(response, refusal(403, 'foreign_form', 'This was not asked from a page of this gate.'));
  if (!isProvenLately(read.session, deps))
    return send(response, refusal(403, 'prove_again', 'Load the page again, and prove that it is you.'));
  const question = await deps.passkeys.askToAdd(adder(deps, request, read.session));
  if (question === null) return send(response, refusal(429, 'too_many', 'Too many passkeys, or asked for too often.'));
  send(response, { status: 200, body: question });
}

interface Taking {
  readonly purposeOf: (form: Form) => string;
  readonly go: (deps: AccountDeps, at: At, form: Form) => Promise<void>;
  readonly may?: typeof mayChange | typeof mayRemove;
}

function posted(deps: AccountDeps, { purposeOf, go, may = mayChange }: Taking) {
  return async (request: Request, response: Response): Promise<void> => {
    const read = await readOwnForm(deps.identity, request, purposeOf);
    if (read.kind === 'foreign') return deps.sendPage(response, messages.foreignFormPage(deps.publicUrl));
    if (read.kind === 'signed_out') return askToSignIn(deps, { request, response, back: pages.PASSKEYS_PATH });
    const at = { request, response, session: read.session };
    if (await may(deps, at, pages.PASSKEYS_PATH)) await go(deps, at, read.form);
  };
}

async function add(deps: AccountDeps, at: At, form: Form): Promise<void> {
  const name = form.get('name')?.trim() ?? '';
  const made = { answer: form.get('answer') ?? '', name: name === '' ? whereOf(deps, at.request).browser : name };
  await sendPasskeys(deps, at, await deps.passkeys.add(adder(deps, at.request, at.session), made));
}

async function rename({ identity }: AccountDeps, { response, session }: At, form: Form): Promise<void> {
  await identity.ways.namePasskey(session.account.id, form.get('id') ?? '', form.get('name') ?? '');
  response.redirect(303, pages.PASSKEYS_PATH);
}

async function remove(deps: AccountDeps, { request, response, session }: At, form: Form): Promise<void> {
  const by = { account: session.account.id, session: session.id, address: deps.addressOf(request) };
  const { kind } = await deps.identity.ways.removePasskey(by, form.get('id') ?? '');
  if (kind === 'last') return deps.sendPage(response, lastWayPage(session, pages.PASSKEYS_PATH));
  const { passkeys, hasTotp } = await deps.identity.secondFactor.of(session.account.id);
  deps.sendPage(response, pages.removedPage(session, passkeys === 0 && !hasTotp));
}

function adder({ identity, addressOf }: AccountDeps, request: Request, { account }: Session): Adder {
  const cookieValue = identity.sessions.cookie.read(request.headers.cookie) ?? '';
  return { account, cookieValue, address: addressOf(request) };
}
