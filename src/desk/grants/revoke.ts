/**
 * Ending grants before their time: by a grant's number, by an address (on every site the actor may decide for over this
 * channel), or by the start of the id of the request that an approval answered.
 */
import { strangerBecause } from '../../approval/authority.js';
import type { SiteKey, VisitorAddress } from '../../approval/brand.js';
import { channelRefusal } from '../../approval/channel-refusal.js';
import { normalPrefix } from '../../approval/short-id.js';
import { policyOfRequest } from '../../approval/site.js';
import { typedAddress } from '../../base/net/address.js';
import type { Desk, RevokeAnswer } from '../../contract/desk.js';
import type { Repeated } from '../../contract/replay.js';
import type { GrantRecord } from '../../contract/ledger.js';
import { find, type Found } from '../requests/find.js';
import { replayKeyOf, type DeskDeps } from '../deps.js';
import { refuse, type Attempt } from '../authorization/refusal.js';
import { withPatternHosts } from './pattern-hosts.js';
import { authorizedSites, type AuthorizedSites } from '../authorization/authorized-sites.js';

type Input = Parameters<Desk['revoke']>[0];
type Authorized = Extract<AuthorizedSites, { kind: 'reaches' }>;

/** A grant's number; anything longer is no number that a ledger gives. */
export const GRANT_NUMBER = /^\d{1,15}$/;

export async function revoke(deps: DeskDeps, input: Input): Promise<RevokeAnswer> {
  const { actor, surface } = input;
  const attempt = attemptOf(input);
  const stranger = strangerBecause(deps.directory(), actor);
  if (stranger !== null) return refuse(deps, attempt, stranger);
  const what = input.what.trim();
  const authorized = authorizedSites(deps, { actor, surface, act: 'revoke' });
  const isNumber = GRANT_NUMBER.test(what);
  const address = typedAddress(what) as VisitorAddress | null;
  if (isNumber || address !== null) {
    if (authorized.kind === 'nowhere') return refuse(deps, attempt, authorized.why);
    if (address !== null) return revokeAuthorized(deps, input, { authorized, meant: { address } });
    return revokeNumber(deps, input, { authorized, id: Number(what) });
  }
  return normalPrefix(what) === null ? { kind: 'unknown' } : revokeOfRequest(deps, input);
}

type Meant = { readonly id: number } | { readonly address: VisitorAddress };

/** Digits may be a grant's number or the start of a request's id: a number, where the actor can reach a live grant of it. */
async function revokeNumber(
  deps: DeskDeps,
  input: Input,
  { authorized, id }: { readonly authorized: Authorized; readonly id: number },
): Promise<RevokeAnswer> {
  const byNumber = (): Promise<RevokeAnswer> => revokeAuthorized(deps, input, { authorized, meant: { id } });
  if (normalPrefix(input.what) === null) return byNumber();
  const own = [...authorized.sites, ...authorized.closed];
  const within = input.actor.kind === 'operator' ? null : await withPatternHosts(deps, own);
  const meant = await deps.ledger.grants.list({ sites: within, id, limit: 1 });
  if (meant.length > 0) return byNumber();
  // only one of the two readings may write, because the first write spends the call's replay key
  const found = await find(deps, { by: 'prefix', prefix: input.what }, attemptOf(input));
  if (found.kind === 'unknown') return byNumber();
  return found.kind === 'found' ? revokeOf(deps, input, found) : found;
}

async function revokeAuthorized(
  deps: DeskDeps,
  input: Input,
  { authorized, meant }: { readonly authorized: Authorized; readonly meant: Meant },
): Promise<RevokeAnswer> {
  const sites =
    input.actor.kind === 'operator' ? await everySite(deps) : await withPatternHosts(deps, authorized.sites);
  const address = 'address' in meant ? meant.address : null;
  const revoked = await deps.ledger.grants.revoke(
    { sites, ...meant, by: authorized.who, replayKey: replayKeyOf(input) },
    auditOf(input, { who: authorized.who, site: null, address }),
  );
  const answer = told(deps, revoked, authorized.who);
  return answer.kind === 'unknown' ? closedOrUnknown(deps, input, { authorized, meant }) : answer;
}

/** Nothing was revoked. Where the only such grants are at sites that this channel may not decide for, that is the reason given. */
async function closedOrUnknown(
  deps: DeskDeps,
  input: Input,
  { authorized, meant }: { readonly authorized: Authorized; readonly meant: Meant },
): Promise<RevokeAnswer> {
  const sites = await withPatternHosts(deps, authorized.closed);
  const [closed] = await deps.ledger.grants.list({ sites, ...meant, limit: 1 });
  if (closed === undefined) return { kind: 'unknown' };
  return refuse(deps, { ...attemptOf(input), site: closed.site }, 'channel_may_not_decide');
}

async function revokeOfRequest(deps: DeskDeps, input: Input): Promise<RevokeAnswer> {
  const found = await find(deps, { by: 'prefix', prefix: input.what }, attemptOf(input));
  return found.kind === 'found' ? revokeOf(deps, input, found) : found;
}

async function revokeOf(
  deps: DeskDeps,
  input: Input,
  { request, who }: Extract<Found, { kind: 'found' }>,
): Promise<RevokeAnswer> {
  const { surface } = input;
  const why = channelRefusal(policyOfRequest(deps.directory(), request, surface), 'revoke');
  if (why !== null) return refuse(deps, { ...attemptOf(input), request }, why);
  if (request.site === null) return { kind: 'unknown' }; // a producer's own host: the grant is not ours
  const revoked = await deps.ledger.grants.revoke(
    { sites: [request.site], requestId: request.id, by: who, replayKey: replayKeyOf(input) },
    auditOf(input, { who, site: request.site, address: request.address }),
  );
  return told(deps, revoked, who);
}

function attemptOf({ actor, surface }: Input): Attempt {
  return { actor, surface, verb: 'revoke' };
}

function auditOf(
  { surface, what }: Input,
  about: { readonly who: string; readonly site: SiteKey | null; readonly address: VisitorAddress | null },
) {
  return { ...about, what: 'revoked', surface, detail: { input: what.trim() } };
}

function told(
  deps: DeskDeps,
  revoked: readonly GrantRecord[] | Repeated,
  by: string,
): Extract<RevokeAnswer, { kind: 'revoked' | 'repeated' | 'unknown' }> {
  if ('kind' in revoked) return revoked;
  for (const { id, site, address } of revoked)
    deps.events.emit({ event: 'auth_gate.revoked', grant: id, site, address, by });
  return revoked.length === 0 ? { kind: 'unknown' } : { kind: 'revoked', grants: revoked };
}

/** An operator reaches every site, also one that has left sites.toml and still has grants. */
async function everySite(deps: DeskDeps): Promise<readonly SiteKey[]> {
  const known = deps.directory().sites.map((site) => site.key);
  return [...new Set([...known, ...(await deps.ledger.grants.sites())])];
}
