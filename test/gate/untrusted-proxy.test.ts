/** A proxy that the gate does not trust: nobody passes and nobody is asked, and the operator is told, once and until it is mended. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { proxyFaults } from '../../src/gate/check/proxy-faults.js';
import { manualClock } from '../fixtures/time/manual-clock.js';
import {
  BROWSER,
  HOST,
  named,
  site,
  startGate,
  VISITOR,
  type Reply,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';

/** The gate trusts this peer. Any other loopback address is another peer. */
const TRUSTED = '127.0.0.1';
const STRANGER = '127.0.0.7';
const NETWORK = '127.0.0.7/32';

const CHECKS = ['/auth/nginx', '/auth/nginx/GET/', '/auth/forward', '/auth/envoy/'] as const;
const WITH_A_PAGE = ['/auth/forward', '/auth/envoy/', '/.koder-gate/pending', '/.koder-gate/pending/GET/'] as const;
const FORWARDED = [
  'X-Forwarded-For',
  'x-forwarded-for',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-Method',
  'X-Forwarded-Uri',
  'X-Forwarded-Prefix',
  'X-Forwarded',
  'X_Forwarded_For',
  'Forwarded',
  'X-Real-IP',
  'X-REAL-IP',
] as const;

let gate: RunningGate;

beforeEach(async () => {
  gate = await startGate({
    sites: [site({ permanentNetworks: ['127.0.0.0/8'] }), open()],
    trustedProxies: ['127.0.0.1/32'],
  });
});

afterEach(() => gate.stop());

describe.each(CHECKS)('%s', (path) => {
  test.each(FORWARDED)('with %s is answered no, and nobody is asked', async (header) => {
    gate.fixture.grant(HOST, STRANGER);

    const reply = await asks({ path: named(path), headers: { [header]: VISITOR } });

    expect([reply.status, gate.fixture.accessRequests.length]).toEqual([403, 0]);
  });

  test('without such a header the peer is the visitor, as ever', async () => {
    const headers = path === '/auth/forward' ? { host: HOST } : {};
    const reply = await asks({ path: named(path), headers });

    // an untrusted peer names no host on this way
    expect(reply.status).toBe(path === '/auth/forward' ? 403 : path === '/auth/envoy/' ? 200 : 204);
    expect(gate.gate.proxyFaults()).toEqual([]);
  });

  test('a site without a gate is closed as well', async () => {
    const own = { host: 'open.example.org', 'x-forwarded-host': 'open.example.org', 'x-forwarded-for': VISITOR };

    expect((await asks({ path: named(path, 'open.example.org'), headers: own })).status).toBe(403);
    expect((await asks({ path: named(path, 'open.example.org'), headers: own, from: TRUSTED })).status).toBeLessThan(
      300,
    );
  });
});

describe.each(WITH_A_PAGE)('%s', (path) => {
  test('says what to change, and gives nobody a way in', async () => {
    const reply = await asks({ path: named(path), headers: { 'x-forwarded-for': VISITOR } });

    expect([reply.status, /data-state="(\w+)"/.exec(reply.body)?.[1]]).toEqual([403, 'untrusted_proxy']);
    expect(reply.body).toContain(`The gate does not trust your proxy at ${STRANGER}`);
    expect(reply.body).toContain(`TRUSTED_PROXIES=${NETWORK}`);
    expect(reply.body).not.toContain(VISITOR);
    expect(reply.body).not.toMatch(/<a |<form|data-stream/);
    expect(gate.fixture.accessRequests).toEqual([]);
  });
});

test.each(['wait', 'status', 'stream'])('/.koder-gate/%s tells an untrusted proxy of nobody', async (what) => {
  await asks({ path: named('/auth/nginx/GET/'), headers: { 'x-forwarded-for': VISITOR }, from: TRUSTED });
  await asks({ path: named('/.koder-gate/pending/GET/'), headers: { 'x-forwarded-for': VISITOR }, from: TRUSTED });
  const [request] = gate.fixture.requests;
  if (request === undefined) throw new Error('nothing was opened');

  const reply = await asks({
    path: named(`/.koder-gate/${what}/${request.statusId}`),
    headers: { 'x-forwarded-for': VISITOR },
  });

  expect([reply.status, reply.body.includes('pending')]).toEqual([403, false]);
});

