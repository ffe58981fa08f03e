/**
 * The gate, put together: `/auth/*` answers proxies and is the hot path; what is behind `/.koder-gate/` is the only part of us
 * that a visitor's browser reaches.
 */
import type { RequestListener } from 'node:http';
import type { Directory } from '../approval/site.js';
import type { Random } from '../base/crypto/random.js';
import { clientAddresses } from '../base/net/client-address.js';
import type { Clock } from '../base/time/clock.js';
import type { Log } from '../base/process/log.js';
import type { Part, PassTally } from '../contract/admin.js';
import type { Desk } from '../contract/desk.js';
import type { HandoffAtOrigin } from '../contract/handoff.js';
import type { Ledger } from '../contract/ledger.js';
import type { Events } from '../events/events.js';
import { checkCounts, type CheckCounts } from './check/check-counts.js';
import { authRoutes } from './check/auth-routes.js';
import { check } from './check/check.js';
import type { HandedOutHere } from '../contract/handed-out-here.js';
import { createPassage } from './passage/passage.js';
import { passageCache } from './passage/passage-cache.js';
import { createPassageNotes } from './passage/passage-notes.js';
import { grantCache } from './grants/grant-cache.js';
import type { Trust } from './grants/rereading.js';
import { passes } from './check/passes.js';
import { gatePlane } from './plane.js';
import { proxyFaults, type ProxyFault } from './check/proxy-faults.js';
import { reading } from './check/question.js';
import { siteIndex } from './check/site-entry.js';
import { tokenCache } from './check/tokens/token-cache.js';
import { admission } from './visitor/admission.js';
import { openAssets } from './visitor/assets.js';
import { pageAnswers } from './visitor/page-answer.js';
import { reception } from './visitor/reception.js';
import { signInPages } from './visitor/sign-in.js';
import { visitorRoutes } from './visitor/routes.js';
import { streams } from './visitor/streams.js';

export interface Gate {
  /** The whole gate plane. */
  readonly handler: RequestListener;
  part(): Part;
  /** Only while a proxy on this machine is not trusted: then most likely everybody is closed out. */
  proxyPart(): Part | null;
  /** What proxies asked wrongly of late. */
  proxyFaults(): readonly ProxyFault[];
  /** What passed without a grant. */
  passTallies(): readonly PassTally[];
  /** How often checks came to which verdict. */
  checkCounts: CheckCounts['counts'];
  /** Ends streams and timers. Known addresses are answered until the listener stops. */
  stop(): Promise<void>;
}

export interface GateDeps {
  readonly ledger: Pick<Ledger, 'subscribe' | 'ping'> & {
    readonly grants: Pick<Ledger['grants'], 'livePage' | 'find'>;
    readonly serviceTokens: Pick<Ledger['serviceTokens'], 'liveAtSites' | 'useAtSite'>;
    readonly audit: Pick<Ledger['audit'], 'addOnce'>;
  };
  readonly handedOut: HandedOutHere;
  /** What people call a provider. */
  readonly titleOf: (provider: string) => string;
  readonly desk: Pick<Desk, 'open' | 'status'>;
  readonly directory: () => Directory;
  readonly handoff: HandoffAtOrigin;
  /** Of the auth host. */
  readonly publicUrl: string;
  readonly events: Pick<Events, 'emit'>;
  /** CIDR networks whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** CIDR networks in front of them, which are nobody and believed in nothing. Absent: none. */
  readonly edgeNetworks?: readonly string[];
  /** ISO 3166-1 alpha-2, or null when unknown. */
  readonly country: (address: string) => string | null;
  /** How long known addresses pass while the database is out of reach. */
  readonly staleMaxSeconds: number;
  /** Whether it listens where others than processes of this machine may call. */
  readonly isExposed: boolean;
  /** Whether all of this process is ready. */
  readonly isReady: () => Promise<boolean>;
  /** Visitors' status streams in all, each a connection of this plane. Absent: the usual number. */
  readonly maxStreams?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const WHY: Readonly<Record<Trust, string>> = {
  fresh: '',
  loading: 'the grants have not been read yet, so nobody passes',
  doubtful: 'the database was out of reach, so every known address is confirmed one by one',
};

const MISTRUSTING: Part = {
  name: 'proxy',
  isReady: false,
  why: 'a proxy on this machine forwards visitors and is not in TRUSTED_PROXIES, so everybody behind it is closed out',
};

/** Resolves when the grants have been read, or could not be: it goes on trying then, and nobody passes. */
export async function createGate(deps: GateDeps): Promise<Gate> {
  const { ledger, desk, country, staleMaxSeconds, clock, random, log, isExposed, isReady } = deps;
  const clients = clientAddresses(deps.trustedProxies, deps.edgeNetworks);
  const sites = siteIndex(deps.directory);
  const grants = grantCache({ ledger, staleMaxSeconds, clock, log });
  const tokens = tokenCache({ ledger, staleMaxSeconds, clock });
  const counted = passes();
  const counts = checkCounts();
  const assets = openAssets();
  const pages = pageAnswers(assets, () => clock.nowMs());
  const faults = proxyFaults(deps);
  const windowSeconds = (): number => deps.directory().windowSeconds;
  const visitors = reception({ desk, grants, country, faults, windowSeconds, clock, log });
  const people = passageCache(deps);
  const passage = createPassage({ ...deps, cache: people });
  const checking = check({ sites, clients, grants, tokens, passage, faults });
  const read = reading(clients);
  const admitting = admission({ checking, read, reception: visitors, pages, titleOf: deps.titleOf });
  const passageNotes = createPassageNotes({ ...deps, audit: ledger.audit });
  people.start();
  const live = streams({ ledger, clock, random, maxStreams: deps.maxStreams });
  const shared = { checking, admission: admitting, log };
  await Promise.all([grants.start(), tokens.start()]);
  return {
    handler: gatePlane({
      auth: authRoutes({ ...shared, tokens, passes: counted, counts, passageNotes }),
      visitor: visitorRoutes({
        ...shared,
        read,
        sites,
        reception: visitors,
        pages,
        assets,
        streams: live,
        signIn: signInPages(deps),
      }),
      clients,
      faults,
      isExposed,
      isReady,
    }),
    part: () => ({ name: 'gate', isReady: grants.trust === 'fresh', why: WHY[grants.trust] }),
    proxyPart: () => (faults.isMistrusting ? MISTRUSTING : null),
    proxyFaults: () => faults.recent(),
    passTallies: () => counted.tallies(),
    checkCounts: () => counts.counts(),
    stop() {
      grants.stop();
      tokens.stop();
      live.stop();
      return Promise.resolve();
    },
  };
}
