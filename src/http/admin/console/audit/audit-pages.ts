/** What was done, newest first: searched by whole words. An operator exports it, and has the hash chain verified. */
import type { Express, Request, RequestHandler } from 'express';
import { z } from 'zod';
import { html, type Html } from '../../../../base/text/html.js';
import type { ReadTrail } from '../../../../contract/admin.js';
import type { Desk } from '../../../../contract/desk.js';
import type { Page } from '../../../../contract/look-ledger.js';
import type { AuditLine } from '../../../../contract/looks.js';
import type { SignedInThere } from '../../../../identity/handoff/signed-in-there.js';
import { banner, foreignFormPage } from '../../../shared/pages/message-page.js';
import { actorOf, callerOf } from '../../access/guard.js';
import { problemsOf } from '../../api/json-post.js';
import { badFilterPage } from '../bad-filter.js';
import { cardsPage, live, type ConsolePage } from '../console-page.js';
import { filterForm, pathWith, textField, withoutEmpty, type Fields } from '../form-fields.js';
import { operatorOf, operatorsForm } from '../own-form.js';
import { CURSOR_FIELD, emptyWords, PAGE_ROWS, pageLinks, placeOf } from '../paging.js';
import { seenPage } from '../seen-page.js';
import { shows, type ShowDeps } from '../shows.js';
import { auditTable } from './audit-table.js';

export interface AuditPageDeps extends ShowDeps {
  readonly desk: Pick<Desk, 'looks'>;
  readonly trail: ReadTrail;
  readonly adminUrl: string;
}

const AUDIT = '/audit';
const EXPORT = `${AUDIT}/export`;
const VERIFY = `${AUDIT}/verify`;
const MAX_WORDS = 8;

const ONCE = 'must be given once';
const DAY = z
  .string(ONCE)
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day like 2026-05-01')
  .optional();
const DAYS = { from: DAY, to: DAY };
const FILTER = z.strictObject({
  words: z.string(ONCE).max(254, 'is too long').optional(),
  ...DAYS,
  cursor: CURSOR_FIELD,
});
const EXPORTED = z.strictObject({
  format: z.enum(['csv', 'ndjson'], 'must be csv or ndjson').default('ndjson'),
  site: z.string(ONCE).max(255, 'is too long').optional(),
  ...DAYS,
});

/** `guard`: of what is for operators alone: whoever exports or verifies reads all of it. */
export function routeAuditPages(app: Express, deps: AuditPageDeps, guard: RequestHandler): void {
  app.get(
    AUDIT,
    shows(deps, (request) => list(deps, request)),
  );
  app.get(EXPORT, guard, exporting(deps));
  app.post(
    VERIFY,
    shows(deps, (request) => verify(deps, request)),
  );
}

async function list({ desk }: AuditPageDeps, request: Request): Promise<ConsolePage> {
  const read = FILTER.safeParse(withoutEmpty(request.query));
  if (!read.success) return badFilterPage(problemsOf(read.error), AUDIT);
  const { cursor, words, from, to } = read.data;
  const filter = { words: wordsOf(words), ...spanOf(read.data) };
  const seen = await desk.looks.audit({
    actor: actorOf(callerOf(request)),
    filter,
    after: placeOf(cursor),
    limit: PAGE_ROWS,
  });
  const given = { ...(words && { words }), ...(from && { from }), ...(to && { to }) };
  return seenPage(seen, (page) =>
    listPage(page, { fields: given, isFirst: cursor === undefined, operator: operatorOf(request) }),
  );
}

function wordsOf(text = ''): readonly string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);
}

/** Days are of UTC; the last one is whole. */
function spanOf({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }) {
  const [sinceMs, lastMs] = [from, to].map((day) => (day === undefined ? undefined : Date.parse(`${day}T00:00:00Z`)));
  return { sinceMs, untilMs: lastMs === undefined ? undefined : lastMs + DAY_MS };
}

const DAY_MS = 86_400_000;

interface Listed {
  readonly fields: Fields;
  readonly isFirst: boolean;
  readonly operator: SignedInThere | null;
}

function listPage({ found, next }: Page<AuditLine>, { fields, isFirst, operator }: Listed): ConsolePage {
  const days = { from: fields['from'] ?? '', to: fields['to'] ?? '' };
  const list = html`<section class="card">
    ${filterForm(
      AUDIT,
      html`${textField('words', 'Whole words', { type: 'search', value: fields['words'], hint: 'approved ada@example.org' })}
      ${textField('from', 'From', { type: 'date', value: days.from })}
      ${textField('to', 'To', { type: 'date', value: days.to })}`,
    )}
    ${auditTable(found, { empty: emptyWords(next, 'Nothing of the kind has happened.') })}
    ${pageLinks({ path: AUDIT, fields, isFirst, next })}
  </section>`;
  return live(cardsPage('Audit', html`${list} ${operator !== null && whole(operator, withoutEmpty(days))}`));
}

function whole(operator: SignedInThere, days: Fields): Html {
  return html`<section class="card">
    <h2>The whole trail</h2>
    <p>
      Each entry is sealed in a chain of hashes: verifying finds every one that was changed, moved or removed since.
    </p>
    <div class="row">
      <form method="post" action="${VERIFY}">
        <input type="hidden" name="csrf" value="${operator.csrfToken(VERIFY)}" />
        <button>Verify the chain</button>
      </form>
      <a class="button" href="${pathWith(EXPORT, { ...days, format: 'csv' })}" download>Export as CSV</a>
      <a class="button" href="${pathWith(EXPORT, { ...days, format: 'ndjson' })}" download>Export as JSON lines</a>
    </div>
  </section>`;
}

async function verify({ trail, adminUrl }: AuditPageDeps, request: Request): Promise<ConsolePage> {
  if ((await operatorsForm(adminUrl, request, () => VERIFY)) === null) return foreignFormPage(adminUrl);
  const { isWhole, lines } = await trail.verify();
  const [title = '', ...rest] = lines;
  const body = html`<section class="card">
    ${banner(isWhole ? 'good' : 'bad', isWhole ? 'The trail is whole' : 'The trail is not whole')}
    <p>${title}</p>
    ${rest.map((line) => html`<p class="hint">${line}</p>`)}
    <p><a class="button" href="${AUDIT}">To the audit</a></p>
  </section>`;
  return { status: 200, title: 'Verified', body, under: 'Audit' };
}

function exporting({ trail }: AuditPageDeps): RequestHandler {
  return async (request, response) => {
    const read = EXPORTED.safeParse(withoutEmpty(request.query));
    if (!read.success) return void response.status(400).type('text/plain').send(problemsOf(read.error));
    const { format, site = null } = read.data;
    const { sinceMs = null, untilMs = null } = spanOf(read.data);
    response
      .type(format === 'csv' ? 'text/csv' : 'application/x-ndjson')
      .set('content-disposition', `attachment; filename="audit.${format}"`);
    for await (const lines of trail.export({ format, sinceMs, untilMs, site })) {
      if (response.destroyed) return;
      if (!response.write(lines)) await drained(response);
    }
    response.end();
  };
}

/** Resolves when more may be written, or nobody reads any more. */
function drained(response: NodeJS.WritableStream & NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}
