/** Open paths at the check, over a real socket: what passes by one in each family of proxies, and what is told and counted. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SiteKey } from '../../src/approval/brand.js';
import { patterns } from '../fixtures/sites/open-patterns.js';
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
  type Reply,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';

const OTHER = 'other.example.org';

let gate: RunningGate;

beforeEach(async () => {
  gate = await startGate({
    sites: [
      site({ openPaths: patterns('/hooks/*', 'POST /webhooks/github', 'GET /status') }),
      site({ key: OTHER as SiteKey, domains: [OTHER] }),
    ],
  });
});

afterEach(() => gate.stop());

interface Asked {
  readonly method?: string;
  readonly uri?: string;
  readonly host?: string;
  readonly address?: string;
}

/** As each family is asked by its own file in deploy/. */
const FAMILIES: readonly (readonly [string, (asked: Asked) => Promise<Reply>])[] = [
  [
    'nginx',
    ({ method = 'GET', uri = '/', host = HOST, address = VISITOR }) =>
      ask(gate.port, {
        path: named(`/auth/nginx/${method}${uri}`, host),
        headers: { host, 'x-forwarded-for': address },
      }),
  ],
  [
    'forward',
    ({ method = 'GET', uri = '/', host = HOST, address = VISITOR }) =>
      ask(gate.port, { path: named('/auth/forward', host), headers: forwarded({ host, address, method, uri }) }),
  ],
  [
    'envoy',
    ({ method = 'GET', uri = '/', host = HOST, address = VISITOR }) =>
      ask(gate.port, {
        path: named(`/auth/envoy${uri}`, host),
        method,
        headers: { host, 'x-forwarded-for': address },
      }),
  ],
];

const identity = (headers: Readonly<Record<string, unknown>>): unknown[] =>
  ['site', 'environment', 'address', 'grant', 'approver'].map((name) => headers[`x-gate-${name}`]);

describe.each(FAMILIES)('%s', (family, check) => {
  const yes = family === 'envoy' ? 200 : 204;

  test('a path below an open one passes without a grant, and the site is told as of any pass', async () => {
    const { status, headers } = await check({ uri: '/hooks/a?b=c' });

    expect(status).toBe(yes);
    expect(identity(headers)).toEqual([HOST, 'stg', VISITOR, '', '']);
    expect(gate.fixture.accessRequests).toEqual([]);
  });

  test.each([
    ['POST', '/webhooks/github', true],
    ['GET', '/webhooks/github', false],
    ['POST', '/webhooks/gitlab', false],
    ['GET', '/status', true],
    ['HEAD', '/status', true],
    ['DELETE', '/status', false],
    ['DELETE', '/hooks/x', true],
    ['GET', '/hooks', false],
    ['GET', '/Hooks/x', false],
    ['GET', '/', false],
    ['GET', '//hooks/x', false],
    ['GET', '/hooks//x', false],
    ['GET', '/hooks/%2e%2e/x', false],
    ['GET', '/hooks/..%2fx', false],
    ['GET', '/hooks/../x', false],
    ['GET', '/hooks/x;y', false],
    ['GET', '/hooks/%252e', false],
  ])('%s %s: %s', async (method, uri, passes) => {
    expect((await check({ method, uri })).status).toBe(passes ? yes : 403);
  });

  test('an open path is of its own site alone', async () => {
    expect((await check({ uri: '/hooks/a', host: OTHER })).status).toBe(403);
  });

  test('a visitor whose address is not known does not pass by one', async () => {
    expect((await check({ uri: '/hooks/a', address: 'unknown' })).status).toBe(403);
  });

  test('whoever has a grant passes by it, and is counted by no pattern', async () => {
    const grant = gate.fixture.grant(HOST, VISITOR);

    const { headers } = await check({ uri: '/hooks/a' });

    expect(headers['x-gate-grant']).toBe(String(grant.id));
    expect(gate.gate.passTallies()).toEqual([]);
  });

  test('what passed is counted by site and pattern', async () => {
    await check({ uri: '/hooks/a' });
    await check({ uri: '/hooks/b' });
    await check({ uri: '/status' });
    await check({ uri: '/elsewhere' });

    expect(gate.gate.passTallies()).toEqual([
      { kind: 'open_path', site: HOST, pattern: '/hooks/*', count: 2 },
      { kind: 'open_path', site: HOST, pattern: 'GET /status', count: 1 },
    ]);
  });

  test('every check is counted once, by what it came to', async () => {
    await check({ uri: '/hooks/a' });
    await check({ uri: '/elsewhere' });
    await check({ uri: '/elsewhere', address: 'unknown' });
    gate.fixture.grant(HOST, VISITOR);
    await check({ uri: '/elsewhere' });
    await check({ uri: '/hooks/a' });
    await check({ host: 'nobody.example.org' });

    const counts = gate.gate.checkCounts().filter(([, count]) => count > 0);
    expect(Object.fromEntries(counts)).toEqual({
      open_path: 1,
      closed: 1,
      unknown_address: 1,
      grant: 2,
      unknown_host: 1,
    });
  });

  test('a reload takes one away', async () => {
    gate.directory = directoryOf([site()]);

    expect((await check({ uri: '/hooks/a' })).status).toBe(403);
  });

  test('with the database away an open path goes on passing, whatever the memory doubts', async () => {
    gate.fixture.grant(HOST, VISITOR);
    gate.fixture.outage = 'rejects';
    gate.fixture.emit({ kind: 'lost' });

    expect((await check({ uri: '/hooks/a' })).status).toBe(yes);
  });
});

