/** Both planes on real sockets over a real desk, identity and SQLite ledger. */
import { randomBytes } from 'node:crypto';
import type { Express } from 'express';
import type { ApproverId, ChannelName, SiteKey, Token, VisitorAddress } from '../../src/approval/brand.js';
import type { Approver, Directory, Producer, Site } from '../../src/approval/site.js';
import { systemChance } from '../../src/base/chance.js';
import type { Log } from '../../src/base/log.js';
import { systemClock } from '../../src/base/clock.js';
import { Secret } from '../../src/base/secret.js';
import { sealer } from '../../src/base/sealer.js';
import type { AdminServices } from '../../src/contract/admin.js';
import type { Mount } from '../../src/contract/channel.js';
import type { Desk } from '../../src/contract/desk.js';
import { createServiceTokens } from '../../src/compose/admin/service-tokens.js';
import { createDesk } from '../../src/desk/desk.js';
import type { GateEvent } from '../../src/events/events.js';
import { createAdminPlane } from '../../src/http/admin-plane.js';
import { deadLetters, type Redriver } from '../../src/http/guard/dead-letters.js';
import { createGuard, type Guard } from '../../src/http/guard/guard.js';
import { listen, type Listener } from '../../src/http/listen.js';
import { createPublicPlane } from '../../src/http/public-plane.js';
import type { Authenticator } from '../../src/http/receiver/authenticator.js';
import { PRODUCER_SOURCE, producerRedriver } from '../../src/http/receiver/receiver.js';
import { staticBearers } from '../../src/http/receiver/authenticators/static-bearer.js';
import { createIdentity, type Identity } from '../../src/identity/identity.js';
import { QUIET } from './quiet-log.js';
import { testLedger, type TestLedger } from './test-ledger.js';

export const ADA = 'ada@example.org' as ApproverId;
export const BOB = 'bob@example.org' as ApproverId;
export const HOST = 'stg.example.org';
export const ADMIN_TOKEN = 'a'.repeat(64);
export const JET_BEARER = 'jet-bearer-0123456789';
export const FLY_BEARER = 'fly-bearer-0123456789';
/** The receiver's own producers ask for these; no site of ours. */
export const JET_HOST = 'stg.kds.example.net';

export interface Planes {
  readonly publicUrl: string;
  readonly adminUrl: string;
  readonly publicApp: Express;
  readonly adminApp: Express;
  readonly desk: Desk;
  readonly identity: Identity;
  readonly store: TestLedger;
  /** Resolves when every letter that was posted is written. */
  settled(): Promise<void>;
  /** Moves the clock of this process; the database's own stays. */
  advance(ms: number): void;
  nowMs(): number;
  /** A visitor knocks at our own site; the token is what the cards would carry. */
  knock(address?: string): Promise<{ readonly token: Token; readonly id: string }>;
  readonly calls: string[];
  stop(): Promise<void>;
}

export interface PlanesWish {
  readonly mounts?: readonly Mount[];
  readonly openMounts?: readonly Mount[];
  /** Receivers, each behind the guard. */
  readonly mountsBehind?: (guard: Guard, desk: Desk) => readonly Mount[];
  readonly redrivers?: (desk: Desk) => readonly (readonly [string, Redriver])[];
  readonly onEvent?: (event: GateEvent) => void;
  readonly trustedProxies?: readonly string[];
  readonly failuresPerMinute?: number;
  /** Instead of one that is dropped. */
  readonly log?: Log;
  /** Instead of the static bearers. */
  readonly authenticator?: Authenticator;
  /** Instead of http on loopback: pages behave as behind TLS. */
  readonly publicUrl?: string;
}

