/** Where whoever is signed in sets up an authenticator app, and makes recovery codes. */
import type { Express, Request, RequestHandler } from 'express';
import type { FactorsOf } from '../../../contract/ledger.js';
import type { Session } from '../../../identity/sessions/sessions.js';
import type { Form } from '../../shared/form.js';
import * as messages from '../../shared/pages/message-page.js';
import type { Page } from '../../shared/pages/page.js';
import { signedIn } from '../../shared/signed-in.js';
import { routeBackToForm } from '../back-to-form.js';
import { readOwnForm } from '../own-form.js';
import { askToSignIn } from '../sign-in/ask-to-sign-in.js';
import type { SignInDeps } from '../sign-in/sign-in.js';
import * as app from './authenticator-pages.js';
import { qrCode } from './qr.js';
import * as recovery from './recovery-pages.js';
import { isProvenLately, mayChange, mayRemove, proveAgain } from './proven-lately.js';
import { personOf, settingUp } from './setting-up.js';

interface At {
  readonly request: Request;
  readonly session: Session;
}

type Answering = (deps: SignInDeps, at: At, form: Form) => Promise<Page>;

export function routeFactors(express: Express, given: SignInDeps): void {
  const deps = settingUp(given);
  express.get(
    app.AUTHENTICATOR_PATH,
    shown(deps, (_, { session }) => authenticatorPage(deps, session)),
  );
  for (const [path, answer, may] of [
    [app.BEGIN_PATH, begin, mayChange],
    [app.CONFIRM_PATH, confirm, mayChange],
    [app.REMOVE_PATH, remove, mayRemove],
  ] as const)
    express.post(path, posted(deps, { purpose: app.purposeOf(path), answer, may }));
  routeBackToForm(express, app.AUTHENTICATOR_PATH, [app.BEGIN_PATH, app.CONFIRM_PATH, app.REMOVE_PATH]);
  express.get(recovery.RECOVERY_PATH, shown(deps, left));
  express.post(recovery.RECOVERY_PATH, posted(deps, { purpose: recovery.RENEW_PURPOSE, answer: renew }));
  express.post(recovery.CHECK_PATH, posted(deps, { purpose: recovery.CHECK_PURPOSE, answer: check }));
  routeBackToForm(express, recovery.RECOVERY_PATH, [recovery.CHECK_PATH]);
}

function shown(deps: SignInDeps, answer: (deps: SignInDeps, at: At) => Promise<Page>): RequestHandler {
  return async (request, response) => {
    const session = await signedIn(deps.identity.sessions, request);
    if (session === null) return askToSignIn(deps, { request, response, back: request.path });
    if (!isProvenLately(session, deps)) return proveAgain(deps, response, request.path);
    deps.sendPage(response, await answer(deps, { request, session }));
  };
}

interface Taking {
  readonly purpose: string;
  readonly answer: Answering;
  readonly may?: typeof mayChange | typeof mayRemove;
}

function posted(deps: SignInDeps, { purpose, answer, may = mayChange }: Taking): RequestHandler {
  return async (request, response) => {
    const read = await readOwnForm(deps.identity, request, () => purpose);
    if (read.kind === 'foreign') return deps.sendPage(response, messages.foreignFormPage(deps.publicUrl));
    if (read.kind === 'signed_out') return askToSignIn(deps, { request, response, back: pageOf(request.path) });
    const { session } = read;
    if (!(await may(deps, { request, response, session }, pageOf(request.path)))) return;
    deps.sendPage(response, await answer(deps, { request, session }, read.form));
  };
}

/** Where the form that goes to `path` stands. */
function pageOf(path: string): string {
  return path.startsWith(recovery.RECOVERY_PATH) ? recovery.RECOVERY_PATH : app.AUTHENTICATOR_PATH;
}

function hasFactor({ passkeys, hasTotp }: FactorsOf): boolean {
  return hasTotp || passkeys > 0;
}

async function authenticatorPage({ identity }: SignInDeps, session: Session, isWrong = false): Promise<Page> {
  const { id } = session.account;
  if ((await identity.secondFactor.of(id)).hasTotp) return app.confirmedPage(session);
  const begun = await identity.authenticator.begun(session.account);
  if (begun === null) return app.beginPage(session);
  const qr = await qrCode(begun.uri, 'The secret as a QR code');
  return app.begunPage({ session, qr, ...begun, isWrong });
}

async function begin(deps: SignInDeps, { session }: At): Promise<Page> {
  await deps.identity.authenticator.begin(session.account.id);
  return authenticatorPage(deps, session);
}

/** With it come recovery codes, where there are none yet. */
async function confirm(deps: SignInDeps, { request, session }: At, form: Form): Promise<Page> {
  const { authenticator, recoveryCodes, secondFactor } = deps.identity;
  const person = personOf(deps, request, session);
  if (!(await authenticator.confirm(person, form.get('number') ?? ''))) return authenticatorPage(deps, session, true);
  if ((await secondFactor.of(person.account)).recoveryCodes > 0) return app.confirmedPage(session);
  return recovery.codesPage(session, await recoveryCodes.renew(person), deps.publicUrl);
}

async function remove(deps: SignInDeps, { request, session }: At): Promise<Page> {
  if (!(await deps.identity.authenticator.remove(personOf(deps, request, session))))
    return authenticatorPage(deps, session);
  return app.removedPage(session, !hasFactor(await deps.identity.secondFactor.of(session.account.id)));
}

async function left({ identity }: SignInDeps, { session }: At): Promise<Page> {
  const factors = await identity.secondFactor.of(session.account.id);
  return hasFactor(factors)
    ? recovery.recoveryPage(session, factors.recoveryCodes)
    : recovery.factorFirstPage(session, identity.passkeys !== null);
}

/** Codes stand in for a factor: where there is none they are asked for nowhere. */
async function renew(deps: SignInDeps, { request, session }: At): Promise<Page> {
  const { recoveryCodes, secondFactor, passkeys } = deps.identity;
  if (!hasFactor(await secondFactor.of(session.account.id)))
    return recovery.factorFirstPage(session, passkeys !== null);
  return recovery.codesPage(session, await recoveryCodes.renew(personOf(deps, request, session)), deps.publicUrl);
}

async function check({ identity }: SignInDeps, { session }: At, form: Form): Promise<Page> {
  return recovery.checkedPage(session, await identity.recoveryCodes.isGood(session.account.id, form.get('code') ?? ''));
}
