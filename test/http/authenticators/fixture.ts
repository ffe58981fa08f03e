/** The receiver over real sockets, with every way of proof configured, a real ledger behind it, and callers of all kinds. */
import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { ApproverId, ChannelName } from '../../../src/approval/brand.js';
import { USUAL_IDENTITY } from '../../../src/approval/identity-policy.js';
import type { Directory } from '../../../src/approval/site.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { systemClock, type Clock } from '../../../src/base/time/clock.js';
import { jsonLog, type Log } from '../../../src/base/process/log.js';
import { Secret } from '../../../src/base/crypto/secret.js';
import { createEncryption } from '../../../src/base/crypto/encryption.js';
import type { CallerProofs, ProxyCertificateHeaders } from '../../../src/contract/caller-proofs.js';
import type { Ledger } from '../../../src/contract/ledger.js';
import type { ProducerMails } from '../../../src/contract/producer-mails.js';
import { createDesk } from '../../../src/desk/desk.js';
import { createGuard } from '../../../src/http/public/guard/guard.js';
import { listen } from '../../../src/http/shared/listen.js';
import { createPlane } from '../../../src/http/shared/plane.js';
import type { Authenticator } from '../../../src/http/receiver/authenticator.js';
import { createCallers } from '../../../src/http/receiver/callers.js';
import { channels } from '../../../bots/index.js';
import { registryFacts } from '../../../src/compose/registry-facts.js';
import { routeReceiver } from '../../../src/http/receiver/receiver.js';
import type { MadeCertificate } from '../../fakes/certificate.js';
import type { FakeVerifier } from '../../fakes/verifier.js';
import { testLedger, type TestLedger } from '../../fixtures/databases/test-ledger.js';
import { company, server } from './certificates.js';

const FACTS = registryFacts(channels);
const PATH = '/api/v1/bots/koder-gate/approvals';
const HOST = 'stg.jet.example.net';
const ADA = 'ada@example.org' as ApproverId;
/** No mails are ordered here. */
const NO_MAILS: ProducerMails = {
  order: () => Promise.resolve({ kind: 'not_configured' }),
  find: () => Promise.resolve(null),
};
const SEALER = createEncryption([new Secret(randomBytes(32))]);

/** In the headers that nginx, Caddy and HAProxy are shown to set in docs/service-callers.md. */
export const HEADERS: ProxyCertificateHeaders = {
  verify: 'x-ssl-client-verify',
  certificate: 'x-ssl-client-cert',
  fingerprint: 'x-ssl-client-fingerprint',
  subject: 'x-ssl-client-s-dn',
};

export interface Post {
  readonly bearer?: string;
  /** Several of one name are sent as several lines. */
  readonly headers?: readonly (readonly [string, string])[];
  /** Over TLS, with this certificate or with none. */
  readonly tls?: MadeCertificate | 'no certificate';
  readonly body?: string;
}

export interface Posted {
  readonly status: number;
  /** Our own code of a refusal; null with 200. */
  readonly code: string | null;
  readonly retryAfter: string | undefined;
  /** What the audit says of the caller; null when nothing was opened. */
  readonly caller: string | null;
}

export interface CallerFixture {
  readonly verifier: FakeVerifier;
  readonly store: TestLedger;
  readonly clock: Clock;
  /** In place of what the fixture began with, as a reload does it. */
  reload(proofs: Readonly<Record<string, CallerProofs>>): void;
  readonly proofs: () => ReadonlyMap<string, CallerProofs>;
  post(post: Post): Promise<Posted>;
  advance(ms: number): void;
  readonly ledger: Ledger;
  readonly log: Log;
  logged(): string;
}

export interface FixtureInput {
  readonly proofs: Readonly<Record<string, CallerProofs>>;
  /** Networks whose headers are believed; the caller's own address is in the first by default. */
  readonly trustedProxies?: readonly string[];
}

/** Stands in place of the honest authenticator. */
export type CallerMutant = (honest: Authenticator, fixture: CallerFixture) => Authenticator;

