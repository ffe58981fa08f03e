/**
 * Finds the request that an actor means, and whether the actor may decide it now. A prefix of an id finds only requests that
 * the actor may see, so that trying prefixes tells nothing about other people's requests.
 */
import { authority, decidersOf, strangerBecause, type Authority } from '../../approval/authority.js';
import type { RequestId } from '../../approval/brand.js';
import type { Actor, RequestRecord } from '../../approval/request.js';
import { normalPrefix } from '../../approval/short-id.js';
import type { ForbiddenWhy, RequestRef } from '../../contract/desk.js';
import { tokenHash } from './opening/new-request.js';
import type { DeskDeps } from '../deps.js';
import { refuse, type Attempt } from '../authorization/refusal.js';

/** The most requests that are listed to somebody who typed too short a prefix. */
const MAX_MATCHES = 10;

export type Found =
  | { readonly kind: 'found'; readonly request: RequestRecord; readonly who: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous'; readonly ids: readonly RequestId[] }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenWhy };

/** Refusals are audited here, whatever the verb. */
export async function find(deps: DeskDeps, ref: RequestRef, attempt: Attempt): Promise<Found> {
  if (ref.by === 'prefix') return findByPrefix(deps, ref.prefix, attempt);
  const request = await named(deps, ref);
  if (request === null) return { kind: 'unknown' };
  const found = await authorityOver(deps, attempt.actor, request);
  if (found.kind === 'may_not') return refuse(deps, { ...attempt, request }, found.why);
  return { kind: 'found', request, who: found.who };
}

/** By the directory of this moment. For a producer's own host the ledger says which approvers were asked. */
async function authorityOver(deps: DeskDeps, actor: Actor, request: RequestRecord): Promise<Authority> {
  const directory = deps.directory();
  const isAskedNeeded = request.site === null && actor.kind !== 'operator';
  const asked = isAskedNeeded ? await deps.ledger.requests.approversOf(request.id) : [];
  return authority(directory, actor, decidersOf(directory, request, asked));
}

/** Those of `requests` that the actor may decide, with the name it does so by. */
export async function visibleOf(
  deps: DeskDeps,
  actor: Actor,
  requests: readonly RequestRecord[],
): Promise<readonly { readonly request: RequestRecord; readonly who: string }[]> {
  const judged = await Promise.all(
    requests.map(async (request) => ({ request, found: await authorityOver(deps, actor, request) })),
  );
  return judged.flatMap(({ request, found }) => (found.kind === 'may' ? [{ request, who: found.who }] : []));
}

async function findByPrefix(deps: DeskDeps, typed: string, attempt: Attempt): Promise<Found> {
  const stranger = strangerBecause(deps.directory(), attempt.actor);
  if (stranger !== null) return refuse(deps, attempt, stranger);
  const prefix = normalPrefix(typed);
  if (prefix === null) return { kind: 'unknown' };
  const matches = await deps.ledger.requests.byPrefix(prefix, MAX_MATCHES);
  const visible = await visibleOf(deps, attempt.actor, matches);
  const [first, second] = visible;
  if (first === undefined) {
    if (matches[0] !== undefined) await refuse(deps, attempt, 'not_an_approver_of_this_site');
    return { kind: 'unknown' };
  }
  if (second !== undefined) return { kind: 'ambiguous', ids: visible.map(({ request }) => request.id) };
  return { kind: 'found', ...first };
}

function named(deps: DeskDeps, ref: Exclude<RequestRef, { by: 'prefix' }>): Promise<RequestRecord | null> {
  const { requests } = deps.ledger;
  return ref.by === 'token' ? requests.byTokenHash(tokenHash(ref.token)) : requests.byId(ref.id);
}
