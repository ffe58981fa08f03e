/** Sites whose name is a pattern: each host is let in by itself. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SiteKey } from '../../src/approval/brand.js';
import { MAX_PATTERN_HOSTS, siteIndex } from '../../src/gate/check/site-entry.js';
import { directoryOf, named, site, VISITOR } from '../fixtures/gate/running-gate.js';
import { check, CHECKS, gate, isYes, openNamedSites } from '../fixtures/gate/named-sites.js';

openNamedSites();

describe('preview hosts', () => {
  const PATTERN = '*.preview.example.org';
  const [A, B] = ['a.preview.example.org', 'b.preview.example.org'];

  beforeEach(() => {
    const previews = site({ key: PATTERN as SiteKey, domains: [PATTERN] });
    const named = site({ key: 'www.preview.example.org' as SiteKey, domains: ['www.preview.example.org'] });
    gate.directory = directoryOf([site(), previews, named]);
  });

  test.each(CHECKS)('%s: a grant is for the very host, and the application is told that host', async (path) => {
    gate.fixture.grant(A, VISITOR);

    const [own, other] = [await check(named(path, PATTERN), A), await check(named(path, PATTERN), B)];

    expect([isYes(own), own.headers['x-gate-site'], other.status]).toEqual([true, A, 403]);
  });

  test('a grant for the pattern lets nobody in anywhere', async () => {
    gate.fixture.grant(PATTERN, VISITOR);

    for (const host of [A, B, PATTERN])
      expect((await check(named('/auth/nginx/GET/', PATTERN), host)).status).toBe(403);
  });

  test('a request is for the very host', async () => {
    await check(named('/auth/forward', PATTERN), A);
    await check(named('/auth/forward', PATTERN), `${B.toUpperCase()}:8443`);

    expect(gate.fixture.accessRequests.map(({ site: key, host }) => [key, host])).toEqual([
      [A, A],
      [B, B],
    ]);
  });

  test.each([
    ['two labels', 'x.a.preview.example.org'],
    ['none', 'preview.example.org'],
    ['an empty one', '.preview.example.org'],
    ['a star', PATTERN],
    ['no host name', 'a b.preview.example.org'],
    ['another end', 'a.preview.example.org.evil.test'],
    ['a host that another site names', 'www.preview.example.org'],
  ])('%s in the place of the star is foreign: %s', async (_what, host) => {
    gate.fixture.grant(host, VISITOR);

    expect((await check(named('/auth/nginx/GET/', PATTERN), host)).status).toBe(403);
  });

  test.each(['%2A.preview.example.org', '*.PREVIEW.example.org'])(
    'the pattern is spelled in any way: %s',
    async (name) => {
      gate.fixture.grant(A, VISITOR);

      expect((await check(named('/auth/nginx/GET/', name), A)).status).toBe(204);
    },
  );

  test('named by one of its hosts, a check is for that host alone', async () => {
    gate.fixture.grant(A, VISITOR);
    gate.fixture.grant(B, VISITOR);

    expect((await check(named('/auth/nginx/GET/', A), A)).status).toBe(204);
    expect((await check(named('/auth/nginx/GET/', A), B)).status).toBe(403);
    expect((await check(named('/auth/nginx/GET/', 'x.a.preview.example.org'), A)).status).toBe(403);
  });

  test('status is told to the very host', async () => {
    await check(named('/auth/forward', PATTERN), A);
    const path = named(`/.koder-gate/status/${gate.fixture.requests[0]?.statusId ?? ''}`, PATTERN);

    expect([(await check(path, A)).status, (await check(path, B)).status]).toEqual([200, 404]);
  });

  test('however many hosts are asked for, a bounded number is remembered', () => {
    const index = siteIndex(() => gate.directory);
    const first = index.of('n0.preview.example.org');
    for (let number = 1; number <= MAX_PATTERN_HOSTS; number += 1) index.of(`n${String(number)}.preview.example.org`);

    expect(index.of('n1.preview.example.org')).toBe(index.of('n1.preview.example.org'));
    expect(index.of('n0.preview.example.org')).not.toBe(first);
    expect(index.of('n0.preview.example.org')).toEqual(first);
  });
});
