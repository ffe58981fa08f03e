/**
 * Receives visitors who may not pass: opens their approval request, and says how a request stands. However many access requests of one
 * address arrive at a site together, the desk is asked once; beyond that the ledger's window holds.
 */
import type { StatusId, VisitorAddress } from '../../approval/brand.js';
import type { RequestRecord } from '../../approval/request.js';
import type { Site } from '../../approval/site.js';
import { canonicalAddress } from '../../base/net/address.js';
import type { Clock } from '../../base/time/clock.js';
import type { Log } from '../../base/process/log.js';
import { safeStack } from '../../base/process/safe-stack.js';
import type { SignedInPerson, Unstored } from '../../contract/access-request.js';
import type { Desk, AccessRequestAnswer } from '../../contract/desk.js';
import type { GrantRecord } from '../../contract/grant-ledger.js';
import type { Verdict } from '../check/check.js';
import type { GrantCache } from '../grants/grant-cache.js';
import type { ProxyFaults } from '../check/proxy-faults.js';
import { bareHost } from '../check/site-entry.js';
import { recentlyTurnedAway } from './recently-turned-away.js';
import { pathToKeep } from './return-path.js';

/** What the visitor's page shows. */
export type Showing =
  | { readonly kind: 'pending'; readonly request: RequestRecord }
  | {
      readonly kind: 'denied' | 'expired' | 'withdrawn' | 'ended';
      readonly request: RequestRecord;
      readonly retryAtMs: number | null;
    }
  /** Approved just now: go on to what was asked for first. `grant`: what the database has for the visitor. */
  | { readonly kind: 'open'; readonly request: RequestRecord; readonly grant: GrantRecord }
  | { readonly kind: 'deferred'; readonly retryAtMs: number }
  | { readonly kind: 'muted'; readonly untilMs: number }
  | { readonly kind: 'outside' }
  /** Nobody can be let in by this address. */
  | { readonly kind: 'address_of_a_proxy' | 'address_of_nobody'; readonly address: string }
  /** `peer`: where the proxy asks from; empty where the connection was lost. */
  | { readonly kind: 'untrusted_proxy'; readonly peer: string }
  /** At a site that lets people in by who they are, whoever is nobody yet: they sign in, or have a person asked. Nobody was. */
  | { readonly kind: 'choose' }
  /** Not a navigation: nobody was asked. */
  | { readonly kind: 'closed' }
  | Unstored
  | { readonly kind: 'unknown_request' | Refused }
  | { readonly kind: 'unknown_host'; readonly isNameUnknown?: true }
  /** Waited for a request that is not of this address, so it has another one than before. */
  | { readonly kind: 'moved' }
  /** An address of the gate plane that does not exist, takes no such method, or has enough of this visitor. */
  | { readonly kind: 'not_found' | 'not_allowed' | 'busy' }
  /** Came back from the auth host, and is not signed in here; or has begun that too often. */
  | { readonly kind: 'not_signed_in' | 'too_often' };

/** The question itself cannot be answered. */
type Refused = 'unknown_address' | 'silent_proxy' | 'unnamed' | 'unclear';

/** What is shown where the check said no for another reason than a missing grant. */
export function refusalOf(verdict: Verdict): Showing {
  const { kind } = verdict;
  if (kind === 'untrusted_proxy' || kind === 'address_of_a_proxy' || kind === 'unknown_host') return verdict;
  const isShut = kind === 'pass' || kind === 'closed' || kind === 'doubtful' || kind === 'unrecognised';
  return { kind: isShut ? 'closed' : kind };
}

interface Visitor {
  readonly site: Site;
  readonly host: string;
  /** Canonical and whole. */
  readonly address: string;
  readonly uri: string;
  readonly userAgent: string;
  /** Where the proxy asks from. */
  readonly peer: string;
  /** Who has signed in there. Absent: nobody. */
  readonly person?: SignedInPerson;
}

export interface Reception {
  /** Opens a request, or finds the one that is open. */
  accessRequest(visitor: Visitor): Promise<Showing>;
  /** What has become of a request; opens nothing. */
  showing(query: { readonly statusId: StatusId; readonly host: string; readonly address: string }): Promise<Showing>;
}

export interface ReceptionDeps {
  readonly desk: Pick<Desk, 'open' | 'status'>;
  readonly grants: Pick<GrantCache, 'confirm'>;
  readonly country: (address: string) => string | null;
  readonly faults: Pick<ProxyFaults, 'note'>;
  /** How long after a request no other of the address is taken. */
  readonly windowSeconds: () => number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Log;
}

