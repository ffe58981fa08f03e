/** Which site a host belongs to, by its name or by a pattern. */
import { describe, expect, test } from '@jest/globals';
import { ADA, directoryOf, NOW_MS } from '../fixtures/sites/loading.js';

const DAY_MS = 86_400_000;

describe('a site is found by its host', () => {
  const directory = directoryOf(
    `${ADA}[[sites]]\ndomains = ["STG.Example.org", "bücher.example.org", "127.0.0.1"]\n[sites.auth_gate]\nadmin = "ada"`,
  );

  test.each([
    'stg.example.org',
    'STG.EXAMPLE.ORG',
    'stg.example.org.',
    'stg.example.org:8443',
    'stg.example.org.:443',
    'bücher.example.org',
    'xn--bcher-kva.example.org',
    '127.0.0.1:8083',
  ])('%s', (host) => {
    expect(directory.siteOf(host)?.key).toBe('stg.example.org');
  });

  test.each([
    'example.org',
    'a.stg.example.org',
    'stg.example.org/evil',
    'stg.example.org@evil.org',
    'stg.example.org:80:80',
    '%73tg.example.org',
    '2130706433',
    '0x7f.1',
    '',
    '.',
    '__proto__',
  ])('but not by %j', (host) => {
    expect(directory.siteOf(host)).toBeUndefined();
  });
});

describe('patterns of preview hosts', () => {
  const table = (domain: string, more = ''): string =>
    `[[sites]]\ndomains = ["${domain}"]\nenvironment = "dev"\n${more}\n[sites.auth_gate]\nadmin = "ada"\n`;
  const directory = directoryOf(
    `${ADA}${table('*.preview.example.org')}${table('*.example.org', 'permanent_whitelist = ["192.0.2.0/24"]')}${table('www.preview.example.org')}`,
  );

  const at = (host: string) => directory.siteOf(host);

  test.each([
    ['kora.preview.example.org', 'kora.preview.example.org', '*.preview.example.org'],
    ['KORA.Preview.example.org:8443', 'kora.preview.example.org', '*.preview.example.org'],
    ['xn--bcher-kva.preview.example.org', 'xn--bcher-kva.preview.example.org', '*.preview.example.org'],
    ['preview.example.org', 'preview.example.org', '*.example.org'],
    ['www.preview.example.org', 'www.preview.example.org', undefined],
    ['*.preview.example.org', '*.preview.example.org', '*.preview.example.org'],
  ])('%s is a site of its own: %s, by %s', (host, key, pattern) => {
    expect([at(host)?.key, at(host)?.pattern, at(host)?.domains]).toEqual([key, pattern, [key]]);
    expect(at(host)).toMatchObject({ environment: 'dev', isGated: true, approvers: ['ada'] });
  });

  test.each([
    'example.org',
    'a.b.preview.example.org',
    'a.preview.example.org.evil.test',
    '.preview.example.org',
    '-a.preview.example.org',
    'a b.preview.example.org',
    '*.org',
    '*',
  ])('%s is none', (host) => {
    expect(at(host)).toBeUndefined();
  });

  test.each([['["*.preview.example.org", "stg.example.org"]'], ['["stg.example.org", "*.preview.example.org"]']])(
    'beside a name the site has the name as its key: %s',
    (domains) => {
      const both = directoryOf(
        `${ADA}[[sites]]\ndomains = ${domains}\nenvironment = "dev"\n[sites.auth_gate]\nadmin = "ada"\n`,
      );

      expect(both.sites.map(({ key }) => key)).toEqual(['stg.example.org']);
      expect(both.siteOf('stg.example.org')?.key).toBe('stg.example.org');
      expect(both.siteOf('a.preview.example.org')?.key).toBe('a.preview.example.org');
      expect(both.siteOf('*.preview.example.org')?.key).toBe('*.preview.example.org');
    },
  );

  test('close by themselves when an exception ends', () => {
    let now = NOW_MS;
    const open = `exceptions = ["auth_gate_disabled"]\nexceptions_justification = "a demo"\nexceptions_expire = "2026-05-12"`;
    const sites = `${ADA}[[sites]]\ndomains = ["*.p.example.org"]\n${open}\n[sites.auth_gate]\nenabled = false\nadmin = "ada"\n`;
    const preview = directoryOf(sites, { nowMs: () => now }).siteOf('a.p.example.org');

    const before = preview?.isGated;
    now += DAY_MS;

    expect([before, preview?.isGated]).toEqual([false, true]);
  });
});
