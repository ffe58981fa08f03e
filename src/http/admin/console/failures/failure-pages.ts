/**
 * What did not arrive, for operators in a browser: records of failures, addresses to which no mail goes, and channels that stand still.
 * A session's own forms change them, each for one act on one thing. Works without a script.
 */
import type { Express, Request, RequestHandler } from 'express';
import { z } from 'zod';
import { html } from '../../../../base/text/html.js';
import type { OperatorsFailures } from '../../../../contract/operators-failures.js';
import type { OperatorsAct } from '../../../../contract/operators-queue.js';
import type { Form } from '../../../shared/form.js';
import { foreignFormPage } from '../../../shared/pages/message-page.js';
import type { Refusal } from '../../../shared/reply.js';
import { FAILURE_FIELDS, failureFilter } from '../../api/failure-routes.js';
import { NOT_SUPPRESSED, pauseRefusal, UNKNOWN_FAILURE } from '../../api/failure-refusals.js';
import { problemsOf } from '../../api/json-post.js';
import { retryRefusal } from '../../api/queue-refusals.js';
import { idOf } from '../../api/queue-routes.js';
import { badFilterPage } from '../bad-filter.js';
import type { ConsolePage } from '../console-page.js';
import { actOf, operatorOf, operatorsForm } from '../own-form.js';
import { CURSOR_FIELD, PAGE_ROWS } from '../paging.js';
import { shows, type ShowDeps } from '../shows.js';
import * as views from './failure-views.js';

export interface FailurePageDeps extends ShowDeps {
  readonly failures: OperatorsFailures;
  readonly adminUrl: string;
}

const { FAILURES, SUPPRESSIONS, CHANNELS } = views;
const PAGE = z.strictObject({ ...FAILURE_FIELDS, cursor: CURSOR_FIELD });

/** Before the queue's own: `/queue/channels` is no delivery. */
export function routeFailurePages(app: Express, deps: FailurePageDeps, guard: RequestHandler): void {
  const page = (draw: (deps: FailurePageDeps, request: Request) => Promise<ConsolePage>) =>
    shows(deps, (request) => draw(deps, request));
  app.get(FAILURES, guard, page(list));
  app.get(SUPPRESSIONS, guard, page(suppressions));
  app.get(CHANNELS, guard, page(channels));
  app.post(`${SUPPRESSIONS}/lift`, page(lift));
  app.post(
    `${CHANNELS}/pause`,
    page((all, request) => pauseOrResume(all, request, 'pause')),
  );
  app.post(
    `${CHANNELS}/resume`,
    page((all, request) => pauseOrResume(all, request, 'resume')),
  );
  app.get(`${FAILURES}/:id`, guard, page(show));
  app.post(`${FAILURES}/:id/retry`, page(retry));
  app.post(`${FAILURES}/:id/resolve`, page(resolve));
}

async function list({ failures }: FailurePageDeps, request: Request): Promise<ConsolePage> {
  const given = Object.entries(request.query).filter(([, value]) => value !== '');
  const read = PAGE.safeParse(Object.fromEntries(given));
  if (!read.success) return badFilterPage(problemsOf(read.error), FAILURES);
  const { cursor = null, ...fields } = read.data;
  const found = await failures.list({ filter: failureFilter(fields), cursor, limit: PAGE_ROWS });
  if (found === null) return badFilterPage('cursor must be the one of a page.', FAILURES);
  const said = Object.entries(fields).filter((one): one is [string, string] => one[1] !== undefined);
  return views.listPage(found, Object.fromEntries(said), cursor === null);
}

async function show({ failures }: FailurePageDeps, request: Request): Promise<ConsolePage> {
  const found = await failures.show(idOf(request));
  return found === null ? refused(UNKNOWN_FAILURE, FAILURES) : views.failurePage(found, operatorOf(request));
}

async function retry(deps: FailurePageDeps, request: Request): Promise<ConsolePage> {
  const id = idOf(request);
  const taken = await takeForm(deps, request, () => views.purposeOf('retry', id));
  if (taken === null) return foreignFormPage(deps.adminUrl);
  const answer = await deps.failures.retry(id, taken.by);
  if ('kind' in answer) return refused(retryRefusal(answer), `${FAILURES}/${id}`);
  const words = html`<p>
    A new delivery is in its place and is sent now: <a href="/queue/${answer.id}"><code>${answer.id}</code></a>
  </p>`;
  return views.saidPage(200, 'Sent again', { words, back: `${FAILURES}/${id}` });
}

async function resolve(deps: FailurePageDeps, request: Request): Promise<ConsolePage> {
  const id = idOf(request);
  const taken = await takeForm(deps, request, () => views.purposeOf('resolve', id));
  if (taken === null) return foreignFormPage(deps.adminUrl);
  if (!(await deps.failures.resolve(id, taken.by))) return refused(UNKNOWN_FAILURE, FAILURES);
  const words = html`<p>The record of <code>${id}</code> is gone; the audit says that it was there.</p>`;
  return views.saidPage(200, 'Resolved', { words, back: FAILURES });
}

async function suppressions({ failures }: FailurePageDeps, request: Request): Promise<ConsolePage> {
  const { cursor } = request.query;
  const page = await failures.suppressions({
    cursor: typeof cursor === 'string' ? cursor.slice(0, 254) : null,
    limit: PAGE_ROWS,
  });
  return views.suppressionsPage(page, operatorOf(request));
}

async function lift(deps: FailurePageDeps, request: Request): Promise<ConsolePage> {
  const taken = await takeForm(deps, request, (form) => views.purposeOf('lift', form.get('address') ?? ''));
  if (taken === null) return foreignFormPage(deps.adminUrl);
  const address = taken.form.get('address') ?? '';
  if (!(await deps.failures.lift(address, taken.by))) return refused(NOT_SUPPRESSED, SUPPRESSIONS);
  return views.saidPage(200, 'Lifted', { words: html`<p>Mails go to ${address} again.</p>`, back: SUPPRESSIONS });
}

async function channels({ failures }: FailurePageDeps, request: Request): Promise<ConsolePage> {
  return views.channelsPage(failures.channels(), await failures.pauses(), operatorOf(request));
}

async function pauseOrResume(deps: FailurePageDeps, request: Request, act: 'pause' | 'resume'): Promise<ConsolePage> {
  const { failures, adminUrl } = deps;
  const taken = await takeForm(deps, request, (form) => views.purposeOf(act, form.get('channel') ?? ''));
  if (taken === null) return foreignFormPage(adminUrl);
  const channel = taken.form.get('channel') ?? '';
  const pause = { channel, reason: 'by an operator' };
  const why = await (act === 'pause' ? failures.pause(pause, taken.by) : failures.resume(channel, taken.by));
  if (why !== null) return refused(pauseRefusal(why, failures.channels()), CHANNELS);
  const words =
    act === 'pause' ? html`<p>Nothing is sent over ${channel} now.</p>` : html`<p>What waits is sent now.</p>`;
  return views.saidPage(200, act === 'pause' ? 'Paused' : 'Resumed', { words, back: CHANNELS });
}

function refused({ status, body }: Refusal, back: string): ConsolePage {
  return views.saidPage(status, 'Nothing changed', { words: html`<p>${String(body['error'])}</p>`, back });
}

async function takeForm(
  { adminUrl }: FailurePageDeps,
  request: Request,
  purpose: (form: Form) => string,
): Promise<{ readonly form: Form; readonly by: OperatorsAct } | null> {
  const taken = await operatorsForm(adminUrl, request, purpose);
  return taken && { form: taken.form, by: actOf(taken.session) };
}
