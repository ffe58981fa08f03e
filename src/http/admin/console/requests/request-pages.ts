/** Requests. An approver's session sees its own sites; an operator's, and the bearer, see all. */
import type { Express } from 'express';
import type { Clock } from '../../../../base/time/clock.js';
import type { Desk } from '../../../../contract/desk.js';
import { actorOf as signedInActor } from '../../../shared/signed-in.js';
import { actorOf, callerOf, type Caller } from '../../access/guard.js';
import { seenPage } from '../seen-page.js';
import { shows, type ShowDeps } from '../shows.js';
import { pendingPage, type PendingFacts } from './request-list.js';

export interface RequestPageDeps extends ShowDeps {
  readonly desk: Pick<Desk, 'pending'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export function routeRequestPages(app: Express, deps: RequestPageDeps): void {
  const { desk, publicUrl, clock } = deps;
  app.get(
    '/requests',
    shows(deps, async (request) => {
      const caller = callerOf(request);
      const seen = await desk.pending({ actor: actorOf(caller) });
      const decidable = await decidableBy(desk, caller);
      return seenPage(seen, (requests) => pendingPage({ requests, decidable, publicUrl, nowMs: clock.nowMs() }));
    }),
  );
}

/** Looking at all does not say what of it is theirs: an operator may be an approver of some sites, or of none. */
async function decidableBy(
  desk: RequestPageDeps['desk'],
  { kind, session }: Caller,
): Promise<PendingFacts['decidable']> {
  if (kind === 'approver' || session === null) return 'all';
  if (session.account.approver === null) return new Set();
  const own = await desk.pending({ actor: signedInActor(session) });
  return new Set(own.kind === 'seen' ? own.value.map(({ id }) => id) : []);
}
