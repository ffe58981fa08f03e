/**
 * The gate plane: one raw handler in front of everything. `/auth/*` answers proxies and is the hot path; what is behind
 * `/.koder-gate/` is the only part of us that a visitor's browser reaches. What is not named here does not exist.
 */
import type { RequestListener } from 'node:http';
import type { Directory } from '../approval/site.js';
import type { Chance } from '../base/chance.js';
import { clientAddresses } from '../base/client-address.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Part } from '../contract/admin.js';
import type { Desk } from '../contract/desk.js';
import type { Ledger } from '../contract/ledger.js';
import { AUTH_PATHS, authRoutes } from './auth-routes.js';
import { check } from './check.js';
import { grantMemory, type Trust } from './grants/memory.js';
import { siteIndex } from './site-entry.js';
import { openAssets } from './visitor/assets.js';
import { pageAnswers } from './visitor/page-answer.js';
import { reception } from './visitor/reception.js';
import { VISITOR_PATHS, visitorRoutes } from './visitor/routes.js';
import { streams } from './visitor/streams.js';

export interface Gate {
  /** The whole gate plane. */
  readonly handler: RequestListener;
  part(): Part;
  /** Ends streams and timers. Known addresses are answered until the listener stops. */
  stop(): Promise<void>;
}

export interface GateSeams {
  readonly ledger: Pick<Ledger, 'subscribe' | 'ping'> & {
    readonly grants: Pick<Ledger['grants'], 'livePage' | 'find'>;
  };
  readonly desk: Pick<Desk, 'open' | 'status'>;
  readonly directory: () => Directory;
  /** CIDR networks whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** ISO 3166-1 alpha-2, or null when unknown. */
  readonly country: (address: string) => string | null;
  /** How long known addresses pass while the database is out of reach. */
  readonly staleMaxSeconds: number;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

const WHY: Readonly<Record<Trust, string>> = {
  fresh: '',
  loading: 'the grants have not been read yet, so nobody passes',
  doubtful: 'the database was out of reach, so every known address is confirmed one by one',
};

/** Resolves when the grants have been read, or could not be: it goes on trying then, and nobody passes. */
export async function createGate(seams: GateSeams): Promise<Gate> {
  const { ledger, desk, country, staleMaxSeconds, clock, chance, log } = seams;
  const clients = clientAddresses(seams.trustedProxies);
  const sites = siteIndex(seams.directory);
  const memory = grantMemory({ ledger, staleMaxSeconds, clock, log });
  const assets = openAssets();
  const pages = pageAnswers(assets, () => clock.nowMs());
  const visitors = reception({ desk, memory, country, clock, log });
  const checking = check({ sites, clients, memory });
  const live = streams({ ledger, clock, chance });
  const parts = { checking, clients, sites, reception: visitors, pages, assets, streams: live, log };
  await memory.start();
  return {
    handler: routes(authRoutes(parts), visitorRoutes(parts)),
    part: () => ({ name: 'gate', isReady: memory.trust === 'fresh', why: WHY[memory.trust] }),
    stop() {
      memory.stop();
      live.stop();
      return Promise.resolve();
    },
  };
}

/** Answers what is its own, and says whether it was. */
export type Route = (...call: Parameters<RequestListener>) => boolean;

const HEALTH_PATH = '/healthz';

/** Every path of the gate plane. */
export const GATE_PATHS: readonly string[] = [...AUTH_PATHS, ...VISITOR_PATHS, HEALTH_PATH];

function routes(auth: Route, visitor: Route): RequestListener {
  return (request, response) => {
    if (auth(request, response) || visitor(request, response)) return;
    if (request.url === HEALTH_PATH) response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
    else response.writeHead(404, { 'content-length': 0 }).end();
  };
}
