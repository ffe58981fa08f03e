/** Dead letters for operators in a browser: calls that were refused or not carried out, and one more try for those that proved their caller. */
import type { Express, Request, RequestHandler } from 'express';
import { html, type Html } from '../../../../base/text/html.js';
import type { DeadLetterLine, DeadLetterPage } from '../../../../contract/admin.js';
import type { SignedInThere } from '../../../../identity/handoff/signed-in-there.js';
import type { DeadLetters } from '../../../public/guard/dead-letters.js';
import { fact } from '../../../shared/pages/fact.js';
import { foreignFormPage } from '../../../shared/pages/message-page.js';
import { secondStep } from '../../../shared/pages/second-step.js';
import { timeElement } from '../../../shared/pages/time-in-words.js';
import { LETTER_REFUSALS, letterIdOf } from '../../api/dead-letter-routes.js';
import { badFilterPage } from '../bad-filter.js';
import { consoleMessage, consolePage, live, type ConsolePage } from '../console-page.js';
import { actOf, operatorOf, operatorsForm } from '../own-form.js';
import { PAGE_ROWS, pageLinks } from '../paging.js';
import { shows, type ShowDeps } from '../shows.js';
import { cell, table } from '../table.js';

export interface DeadLetterPageDeps extends ShowDeps {
  readonly deadLetters: Pick<DeadLetters, 'list' | 'show' | 'redrive'>;
  readonly adminUrl: string;
}

const LETTERS = '/dead-letters';
const UNDER = 'Dead letters';
const CURSOR = /^([1-9]\d{0,14})\.0$/;

export function routeDeadLetterPages(app: Express, deps: DeadLetterPageDeps, guard: RequestHandler): void {
  app.get(
    LETTERS,
    guard,
    shows(deps, (request) => list(deps, request)),
  );
  app.get(
    `${LETTERS}/:id`,
    guard,
    shows(deps, (request) => show(deps, request)),
  );
  app.post(
    `${LETTERS}/:id/redrive`,
    shows(deps, (request) => redrive(deps, request)),
  );
}

async function list({ deadLetters }: DeadLetterPageDeps, request: Request): Promise<ConsolePage> {
  const { cursor } = request.query;
  const before = typeof cursor === 'string' ? CURSOR.exec(cursor)?.[1] : undefined;
  if (cursor !== undefined && before === undefined) return badFilterPage('cursor must be the one of a page.', LETTERS);
  const page = await deadLetters.list({ limit: PAGE_ROWS, before: before === undefined ? null : Number(before) });
  return listPage(page, before === undefined);
}

function listPage({ letters, before }: DeadLetterPage, isFirst: boolean): ConsolePage {
  const heads = ['When', 'Source', 'Reason', 'Address', 'Proven', 'Carried out', 'Likewise'];
  const content = html`<p class="hint">
      Calls to the public plane that were refused, or proved their caller and were not carried out.
    </p>
    ${table(heads, letters.map(rowOf), { empty: 'No call was refused.' })}
    ${pageLinks({ path: LETTERS, fields: {}, isFirst, next: before === null ? null : [before, '0'] })}`;
  return live(consolePage(UNDER, content));
}

function rowOf({
  id,
  at,
  source,
  reason,
  address,
  isSigned,
  redriven,
  unrecorded,
}: DeadLetterLine): readonly (Html | string)[] {
  return [
    html`<a href="${LETTERS}/${String(id)}">${timeElement(Date.parse(at))}</a>`,
    cell(source),
    html`<code>${cell(reason)}</code>`,
    html`<code class="whole">${address}</code>`,
    isSigned ? 'yes' : 'no',
    redriven === null ? '' : html`<code>${redriven.outcome}</code>`,
    unrecorded === 0 ? '' : `${String(unrecorded)} more`,
  ];
}

async function show({ deadLetters }: DeadLetterPageDeps, request: Request): Promise<ConsolePage> {
  const id = letterIdOf(request);
  const letter = id === null ? null : await deadLetters.show(id);
  return letter === null ? unknownPage() : letterPage(letter, operatorOf(request));
}

function letterPage(letter: DeadLetterLine, session: SignedInThere | null): ConsolePage {
  const { id, at, source, reason, callId, address, headers, bodyBytes, bodyHash, isSigned, unrecorded, redriven } =
    letter;
  const rows = Object.entries(headers).map(([name, value]) => [
    html`<code>${name}</code>`,
    html`<code>${cell(value)}</code>`,
  ]);
  const content = html`<dl>
      ${fact('Source', source)} ${fact('Reason', html`<code>${reason}</code>`)}
      ${fact('When', timeElement(Date.parse(at)))} ${fact('Address', html`<code>${address}</code>`)}
      ${fact('Call', html`<code>${callId}</code>`)} ${fact('Body', `${bodyBytes.toLocaleString('en')} bytes`)}
      ${bodyHash !== '' && fact('SHA-256', html`<code>${bodyHash}</code>`)}
      ${fact('Proven', isSigned ? 'yes: its caller is who it says' : 'no: its body is not kept')}
      ${unrecorded > 0 && fact('Likewise', `${String(unrecorded)} calls before it left no letter`)}
      ${redriven !== null && fact('Carried out', html`<code>${redriven.outcome}</code> by ${redriven.by}, ${timeElement(Date.parse(redriven.at))}`)}
    </dl>
    <h2>Headers</h2>
    ${table(['Name', 'Value'], rows, { empty: 'None was kept.', isNarrow: true })}
    ${session !== null && isSigned && secondStep('Carry it out', redriveForm(id, session))}
    <p class="aside"><a href="${LETTERS}">To the dead letters</a></p>`;
  return consolePage(`Dead letter ${String(id)}`, content, UNDER);
}

function redriveForm(id: number, session: SignedInThere): Html {
  return html`<p>
      It is carried out once more, as of the time at which it came. What it has done before it does not do again.
    </p>
    <form method="post" action="${LETTERS}/${String(id)}/redrive">
      <input type="hidden" name="csrf" value="${session.csrfToken(purposeOf(id))}" />
      <button>Yes, carry it out</button>
    </form>`;
}

function purposeOf(id: number): string {
  return `dead letter redrive ${String(id)}`;
}

async function redrive({ deadLetters, adminUrl }: DeadLetterPageDeps, request: Request): Promise<ConsolePage> {
  const id = letterIdOf(request);
  if (id === null) return unknownPage();
  const taken = await operatorsForm(adminUrl, request, () => purposeOf(id));
  if (taken === null) return foreignFormPage(adminUrl);
  const answer = await deadLetters.redrive(id, actOf(taken.session));
  if (typeof answer === 'string') {
    const { status, body } = LETTER_REFUSALS[answer];
    return saidPage(status, 'Nothing changed', html`<p>${String(body['error'])}</p>`);
  }
  const { isDone, outcome } = answer;
  return isDone
    ? saidPage(200, 'Carried out', html`<p>The call had its effect.</p>`)
    : saidPage(409, 'Not carried out', html`<p>It was tried, and came to <code>${outcome}</code>.</p>`);
}

function unknownPage(): ConsolePage {
  return saidPage(404, 'No such letter', html`<p>It may have been removed by now.</p>`);
}

function saidPage(status: number, title: string, words: Html): ConsolePage {
  const back = html`<p><a class="button" href="${LETTERS}">To the dead letters</a></p>`;
  return { ...consoleMessage(status, title, html`${words}${back}`), under: UNDER };
}
