/** Which site a check guards: the one that its URL names, whatever host the visitor sends. */
import { describe, expect, test } from '@jest/globals';
import { ask, directoryOf, HOST, named, site, VISITOR } from '../fixtures/gate/running-gate.js';
import { check, CHECKS, gate, isYes, openNamedSites } from '../fixtures/gate/named-sites.js';

openNamedSites();

describe.each(CHECKS)('%s', (path) => {
  test.each(['open.example.org', 'other.example.org'])(
    'a visitor who calls the site %s gets neither its rules nor its grants',
    async (host) => {
      gate.fixture.grant('other.example.org', VISITOR);

      const reply = await check(named(path), host);

      expect([reply.status, gate.fixture.accessRequests.length]).toEqual([403, 0]);
    },
  );

  test('a name that no site has lets nobody in, not even where the host is known', async () => {
    expect((await check(named(path, 'nowhere.example.org'), 'open.example.org')).status).toBe(403);
    expect((await check(named(path, ''), 'open.example.org')).status).toBe(403);
    expect((await check(named(path, '%'), 'open.example.org')).status).toBe(403);
    expect((await check(named(path, 'open.example.org%2f..'), 'open.example.org')).status).toBe(403);
  });

  test('any of its domains names a site, in any spelling', async () => {
    gate.fixture.grant(HOST, VISITOR);

    for (const name of [HOST, 'www.stg.example.org', 'STG.Example.org', 'stg%2Eexample.org'])
      expect(isYes(await check(named(path, name)))).toBe(true);
  });

  test('without a name nobody passes where there are several sites', async () => {
    gate.fixture.grant(HOST, VISITOR);

    expect((await check(path)).status).toBe(403);
    expect((await check(path, 'open.example.org')).status).toBe(403);
    expect(gate.fixture.accessRequests).toHaveLength(0);
  });

  test('without a name the only site is meant, and the host must be one of its own', async () => {
    gate.directory = directoryOf([site()]);
    gate.fixture.grant(HOST, VISITOR);

    expect(isYes(await check(path))).toBe(true);
    expect((await check(path, 'open.example.org')).status).toBe(403);
  });

  test('without a name the host decides where the operator said so', async () => {
    gate.directory = { ...gate.directory, unnamedChecks: true };
    gate.fixture.grant(HOST, VISITOR);

    expect(isYes(await check(path))).toBe(true);
    expect(isYes(await check(path, 'open.example.org'))).toBe(true);
    expect((await check(path, 'other.example.org')).status).toBe(403);
  });
});

describe('which header is the host', () => {
  const LIE = 'other.example.org';

  test.each(['/auth/nginx/GET/', '/auth/envoy/'])('%s reads Host and no forwarded one', async (path) => {
    gate.fixture.grant(HOST, VISITOR);
    const headers = { host: HOST, 'x-forwarded-for': VISITOR };

    expect(isYes(await ask(gate.port, { path: named(path), headers: { ...headers, 'x-forwarded-host': LIE } }))).toBe(
      true,
    );
    expect(
      isYes(await ask(gate.port, { path: named(path), headers: { ...headers, host: LIE, 'x-forwarded-host': HOST } })),
    ).toBe(false);
  });

  test('/auth/forward reads X-Forwarded-Host and never Host', async () => {
    gate.fixture.grant(HOST, VISITOR);
    const headers = { 'x-forwarded-for': VISITOR };

    expect(isYes(await ask(gate.port, { path: named('/auth/forward'), headers: { ...headers, host: HOST } }))).toBe(
      false,
    );
    expect(
      isYes(
        await ask(gate.port, {
          path: named('/auth/forward'),
          headers: { ...headers, host: LIE, 'x-forwarded-host': HOST },
        }),
      ),
    ).toBe(true);
  });

  test.each([
    ['/auth/forward', ['X-Forwarded-Host', HOST, 'X-Forwarded-Host', LIE]],
    ['/auth/forward', ['X-Forwarded-Host', HOST, 'X-Forwarded-Uri', '/', 'X-Forwarded-Uri', '/x']],
    ['/auth/forward', ['X-Forwarded-Host', HOST, 'X-Forwarded-Method', 'GET', 'X-Forwarded-Method', 'POST']],
    ['/auth/forward', ['X-Forwarded-Host', HOST, 'X-Forwarded-Proto', 'http', 'X-Forwarded-Proto', 'https']],
    ['/auth/nginx/GET/', ['Host', LIE]],
    ['/auth/envoy/', ['Host', LIE]],
  ])('%s: two lines that disagree are refused: %s', async (path, lines) => {
    gate.fixture.grant(HOST, VISITOR);
    const headers = ['Host', HOST, 'X-Forwarded-For', VISITOR, ...lines];

    expect((await ask(gate.port, { path: named(path), headers })).status).toBe(403);
  });
});

