/** Requests: looked through, and one with its whole story. An approver's session sees its own sites; an operator's, and the bearer, see all. */
import type { Express, Request } from 'express';
import { z } from 'zod';
import type { RequestId } from '../../../../approval/brand.js';
import type { RequestRecord } from '../../../../approval/request.js';
import type { Clock } from '../../../../base/time/clock.js';
import type { Desk } from '../../../../contract/desk.js';
import type { OperatorsQueue } from '../../../../contract/operators-queue.js';
import { actorOf as signedInActor } from '../../../shared/signed-in.js';
import { actorOf, callerOf, type Caller } from '../../access/guard.js';
import { problemsOf } from '../../api/json-post.js';
import { badFilterPage } from '../bad-filter.js';
import type { ConsolePage } from '../console-page.js';
import { withoutEmpty } from '../form-fields.js';
import { CURSOR_FIELD, PAGE_ROWS, placeOf } from '../paging.js';
import { seenPage } from '../seen-page.js';
import { shows, type ShowDeps } from '../shows.js';
import { listPage, REQUESTS, STATES, type ListFacts } from './request-list.js';
import { storyPage } from './request-story.js';

export interface RequestPageDeps extends ShowDeps {
  readonly desk: Pick<Desk, 'pending' | 'show' | 'deliveries' | 'looks'>;
  readonly queue: Pick<OperatorsQueue, 'show'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

const ONCE = 'must be given once';
const FILTER = z.strictObject({
  state: z.enum(STATES, `must be one of ${STATES.join(', ')}`).optional(),
  environment: z.enum(['dev', 'stg', 'prd'], 'must be dev, stg or prd').optional(),
  containing: z.string(ONCE).max(254, 'is too long').optional(),
  cursor: CURSOR_FIELD,
});

export function routeRequestPages(app: Express, deps: RequestPageDeps): void {
  app.get(
    REQUESTS,
    shows(deps, (request) => list(deps, request)),
  );
  app.get(
    `${REQUESTS}/:id`,
    shows(deps, (request) => story(deps, request)),
  );
}

async function list({ desk, publicUrl, clock }: RequestPageDeps, request: Request): Promise<ConsolePage> {
  const read = FILTER.safeParse(withoutEmpty(request.query));
  if (!read.success) return badFilterPage(problemsOf(read.error), REQUESTS);
  const { cursor, ...fields } = read.data;
  const caller = callerOf(request);
  const { state: outcome, environment, containing } = fields;
  const filter = { outcome, environment, containing };
  const seen = await desk.looks.requests({ actor: actorOf(caller), filter, after: placeOf(cursor), limit: PAGE_ROWS });
  const decidable = await decidableBy(desk, caller);
  const facts = { isFirst: cursor === undefined, decidable, publicUrl, nowMs: clock.nowMs() };
  return seenPage(seen, (page) => listPage({ page, fields: given(fields), ...facts }));
}

async function story({ desk, queue, publicUrl, clock }: RequestPageDeps, request: Request): Promise<ConsolePage> {
  const caller = callerOf(request);
  const actor = actorOf(caller);
  const ref = { by: 'id', id: String(request.params['id']).slice(0, 64) as RequestId } as const;
  const seen = await desk.show(ref, actor);
  if (seen.kind !== 'seen') return seenPage(seen, () => badFilterPage('', REQUESTS));
  const [cards, trail, decidable] = await Promise.all([
    desk.deliveries(ref, actor),
    desk.looks.trailOf(ref.id, actor),
    decidableBy(desk, caller),
  ]);
  if (cards.kind !== 'seen') return seenPage(cards, () => badFilterPage('', REQUESTS));
  const shown = await Promise.all(cards.value.map(({ deliveryId }) => queue.show(deliveryId)));
  const isDecidable = decidable === 'all' || decidable.has(seen.value.id);
  return seenPage(trail, (entries) =>
    storyPage({
      request: seen.value,
      cards: shown.filter((card) => card !== null),
      entries,
      decideAt: isDecidable ? `${publicUrl}/requests/${seen.value.id}` : null,
      isOperator: caller.kind === 'operator',
      nowMs: clock.nowMs(),
    }),
  );
}

/** Looking at all does not say what of it is theirs: an operator may be an approver of some sites, or of none. */
async function decidableBy(desk: Pick<Desk, 'pending'>, { kind, session }: Caller): Promise<ListFacts['decidable']> {
  if (kind === 'approver' || session === null) return 'all';
  if (session.account.approver === null) return new Set();
  const own = await desk.pending({ actor: signedInActor(session) });
  return new Set<RequestRecord['id']>(own.kind === 'seen' ? own.value.map(({ id }) => id) : []);
}

function given(fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
