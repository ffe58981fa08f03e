/** No cards for a while: from a site, or from an address on the sites that the actor decides for. The visitor's page says so. */
import { authority, strangerBecause } from '../../approval/authority.js';
import type { SiteKey, VisitorAddress } from '../../approval/brand.js';
import { cappedTtlSeconds, shortenedFrom } from '../../approval/policy.js';
import type { Site } from '../../approval/site.js';
import { typedAddress } from '../../base/net/address.js';
import type { Acting, Desk, ForbiddenWhy, MuteAnswer } from '../../contract/desk.js';
import { replayKeyOf, type DeskDeps } from '../deps.js';
import { refuse } from '../authorization/refusal.js';
import { refusedOver } from '../authorization/channel-policy.js';
import { factorRefusal } from '../requests/proof.js';
import { authorizedSites } from '../authorization/authorized-sites.js';

type MuteInput = Parameters<Desk['mute']>[0];
type UnmuteInput = Parameters<Desk['unmute']>[0];

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

export async function mute(deps: DeskDeps, input: MuteInput): Promise<MuteAnswer> {
  const { actor, surface } = input;
  const meant = await meantBy(deps, input, 'mute');
  if (meant.kind === 'unknown') return meant;
  if (meant.kind === 'refused') return refuse(deps, { actor, surface, verb: 'mute', site: meant.site }, meant.why);
  const { who: by, sites, address } = meant;
  const ttlSeconds = cappedTtlSeconds(input.ttlSeconds ?? USUAL_MUTE_SECONDS, MAX_MUTE_SECONDS);
  const muted = await deps.ledger.mutes.mute(
    { sites, address, ttlSeconds, by, replayKey: replayKeyOf(input) },
    { who: by, what: 'muted', surface, site: onlyOf(sites), address, detail: { ttlSeconds } },
  );
  if ('kind' in muted) return muted;
  for (const { site, untilMs } of muted) {
    const until = new Date(untilMs).toISOString();
    deps.events.emit({ event: 'auth_gate.muted', site, address, by, until });
  }
  // a longer mute from before is kept, so the earliest end is the one that holds for all of these sites
  const untilMs = Math.min(...muted.map((one) => one.untilMs));
  const shortened = shortenedFrom(input.ttlSeconds, ttlSeconds);
  return { kind: 'muted', sites: muted.map(({ site }) => site), address, untilMs, ...shortened };
}

export async function unmute(deps: DeskDeps, input: UnmuteInput): Promise<MuteAnswer> {
  const { actor, surface } = input;
  const meant = await meantBy(deps, input, 'unmute');
  if (meant.kind === 'unknown') return meant;
  if (meant.kind === 'refused') return refuse(deps, { actor, surface, verb: 'unmute', site: meant.site }, meant.why);
  const { who: by, sites, address } = meant;
  const ended = await deps.ledger.mutes.unmute(
    { sites, address, replayKey: replayKeyOf(input) },
    { who: by, what: 'unmuted', surface, site: onlyOf(sites), address, detail: {} },
  );
  if ('kind' in ended) return ended;
  if (ended.length === 0) return { kind: 'unknown' };
  for (const { site } of ended) deps.events.emit({ event: 'auth_gate.unmuted', site, address, by });
  return { kind: 'unmuted', sites: ended.map(({ site }) => site), address };
}

type Verb = 'mute' | 'unmute';

async function meantBy(deps: DeskDeps, input: Acting & { readonly what: string }, verb: Verb): Promise<Meant> {
  const { actor } = input;
  const directory = deps.directory();
  const stranger = strangerBecause(directory, actor);
  if (stranger !== null) return { kind: 'refused', why: stranger, site: null };
  const what = input.what.trim().toLowerCase();
  const site = directory.siteOf(what);
  if (site !== undefined) return wholeSite(deps, input, { site, verb });
  const address = typedAddress(what) as VisitorAddress | null;
  if (address !== null) return anAddress(deps, input, { address, verb });
  if (verb === 'mute' || actor.kind !== 'operator') return { kind: 'unknown' };
  // a site that left sites.toml may still be muted
  const sites = (await mutedSites(deps)).filter((key) => key === what);
  return { kind: 'meant', who: `operator:${actor.name}`, sites, address: null };
}

function wholeSite(
  deps: DeskDeps,
  { actor, surface }: Acting,
  { site, verb }: { readonly site: Site; readonly verb: Verb },
): Meant {
  const found = authority(deps.directory(), actor, site.approvers);
  const why =
    found.kind === 'may_not'
      ? found.why
      : (refusedOver(deps, { site: site.key, surface, act: verb }) ??
        (verb === 'mute' ? factorRefusal(site, { actor, surface }) : null));
  if (found.kind === 'may_not' || why !== null)
    return { kind: 'refused', why: why ?? 'not_an_approver_of_this_site', site: site.key };
  return { kind: 'meant', who: found.who, sites: [site.key], address: null };
}

async function anAddress(
  deps: DeskDeps,
  { actor, surface }: Acting,
  { address, verb }: { readonly address: VisitorAddress; readonly verb: Verb },
): Promise<Meant> {
  const authorized = authorizedSites(deps, { actor, surface, act: verb });
  if (authorized.kind === 'nowhere') return { kind: 'refused', why: authorized.why, site: null };
  const isAnyMuted = verb === 'unmute' && actor.kind === 'operator';
  const sites = isAnyMuted ? [...new Set([...authorized.sites, ...(await mutedSites(deps))])] : authorized.sites;
  if (sites.length === 0 && authorized.closed.length > 0)
    return { kind: 'refused', why: 'channel_may_not_decide', site: authorized.closed[0] ?? null };
  const lacking = sites.find((key) => isLacking(deps, key, { actor, surface }));
  if (verb === 'mute' && lacking !== undefined) return { kind: 'refused', why: 'second_factor_wanted', site: lacking };
  return sites.length === 0 ? { kind: 'unknown' } : { kind: 'meant', who: authorized.who, sites, address };
}

function isLacking(deps: DeskDeps, key: SiteKey, acting: Pick<Acting, 'actor' | 'surface'>): boolean {
  return factorRefusal(deps.directory().siteOf(key), acting) !== null;
}

async function mutedSites(deps: DeskDeps): Promise<readonly SiteKey[]> {
  return [...new Set((await deps.ledger.mutes.live()).map(({ site }) => site))];
}

/** The site of the audit entry, where it is exactly one; the ledger itself writes an entry for each site. */
function onlyOf(sites: readonly SiteKey[]): SiteKey | null {
  return sites.length === 1 ? (sites[0] ?? null) : null;
}