/** What a visitor may send as host, and whether it is a name of the site `other.example.org`. */
const HOSTS = [
  ['other.example.org', true],
  ['OTHER.Example.Org', true],
  ['other.example.org.', true],
  ['other.example.org:8443', true],
  ['other.example.org.:8443', true],
  ['[2001:db8::1]', true],
  ['[2001:DB8::1]:443', true],
  ['', false],
  ['.', false],
  ['other.example.org..', false],
  ['.other.example.org', false],
  ['other.example.org:', false],
  ['other.example.org:port', false],
  ['other.example.org:123456', false],
  ['other.example.org:80:80', false],
  ['other.example.org other.example.org', false],
  ['other.example.org, other.example.org', false],
  ['other.example.org,stg.example.org', false],
  ['http://other.example.org', false],
  ['http://other.example.org/', false],
  ['other.example.org/', false],
  ['user@other.example.org', false],
  ['other.example.org@stg.example.org', false],
  ['other.example.org#', false],
  ['other.example.org?', false],
  ['other.example.org%00', false],
  ['other%2eexample%2eorg', false],
  ['xother.example.org', false],
  ['other.example.org.evil.test', false],
  ['2001:db8::1', false],
  ['[2001:db8::2]', false],
  ['stg.example.org', false],
  ['open.example.org', false],
  ['localhost', false],
  ['127.0.0.1', false],
] as const;

describe.each(['/auth/nginx/GET/', '/auth/forward', '/auth/envoy/'])('%s, asked for the host', (path) => {
  test.each(HOSTS)('"%s": a name of the site: %s', async (host, isOwn) => {
    gate.fixture.grant('other.example.org', VISITOR);

    expect(isYes(await check(named(path, 'other.example.org'), host))).toBe(isOwn);
  });
});

describe('checks that begin like the one before them', () => {
  test.each([
    ['/auth/nginx/GET/a', true],
    ['/auth/nginx/GET/a?x=../..', true],
    ['/auth/nginx/GET/a.b/c', true],
    ['/auth/nginx/M-SEARCH/a', true],
    ['/auth/nginx', true],
    ['/auth/nginx?x', true],
    ['/auth/nginx/GET', false],
    ['/auth/nginx//a', false],
    ['/auth/nginx/G3T/a', false],
    ['/auth/nginx/GET/../a', false],
    ['/auth/nginx/GET/a/%2e%2e/b', false],
    ['/auth/nginx/GET/a\\..\\b', false],
    ['/auth/nginxx/GET/a', false],
  ])('are read as carefully: %s', async (path, isRight) => {
    gate.fixture.grant(HOST, VISITOR);
    gate.fixture.grant('other.example.org', VISITOR);
    await check(named('/auth/nginx/GET/'));

    expect(isYes(await check(named(path)))).toBe(isRight);
    expect(isYes(await check(named(path, 'other.example.org')))).toBe(false);
    expect(isYes(await check(named(path, 'other.example.org'), 'other.example.org'))).toBe(isRight);
  });
});

describe('dot segments', () => {
  const TRICKS = [
    '/auth/envoy/../../.koder-gate/x',
    '/auth/envoy/..',
    '/auth/envoy/.',
    '/auth/envoy/a/./b',
    '/auth/envoy/%2e%2e/%2E%2E/.koder-gate/x',
    '/auth/envoy/.%2e/%2e./.koder-gate/x',
    '/auth/envoy/..%2f..%2f.koder-gate/x',
    '/auth/envoy%2f../x',
    '/auth/envoy/..\\x',
    '/auth/envoy/..;/x',
    '/auth/nginx/GET/../../../.koder-gate/x',
    '/auth/nginx/../nginx',
    '/auth/forward/../../.koder-gate/x',
    '/auth/../auth/forward',
    '/.koder-gate/../auth/envoy/',
    '/.koder-gate/%2e%2e/auth/forward',
  ];

  test.each([...TRICKS, ...TRICKS.map((path) => named(path)), '/site/../auth/envoy/', '/site/x/../../auth/forward'])(
    'lead nowhere: %s',
    async (path) => {
      gate.directory = directoryOf([site()]);
      gate.fixture.grant(HOST, VISITOR);

      const reply = await check(path);

      expect([403, 404]).toContain(reply.status);
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('x-gate-'))).toEqual([]);
    },
  );

  test.each(['/auth/envoy/a?x=../..', '/auth/envoy/...', '/auth/envoy/.well-known/x', '/auth/nginx/GET/a..b/.c'])(
    'are nothing else: %s passes',
    async (path) => {
      gate.fixture.grant(HOST, VISITOR);

      expect(isYes(await check(named(path)))).toBe(true);
    },
  );
});
