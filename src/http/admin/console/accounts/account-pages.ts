/**
 * Accounts for operators in a browser, and the one thing that a session changes on this plane: an operator who has just proven themselves
 * by a passkey or an authenticator app resets another person, and gets the enrolment link to hand over. Nobody resets themselves, and
 * so the last operator is reset by the command line alone.
 */
import type { Express, Request, RequestHandler } from 'express';
import { html, type Html } from '../../../../base/text/html.js';
import type { Clock } from '../../../../base/time/clock.js';
import type { AccountId } from '../../../../approval/brand.js';
import type { SignedInSessions } from '../../../../contract/admin.js';
import type { AccountLine, KnownAccounts } from '../../../../contract/known-accounts.js';
import type { SignedInThere } from '../../../../identity/handoff/signed-in-there.js';
import type { Identity } from '../../../../identity/identity.js';
import type { EnrolmentLink } from '../../../../identity/links/enrolments.js';
import { sameOrigin } from '../../../../identity/sessions/same-origin.js';
import { readForm } from '../../../shared/form.js';
import { fact } from '../../../shared/pages/fact.js';
import { foreignFormPage } from '../../../shared/pages/message-page.js';
import { secondStep } from '../../../shared/pages/second-step.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';
import { factorsInWords, howTheySignIn, sessionsTable, type SignsIn } from './account-sign-ins.js';
import { isJustProven, proveAgain } from '../just-proven.js';
import { consoleMessage, consolePage, type ConsolePage } from '../console-page.js';
import { shows, type ShowDeps } from '../shows.js';
import { table } from '../table.js';
import { actOf } from '../own-form.js';
import { callerOf } from '../../access/guard.js';
import { atAdmin, type AtAdminDeps } from '../../access/sign-in.js';

