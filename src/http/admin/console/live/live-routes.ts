/** `/events`: who may listen, and to what. */
import type { Express, Request } from 'express';
import type { Actor } from '../../../../approval/request.js';
import type { Change } from '../../../../contract/ledger.js';
import type { Looks } from '../../../../contract/looks.js';
import type { Identity } from '../../../../identity/identity.js';
import { refusal, send } from '../../../shared/reply.js';
import { actorOf, callerOf, type Caller } from '../../access/guard.js';
import { atAdmin, type AtAdminDeps } from '../../access/sign-in.js';
import { EVENTS } from '../console-page.js';
import { consoleStreams, type ConsoleStreamDeps } from './streams.js';

export interface LiveDeps extends AtAdminDeps, ConsoleStreamDeps {
  readonly identity: Pick<Identity, 'handoff'>;
  readonly desk: { readonly looks: Pick<Looks, 'concerns'> };
}

export function routeLive(app: Express, deps: LiveDeps): void {
  const streams = consoleStreams(deps);
  app.get(EVENTS, (request, response) => {
    if (!isOwn(request)) return send(response, FOREIGN);
    const caller = callerOf(request);
    const { identity } = deps;
    const at = atAdmin(deps, request);
    const isOpen = streams.open(response, {
      session: identity.handoff.presented(at) ?? 'bearer',
      isStillThere: async () => {
        const { session } = caller;
        return session === null || isAsBefore(await identity.handoff.find(at), caller);
      },
      concerns: (change) => concerns(deps, change, caller),
    });
    if (!isOpen) send(response, TOO_MANY);
  });
}

/** Of a page of this very origin; an old browser says nothing, and sends no cookie along from another site. */
function isOwn({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin';
}

/** The operator of before may be none any more. */
function isAsBefore(now: Caller['session'], { kind }: Caller): boolean {
  if (now?.lacks !== null) return false;
  const { isOperator, approver } = now.account;
  return kind === 'operator' ? isOperator : !isOperator && approver !== null;
}

async function concerns({ desk }: LiveDeps, change: Change, caller: Caller): Promise<boolean> {
  if (caller.kind === 'operator') return true;
  const actor: Actor = actorOf(caller);
  if (change.kind === 'request') return desk.looks.concerns(actor, { request: change.id });
  if (change.kind === 'granted') return desk.looks.concerns(actor, { site: change.grant.site });
  return false; // what it is of is not said, or none of an approver's business
}

const FOREIGN = refusal(403, 'foreign_origin', 'Only a page of this origin listens here.');
const TOO_MANY = refusal(
  429,
  'too_many_streams',
  'Too many pages listen already: load this one again to see what is new.',
);
