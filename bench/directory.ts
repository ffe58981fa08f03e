/** One staging site with a permanent network, as a bench serves it. */
import type { ApproverId, ChannelName } from '../src/approval/brand.js';
import { USUAL_IDENTITY } from '../src/approval/identity-policy.js';
import type { Directory, Site } from '../src/approval/site.js';
import { BENCH_SITE } from './grants.js';

export const PEER_TRANSPORT = 'webhook' as ChannelName;
export const BENCH_APPROVER = 'ada@example.org' as ApproverId;

const site: Site = {
  key: BENCH_SITE,
  domains: [BENCH_SITE],
  environment: 'stg',
  isGated: true,
  approvers: [BENCH_APPROVER],
  notifiers: [],
  grantTtlSeconds: 604_800,
  requestTtlSeconds: 600,
  geofence: null,
  permanentNetworks: ['192.0.2.0/24', '2001:db8::/48'],
  allowProxyAddress: false,
  openPaths: [],
  passage: [],
  confirmEndpoint: 'http://localhost:8080/req',
  consumers: new Map(),
  channelPolicies: new Map(),
};

export const benchDirectory: Directory = {
  sites: [site],
  approvers: new Map([[BENCH_APPROVER, { id: BENCH_APPROVER, addresses: new Map() }]]),
  producers: new Map(),
  windowScope: 'site',
  windowSeconds: 600,
  maxPendingPerApprover: 1_000_000,
  unnamedChecks: false,
  identity: USUAL_IDENTITY,
  operators: new Set(),
  maxPendingPerNetwork: 1_000_000,
  siteOf: (host) => (host === BENCH_SITE ? site : undefined),
};

/** The same approver and site as a `sites.toml`; `notifiers` as the file writes them, its default where absent. */
export function benchSites(notifiers?: string): string {
  return `
[approvers."${BENCH_APPROVER}"]
email = "${BENCH_APPROVER}"

[[sites]]
domains = ["${BENCH_SITE}"]
environment = "stg"

[sites.auth_gate]
admin = "${BENCH_APPROVER}"
${notifiers === undefined ? '' : `notifiers = ${notifiers}\n`}`;
}