/** How many access requests may wait for the desk at once. Further ones are told to come again, so that a crowd cannot fill the memory. */
const MAX_WAITING = 256;
/** And how many questions for a status: pages ask again by themselves. */
const MAX_LOOKING = 256;

/** Opens one request for all access requests of one address that arrive at a site together. */
function openingOnce({ desk, clock, log }: Pick<ReceptionDeps, 'desk' | 'clock' | 'log'>) {
  const waiting = new Map<string, Promise<AccessRequestAnswer>>();
  const turnedAway = recentlyTurnedAway(clock);

  return (visitor: Visitor, address: VisitorAddress, country: string | null): Promise<AccessRequestAnswer> => {
    const key = `${visitor.site.key} ${address}`;
    const known = waiting.get(key);
    if (known !== undefined) return known;
    const lately = turnedAway.answerTo(key);
    if (lately !== null) return Promise.resolve(lately);
    if (waiting.size >= MAX_WAITING) return Promise.resolve({ kind: 'unavailable' });
    const { site, host, uri, userAgent, person } = visitor;
    const named = person === undefined ? {} : { person };
    const answer = desk
      .open({ site: site.key, host: bareHost(host), path: pathToKeep(uri), address, country, userAgent, ...named })
      .catch((error: unknown): AccessRequestAnswer => {
        log.error('the desk failed on an access request', { error: safeStack(error) });
        return { kind: 'unavailable' };
      })
      .finally(() => waiting.delete(key));
    waiting.set(key, answer);
    void answer.then((told) => {
      if (told.kind === 'deferred' || told.kind === 'muted') turnedAway.remember(key, told);
    });
    return answer;
  };
}

export function reception(deps: ReceptionDeps): Reception {
  const openOnce = openingOnce(deps);
  let looking = 0;

  return {
    async accessRequest(visitor) {
      const address = canonicalAddress(visitor.address);
      if (address === null) return { kind: 'unknown_address' };
      const country = deps.country(visitor.address);
      if (isOutside(visitor.site, country)) return { kind: 'outside' };
      const answer = await openOnce(visitor, address as VisitorAddress, country);
      switch (answer.kind) {
        case 'opened':
          return { kind: 'pending', request: answer.request };
        case 'waiting':
          if (answer.request === null) return { kind: 'deferred', retryAtMs: answer.retryAtMs };
          return show(answer.request, answer.retryAtMs, deps.grants);
        case 'deferred':
        case 'muted':
        case 'unavailable':
          return answer;
        case 'address_of_a_proxy':
          deps.faults.note({
            kind: answer.kind,
            peer: visitor.peer,
            name: visitor.site.key,
            address: visitor.address,
          });
          return { kind: answer.kind, address: visitor.address };
        case 'address_of_nobody':
          return { kind: answer.kind, address: visitor.address };
      }
    },
    async showing({ statusId, host, address }) {
      const canonical = canonicalAddress(address);
      if (canonical === null) return { kind: 'unknown_address' };
      if (looking >= MAX_LOOKING) return { kind: 'unavailable' };
      looking += 1;
      try {
        const request = await deps.desk.status({
          statusId,
          host: bareHost(host),
          address: canonical as VisitorAddress,
        });
        if (request === null) return { kind: 'unknown_request' };
        if ('kind' in request) return request;
        return await show(request, request.openedAtMs + deps.windowSeconds() * 1_000, deps.grants);
      } catch (error) {
        deps.log.error('the desk failed on a status', { error: safeStack(error) });
        return { kind: 'unavailable' };
      } finally {
        looking -= 1;
      }
    },
  };
}

/** An unknown country counts as outside: otherwise the geofence would be easy to pass. */
function isOutside(site: Site, country: string | null): boolean {
  return site.geofence !== null && (country === null || !site.geofence.includes(country));
}

function bareAddress(address: VisitorAddress): string {
  return address.replace(/\/64$/, '');
}

/** An approval counts only while its grant is live: it may have been revoked since. */
async function show(
  request: RequestRecord,
  retryAtMs: number | null,
  grants: ReceptionDeps['grants'],
): Promise<Showing> {
  const { decision } = request;
  if (decision === null) return { kind: 'pending', request };
  if (decision.outcome !== 'approved') return { kind: decision.outcome, request, retryAtMs };
  const grant = request.site === null ? 'none' : await grants.confirm(request.site, bareAddress(request.address));
  if (grant === 'unavailable') return { kind: 'unavailable' };
  return grant === 'none' ? { kind: 'ended', request, retryAtMs } : { kind: 'open', request, grant };
}
