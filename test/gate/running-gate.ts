/** A gate plane on a loopback port, over the house in memory. The peer, 127.0.0.1, is a trusted proxy unless said otherwise. */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApproverId, SiteKey } from '../../src/approval/brand.js';
import type { Directory, Site } from '../../src/approval/site.js';
import { systemChance } from '../../src/base/chance.js';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { createGate, type Gate } from '../../src/gate/gate.js';
import { house, type House } from './house.js';

export const HOST = 'stg.example.org';
export const VISITOR = '203.0.113.7';

export interface RunningGate {
  readonly gate: Gate;
  readonly house: House;
  readonly port: number;
  directory: Directory;
  stop(): Promise<void>;
}

export interface GateOptions {
  readonly sites?: readonly Site[];
  readonly trustedProxies?: readonly string[];
  readonly country?: (address: string) => string | null;
  readonly clock?: Clock;
  readonly house?: House;
  readonly staleMaxSeconds?: number;
}

export async function startGate(options: GateOptions = {}): Promise<RunningGate> {
  const clock = options.clock ?? systemClock();
  const behind = options.house ?? house(() => clock.nowMs());
  const quiet = (): void => undefined;
  const self = { directory: directoryOf(options.sites ?? [site()]), house: behind };
  const gate = await createGate({
    ledger: behind.ledger,
    desk: behind.desk,
    directory: () => self.directory,
    trustedProxies: options.trustedProxies ?? ['127.0.0.1/32', '10.0.0.0/8'],
    country: options.country ?? (() => null),
    staleMaxSeconds: options.staleMaxSeconds ?? 30,
    clock,
    chance: systemChance(),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const server = createServer(gate.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(self, {
    gate,
    port: (server.address() as AddressInfo).port,
    async stop() {
      await gate.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

export function site(own: Partial<Site> = {}): Site {
  return {
    key: HOST as SiteKey,
    domains: [HOST, 'www.stg.example.org'],
    environment: 'stg',
    isGated: true,
    approvers: ['ada@example.org' as ApproverId],
    notifiers: [],
    grantTtlSeconds: 604_800,
    requestTtlSeconds: 600,
    geofence: null,
    permanentNetworks: ['192.0.2.0/24', '2001:db8:aaaa::/48'],
    confirmEndpoint: 'http://localhost:8080/req',
    consumers: new Map(),
    channelPolicies: new Map(),
    ...own,
  };
}

export function directoryOf(sites: readonly Site[]): Directory {
  return {
    sites,
    approvers: new Map(),
    producers: new Map(),
    windowScope: 'site',
    windowSeconds: 600,
    maxPendingPerApprover: 10,
    siteOf: (host) => sites.find(({ domains }) => domains.includes(host)),
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a browser sends when a person opens a page. */
export const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
} as const;

/** What a trusted proxy says of a visitor. */
export function forwarded(
  own: { address?: string; host?: string; method?: string; uri?: string } = {},
): Record<string, string> {
  return {
    'x-forwarded-for': own.address ?? VISITOR,
    'x-forwarded-host': own.host ?? HOST,
    'x-forwarded-method': own.method ?? 'GET',
    'x-forwarded-uri': own.uri ?? '/',
  };
}

export interface Ask {
  readonly host?: string;
  readonly path: string;
  readonly method?: string;
  /** A flat list sends lines as they stand, repeated ones too. */
  readonly headers?: Readonly<Record<string, string>> | readonly string[];
}

export async function ask(port: number, asked: Ask): Promise<Reply> {
  const answer = await openAnswer(port, asked);
  let body = '';
  for await (const chunk of answer) body += String(chunk);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body };
}

export function openAnswer(port: number, asked: Ask): Promise<IncomingMessage> {
  const { path, host = '127.0.0.1', method = 'GET', headers = {} } = asked;
  // a copy: a flat list and a record are both what `request` takes, but not as readonly
  const sent = Array.isArray(headers)
    ? [...(headers as readonly string[])]
    : { ...(headers as Record<string, string>) };
  return new Promise((resolve, reject) => {
    httpRequest({ host, port, path, method, agent: false, headers: sent }, resolve).on('error', reject).end();
  });
}
