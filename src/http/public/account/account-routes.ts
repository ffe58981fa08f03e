/** `/account`: who is signed in, how they sign in, and where else they are signed in. Looking changes nothing; each form is a POST. */
import type { Express, Request, Response } from 'express';
import { html } from '../../../base/text/html.js';
import type { Identity } from '../../../identity/identity.js';
import { foreignFormPage } from '../../shared/pages/message-page.js';
import type { PageSender } from '../../shared/pages/page.js';
import { signedIn } from '../../shared/signed-in.js';
import { routeBackToForm } from '../back-to-form.js';
import { readOwnForm } from '../own-form.js';
import { ACCOUNT_PATH, type AccountForm, type AccountSection } from './section.js';

/** And back. */
const TO_SIGN_IN = `/sign-in?next=${ACCOUNT_PATH}`;

export interface AccountDeps {
  readonly identity: Pick<Identity, 'sessions'>;
  readonly publicUrl: string;
  readonly sendPage: PageSender;
  /** In the order of the page. */
  readonly sections: readonly AccountSection[];
}

export function routeAccount(app: Express, deps: AccountDeps): void {
  app.get(ACCOUNT_PATH, (request, response) => show(deps, request, response));
  const forms = deps.sections.flatMap((section) => section.forms ?? []);
  routeBackToForm(
    app,
    ACCOUNT_PATH,
    forms.map(({ path }) => path),
  );
  for (const form of forms) app.post(form.path, (request, response) => take(form, deps, { request, response }));
}

async function show(deps: AccountDeps, request: Request, response: Response): Promise<void> {
  const session = await signedIn(deps.identity.sessions, request);
  if (session === null) return response.redirect(303, TO_SIGN_IN);
  const drawn = await Promise.all(deps.sections.map((section) => section.draw(session)));
  const body = html`<h1 class="title">Your account</h1>
    ${drawn.filter((part) => part !== null)}`;
  deps.sendPage(response, { status: 200, title: 'Your account', session, body });
}

async function take(
  form: AccountForm,
  { identity, sendPage, publicUrl }: AccountDeps,
  { request, response }: { readonly request: Request; readonly response: Response },
): Promise<void> {
  const posted = await readOwnForm(identity, request, (given) => form.purposeOf(given));
  if (posted.kind === 'foreign') return sendPage(response, foreignFormPage(publicUrl));
  if (posted.kind === 'signed_out') return response.redirect(303, TO_SIGN_IN);
  await form.take({ session: posted.session, form: posted.form, request, response });
}