export async function startPlanes(wish: PlanesWish = {}): Promise<Planes> {
  let ahead = 0;
  const system = systemClock();
  const clock = { ...system, nowMs: () => system.nowMs() + ahead, monotonicMs: () => system.monotonicMs() + ahead };
  const chance = systemChance();
  const store = await testLedger();
  const log = wish.log ?? QUIET;
  const directory = (): Directory => DIRECTORY;
  const calls: string[] = [];
  const tokens: Token[] = [];
  // the token leaves the desk only on cards: here the one place that makes it is listened to
  const listening = {
    ...chance,
    hex(bytes: number) {
      const text = chance.hex(bytes);
      if (bytes === 16) tokens.push(text as Token);
      return text;
    },
  };
  // the port is part of PUBLIC_URL, so the socket comes first and the plane behind it
  let publicApp: Express | null = null;
  const publicListener = await listen((request, response) => void publicApp?.(request, response), LOOPBACK);
  const publicUrl = wish.publicUrl ?? `http://localhost:${String(publicListener.port)}`;
  const desk = createDesk({
    ledger: store.ledger,
    directory,
    sealer: sealer([new Secret(randomBytes(32))]),
    events: { emit: (event) => wish.onEvent?.(event) },
    chance: listening,
    clock,
    publicUrl,
    courier: null,
    log: QUIET,
  });
  const identity = createIdentity({ ledger: store.ledger.identity, directory, clock, chance, publicUrl });
  const keys = sealer([new Secret(randomBytes(32))]);
  const guard = createGuard({
    ledger: store.ledger.deadLetters,
    sealer: keys,
    trustedProxies: wish.trustedProxies ?? [],
    failuresPerMinute: wish.failuresPerMinute ?? 60,
    clock,
    chance,
    log,
  });
  publicApp = createPublicPlane({
    desk,
    identity,
    directory,
    guard,
    authenticator: wish.authenticator ?? staticBearers(() => BEARERS),
    mounts: wish.mountsBehind?.(guard, desk) ?? wish.mounts ?? [],
    publicUrl,
    clock,
    chance,
    log,
  });
  const adminApp = createAdminPlane({
    services: services(calls),
    identity,
    desk,
    ledger: store.ledger,
    refusals: guard,
    deadLetters: deadLetters({
      ledger: store.ledger,
      sealer: keys,
      redrivers: new Map([
        [PRODUCER_SOURCE, producerRedriver({ desk, directory, clock })],
        ...(wish.redrivers?.(desk) ?? []),
      ]),
    }),
    serviceTokens: createServiceTokens({
      ledger: store.ledger.serviceTokens,
      proofs: () => PROOFS,
      chance,
      clock,
    }),
    adminToken: new Secret(ADMIN_TOKEN),
    adminPort: 0,
    publicUrl,
    mounts: [],
    openMounts: wish.openMounts ?? [],
    clock,
    log: QUIET,
  });
  const adminListener: Listener = await listen((request, response) => void adminApp(request, response), LOOPBACK);
  return {
    publicUrl: `http://localhost:${String(publicListener.port)}`,
    adminUrl: `http://localhost:${String(adminListener.port)}`,
    publicApp,
    adminApp,
    desk,
    identity,
    store,
    calls,
    settled: () => guard.stop(),
    advance: (ms) => void (ahead += ms),
    nowMs: () => clock.nowMs(),
    async knock(address = '203.0.113.7') {
      tokens.length = 0;
      const answer = await desk.open({
        site: HOST as SiteKey,
        host: HOST,
        path: '/pricing?plan=<b>&x="1"',
        address: address as VisitorAddress,
        country: 'BR',
        userAgent:
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36',
      });
      if (answer.kind !== 'opened') throw new Error(`the knock was answered ${answer.kind}`);
      const token = tokens.find((made) => made.startsWith(answer.request.tokenPrefix));
      if (token === undefined) throw new Error('a request has its token');
      return { token, id: answer.request.id };
    },
    async stop() {
      await guard.stop();
      await Promise.all([publicListener.stop(), adminListener.stop()]);
      store.wipe();
    },
  };
}

const BEARERS = new Map([
  ['jet', { bearers: [new Secret('jet-old-bearer'), new Secret(JET_BEARER)] }],
  ['fly', { bearers: [new Secret(FLY_BEARER)] }],
]);

const PROOFS = new Map([
  ['jet', { serviceTokens: true }],
  ['fly', { serviceTokens: false }],
]);

const LOOPBACK = { host: '127.0.0.1', port: 0, variable: 'PUBLIC_PORT' };

function services(calls: string[]): AdminServices {
  return {
    command({ line, operator }) {
      calls.push(`command ${operator} ${line}`);
      return Promise.resolve({ kind: 'text', isOk: true, lines: [line], data: null });
    },
    signInLink(approver, operator) {
      calls.push(`sign-in-link ${operator} ${approver}`);
      return Promise.resolve(
        approver === ADA ? { url: 'http://localhost/sign-in/x', expiresAt: '2026-01-01T00:00:00Z' } : null,
      );
    },
    reload(operator) {
      calls.push(`reload ${operator}`);
      const problem = { file: 'sites.toml', key: 'sites[0]', problem: 'is wrong', cure: 'mend it' };
      return Promise.resolve({ problems: operator === 'clumsy' ? [problem] : [] });
    },
    doctor: () => Promise.resolve([{ name: 'database', isOk: true, detail: 'answers', cure: '' }]),
    parts: () => Promise.resolve([{ name: 'database', isReady: true, why: '' }]),
  };
}

const SITE: Site = {
  key: HOST as SiteKey,
  domains: [HOST],
  environment: 'stg',
  isGated: true,
  approvers: [ADA],
  notifiers: ['talk' as ChannelName],
  grantTtlSeconds: 604_800,
  requestTtlSeconds: 600,
  geofence: null,
  permanentNetworks: [],
  confirmEndpoint: 'http://localhost/req',
  consumers: new Map(),
  channelPolicies: new Map(),
};

function approver(id: ApproverId): Approver {
  return { id, addresses: new Map([['talk' as ChannelName, id]]) };
}

function producer(name: string, wish: Partial<Producer>): Producer {
  const none = { notifiers: null, confirm: 'ours', callbackUrl: null } as const;
  return { name, hosts: [JET_HOST, '*.apps.example.net', HOST], approvers: [ADA, BOB], ...none, ...wish };
}

const DIRECTORY: Directory = {
  sites: [SITE],
  approvers: new Map([ADA, BOB].map((id) => [id, approver(id)])),
  producers: new Map([
    ['jet', producer('jet', {})],
    ['fly', producer('fly', { notifiers: ['talk' as ChannelName], approvers: [ADA] })],
  ]),
  windowScope: 'site',
  windowSeconds: 600,
  maxPendingPerApprover: 10,
  siteOf: (host) => (host === HOST ? SITE : undefined),
};
