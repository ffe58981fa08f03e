/** Granting by hand and extending what was granted: an approver on the sites it decides for, an operator everywhere. */
import { authority, strangerBecause } from '../../approval/authority.js';
import type { VisitorAddress } from '../../approval/brand.js';
import { channelRefusal, ttlOverChannel } from '../../approval/channel-refusal.js';
import { shortenedFrom } from '../../approval/policy.js';
import { isPattern } from '../../approval/site-pattern.js';
import { policyOfRequest, policyOver, siteOfRequest, type Site } from '../../approval/site.js';
import { typedAddress } from '../../base/net/address.js';
import type { Acting, Desk, ExtendAnswer, GrantAnswer, RequestRef } from '../../contract/desk.js';
import type { GrantRecord } from '../../contract/ledger.js';
import { find } from '../requests/find.js';
import { isProofWaived, proofRefusal } from '../requests/proof.js';
import { replayKeyOf, type DeskDeps } from '../deps.js';
import { refuse } from '../authorization/refusal.js';
import { addressRefusal } from '../requests/visitor-address.js';
import { withPatternHosts } from './pattern-hosts.js';
import { authorizedSites } from '../authorization/authorized-sites.js';
import { GRANT_NUMBER } from './revoke.js';

type GrantInput = Parameters<Desk['grant']>[0];
type ExtendInput = Parameters<Desk['extend']>[0];

export async function grant(deps: DeskDeps, input: GrantInput): Promise<GrantAnswer> {
  const { actor, surface } = input;
  const directory = deps.directory();
  const attempt = { actor, surface, verb: 'grant' };
  const stranger = strangerBecause(directory, actor);
  if (stranger !== null) return refuse(deps, attempt, stranger);
  const site = directory.siteOf(input.site.toLowerCase());
  // a grant is for one host
  if (site === undefined || isPattern(site.key)) return { kind: 'unknown_site' };
  const found = authority(directory, actor, site.approvers);
  if (found.kind === 'may_not') return refuse(deps, { ...attempt, site: site.key }, found.why);
  const policy = policyOver(site, surface);
  const why = channelRefusal(policy, 'grant') ?? proofRefusal(site, input);
  if (why !== null) return refuse(deps, { ...attempt, site: site.key }, why);
  const address = typedAddress(input.address) as VisitorAddress | null;
  if (address === null) return { kind: 'bad_address' };
  const notTheirs = addressRefusal(deps, { site: site.key, address });
  // an operator at the command line names this very address and reads the warning; anybody else may have been shown it
  const isMeant = notTheirs === 'address_of_a_proxy' && actor.kind === 'operator' && surface === 'cli';
  if (notTheirs !== null && !isMeant) return refuse(deps, { ...attempt, site: site.key }, notTheirs);

  const ttlSeconds = ttlOverChannel(policy, { ttlSeconds: input.ttlSeconds, siteTtlSeconds: site.grantTtlSeconds });
  const by = found.who;
  const made = await deps.ledger.grants.grant(
    { site: site.key, address, ttlSeconds, by, replayKey: replayKeyOf(input) },
    { who: by, what: 'granted', surface, site: site.key, address, detail: { ttlSeconds, ...waived(site, input) } },
  );
  if ('kind' in made) return made;
  const { isKept, ...grant } = made;
  const shortened = shortenedFrom(input.ttlSeconds, ttlSeconds);
  const warning = isMeant ? { isProxyAddress: true as const } : {};
  if (isKept) return { kind: 'unchanged', grant, ...shortened, ...warning };
  const until = new Date(made.untilMs).toISOString();
  deps.events.emit({ event: 'auth_gate.granted', grant: made.id, site: site.key, address, by, until });
  return { kind: 'granted', grant, ...shortened, ...warning };
}

export async function extend(deps: DeskDeps, input: ExtendInput): Promise<ExtendAnswer> {
  const { actor, surface } = input;
  const attempt = { actor, surface, verb: 'extend' };
  const numbered = await grantNumbered(deps, input);
  if (numbered?.requestId === null) return { kind: 'by_hand', grant: numbered };
  const ref: RequestRef = numbered === null ? input.ref : { by: 'id', id: numbered.requestId };
  const found = await find(deps, ref, attempt);
  if (found.kind !== 'found') return found;
  const { request, who: by } = found;
  const policy = policyOfRequest(deps.directory(), request, surface);
  const ofHost = siteOfRequest(deps.directory(), request);
  const why = channelRefusal(policy, 'extend') ?? proofRefusal(ofHost, input);
  if (why !== null) return refuse(deps, { ...attempt, request }, why);
  if (request.site === null) return { kind: 'no_grant', request };
  const notTheirs = addressRefusal(deps, request);
  if (notTheirs !== null) return refuse(deps, { ...attempt, request }, notTheirs);

  // what the site allows today counts, not what it allowed when the request was opened
  const siteTtlSeconds = deps.directory().siteOf(request.site)?.grantTtlSeconds ?? request.grantTtlSeconds;
  const ttlSeconds = ttlOverChannel(policy, { ttlSeconds: input.ttlSeconds, siteTtlSeconds });
  const { site, address } = request;
  const made = await deps.ledger.grants.extend(
    { requestId: request.id, ttlSeconds, by, replayKey: replayKeyOf(input) },
    { who: by, what: 'extended', surface, site, address, detail: { ttlSeconds, ...waived(ofHost, input) } },
  );
  if (made === null) return { kind: 'no_grant', request };
  if ('kind' in made) return made;
  const shortened = shortenedFrom(input.ttlSeconds, ttlSeconds);
  if (made.isKept) return { kind: 'unchanged', grant: made.grant, ...shortened };
  const until = new Date(made.grant.untilMs).toISOString();
  deps.events.emit({
    event: 'auth_gate.extended',
    grant: made.grant.id,
    request: request.id,
    site,
    address,
    by,
    until,
  });
  return { kind: 'extended', grant: made.grant, request: made.request, ...shortened };
}

/** For the audit, as it is kept of an approval. */
function waived(site: Site | undefined, acting: Acting): { readonly proof?: 'waived' } {
  return isProofWaived(site, acting) ? { proof: 'waived' } : {};
}

/** A live grant that is meant by its number, as for `revoke`, where the actor decides for its site. Null where nothing is. */
async function grantNumbered(deps: DeskDeps, { ref, actor, surface }: ExtendInput): Promise<GrantRecord | null> {
  if (ref.by !== 'prefix' || !GRANT_NUMBER.test(ref.prefix.trim())) return null;
  const authorized = authorizedSites(deps, { actor, surface, act: 'extend' });
  if (authorized.kind === 'nowhere') return null;
  const sites =
    actor.kind === 'operator' ? null : await withPatternHosts(deps, [...authorized.sites, ...authorized.closed]);
  const [meant = null] = await deps.ledger.grants.list({ sites, id: Number(ref.prefix), limit: 1 });
  return meant;
}
