/** The check over a real socket: who passes, what the application is told, and what changes nothing. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SiteKey } from '../../src/approval/brand.js';
import { listen } from '../../src/http/shared/listen.js';
import {
  ask,
  BROWSER,
  directoryOf,
  forwarded,
  HOST,
  named,
  site,
  startGate,
  VISITOR,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';

const PRODUCTION = site({
  key: 'example.org' as SiteKey,
  domains: ['example.org'],
  environment: 'prd',
  isGated: false,
});

let gate: RunningGate;

beforeEach(async () => {
  gate = await startGate({ sites: [site(), PRODUCTION] });
});

afterEach(() => gate.stop());

const identity = (headers: Readonly<Record<string, unknown>>): unknown[] =>
  ['site', 'environment', 'address', 'grant', 'approver'].map((name) => headers[`x-gate-${name}`]);

describe.each(['/auth/nginx', '/auth/forward'])('%s', (unnamed) => {
  const path = named(unnamed);

  test('a stranger is closed out', async () => {
    expect((await ask(gate.port, { path, headers: forwarded() })).status).toBe(403);
  });

  test('a granted address passes, and the application is told who let it in', async () => {
    const grant = gate.fixture.grant(HOST, VISITOR);

    const reply = await ask(gate.port, { path, headers: forwarded() });

    expect(reply.status).toBe(204);
    expect(identity(reply.headers)).toEqual([HOST, 'stg', VISITOR, String(grant.id), 'ada@example.org']);
  });

  test('a grant is for its site alone', async () => {
    gate.fixture.grant('other.example.org', VISITOR);

    expect((await ask(gate.port, { path, headers: forwarded() })).status).toBe(403);
  });

  test('an IPv6 visitor passes with its whole /64', async () => {
    gate.fixture.grant(HOST, '2001:db8:1:2::/64');

    const reply = await ask(gate.port, { path, headers: forwarded({ address: '2001:db8:1:2:a::1' }) });

    expect([reply.status, reply.headers['x-gate-address']]).toEqual([204, '2001:db8:1:2:a::1']);
  });

  test('a permanent network passes without a grant, with all five headers', async () => {
    const reply = await ask(gate.port, { path, headers: forwarded({ address: '192.0.2.77' }) });

    expect(reply.status).toBe(204);
    expect(identity(reply.headers)).toEqual([HOST, 'stg', '192.0.2.77', '', '']);
  });

  test('a site without a gate lets everybody pass', async () => {
    const reply = await ask(gate.port, {
      path: named(unnamed, 'example.org'),
      headers: forwarded({ host: 'example.org' }),
    });

    expect([reply.status, ...identity(reply.headers)]).toEqual([204, 'example.org', 'prd', VISITOR, '', '']);
  });

  test.each(['nowhere.example.org', '', 'stg.example.org.evil.test', `${HOST}, example.org`])(
    'an unknown host is closed: "%s"',
    async (host) => {
      gate.fixture.grant(HOST, VISITOR);

      expect((await ask(gate.port, { path, headers: forwarded({ host }) })).status).toBe(403);
    },
  );

  test.each(['STG.Example.ORG', `${HOST}:8083`, `${HOST}.`, 'www.stg.example.org'])(
    'a host is one in every spelling: %s',
    async (host) => {
      gate.fixture.grant(HOST, VISITOR);

      expect((await ask(gate.port, { path, headers: forwarded({ host }) })).status).toBe(204);
    },
  );

  test('a visitor whose address cannot be read is closed out', async () => {
    expect((await ask(gate.port, { path, headers: forwarded({ address: 'unknown' }) })).status).toBe(403);
  });

  test('a revoked grant is over at once', async () => {
    const grant = gate.fixture.grant(HOST, VISITOR);
    gate.fixture.revoke(grant.id);

    expect((await ask(gate.port, { path, headers: forwarded() })).status).toBe(403);
  });

  test('a late hint does not bring a revoked grant back', async () => {
    const grant = gate.fixture.grant(HOST, VISITOR);
    gate.fixture.revoke(grant.id);
    gate.fixture.emit({ kind: 'granted', grant });

    expect((await ask(gate.port, { path, headers: forwarded() })).status).toBe(403);
  });
});

test('nginx is answered blind: no page, no request', async () => {
  const reply = await ask(gate.port, { path: named('/auth/nginx'), headers: { ...BROWSER, ...forwarded() } });

  expect([reply.status, reply.body, gate.fixture.accessRequests.length]).toEqual([403, '', 0]);
});

test('Envoy repeats the request behind its prefix and takes a 200 for a yes', async () => {
  gate.fixture.grant(HOST, VISITOR);
  const headers = { ...BROWSER, host: HOST, 'x-forwarded-for': VISITOR };

  const passed = await ask(gate.port, { path: named('/auth/envoy/deep?x=1'), method: 'POST', headers });
  const closed = await ask(gate.port, {
    path: named('/auth/envoy/deep?x=1'),
    headers: { ...headers, 'x-forwarded-for': '203.0.113.99' },
  });

  expect([passed.status, passed.headers['x-gate-site']]).toEqual([200, HOST]);
  expect([closed.status, gate.fixture.accessRequests[0]?.path, gate.fixture.accessRequests[0]?.host]).toEqual([
    403,
    '/deep?x=1',
    HOST,
  ]);
});

test("to Envoy a forwarded host is nothing: its own Host is the visitor's", async () => {
  gate.fixture.grant(HOST, VISITOR);
  const headers = { host: 'nowhere.example.org', 'x-forwarded-for': VISITOR, 'x-forwarded-host': HOST };

  expect((await ask(gate.port, { path: named('/auth/envoy/'), headers })).status).toBe(403);
});

test.each([
  '/',
  '/auth',
  '/auth/',
  '/auth/traefik',
  '/auth/envoyage',
  '/metrics',
  '/.koder-gate',
  '/.koder-gate/',
  '/.koder-gate/wait',
  '/.koder-gate/stream/zz',
  '/auth/forward/x',
  '/site',
  '/site/',
  '/site/stg.example.org',
  '/site/stg.example.org/',
  '/site/stg.example.org/auth/',
  '/site/stg.example.org/healthz',
  '/site/stg.example.org/site/stg.example.org/auth/forward',
  '//auth/forward',
])('what is not mounted does not exist: %s', async (path) => {
  expect((await ask(gate.port, { path, headers: { ...BROWSER, ...forwarded() } })).status).toBe(404);
});

test('a reload takes effect with the next request', async () => {
  gate.directory = directoryOf([site({ permanentNetworks: ['203.0.113.0/24'] })]);

  expect((await ask(gate.port, { path: '/auth/nginx', headers: forwarded() })).status).toBe(204);
});

describe('from an address that is not trusted', () => {
  const LIES = [
    ['X-Forwarded-For', VISITOR],
    ['X-Forwarded-For', VISITOR, 'X-Forwarded-For', VISITOR],
    ['Forwarded', `for=${VISITOR};host=${HOST}`],
    ['X-Real-IP', VISITOR],
    ['X_Forwarded_For', VISITOR],
    ['X-Forwarded-Host', 'example.org'],
    ['X-Gate-Address', VISITOR, 'X-Gate-Grant', '1', 'X_Gate_Grant', '1'],
    ['Host', 'example.org'],
  ];

  test.each(LIES)('changes nothing: %s', async (...lie) => {
    const direct = await startGate({ trustedProxies: ['10.0.0.0/8'], sites: [site(), PRODUCTION] });
    direct.fixture.grant(HOST, VISITOR);

    const reply = await ask(direct.port, {
      path: named('/auth/forward'),
      headers: ['Host', HOST, ...lie, 'Accept', 'text/html'],
    });
    await direct.stop();

    expect(reply.status).toBe(403);
    expect(direct.fixture.accessRequests).toEqual([]);
  });

  test('the method and the path it forwards are not believed', async () => {
    const direct = await startGate({ trustedProxies: ['10.0.0.0/8'] });
    await ask(direct.port, {
      path: '/auth/forward',
      headers: { ...BROWSER, ...forwarded({ uri: '/spoofed', method: 'HEAD' }), host: HOST },
    });
    await direct.stop();

    expect(direct.fixture.accessRequests).toEqual([]);
  });
});

test('a check that passes while the listener stops ends its connection', async () => {
  gate.fixture.grant(HOST, VISITOR);
  const listener = await listen(gate.gate.handler, { host: '127.0.0.1', port: 0, variable: 'GATE_PORT' });
  const proxy = connect(listener.port, '127.0.0.1').setEncoding('utf8');
  let answers = '';
  proxy.on('data', (text: string) => (answers += text));
  const headers = Object.entries(forwarded()).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `GET ${named('/auth/forward')} HTTP/1.1\r\n${headers.join('')}`;
  proxy.write(`${head}\r\n${head}`); // the second has begun when the first is answered
  await once(proxy, 'data');

  const stopped = listener.stop();
  proxy.write('\r\n');
  await once(proxy, 'close');
  await stopped;

  const [, first, second] = answers.split('HTTP/1.1 ');
  expect([first, second]).toEqual([expect.stringMatching(/^204 /), expect.stringMatching(/^204 /)]);
  expect([first, second].map((answer) => /^connection: close\r$/im.test(answer ?? ''))).toEqual([false, true]);
});
