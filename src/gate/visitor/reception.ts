/**
 * Receives visitors who may not pass: opens their approval request, and says how a request stands. However many knocks of one
 * address arrive at a site together, the desk is asked once; beyond that the ledger's window holds.
 */
import type { StatusId, VisitorAddress } from '../../approval/brand.js';
import type { RequestRecord } from '../../approval/request.js';
import type { Site } from '../../approval/site.js';
import { canonicalAddress } from '../../base/address.js';
import type { Clock } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import { whence } from '../../base/whence.js';
import type { Desk, KnockAnswer } from '../../contract/desk.js';
import type { GrantMemory } from '../grants/memory.js';
import { bareHost } from '../site-entry.js';
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
  /** Approved just now: go on to what was asked for first. */
  | { readonly kind: 'open'; readonly request: RequestRecord }
  | { readonly kind: 'deferred'; readonly retryAtMs: number }
  | { readonly kind: 'muted'; readonly untilMs: number }
  | { readonly kind: 'outside' }
  /** Not a navigation: nobody was asked. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'unknown_request' | 'unknown_host' | 'unknown_address' | 'unavailable' };

export interface Visitor {
  readonly site: Site;
  readonly host: string;
  /** Canonical and whole. */
  readonly address: string;
  readonly uri: string;
  readonly userAgent: string;
}

export interface Reception {
  /** Opens a request, or finds the one that is open. */
  knock(visitor: Visitor): Promise<Showing>;
  /** What has become of a request; opens nothing. */
  showing(query: { readonly statusId: StatusId; readonly host: string; readonly address: string }): Promise<Showing>;
}

export interface ReceptionSeams {
  readonly desk: Pick<Desk, 'open' | 'status'>;
  readonly memory: Pick<GrantMemory, 'confirm'>;
  readonly country: (address: string) => string | null;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Log;
}

/** How many knocks may wait for the desk at once. Further ones are told to come again, so that a crowd cannot fill the memory. */
const MAX_WAITING = 256;

export function reception(seams: ReceptionSeams): Reception {
  const waiting = new Map<string, Promise<KnockAnswer>>();
  const turnedAway = recentlyTurnedAway(seams.clock);

  const openOnce = (visitor: Visitor, address: VisitorAddress, country: string | null): Promise<KnockAnswer> => {
    const key = `${visitor.site.key} ${address}`;
    const known = waiting.get(key);
    if (known !== undefined) return known;
    const lately = turnedAway.answerTo(key);
    if (lately !== null) return Promise.resolve(lately);
    if (waiting.size >= MAX_WAITING) return Promise.resolve({ kind: 'unavailable' });
    const { site, host, uri, userAgent } = visitor;
    const answer = seams.desk
      .open({ site: site.key, host: bareHost(host), path: pathToKeep(uri), address, country, userAgent })
      .catch((error: unknown): KnockAnswer => {
        seams.log.error('the desk failed on a knock', { error: whence(error) });
        return { kind: 'unavailable' };
      })
      .finally(() => waiting.delete(key));
    waiting.set(key, answer);
    void answer.then((told) => {
      if (told.kind === 'deferred' || told.kind === 'muted') turnedAway.remember(key, told);
    });
    return answer;
  };

  /** An approval counts only while its grant is live: it may have been revoked since. */
  const show = async (request: RequestRecord, retryAtMs: number | null): Promise<Showing> => {
    const { decision } = request;
    if (decision === null) return { kind: 'pending', request };
    if (decision.outcome !== 'approved') return { kind: decision.outcome, request, retryAtMs };
    const grant =
      request.site === null ? 'none' : await seams.memory.confirm(request.site, bareAddress(request.address));
    if (grant === 'unavailable') return { kind: 'unavailable' };
    return grant === 'none' ? { kind: 'ended', request, retryAtMs } : { kind: 'open', request };
  };

  return {
    async knock(visitor) {
      const address = canonicalAddress(visitor.address);
      if (address === null) return { kind: 'unknown_address' };
      const country = seams.country(visitor.address);
      if (isOutside(visitor.site, country)) return { kind: 'outside' };
      const answer = await openOnce(visitor, address as VisitorAddress, country);
      switch (answer.kind) {
        case 'opened':
          return { kind: 'pending', request: answer.request };
        case 'waiting':
          if (answer.request === null) return { kind: 'deferred', retryAtMs: answer.retryAtMs };
          return show(answer.request, answer.retryAtMs);
        case 'deferred':
        case 'muted':
        case 'unavailable':
          return answer;
      }
    },
    async showing({ statusId, host, address }) {
      const canonical = canonicalAddress(address);
      if (canonical === null) return { kind: 'unknown_address' };
      try {
        const request = await seams.desk.status({
          statusId,
          host: bareHost(host),
          address: canonical as VisitorAddress,
        });
        return request === null ? { kind: 'unknown_request' } : await show(request, null);
      } catch (error) {
        seams.log.error('the desk failed on a status', { error: whence(error) });
        return { kind: 'unavailable' };
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
