/** `/api/failures`, `/api/suppressions` and `/api/pauses` (src/contract/operators-failures.ts), for operators alone. What changes them wants the bearer. */
import type { Express, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { DELIVERY_KINDS } from '../../../approval/delivery.js';
import { parseDurationSeconds } from '../../../approval/duration.js';
import type { FailureFilter } from '../../../contract/ledger.js';
import type { OperatorsFailures } from '../../../contract/operators-failures.js';
import type { OperatorsAct } from '../../../contract/operators-queue.js';
import { send, type Reply } from '../../shared/reply.js';
import { badQuery, jsonPost, OPERATOR } from './json-post.js';
import * as refusals from './failure-refusals.js';
import { retryRefusal } from './queue-refusals.js';
import { idOf } from './queue-routes.js';

const ONCE = 'must be given once';
const words = z.string(ONCE).min(1, 'is empty').max(254, 'is too long');
const oneOf = <Word extends string>(known: readonly Word[]) => z.enum(known, `must be one of ${known.join(', ')}`);
const LIMIT = z.coerce.number('must be a number').int('must be whole').min(1, 'must be at least 1');
const limit = LIMIT.max(200, 'must be at most 200').default(50);

export const FAILURE_FIELDS = {
  state: oneOf(['failed', 'bounced']).optional(),
  kind: oneOf(DELIVERY_KINDS).optional(),
  channel: words.optional(),
  site: words.optional(),
  recipient: words.optional(),
  redriven: oneOf(['true', 'false']).optional(),
};
const CURSOR = words.regex(/^\d{1,15}\.[\w-]+$/, 'must be the next of a page').optional();
const FAILURES = z.strictObject({ ...FAILURE_FIELDS, cursor: CURSOR, limit });
const SUPPRESSIONS = z.strictObject({ cursor: words.optional(), limit });
const NOTHING = z.strictObject({});
const ACT = z.strictObject({ operator: OPERATOR });

const LONGEST_SECONDS = 3_650 * 86_400;
const NOTE = z.string('must be a text').regex(/^[^\p{Cc}]{1,200}$/u, 'must have 1 to 200 characters of one line');
const ADDRESS = z.string('must be a text').min(1, 'is empty').max(254, 'is too long');
const SUPPRESS = z.strictObject({
  operator: OPERATOR,
  address: ADDRESS,
  for: z
    .string('must be a text')
    .default('30d')
    .transform((text) => parseDurationSeconds(text) ?? 0)
    .refine((seconds) => seconds > 0 && seconds <= LONGEST_SECONDS, 'must be a duration like 30d, at most 3650d'),
  note: NOTE.optional(),
});
const LIFT = z.strictObject({ operator: OPERATOR, address: ADDRESS });
const PAUSE = z.strictObject({ operator: OPERATOR, channel: words, reason: NOTE.default('by an operator') });
const RESUME = z.strictObject({ operator: OPERATOR, channel: words });

export function routeFailures(app: Express, failures: OperatorsFailures, guard: RequestHandler): void {
  app.get(
    '/api/failures',
    guard,
    asking(FAILURES, ({ cursor = null, limit, ...fields }) => listed(failures, { fields, cursor, limit })),
  );
  app.get(
    '/api/failures/:id',
    guard,
    asking(NOTHING, async (_query, request) => {
      const found = await failures.show(idOf(request));
      return found === null ? refusals.UNKNOWN_FAILURE : ok(found);
    }),
  );
  app.post(
    '/api/failures/:id/retry',
    guard,
    jsonPost(ACT, async (post, request) => {
      const answer = await failures.retry(idOf(request), byOf(post));
      return 'kind' in answer ? retryRefusal(answer) : ok(answer);
    }),
  );
  app.post(
    '/api/failures/:id/resolve',
    guard,
    jsonPost(ACT, async (post, request) => {
      const id = idOf(request);
      return (await failures.resolve(id, byOf(post))) ? ok({ id }) : refusals.UNKNOWN_FAILURE;
    }),
  );
  routeSuppressions(app, failures, guard);
  routePauses(app, failures, guard);
}

function routeSuppressions(app: Express, failures: OperatorsFailures, guard: RequestHandler): void {
  app.get(
    '/api/suppressions',
    guard,
    asking(SUPPRESSIONS, async ({ cursor = null, limit }) => ok(await failures.suppressions({ cursor, limit }))),
  );
  app.post(
    '/api/suppressions',
    guard,
    jsonPost(SUPPRESS, async ({ address, for: seconds, note = null, ...by }) => {
      const set = await failures.suppress({ address, forMs: seconds * 1_000, note }, byOf(by));
      return set === null ? refusals.NO_MAIL_ADDRESS : ok(set);
    }),
  );
  app.delete(
    '/api/suppressions',
    guard,
    asking(LIFT, async ({ address, ...by }) =>
      (await failures.lift(address, byOf(by))) ? ok({ address }) : refusals.NOT_SUPPRESSED,
    ),
  );
}

function routePauses(app: Express, failures: OperatorsFailures, guard: RequestHandler): void {
  app.get(
    '/api/pauses',
    guard,
    asking(NOTHING, async () => ok({ pauses: await failures.pauses() })),
  );
  app.post(
    '/api/pauses',
    guard,
    jsonPost(PAUSE, async ({ channel, reason, ...by }) => {
      const refused = await failures.pause({ channel, reason }, byOf(by));
      return refused === null ? ok({ channel }) : refusals.pauseRefusal(refused, failures.channels());
    }),
  );
  app.delete(
    '/api/pauses',
    guard,
    asking(RESUME, async ({ channel, ...by }) => {
      const refused = await failures.resume(channel, byOf(by));
      return refused === null ? ok({ channel }) : refusals.pauseRefusal(refused, failures.channels());
    }),
  );
}

async function listed(
  failures: OperatorsFailures,
  { fields, ...paging }: { readonly fields: Fields; readonly cursor: string | null; readonly limit: number },
): Promise<Reply> {
  const page = await failures.list({ filter: failureFilter(fields), ...paging });
  return page === null ? refusals.BAD_CURSOR : ok(page);
}

type Fields = z.output<z.ZodObject<typeof FAILURE_FIELDS>>;

export function failureFilter({ redriven, ...rest }: Fields): FailureFilter {
  return { ...rest, isRedriven: redriven === undefined ? undefined : redriven === 'true' };
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

function ok(body: unknown): Reply {
  return { status: 200, body };
}
