/** What `gate doctor` says of those who pass: by open paths, by tokens, by grants. */
import { describe, expect, test } from '@jest/globals';
import type { SiteKey, VisitorAddress } from '../../src/approval/brand.js';
import type { Directory } from '../../src/approval/site.js';
import { doctor } from '../../src/compose/doctor/doctor.js';
import type { ReplayKey } from '../../src/contract/replay.js';
import { directoryOf, SITE } from '../fixtures/sites/loading.js';
import { checkOf, examined, found, ledger, openExamined } from '../fixtures/processes/examined.js';

openExamined();

describe('what passes without a grant', () => {
  const sites = (own: string): Directory => directoryOf(SITE.replace('environment', `${own}\nenvironment`));
  const entry = {
    who: 'operator:eva',
    what: 'site_token_minted',
    surface: 'cli',
    site: null,
    address: null,
    detail: {},
  };

  async function mint(site: string, ttlSeconds: number, id: string): Promise<void> {
    const input = { id, hash: id, site: site as SiteKey, label: '', ttlSeconds, maxLive: 10 };
    await ledger.serviceTokens.mintForSite(input, entry);
  }

  test('open paths are listed by site', async () => {
    expect(await checkOf('open paths')).toMatchObject({
      isOk: true,
      detail: 'none: every gated site asks for every path',
    });
    found.directory = sites('open_paths = ["/hooks/*", "GET,POST /status"]');

    expect(await checkOf('open paths')).toMatchObject({
      isOk: true,
      detail: 'without a grant: stg.example.org /hooks/*, GET,POST /status',
    });
  });

  test('tokens are counted, and those that end within a week are named', async () => {
    expect(await checkOf('site tokens')).toBeUndefined();
    await mint('stg.example.org', 90 * 86_400, 'late');
    expect(await checkOf('site tokens')).toMatchObject({ isOk: true, detail: '1 may be used' });
    await mint('stg.example.org', 3_600, 'soon');

    const check = await checkOf('site tokens');

    expect(check?.detail).toMatch(/^2 may be used; within a week these end: soon of stg\.example\.org at .* UTC$/);
  });

  test('a token of a site that is gone opens nothing, and that fails with a cure', async () => {
    await mint('former.example.org', 3_600, 'lost');

    const check = await checkOf('site tokens of no site');

    expect(check?.isOk).toBe(false);
    expect(check?.detail).toContain('lost of former.example.org');
    expect(check?.cure).toContain('gate service-token revoke');
  });

  test('with the database away nothing is said to be well', async () => {
    await ledger.close();

    expect(await checkOf('site tokens')).toMatchObject({ isOk: false });
  });
});

describe("grants for addresses that are no visitor's own", () => {
  const granted = async (address: string, by = 'ada@example.org'): Promise<void> => {
    const site = 'stg.example.org' as SiteKey;
    const input = {
      site,
      address: address as VisitorAddress,
      ttlSeconds: 600,
      by,
      replayKey: `cli:${address}` as ReplayKey,
    };
    await ledger.grants.grant(input, { who: by, what: 'granted', surface: 'cli', site, address: null, detail: {} });
  };
  const told = async (): Promise<readonly unknown[]> =>
    (await doctor(examined()))
      .filter(({ name }) => name === 'addresses of grants')
      .map(({ isOk, detail }) => [isOk, detail]);

  test('are not looked for among visitors', async () => {
    await granted('203.0.113.7');

    expect(await told()).toEqual([]);
  });

  test('are listed, and fail where nobody at the command line gave them', async () => {
    await granted('127.0.0.1');
    await granted('64:ff9b::/64');

    expect(await told()).toEqual([
      [false, expect.stringContaining('(127.0.0.1 on stg.example.org)')],
      [false, expect.stringContaining('(64:ff9b::/64 on stg.example.org)')],
    ]);
  });

  test('do not fail where an operator meant it', async () => {
    await granted('127.0.0.1', 'operator:root');

    expect(await told()).toEqual([[true, expect.stringContaining('(127.0.0.1 on stg.example.org)')]]);
  });
});
