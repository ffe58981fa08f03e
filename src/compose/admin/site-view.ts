/** Everything that applies to a site, for `gate show-site`: what sites.toml says of it, with the defaults, and its tokens. */
import { approveNeedsOf } from '../../approval/approval-proof.js';
import { passageInWords } from '../../approval/passage.js';
import { policyOver, type Directory, type Site } from '../../approval/site.js';
import { nearest } from '../../base/text/nearest.js';
import type { SiteChannelView, SiteView } from '../../contract/admin.js';
import type { ServiceTokenLine, ServiceTokens } from '../../contract/service-tokens.js';

export interface SiteViewDeps {
  readonly directory: () => Directory;
  readonly tokens: Pick<ServiceTokens, 'list'>;
}

export type SiteViewAnswer = SiteView | { readonly kind: 'unknown_site'; readonly nearest: string | null };

export async function siteView({ directory, tokens }: SiteViewDeps, host: string): Promise<SiteViewAnswer> {
  const known = directory();
  const site = known.siteOf(host);
  if (site === undefined)
    return {
      kind: 'unknown_site',
      nearest: nearest(
        host,
        known.sites.flatMap(({ domains }) => domains),
      ),
    };
  const listed = (await tokens.list()).tokens;
  return viewOf(
    site,
    listed.filter(({ site: of, state }) => state === 'live' && (of === site.key || of === site.pattern)),
  );
}

function viewOf(site: Site, tokens: readonly ServiceTokenLine[]): SiteView {
  return {
    site: site.key,
    domains: site.domains,
    environment: site.environment,
    isGated: site.isGated,
    approvers: site.approvers,
    channels: site.notifiers.map((name) => channelOf(site, name)),
    grantTtlSeconds: site.grantTtlSeconds,
    requestTtlSeconds: site.requestTtlSeconds,
    geofence: site.geofence,
    permanentNetworks: site.permanentNetworks,
    allowProxyAddress: site.allowProxyAddress,
    openPaths: site.openPaths.map(({ text }) => text),
    confirmEndpoint: site.confirmEndpoint,
    approveNeeds: approveNeedsOf(site),
    needsSecondFactor: site.needsSecondFactor === true,
    passage: site.passage.map(passageInWords),
    tokens,
  };
}

function channelOf(site: Site, name: Site['notifiers'][number]): SiteChannelView {
  return { name, ...policyOver(site, name), consumer: site.consumers.get(name) ?? null };
}