test('style and script of the page are not withheld', async () => {
  const page = await asks({ path: named('/auth/forward'), headers: { 'x-forwarded-for': VISITOR } });
  const style = /href="(\/\.koder-gate\/assets\/[^"]+)"/.exec(page.body)?.[1] ?? '';

  expect((await asks({ path: named(style), headers: { 'x-forwarded-for': VISITOR } })).status).toBe(200);
});

describe('the operator', () => {
  const asksForSomebody = (from = STRANGER): Promise<Reply> =>
    asks({ path: named('/auth/forward'), headers: { 'x-forwarded-for': VISITOR, 'x-forwarded-host': HOST }, from });
  const told = (): unknown[] =>
    gate.events.flatMap((event) =>
      event.event === 'auth_gate.proxy_refused' ? [[event.why, event.peer, event.name]] : [],
    );

  test('is told by one event, however often it happens', async () => {
    for (let times = 0; times < 30; times += 1) await asksForSomebody();

    expect(told()).toEqual([['not_trusted', STRANGER, 'x-forwarded-for']]);
    expect(gate.gate.proxyFaults()).toEqual([{ kind: 'not_trusted', peer: STRANGER, name: 'x-forwarded-for' }]);
  });

  test('finds the gate not ready, until a trusted proxy asks', async () => {
    const before = gate.gate.proxyPart();
    await asksForSomebody();
    const during = gate.gate.proxyPart();
    await asksForSomebody(TRUSTED);

    expect([before, during?.isReady, gate.gate.proxyPart()]).toEqual([null, false, null]);
    expect(during?.why).toContain('TRUSTED_PROXIES');
  });

  test('finds it not ready as well where other machines can reach the gate plane', async () => {
    await gate.stop();
    gate = await startGate({ isExposed: true, trustedProxies: ['127.0.0.1/32'] });
    const before = gate.gate.proxyPart();
    await asksForSomebody();

    expect([before, gate.gate.proxyPart()?.isReady]).toEqual([null, false]);
  });

  test.each(FORWARDED)('is not told of what visitors forward through a trusted proxy: %s', async (header) => {
    const headers = { 'x-forwarded-for': VISITOR, 'x-forwarded-host': HOST };

    await asks({
      path: named('/auth/forward'),
      headers: { ...headers, [header]: headers['x-forwarded-for'] },
      from: TRUSTED,
    });

    expect([told(), gate.gate.proxyPart()]).toEqual([[], null]);
  });
});

describe('a proxy that is not trusted', () => {
  const clock = manualClock();
  const quiet = (): void => undefined;
  const faultsOf = () =>
    proxyFaults({ events: { emit: quiet }, clock, log: { debug: quiet, info: quiet, warn: quiet, error: quiet } });

  test.each(['127.0.0.1', '127.8.8.8', '::1'])('at %s makes the gate not ready: it is on this machine', (peer) => {
    const faults = faultsOf();
    faults.mistrust(peer);

    expect(faults.isMistrusting).toBe(true);
  });

  test.each(['10.0.0.5', '2001:db8::5', '::2', ''])('at "%s" does not: others could take the gate away', (peer) => {
    const faults = faultsOf();
    faults.note({ kind: 'not_trusted', peer, name: 'X-Forwarded-For' });
    faults.mistrust(peer);

    expect([faults.isMistrusting, faults.recent().length]).toEqual([false, 1]);
  });
});

function open() {
  return site({ key: 'open.example.org' as never, domains: ['open.example.org'], isGated: false, environment: 'prd' });
}

interface Asking {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly from?: string;
}

function asks({ path, headers, from = STRANGER }: Asking): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: gate.port, path, localAddress: from, agent: false };
    httpRequest({ ...options, headers: { ...BROWSER, host: HOST, ...headers } }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    })
      .on('error', reject)
      .end();
  });
}
