/** No cards for a while: from a site, or from an address on the sites that the actor decides for. The visitor's page says so. */
import { authority, strangerBecause } from '../../approval/authority.js';
import type { SiteKey, VisitorAddress } from '../../approval/brand.js';
import { cappedTtlSeconds } from '../../approval/policy.js';
import type { Site } from '../../approval/site.js';
import { typedAddress } from '../../base/address.js';
import type { Acting, Desk, ForbiddenWhy, MuteAnswer } from '../../contract/desk.js';
import { replayKeyOf, type DeskParts } from '../parts.js';
import { refuse } from '../refusals/refusal.js';
import { refusedOver } from './policy.js';
import { reachOf } from './reach.js';

type MuteWish = Parameters<Desk['mute']>[0];
type UnmuteWish = Parameters<Desk['unmute']>[0];

const USUAL_MUTE_SECONDS = 3_600;
/** The longest mute. Whoever wants no cards for longer should be replaced as approver in sites.toml. */
export const MAX_MUTE_SECONDS = 7 * 86_400;

/** What an actor means, judged: where it may mute, and in whose name. */
type Meant =
  | {
      readonly kind: 'meant';
      readonly who: string;
      readonly sites: readonly SiteKey[];
      readonly address: VisitorAddress | null;
    }
  | { readonly kind: 'refused'; readonly why: ForbiddenWhy; readonly site: SiteKey | null }
  | { readonly kind: 'unknown' };

export async function mute(parts: DeskParts, wish: MuteWish): Promise<MuteAnswer> {
  const { actor, surface } = wish;
  const meant = await meantBy(parts, wish, 'mute');
  if (meant.kind === 'unknown') return meant;
  if (meant.kind === 'refused') return refuse(parts, { actor, surface, verb: 'mute', site: meant.site }, meant.why);
  const { who: by, sites, address } = meant;
  const ttlSeconds = cappedTtlSeconds(wish.ttlSeconds ?? USUAL_MUTE_SECONDS, MAX_MUTE_SECONDS);
  const muted = await parts.ledger.mutes.mute(
    { sites, address, ttlSeconds, by, replayKey: replayKeyOf(wish) },
    { who: by, what: 'muted', surface, site: onlyOf(sites), address, detail: { ttlSeconds } },
  );
  if ('kind' in muted) return muted;
  for (const { site, untilMs } of muted) {
    const until = new Date(untilMs).toISOString();
    parts.events.emit({ event: 'auth_gate.muted', site, address, by, until });
  }
  // a longer mute from before is kept, so the earliest end is the one that holds for all of these sites
  const untilMs = Math.min(...muted.map((one) => one.untilMs));
  return { kind: 'muted', sites: muted.map(({ site }) => site), address, untilMs };
}

export async function unmute(parts: DeskParts, wish: UnmuteWish): Promise<MuteAnswer> {
  const { actor, surface } = wish;
  const meant = await meantBy(parts, wish, 'unmute');
  if (meant.kind === 'unknown') return meant;
  if (meant.kind === 'refused') return refuse(parts, { actor, surface, verb: 'unmute', site: meant.site }, meant.why);
  const { who: by, sites, address } = meant;
  const ended = await parts.ledger.mutes.unmute(
    { sites, address, replayKey: replayKeyOf(wish) },
    { who: by, what: 'unmuted', surface, site: onlyOf(sites), address, detail: {} },
  );
  if ('kind' in ended) return ended;
  if (ended.length === 0) return { kind: 'unknown' };
  for (const { site } of ended) parts.events.emit({ event: 'auth_gate.unmuted', site, address, by });
  return { kind: 'unmuted', sites: ended.map(({ site }) => site), address };
}

type Verb = 'mute' | 'unmute';

async function meantBy(parts: DeskParts, wish: Acting & { readonly what: string }, verb: Verb): Promise<Meant> {
  const { actor } = wish;
  const directory = parts.directory();
  const stranger = strangerBecause(directory, actor);
  if (stranger !== null) return { kind: 'refused', why: stranger, site: null };
  const what = wish.what.trim().toLowerCase();
  const site = directory.siteOf(what);
  if (site !== undefined) return wholeSite(parts, wish, { site, verb });
  const address = typedAddress(what) as VisitorAddress | null;
  if (address !== null) return anAddress(parts, wish, { address, verb });
  if (verb === 'mute' || actor.kind !== 'operator') return { kind: 'unknown' };
  // a site that left sites.toml may still be muted
  const sites = (await mutedSites(parts)).filter((key) => key === what);
  return { kind: 'meant', who: `operator:${actor.name}`, sites, address: null };
}

function wholeSite(
  parts: DeskParts,
  { actor, surface }: Acting,
  { site, verb }: { readonly site: Site; readonly verb: Verb },
): Meant {
  const found = authority(parts.directory(), actor, site.approvers);
  const why = found.kind === 'may_not' ? found.why : refusedOver(parts, { site: site.key, surface, act: verb });
  if (found.kind === 'may_not' || why !== null)
    return { kind: 'refused', why: why ?? 'not_an_approver_of_this_site', site: site.key };
  return { kind: 'meant', who: found.who, sites: [site.key], address: null };
}

async function anAddress(
  parts: DeskParts,
  { actor, surface }: Acting,
  { address, verb }: { readonly address: VisitorAddress; readonly verb: Verb },
): Promise<Meant> {
  const reach = reachOf(parts, { actor, surface, act: verb });
  if (reach.kind === 'nowhere') return { kind: 'refused', why: reach.why, site: null };
  const isAnyMuted = verb === 'unmute' && actor.kind === 'operator';
  const sites = isAnyMuted ? [...new Set([...reach.sites, ...(await mutedSites(parts))])] : reach.sites;
  if (sites.length === 0 && reach.closed.length > 0)
    return { kind: 'refused', why: 'channel_may_not_decide', site: reach.closed[0] ?? null };
  return sites.length === 0 ? { kind: 'unknown' } : { kind: 'meant', who: reach.who, sites, address };
}

async function mutedSites(parts: DeskParts): Promise<readonly SiteKey[]> {
  return [...new Set((await parts.ledger.mutes.live()).map(({ site }) => site))];
}

/** The site of the audit entry, where it is exactly one; the ledger itself writes an entry for each site. */
function onlyOf(sites: readonly SiteKey[]): SiteKey | null {
  return sites.length === 1 ? (sites[0] ?? null) : null;
}