describe('where method and path are not known, no open path applies', () => {
  test.each([
    ['nginx, which names neither', '/auth/nginx', { 'x-forwarded-uri': '/hooks/a', 'x-forwarded-method': 'GET' }],
    ['nginx, which names a path in a query', '/auth/nginx?/GET/hooks/a', {}],
    ['forward without a method', '/auth/forward', { 'x-forwarded-uri': '/hooks/a' }],
    ['forward without a path', '/auth/forward', { 'x-forwarded-method': 'GET' }],
    ['forward with a path in the URL', '/auth/forward?/hooks/a', { 'x-forwarded-method': 'GET' }],
    ['forward with an absolute form', '/auth/forward', { ...get('http://x/hooks/a') }],
    ['forward with an absolute form without a host', '/auth/forward', { ...get('http:///hooks/a') }],
  ])('%s', async (_what, path, headers) => {
    const said = { host: HOST, 'x-forwarded-for': VISITOR, 'x-forwarded-host': HOST, ...headers };

    expect((await ask(gate.port, { path: named(path), headers: said })).status).toBe(403);
  });

  test('forward with two paths that differ', async () => {
    const lines = Object.entries(forwarded({ uri: '/hooks/a' })).flat();

    const reply = await ask(gate.port, {
      path: named('/auth/forward'),
      headers: [...lines, 'x-forwarded-uri', '/admin'],
    });

    expect(reply.status).toBe(403);
  });

  function get(uri: string): Record<string, string> {
    return { 'x-forwarded-method': 'GET', 'x-forwarded-uri': uri };
  }
});

test('forward: a peer that nobody trusts names no open path', async () => {
  const alone = await startGate({ trustedProxies: [], sites: [site({ openPaths: patterns('/hooks/*') })] });

  const reply = await ask(alone.port, { path: named('/auth/forward'), headers: forwarded({ uri: '/hooks/a' }) });

  expect(reply.status).toBe(403);
  await alone.stop();
});

test('a person who opens a page beside an open path is asked for as ever', async () => {
  const headers = { ...BROWSER, ...forwarded({ uri: '/hooks' }) };

  const reply = await ask(gate.port, { path: named('/auth/forward'), headers });

  expect(reply.status).toBe(403);
  expect(gate.fixture.accessRequests).toMatchObject([{ site: HOST, path: '/hooks' }]);
});

test('patterns that come and go with reloads do not fill the memory', async () => {
  for (let at = 0; at < 2_100; at += 1) {
    gate.directory = directoryOf([site({ openPaths: patterns(`/hook-${String(at)}`) })]);
    await ask(gate.port, { path: named('/auth/forward'), headers: forwarded({ uri: `/hook-${String(at)}` }) });
  }

  const tallies = gate.gate.passTallies();

  expect(tallies.length).toBeLessThanOrEqual(2_001);
  expect(tallies.reduce((sum, { count }) => sum + count, 0)).toBe(2_100);
  expect(tallies.at(-1)).toEqual({ kind: 'open_path', site: '', pattern: '', count: 100 });
}, 60_000);
