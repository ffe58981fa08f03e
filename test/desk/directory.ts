/** Directories for tests, in a line each: sites, approvers and producers with what the test cares about. */
import type { ApproverId, ChannelName, SiteKey } from '../../src/approval/brand.js';
import type { Approver, Directory, Producer, Site } from '../../src/approval/site.js';

export function site(host: string, facts: Partial<Site> = {}): Site {
  return {
    key: host as SiteKey,
    domains: [host],
    environment: 'stg',
    isGated: true,
    approvers: [],
    notifiers: [],
    grantTtlSeconds: 86_400,
    requestTtlSeconds: 600,
    geofence: null,
    permanentNetworks: [],
    confirmEndpoint: 'http://localhost:8080/req',
    consumers: new Map(),
    channelPolicies: new Map(),
    ...facts,
  };
}

export function approver(id: string, addresses: Readonly<Record<string, string>>): Approver {
  return { id: id as ApproverId, addresses: new Map(Object.entries(addresses) as [ChannelName, string][]) };
}

export function producer(name: string, facts: Partial<Producer> = {}): Producer {
  return {
    name,
    hosts: ['*.example.net'],
    approvers: [],
    notifiers: null,
    confirm: 'ours',
    callbackUrl: null,
    ...facts,
  };
}

export function directory(facts: {
  readonly sites?: readonly Site[];
  readonly approvers?: readonly Approver[];
  readonly producers?: readonly Producer[];
  readonly windowScope?: 'site' | 'all';
  readonly windowSeconds?: number;
  readonly maxPendingPerApprover?: number;
}): Directory {
  const sites = facts.sites ?? [];
  return {
    sites,
    approvers: new Map((facts.approvers ?? []).map((one) => [one.id, one])),
    producers: new Map((facts.producers ?? []).map((one) => [one.name, one])),
    windowScope: facts.windowScope ?? 'site',
    windowSeconds: facts.windowSeconds ?? 600,
    maxPendingPerApprover: facts.maxPendingPerApprover ?? 10,
    siteOf: (host) => sites.find((one) => one.domains.includes(host)),
  };
}
