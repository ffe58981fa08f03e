/** Granting by hand and extending what was granted: an approver on the sites it decides for, an operator everywhere. */
import { authority, strangerBecause } from '../../approval/authority.js';
import type { VisitorAddress } from '../../approval/brand.js';
import { channelRefusal, ttlOverChannel } from '../../approval/channel-refusal.js';
import { policyOfRequest, policyOver } from '../../approval/site.js';
import { typedAddress } from '../../base/address.js';
import type { Desk, ExtendAnswer, GrantAnswer } from '../../contract/desk.js';
import { find } from '../find.js';
import { replayKeyOf, type DeskParts } from '../parts.js';
import { refuse } from '../refusals/refusal.js';

type GrantWish = Parameters<Desk['grant']>[0];
type ExtendWish = Parameters<Desk['extend']>[0];

export async function grant(parts: DeskParts, wish: GrantWish): Promise<GrantAnswer> {
  const { actor, surface } = wish;
  const directory = parts.directory();
  const attempt = { actor, surface, verb: 'grant' };
  const stranger = strangerBecause(directory, actor);
  if (stranger !== null) return refuse(parts, attempt, stranger);
  const site = directory.siteOf(wish.site.toLowerCase());
  if (site === undefined) return { kind: 'unknown_site' };
  const found = authority(directory, actor, site.approvers);
  if (found.kind === 'may_not') return refuse(parts, { ...attempt, site: site.key }, found.why);
  const policy = policyOver(site, surface);
  const why = channelRefusal(policy, 'grant');
  if (why !== null) return refuse(parts, { ...attempt, site: site.key }, why);
  const address = typedAddress(wish.address) as VisitorAddress | null;
  if (address === null) return { kind: 'bad_address' };

  const ttlSeconds = ttlOverChannel(policy, { ttlSeconds: wish.ttlSeconds, siteTtlSeconds: site.grantTtlSeconds });
  const by = found.who;
  const made = await parts.ledger.grants.grant(
    { site: site.key, address, ttlSeconds, by, replayKey: replayKeyOf(wish) },
    { who: by, what: 'granted', surface, site: site.key, address, detail: { ttlSeconds } },
  );
  if ('kind' in made) return made;
  const until = new Date(made.untilMs).toISOString();
  parts.events.emit({ event: 'auth_gate.granted', grant: made.id, site: site.key, address, by, until });
  return { kind: 'granted', grant: made };
}

export async function extend(parts: DeskParts, wish: ExtendWish): Promise<ExtendAnswer> {
  const { actor, surface } = wish;
  const attempt = { actor, surface, verb: 'extend' };
  const found = await find(parts, wish.ref, attempt);
  if (found.kind !== 'found') return found;
  const { request, who: by } = found;
  const policy = policyOfRequest(parts.directory(), request, surface);
  const why = channelRefusal(policy, 'extend');
  if (why !== null) return refuse(parts, { ...attempt, request }, why);
  if (request.site === null) return { kind: 'no_grant', request };

  // what the site allows today counts, not what it allowed when the request was opened
  const siteTtlSeconds = parts.directory().siteOf(request.site)?.grantTtlSeconds ?? request.grantTtlSeconds;
  const ttlSeconds = ttlOverChannel(policy, { ttlSeconds: wish.ttlSeconds, siteTtlSeconds });
  const { site, address } = request;
  const made = await parts.ledger.grants.extend(
    { requestId: request.id, ttlSeconds, by, replayKey: replayKeyOf(wish) },
    { who: by, what: 'extended', surface, site, address, detail: { ttlSeconds } },
  );
  if (made === null) return { kind: 'no_grant', request };
  if ('kind' in made) return made;
  const until = new Date(made.grant.untilMs).toISOString();
  parts.events.emit({
    event: 'auth_gate.extended',
    grant: made.grant.id,
    request: request.id,
    site,
    address,
    by,
    until,
  });
  return { kind: 'extended', ...made };
}
