/** Sites, approvers and producers as `sites.toml` describes them. A site is one protected host with its environment and policy. */
import { approveNeedsOf, type ApproveNeeds } from './approval-proof.js';
import type { OpenPath } from './open-path.js';
import type { AccountId, ApproverId, ChannelName, SiteKey } from './brand.js';
import type { IdentityPolicy } from './identity-policy.js';
import type { PassageEntry } from './passage.js';
import type { Environment, RequestRecord } from './request.js';

/** What a tap over a channel may do for a site. `link_only`: its cards have only the button Open in browser. */
export type ChannelMay = 'decide' | 'deny_only' | 'link_only';

/** How far a site trusts one channel, so that a channel that is easily taken over cannot let visitors in. */
export interface ChannelPolicy {
  readonly may: ChannelMay;
  /** The longest time that an approval, a grant or an extension over this channel may give; null: the site's own. */
  readonly maxGrantTtlSeconds: number | null;
  /** A chat room that gets one card instead of every approver; null: each approver is asked. Only approvers decide there. */
  readonly room: string | null;
}

export const TRUSTED: ChannelPolicy = { may: 'decide', maxGrantTtlSeconds: null, room: null };

export interface Site {
  readonly key: SiteKey;
  /** Lower-case host names without port, and patterns (site-pattern.ts); the key is the first that is no pattern, else the first. */
  readonly domains: readonly string[];
  /** The pattern of `sites.toml` that this site is a host of; absent where the file names the host itself. */
  readonly pattern?: SiteKey;
  readonly environment: Environment;
  /** Whether visitors need an approval. Off, so that everybody passes, for `prd` unless its table says otherwise. */
  readonly isGated: boolean;
  readonly approvers: readonly ApproverId[];
  readonly notifiers: readonly ChannelName[];
  readonly grantTtlSeconds: number;
  readonly requestTtlSeconds: number;
  /** ISO 3166-1 alpha-2 codes that may ask; null: everybody may. */
  readonly geofence: readonly string[] | null;
  /** CIDR networks that always pass. */
  readonly permanentNetworks: readonly string[];
  /**
   * Whether a grant may be for an address that is no visitor's own: loopback, link-local, unspecified, or a trusted
   * proxy's. Such a grant lets everybody in whose address the proxy hides, so it is only for trying the gate out.
   */
  readonly allowProxyAddress: boolean;
  /** What passes without a grant, whoever asks. */
  readonly openPaths: readonly OpenPath[];
  /** Who passes by who they are; empty: nobody, and no cookie is looked at. */
  readonly passage: readonly PassageEntry[];
  /** Confirm links are `<confirmEndpoint>/<token>`. */
  readonly confirmEndpoint: string;
  /** Channels that reach a consumer there by the RFC's payload, by channel name. */
  readonly consumers: ReadonlyMap<ChannelName, string>;
  /** Channels that are not wholly trusted, or post to a room. One that is not here is `TRUSTED`. */
  readonly channelPolicies: ReadonlyMap<ChannelName, ChannelPolicy>;
  /** What approving on the page needs. Absent: `session`. */
  readonly approveNeeds?: ApproveNeeds;
  /** Whether nobody decides it, on the page or in the embedded Talk, who signed in by one factor alone, whatever `[identity]` says. */
  readonly needsSecondFactor?: boolean;
}

/** Whether visitors can sign in there: they can where it says something of who they are. */
export function usesSignIn({ passage }: Pick<Site, 'passage'>): boolean {
  return passage.length > 0;
}

const NO_CHANNELS: readonly string[] = ['page', 'admin_page', 'cli'];

/**
 * `surface` may also be a page or `cli`, which are no channels and always trusted. Where approving needs a proof, no channel can
 * give one: it refuses, and leads to the page.
 */
export function policyOver(
  site: Pick<Site, 'channelPolicies' | 'approveNeeds'> | undefined,
  surface: string,
): ChannelPolicy {
  const policy = site?.channelPolicies.get(surface as ChannelName) ?? TRUSTED;
  const isChannel = !NO_CHANNELS.includes(surface);
  const isNarrowed = isChannel && policy.may === 'decide' && approveNeedsOf(site) !== 'session';
  return isNarrowed ? { ...policy, may: 'deny_only' } : policy;
}

/** The site whose rules hold for a request: that of its host, also where a producer asked. */
export function siteOfRequest(
  directory: Pick<Directory, 'siteOf'>,
  request: Pick<RequestRecord, 'site' | 'host'>,
): Site | undefined {
  return directory.siteOf(request.site ?? request.host);
}

/**
 * How far a channel is trusted with this request: as the site of the request's host says, even where a producer asked
 * and named an approver of another site. A producer cannot get around a site's policy by whom it names.
 */
export function policyOfRequest(
  directory: Pick<Directory, 'siteOf'>,
  request: Pick<RequestRecord, 'site' | 'host'>,
  surface: string,
): ChannelPolicy {
  return policyOver(siteOfRequest(directory, request), surface);
}

/** One person who may decide, with one address per channel. */
export interface Approver {
  readonly id: ApproverId;
  readonly addresses: ReadonlyMap<ChannelName, string>;
  /** An IANA name (`America/Sao_Paulo`) for times in what is written to this person; absent: UTC. */
  readonly timeZone?: string;
}

/** An external gate that opens requests through the webhook receiver. */
export interface Producer {
  readonly name: string;
  /** Host patterns it may ask for: `stg.example.org` or `*.example.org`. */
  readonly hosts: readonly string[];
  readonly approvers: readonly ApproverId[];
  /** Channels to use instead of the endpoint's own; null: the endpoint's. */
  readonly notifiers: readonly ChannelName[] | null;
  readonly confirm: 'ours' | 'theirs';
  /** Where the outcome is told; null: the producer asks by GET. */
  readonly callbackUrl: string | null;
  /** It may order mails, to so many recipients a minute and a day. Absent: it may not. */
  readonly mail?: { readonly perMinute: number; readonly perDay: number };
}

/** Everything `sites.toml` says, in look-up form. Replaced whole by a reload. */
export interface Directory {
  readonly sites: readonly Site[];
  readonly approvers: ReadonlyMap<ApproverId, Approver>;
  readonly producers: ReadonlyMap<string, Producer>;
  /** `site`: one request per address and site in a window; `all`: one per address over all sites (the policy's reading). */
  readonly windowScope: 'site' | 'all';
  readonly windowSeconds: number;
  readonly maxPendingPerApprover: number;
  /** How many of these one network (a /24, or a /48 of IPv6) may have; half of them where the file does not say. */
  readonly maxPendingPerNetwork: number;
  /** Whether a check may leave out which site it guards although there are several, and `Host` decides. */
  readonly unnamedChecks: boolean;
  readonly identity: IdentityPolicy;
  /** Accounts of people who run the gate: approvers by their handle, others by their e-mail address. */
  readonly operators: ReadonlySet<AccountId>;
  /** The site of a host, or of a pattern as `sites.toml` spells it. */
  siteOf(host: string): Site | undefined;
}
