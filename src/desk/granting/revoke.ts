/**
 * Ending grants before their time: by a grant's number, by an address (on every site the actor may decide for over this
 * channel), or by the start of the id of the request that an approval answered.
 */
import { strangerBecause } from '../../approval/authority.js';
import type { SiteKey, VisitorAddress } from '../../approval/brand.js';
import { channelRefusal } from '../../approval/channel-refusal.js';
import { normalPrefix } from '../../approval/short-id.js';
import { policyOfRequest } from '../../approval/site.js';
import { typedAddress } from '../../base/address.js';
import type { Desk, Repeated, RevokeAnswer } from '../../contract/desk.js';
import type { GrantRecord } from '../../contract/ledger.js';
import { find, type Found } from '../find.js';
import { replayKeyOf, type DeskParts } from '../parts.js';
import { refuse, type Attempt } from '../refusals/refusal.js';
import { reachOf, type Reach } from './reach.js';

type Wish = Parameters<Desk['revoke']>[0];
type Reached = Extract<Reach, { kind: 'reaches' }>;

/** A grant's number; anything longer is no number that a ledger gives. */
const GRANT_NUMBER = /^\d{1,15}$/;

export async function revoke(parts: DeskParts, wish: Wish): Promise<RevokeAnswer> {
  const { actor, surface } = wish;
  const attempt = attemptOf(wish);
  const stranger = strangerBecause(parts.directory(), actor);
  if (stranger !== null) return refuse(parts, attempt, stranger);
  const what = wish.what.trim();
  const reach = reachOf(parts, { actor, surface, act: 'revoke' });
  const isNumber = GRANT_NUMBER.test(what);
  const address = typedAddress(what) as VisitorAddress | null;
  if (isNumber || address !== null) {
    if (reach.kind === 'nowhere') return refuse(parts, attempt, reach.why);
    if (address !== null) return revokeReached(parts, wish, { reach, meant: { address } });
    return revokeNumber(parts, wish, { reach, id: Number(what) });
  }
  return normalPrefix(what) === null ? { kind: 'unknown' } : revokeOfRequest(parts, wish);
}

type Meant = { readonly id: number } | { readonly address: VisitorAddress };

/** Digits may be a grant's number or the start of a request's id: a number, where the actor can reach a live grant of it. */
async function revokeNumber(
  parts: DeskParts,
  wish: Wish,
  { reach, id }: { readonly reach: Reached; readonly id: number },
): Promise<RevokeAnswer> {
  const byNumber = (): Promise<RevokeAnswer> => revokeReached(parts, wish, { reach, meant: { id } });
  if (normalPrefix(wish.what) === null) return byNumber();
  const within = wish.actor.kind === 'operator' ? null : [...reach.sites, ...reach.closed];
  const meant = await parts.ledger.grants.list({ sites: within, id, limit: 1 });
  if (meant.length > 0) return byNumber();
  // only one of the two readings may write, because the first write spends the call's replay key
  const found = await find(parts, { by: 'prefix', prefix: wish.what }, attemptOf(wish));
  if (found.kind === 'unknown') return byNumber();
  return found.kind === 'found' ? revokeOf(parts, wish, found) : found;
}

async function revokeReached(
  parts: DeskParts,
  wish: Wish,
  { reach, meant }: { readonly reach: Reached; readonly meant: Meant },
): Promise<RevokeAnswer> {
  const sites = wish.actor.kind === 'operator' ? await everySite(parts) : reach.sites;
  const address = 'address' in meant ? meant.address : null;
  const revoked = await parts.ledger.grants.revoke(
    { sites, ...meant, by: reach.who, replayKey: replayKeyOf(wish) },
    auditOf(wish, { who: reach.who, site: null, address }),
  );
  const answer = told(parts, revoked, reach.who);
  return answer.kind === 'unknown' ? closedOrUnknown(parts, wish, { reach, meant }) : answer;
}

/** Nothing was revoked. Where the only such grants are at sites that this channel may not decide for, that is the reason given. */
async function closedOrUnknown(
  parts: DeskParts,
  wish: Wish,
  { reach, meant }: { readonly reach: Reached; readonly meant: Meant },
): Promise<RevokeAnswer> {
  const [closed] = await parts.ledger.grants.list({ sites: reach.closed, ...meant, limit: 1 });
  if (closed === undefined) return { kind: 'unknown' };
  return refuse(parts, { ...attemptOf(wish), site: closed.site }, 'channel_may_not_decide');
}

async function revokeOfRequest(parts: DeskParts, wish: Wish): Promise<RevokeAnswer> {
  const found = await find(parts, { by: 'prefix', prefix: wish.what }, attemptOf(wish));
  return found.kind === 'found' ? revokeOf(parts, wish, found) : found;
}

async function revokeOf(
  parts: DeskParts,
  wish: Wish,
  { request, who }: Extract<Found, { kind: 'found' }>,
): Promise<RevokeAnswer> {
  const { surface } = wish;
  const why = channelRefusal(policyOfRequest(parts.directory(), request, surface), 'revoke');
  if (why !== null) return refuse(parts, { ...attemptOf(wish), request }, why);
  if (request.site === null) return { kind: 'unknown' }; // a producer's own host: the grant is not ours
  const revoked = await parts.ledger.grants.revoke(
    { sites: [request.site], requestId: request.id, by: who, replayKey: replayKeyOf(wish) },
    auditOf(wish, { who, site: request.site, address: request.address }),
  );
  return told(parts, revoked, who);
}

function attemptOf({ actor, surface }: Wish): Attempt {
  return { actor, surface, verb: 'revoke' };
}

function auditOf(
  { surface, what }: Wish,
  about: { readonly who: string; readonly site: SiteKey | null; readonly address: VisitorAddress | null },
) {
  return { ...about, what: 'revoked', surface, detail: { wish: what.trim() } };
}

function told(
  parts: DeskParts,
  revoked: readonly GrantRecord[] | Repeated,
  by: string,
): Extract<RevokeAnswer, { kind: 'revoked' | 'repeated' | 'unknown' }> {
  if ('kind' in revoked) return revoked;
  for (const { id, site, address } of revoked)
    parts.events.emit({ event: 'auth_gate.revoked', grant: id, site, address, by });
  return revoked.length === 0 ? { kind: 'unknown' } : { kind: 'revoked', grants: revoked };
}

/** An operator reaches every site, also one that has left sites.toml and still has grants. */
async function everySite(parts: DeskParts): Promise<readonly SiteKey[]> {
  const known = parts.directory().sites.map((site) => site.key);
  return [...new Set([...known, ...(await parts.ledger.grants.sites())])];
}