export async function onScene(
  input: FixtureInput,
  play: (fixture: CallerFixture) => Promise<void>,
  with_: { readonly verifier: FakeVerifier; readonly mutant?: CallerMutant },
): Promise<void> {
  let aheadMs = 0;
  let proofs = new Map(Object.entries(input.proofs));
  const system = systemClock();
  const clock: Clock = {
    ...system,
    nowMs: () => system.nowMs() + aheadMs,
    monotonicMs: () => system.monotonicMs() + aheadMs,
  };
  const lines: string[] = [];
  const log = jsonLog('trace', { write: (line) => void lines.push(line) });
  const store = await testLedger();
  const honest = createCallers({
    proofs: () => proofs,
    serviceTokens: store.ledger.serviceTokens,
    trustedProxies: input.trustedProxies ?? ['127.0.0.0/8', '::1/128'],
    clock,
    log,
  });
  const guard = createGuard({
    ledger: store.ledger.deadLetters,
    encryption: SEALER,
    trustedProxies: [],
    publicUrl: 'http://localhost',
    failuresPerMinute: 60,
    clock,
    random: systemRandom(),
    log,
  });
  let authenticator: Authenticator = honest;
  const app = createPlane();
  routeReceiver(app, {
    desk: deskOver(store.ledger, clock),
    directory: () => DIRECTORY,
    endpoints: FACTS.endpoints,
    mails: NO_MAILS,
    authenticator: { authenticate: (call) => authenticator.authenticate(call) },
    guard,
    clock,
    log,
  });
  const where = { host: '127.0.0.1', port: 0, variable: 'PUBLIC_PORT' };
  const tls = { certificates: server.cert, key: new Secret(server.key), clientAuthorities: company.cert };
  const plain = await listen((request, response) => void app(request, response), where);
  const secure = await listen((request, response) => void app(request, response), { ...where, tls });
  const fixture: CallerFixture = {
    verifier: with_.verifier,
    store,
    ledger: store.ledger,
    clock,
    reload: (next) => void (proofs = new Map(Object.entries(next))),
    proofs: () => proofs,
    post: (post) => send(post, { plain: plain.port, secure: secure.port, store, nowMs: clock.nowMs() }),
    advance: (ms) => void (aheadMs += ms),
    log,
    logged: () => lines.join(''),
  };
  if (with_.mutant !== undefined) authenticator = with_.mutant(honest, fixture);
  try {
    await play(fixture);
  } finally {
    honest.close();
    await Promise.all([plain.stop(), secure.stop(), guard.stop()]);
    store.wipe();
  }
}

async function send(
  post: Post,
  to: { plain: number; secure: number; store: TestLedger; nowMs: number },
): Promise<Posted> {
  const { tls } = post;
  const before = (await to.store.requests()).length;
  const body = post.body ?? JSON.stringify(payload(to.nowMs));
  const headers = [
    ['host', 'gate.example.org'] as const,
    ...(post.bearer === undefined ? [] : [['authorization', `Bearer ${post.bearer}`] as const]),
    ...(post.headers ?? []),
    ['content-type', 'application/json'] as const,
    ['content-length', String(Buffer.byteLength(body))] as const,
  ];
  const shared = { host: '127.0.0.1', method: 'POST', path: PATH, agent: false, headers: headers.flat() };
  const certificate = tls === 'no certificate' || tls === undefined ? {} : { cert: tls.cert, key: tls.key };
  const sent =
    tls === undefined
      ? httpRequest({ ...shared, port: to.plain })
      : httpsRequest({ ...shared, port: to.secure, ca: company.cert, ...certificate });
  const answer = await new Promise<Omit<Posted, 'caller'>>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        const code = /"code":"(\w+)"/.exec(text)?.[1] ?? null;
        resolve({ status: response.statusCode ?? 0, code, retryAfter: response.headers['retry-after'] });
      });
    });
    sent.end(body);
  });
  const hasOpened = (await to.store.requests()).length > before;
  const [latest] = hasOpened ? await to.store.ledger.audit.recent(1) : [];
  const caller = latest?.detail['caller'];
  return { ...answer, caller: typeof caller === 'string' ? caller : null };
}

function payload(nowMs: number): Readonly<Record<string, unknown>> {
  return {
    token: randomBytes(16).toString('hex'),
    host: HOST,
    environment: 'stg',
    origin_ip: '189.45.12.30',
    user_agent: 'Mozilla/5.0',
    timestamp: new Date(nowMs).toISOString(),
    admin: ADA,
    ttl_seconds: 600,
  };
}

function deskOver(ledger: Ledger, clock: Clock): ReturnType<typeof createDesk> {
  return createDesk({
    ledger,
    directory: () => DIRECTORY,
    peerTransport: FACTS.peerTransport,
    encryption: SEALER,
    events: { emit: () => undefined },
    random: systemRandom(),
    clock,
    publicUrl: 'http://localhost:8080',
    courier: null,
    trustedProxies: [],
    log: jsonLog('silent', { write: () => undefined }),
  });
}

const DIRECTORY: Directory = {
  sites: [],
  approvers: new Map([[ADA, { id: ADA, addresses: new Map([['talk' as ChannelName, ADA]]) }]]),
  producers: new Map(
    ['jet', 'fly'].map((name) => [
      name,
      { name, hosts: [HOST], approvers: [ADA], notifiers: null, confirm: 'ours' as const, callbackUrl: null },
    ]),
  ),
  windowScope: 'site',
  windowSeconds: 600,
  maxPendingPerApprover: 100,
  unnamedChecks: false,
  identity: USUAL_IDENTITY,
  operators: new Set(),
  maxPendingPerNetwork: 100,
  siteOf: () => undefined,
};
