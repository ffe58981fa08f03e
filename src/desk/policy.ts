/** How far a site trusts the channel that an actor came over, by the directory of this moment. */
import { channelRefusal, type Act } from '../approval/channel-refusal.js';
import type { SiteKey } from '../approval/brand.js';
import type { RefusedBecause } from '../approval/authority.js';
import { policyOver, type ChannelPolicy } from '../approval/site.js';
import type { DeskParts } from './parts.js';

/** `site` null: a producer's own host, which has no policy here. */
export function policyOf(parts: DeskParts, site: SiteKey | null, surface: string): ChannelPolicy {
  return policyOver(site === null ? undefined : parts.directory().siteOf(site), surface);
}

export function refusedOver(
  parts: DeskParts,
  over: { readonly site: SiteKey | null; readonly surface: string; readonly act: Act },
): RefusedBecause | null {
  return channelRefusal(policyOf(parts, over.site, over.surface), over.act);
}
