/** `/api/deliveries` (src/contract/operators-queue.ts): the queue, for operators alone. What changes it wants the bearer, like all of this plane. */
import type { Express, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { OperatorsAct, OperatorsQueue } from '../../../contract/operators-queue.js';
import { refusal, send, type Reply } from '../../shared/reply.js';
import { filterOf, LIST, PURGE, RETRY } from './delivery-query.js';
import { badQuery, jsonPost, OPERATOR } from './json-post.js';
import { cancelRefusal, removeRefusal, retryRefusal, UNKNOWN_DELIVERY } from './queue-refusals.js';

const ALL = '/api/deliveries';
const ONE = `${ALL}/:id`;
const ACT = z.strictObject({ operator: OPERATOR });

export function routeQueue(app: Express, queue: OperatorsQueue, guard: RequestHandler): void {
  routeMany(app, queue, guard);
  routeOne(app, queue, guard);
}

function routeMany(app: Express, queue: OperatorsQueue, guard: RequestHandler): void {
  app.get(
    ALL,
    guard,
    asking(LIST, async (query) => {
      const page = await queue.list({ filter: filterOf(query), cursor: query.cursor ?? null, limit: query.limit });
      return page === null ? BAD_CURSOR : ok(page);
    }),
  );
  app.delete(
    ALL,
    guard,
    asking(PURGE, async (query) => {
      const filter = filterOf(query);
      return ok(query.dry_run === 'true' ? await queue.preview(filter) : await queue.purge(filter, byOf(query)));
    }),
  );
  app.post(
    `${ALL}/retry`,
    guard,
    jsonPost(ACT, async (post, request) => {
      const read = RETRY.safeParse({ ...request.query });
      if (!read.success) return badQuery(read.error);
      const filter = { ...filterOf(read.data), state: read.data.state };
      const isDryRun = read.data.dry_run === 'true';
      return ok(isDryRun ? await queue.previewRetry(filter) : await queue.retryMany(filter, byOf(post)));
    }),
  );
}

function routeOne(app: Express, queue: OperatorsQueue, guard: RequestHandler): void {
  app.get(
    ONE,
    guard,
    asking(z.strictObject({}), async (_query, request) => {
      const found = await queue.show(idOf(request));
      return found === null ? UNKNOWN_DELIVERY : ok(found);
    }),
  );
  app.delete(
    ONE,
    guard,
    asking(ACT, async (query, request) => {
      const answer = await queue.remove(idOf(request), byOf(query));
      return 'kind' in answer ? removeRefusal(answer) : ok(answer);
    }),
  );
  app.post(
    `${ONE}/retry`,
    guard,
    jsonPost(ACT, async (post, request) => {
      const answer = await queue.retry(idOf(request), byOf(post));
      return 'kind' in answer ? retryRefusal(answer) : ok(answer);
    }),
  );
  app.post(
    `${ONE}/cancel`,
    guard,
    jsonPost(ACT, async (post, request) => {
      const answer = await queue.cancel(idOf(request), byOf(post));
      return 'kind' in answer ? cancelRefusal(answer) : ok(answer);
    }),
  );
}

/** Answers by the query, once all of it is right. */
function asking<T>(schema: z.ZodType<T>, answer: (query: T, request: Request) => Promise<Reply>): RequestHandler {
  return async (request: Request, response: Response): Promise<void> => {
    const read = schema.safeParse({ ...request.query });
    send(response, read.success ? await answer(read.data, request) : badQuery(read.error));
  };
}

function byOf({ operator }: { readonly operator: string }): OperatorsAct {
  return { who: `operator:${operator}`, surface: 'cli' };
}

/** Of whatever length, no delivery has it. */
export function idOf(request: Request): string {
  return String(request.params['id']).slice(0, 128);
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

const BAD_CURSOR = refusal(400, 'bad_query', 'cursor must be the next of a page.');
