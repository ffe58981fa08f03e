/**
 * The queue for operators in a browser: looked through by a filter, one delivery with its attempts, and what may be done about it. A session's
 * own forms change it, each for one act on one delivery; deleting is asked for twice. Works without a script.
 */
import type { Express, Request, RequestHandler } from 'express';
import type { OperatorsFailures } from '../../../../contract/operators-failures.js';
import type { OperatorsAct, OperatorsQueue } from '../../../../contract/operators-queue.js';
import type { Form } from '../../../shared/form.js';
import { foreignFormPage } from '../../../shared/pages/message-page.js';
import type { Refusal } from '../../../shared/reply.js';
import type { ConsolePage } from '../console-page.js';
import { withoutEmpty } from '../form-fields.js';
import { actOf, operatorOf, operatorsForm } from '../own-form.js';
import { shows, type ShowDeps } from '../shows.js';
import { filterOf, PAGE, RESTRICTED, RETRIED, wireFilter } from '../../api/delivery-query.js';
import { problemsOf } from '../../api/json-post.js';
import { cancelRefusal, removeRefusal, retryRefusal, UNKNOWN_DELIVERY } from '../../api/queue-refusals.js';
import { idOf } from '../../api/queue-routes.js';
import * as many from './queue-many-views.js';
import * as views from './queue-views.js';

export interface QueuePageDeps extends ShowDeps {
  readonly queue: OperatorsQueue;
  readonly failures: Pick<OperatorsFailures, 'pauses'>;
  readonly adminUrl: string;
}

const PAGE_ROWS = 50;

export function routeQueuePages(app: Express, deps: QueuePageDeps, guard: RequestHandler): void {
  app.get(
    views.QUEUE,
    guard,
    shows(deps, (request) => list(deps, request)),
  );
  app.get(
    many.MANY.delete,
    guard,
    shows(deps, (request) => previewPurge(deps, request)),
  );
  app.get(
    many.MANY.retry,
    guard,
    shows(deps, (request) => previewRetry(deps, request)),
  );
  app.post(
    many.MANY.delete,
    shows(deps, (request) => purge(deps, request)),
  );
  app.post(
    many.MANY.retry,
    shows(deps, (request) => retryMany(deps, request)),
  );
  app.get(
    `${views.QUEUE}/:id`,
    guard,
    shows(deps, (request) => show(deps, request)),
  );
  for (const name of views.ACTS)
    app.post(
      `${views.QUEUE}/:id/${name}`,
      shows(deps, (request) => act(deps, name, request)),
    );
}

async function list({ queue, failures }: QueuePageDeps, request: Request): Promise<ConsolePage> {
  const read = PAGE.safeParse(withoutEmpty(request.query));
  if (!read.success) return views.badFilterPage(problemsOf(read.error));
  const { cursor = null, ...fields } = read.data;
  const page = await queue.list({ filter: filterOf(fields), cursor, limit: PAGE_ROWS });
  if (page === null) return views.badFilterPage('cursor must be the next of a page.');
  const pauses = await failures.pauses();
  return views.listPage(page, { fields: wireFilter(fields), isFirst: cursor === null, pauses });
}

async function show({ queue }: QueuePageDeps, request: Request): Promise<ConsolePage> {
  const found = await queue.show(idOf(request));
  return found === null ? views.refusedPage(UNKNOWN_DELIVERY) : views.deliveryPage(found, operatorOf(request));
}

async function act(deps: QueuePageDeps, name: views.Act, request: Request): Promise<ConsolePage> {
  const id = idOf(request);
  const taken = await takeForm(deps, request, () => views.purposeOf(name, id));
  return taken === null ? foreignFormPage(deps.adminUrl) : done(deps.queue, { name, id, by: taken.by });
}

async function done(
  queue: OperatorsQueue,
  { name, id, by }: { readonly name: views.Act; readonly id: string; readonly by: OperatorsAct },
): Promise<ConsolePage> {
  switch (name) {
    case 'retry': {
      const answer = await queue.retry(id, by);
      return 'kind' in answer ? refused(retryRefusal(answer), id) : views.retriedPage(answer);
    }
    case 'cancel': {
      const answer = await queue.cancel(id, by);
      return 'kind' in answer ? refused(cancelRefusal(answer), id) : views.cancelledPage(answer);
    }
    case 'delete': {
      const answer = await queue.remove(id, by);
      return 'kind' in answer ? refused(removeRefusal(answer), id) : views.removedPage(id);
    }
  }
}

function refused(why: Refusal, id: string): ConsolePage {
  return views.refusedPage(why, why.status === 404 ? null : id);
}

async function previewPurge({ queue }: QueuePageDeps, request: Request): Promise<ConsolePage> {
  const read = RESTRICTED.safeParse(withoutEmpty(request.query));
  if (!read.success) return views.badFilterPage(problemsOf(read.error));
  const answer = await queue.preview(filterOf(read.data));
  return many.purgePreview(answer, { fields: wireFilter(read.data), session: operatorOf(request) });
}

async function previewRetry({ queue }: QueuePageDeps, request: Request): Promise<ConsolePage> {
  const read = RETRIED.safeParse(withoutEmpty(request.query));
  if (!read.success) return views.badFilterPage(problemsOf(read.error));
  const answer = await queue.previewRetry({ ...filterOf(read.data), state: read.data.state });
  return many.retryPreview(answer, { fields: wireFilter(read.data), session: operatorOf(request) });
}

async function purge(deps: QueuePageDeps, request: Request): Promise<ConsolePage> {
  const taken = await takeForm(deps, request, (form) => views.purposeOf('delete', views.queryOf(fieldsOf(form))));
  if (taken === null) return foreignFormPage(deps.adminUrl);
  const read = RESTRICTED.safeParse(fieldsOf(taken.form));
  if (!read.success) return views.badFilterPage(problemsOf(read.error));
  return many.purgedPage(await deps.queue.purge(filterOf(read.data), taken.by));
}

async function retryMany(deps: QueuePageDeps, request: Request): Promise<ConsolePage> {
  const taken = await takeForm(deps, request, (form) => views.purposeOf('retry', views.queryOf(fieldsOf(form))));
  if (taken === null) return foreignFormPage(deps.adminUrl);
  const read = RETRIED.safeParse(fieldsOf(taken.form));
  if (!read.success) return views.badFilterPage(problemsOf(read.error));
  const filter = { ...filterOf(read.data), state: read.data.state };
  return many.retriedManyPage(await deps.queue.retryMany(filter, taken.by));
}

async function takeForm(
  { adminUrl }: QueuePageDeps,
  request: Request,
  purpose: (form: Form) => string,
): Promise<{ readonly form: Form; readonly by: OperatorsAct } | null> {
  const taken = await operatorsForm(adminUrl, request, purpose);
  return taken && { form: taken.form, by: actOf(taken.session) };
}

function fieldsOf(form: Form): Readonly<Record<string, string>> {
  return Object.fromEntries([...form].filter(([name]) => name !== 'csrf'));
}
