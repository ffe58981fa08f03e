/** Whether a site trusts the channel that an actor came over with an act, by the directory of this moment. */
import type { RefusedBecause } from '../../approval/authority.js';
import type { SiteKey } from '../../approval/brand.js';
import { channelRefusal, type Act } from '../../approval/channel-refusal.js';
import { policyOver } from '../../approval/site.js';
import type { DeskDeps } from '../deps.js';

export function refusedOver(
  deps: DeskDeps,
  over: { readonly site: SiteKey; readonly surface: string; readonly act: Act },
): RefusedBecause | null {
  return channelRefusal(policyOver(deps.directory().siteOf(over.site), over.surface), over.act);
}
