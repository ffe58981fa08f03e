/** The gate plane where other machines can reach it: proxies that are trusted are answered, everybody else learns nothing. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SiteKey } from '../../src/approval/brand.js';
import { GATE_PATHS } from '../../src/gate/plane.js';
import {
  ask,
  BROWSER,
  forwarded,
  HOST,
  named,
  site,
  startGate,
  VISITOR,
  type Reply,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';

const PROXY = '127.0.0.2';
let gate: RunningGate;

beforeEach(async () => {
  gate = await startGate({ isExposed: true, trustedProxies: [`${PROXY}/32`] });
});
afterEach(() => gate.stop());

const call = (path: string, from?: string): Promise<Reply> =>
  ask(gate.port, { path, ...(from === undefined ? {} : { from }), headers: { ...BROWSER, ...forwarded() } });

test('a trusted proxy is answered', async () => {
  gate.fixture.grant(HOST, VISITOR);

  expect((await call(named('/auth/nginx/GET/'), PROXY)).status).toBe(204);
});

describe.each(GATE_PATHS.filter((path) => !/^\/(healthz|readyz)$/.test(path)))('%s', (path) => {
  test('is refused to others in a sentence that says what to do, and nothing of the sites', async () => {
    gate.fixture.grant(HOST, VISITOR);

    const reply = await call(path.replaceAll(':name', HOST));

    expect([reply.status, gate.fixture.accessRequests.length]).toEqual([403, 0]);
    expect(reply.body).toContain('TRUSTED_PROXIES');
    expect(reply.body).toContain('127.0.0.1 is none of them');
    expect(reply.body + JSON.stringify(reply.headers)).not.toMatch(/example\.org|x-gate|ada/i);
  });
});

test('an edge is one of the others: it is believed in nothing', async () => {
  const edge = '127.0.0.3';
  const behindEdge = await startGate({
    isExposed: true,
    trustedProxies: [`${PROXY}/32`],
    edgeNetworks: [`${edge}/32`],
  });
  behindEdge.fixture.grant(HOST, VISITOR);
  const ofEdge = { path: named('/auth/nginx/GET/'), from: edge, headers: { ...BROWSER, ...forwarded() } };

  const reply = await ask(behindEdge.port, ofEdge);
  const { fixture } = behindEdge;
  await behindEdge.stop();

  expect([reply.status, fixture.accessRequests.length]).toEqual([403, 0]);
  expect(reply.body).toContain(`${edge} is none of them`);
});

test('others are told to the operator', async () => {
  await call(named('/auth/nginx'));

  expect(gate.gate.proxyFaults()).toEqual([{ kind: 'stranger', peer: '127.0.0.1', name: '' }]);
});

test.each([
  [true, 200, 'ready\n'],
  [false, 503, 'not ready\n'],
])('everybody may ask whether it is ready (%s), and is told no more', async (isReady, status, body) => {
  const other = await startGate({ isExposed: true, trustedProxies: [`${PROXY}/32`], isReady });

  const reply = await ask(other.port, { path: '/readyz' });
  await other.stop();

  expect([reply.status, reply.body]).toEqual([status, body]);
});

test('on loopback whoever asks is answered, as before', async () => {
  const inside = await startGate({ trustedProxies: [`${PROXY}/32`] });

  const reply = await ask(inside.port, { path: '/.koder-gate/pending', headers: { ...BROWSER, host: HOST } });
  await inside.stop();

  expect(reply.body).toContain('<html');
});

/** How an operator may set it up, and what a proxy then does wrong; each by the address that he reads in his proxy's configuration. */
describe('on every interface, of both families', () => {
  const PLAIN = { host: HOST } as const;
  const SAYS = { ...PLAIN, 'x-forwarded-for': VISITOR } as const;

  test.each([
    { kind: 'not_trusted', trusted: [PROXY], isExposed: false, path: named('/auth/nginx/GET/'), headers: SAYS },
    { kind: 'stranger', trusted: [PROXY], isExposed: true, path: named('/auth/nginx/GET/'), headers: PLAIN },
    { kind: 'unnamed_check', trusted: ['127.0.0.1'], isExposed: true, path: '/auth/nginx/GET/', headers: SAYS },
    {
      kind: 'unknown_name',
      trusted: ['127.0.0.1'],
      isExposed: true,
      path: named('/auth/nginx/GET/', 'nobody.example.org'),
      headers: SAYS,
    },
    {
      kind: 'no_forwarded_for',
      trusted: ['127.0.0.1'],
      isExposed: true,
      path: named('/auth/nginx/GET/'),
      headers: PLAIN,
    },
  ])('$kind: the address is told as people write it', async ({ kind, trusted, isExposed, path, headers }) => {
    const sites = [site(), site({ key: 'other.example.org' as SiteKey, domains: ['other.example.org'] })];
    const trustedProxies = trusted.map((address) => `${address}/32`);
    const everywhere = await startGate({ listenOn: '::', isExposed, trustedProxies, sites });

    const check = await ask(everywhere.port, { path, headers });
    const page = await ask(everywhere.port, {
      path: path.replace(/auth\/nginx.*/, '.koder-gate/pending'),
      headers: { ...BROWSER, ...headers },
    });
    await everywhere.stop();

    expect([check.status, page.status]).toEqual([403, 403]);
    expect(everywhere.gate.proxyFaults().map((fault) => [fault.kind, fault.peer])).toEqual([[kind, '127.0.0.1']]);
    expect(JSON.stringify([everywhere.events, check.body, page.body])).not.toContain('ffff');
  });
});