export interface AccountPageDeps extends AtAdminDeps, ShowDeps {
  readonly accounts: Pick<KnownAccounts, 'list'>;
  readonly sessions: Pick<SignedInSessions, 'list'>;
  readonly identity: Pick<Identity, 'enrolments' | 'formLimits' | 'secondFactor'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

const SHOW = '/accounts/show';
const RESET = '/accounts/reset';

export function routeAccountPages(app: Express, deps: AccountPageDeps, guard: RequestHandler): void {
  const { accounts } = deps;
  app.get(
    '/accounts',
    guard,
    shows(deps, async () => listPage((await accounts.list(null)).accounts)),
  );
  app.get(
    SHOW,
    guard,
    shows(deps, (request) => show(deps, request)),
  );
  app.post(
    RESET,
    shows(deps, (request) => reset(deps, request)),
  );
}

async function show(deps: AccountPageDeps, request: Request): Promise<ConsolePage> {
  const id = request.query['account'];
  const [line] = typeof id === 'string' && id !== '' ? (await deps.accounts.list(id)).accounts : [];
  if (line === undefined) return noSuchPage();
  const signsIn = await howTheySignIn(deps, line.id as AccountId);
  return accountPage(line, signsIn, whether(deps, request, line.id));
}

/** Whose form it may be; or why there is none. */
type Whether = { readonly session: SignedInThere } | { readonly why: Html };

function whether({ clock, publicUrl }: AccountPageDeps, request: Request, account: string): Whether {
  const { kind, session } = callerOf(request);
  if (kind !== 'operator' || session === null)
    return {
      why: html`<p>The command line resets them:</p>
        ${byCommand(account)}`,
    };
  if (session.account.id === account)
    return {
      why: html`<p>Nobody resets themselves: another operator does, or the command line:</p>
        ${byCommand(account)}`,
    };
  if (isJustProven(session, clock.nowMs())) return { session };
  return { why: proveAgain({ publicUrl, session }, placeOf(account), 'To reset somebody') };
}

function byCommand(account: string): Html {
  return html`<p><code>gate account reset-factors ${account}</code></p>`;
}

async function reset(deps: AccountPageDeps, request: Request): Promise<ConsolePage> {
  const form = sameOrigin(deps.adminUrl, request.headers) ? await readForm(request) : null;
  const account = form?.get('account') ?? '';
  const may = whether(deps, request, account);
  if (form === null) return foreignFormPage(deps.adminUrl);
  if ('why' in may) return consoleMessage(403, 'Not reset', may.why);
  if (!may.session.isCsrfToken(purposeOf(account), form.get('csrf'))) return foreignFormPage(deps.adminUrl);
  const { network } = atAdmin(deps, request);
  const { account: operator } = may.session;
  if (!(await deps.identity.formLimits.resets.take({ account: operator.id, network }))) return tooManyPage();
  const by = { ...actOf(may.session), address: deps.addressOf(request) };
  const link = await deps.identity.enrolments.reset(account, by);
  return link === null ? noSuchPage() : linkPage(account, link);
}

/** A form for one account resets no other. */
function purposeOf(account: string): string {
  return `reset ${account}`;
}

function listPage(accounts: readonly AccountLine[]): ConsolePage {
  const rows = accounts.map((one) => [
    html`<a href="${placeOf(one.id)}">${one.name}</a>`,
    rightsOf(one),
    one.state,
    String(one.sessions),
  ]);
  const heads = ['Account', 'Rights', 'State', 'Sessions'];
  return consolePage('Accounts', table(heads, rows, { empty: 'Nobody has an account.', isNarrow: true }));
}

function placeOf(account: string): string {
  return `${SHOW}?${new URLSearchParams({ account }).toString()}`;
}

function rightsOf({ isApprover, isOperator }: AccountLine): string {
  return [...(isApprover ? ['approver'] : []), ...(isOperator ? ['operator'] : [])].join(', ') || 'none';
}

function accountPage(one: AccountLine, { factors, sessions }: SignsIn, may: Whether): ConsolePage {
  const content = html`<dl>
      ${fact('Name', one.name)} ${fact('Rights', rightsOf(one))} ${fact('State', one.state)}
      ${fact('Mail', one.mailbox ?? 'none reaches them')} ${fact('Providers', one.providers.join(', ') || 'none')}
      ${fact('Factors', factorsInWords(factors))}
    </dl>
    <h2>Sessions</h2>
    ${sessionsTable(sessions)}
    <h2>Lost everything</h2>
    ${'why' in may ? may.why : resetForm(one, may.session)}`;
  return consolePage(one.id, content, 'Accounts');
}

function resetForm({ id, mailbox }: AccountLine, session: SignedInThere): Html {
  return html`<p>
      Removes their passkeys, authenticator app and recovery codes, ends their sessions, and makes a link for 24 hours.
      ${mailbox === null ? 'No mail reaches them: tell them yourself.' : 'They are told by mail.'} Be sure that it is
      they who ask.
    </p>
    ${secondStep(
      'Reset this account',
      html`<form method="post" action="${RESET}">
        <input type="hidden" name="csrf" value="${session.csrfToken(purposeOf(id))}" />
        <input type="hidden" name="account" value="${id}" />
        <button>Yes, reset ${id}</button>
      </form>`,
    )}`;
}

function linkPage(account: string, { url, expiresAtMs, mailedTo }: EnrolmentLink): ConsolePage {
  const body = html`<p>Hand this link to <strong>${account}</strong>. It is shown this once.</p>
    <p><code>${url}</code></p>
    <p>
      It works once, until ${timeElement(expiresAtMs)}, and whoever opens it first signs in as them.
      ${mailedTo === null ? 'No mail reaches them: tell them yourself.' : `${mailedTo} is told by mail that it happened.`}
    </p>
    <p><a class="button" href="/accounts">To the list</a></p>`;
  return consoleMessage(200, 'Reset', body);
}

function tooManyPage(): ConsolePage {
  const body = html`<p>
      Too many were reset by you, or from your network, in the last hour.
      <strong>Nobody was reset by this.</strong> Come back in an hour, or use the command line:
      <code>gate account reset-factors</code>.
    </p>
    <p><a class="button" href="/accounts">To the list</a></p>`;
  return { ...consoleMessage(429, 'Too many resets', body), headers: { 'retry-after': '3600' } };
}

function noSuchPage(): ConsolePage {
  const body = html`<p>The list names everybody who has an account.</p>
    <p><a class="button" href="/accounts">To the list</a></p>`;
  return consoleMessage(404, 'No such account', body);
}
