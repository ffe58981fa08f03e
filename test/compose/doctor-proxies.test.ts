/** What `gate doctor` says of proxies. */
import { describe, expect, test } from '@jest/globals';
import type { Directory } from '../../src/approval/site.js';
import { doctor } from '../../src/compose/doctor/doctor.js';
import type { Check } from '../../src/contract/admin.js';
import { configOf } from '../fixtures/sites/loading.js';
import { checkOf, examined, found, openExamined } from '../fixtures/processes/examined.js';

openExamined();

describe('the proxies in front', () => {
  const of = async (): Promise<readonly Check[]> =>
    (await doctor(examined())).filter(({ name }) => name.startsWith('proxy at') || name === 'checks without a name');
  const two = (unnamedChecks = false): Directory => {
    const { directory: only } = configOf({});
    return { ...only, unnamedChecks, sites: [...only.sites, ...only.sites] };
  };

  test('are not spoken of while they ask as they should', async () => {
    expect(await of()).toEqual([]);
  });

  test.each([
    ['unnamed_check', '', '/site/'],
    ['unknown_name', 'stgg.example.org', 'stgg.example.org'],
    ['no_forwarded_for', '', 'X-Forwarded-For'],
  ] as const)('fail by %s, with a cure', async (kind, name, word) => {
    found.directory = two();
    found.faults = [{ kind, peer: '127.0.0.1', name }];

    const [check] = await of();

    expect(check).toMatchObject({ name: 'proxy at 127.0.0.1', isOk: false });
    expect(`${check?.detail ?? ''} ${check?.cure ?? ''}`).toContain(word);
    expect(check?.cure).not.toBe('');
  });

  test('fail by visitors who come as a proxy, until the site allows that', async () => {
    const { directory: plain } = configOf({});
    const site = plain.sites[0]?.key ?? '';
    found.faults = [{ kind: 'address_of_a_proxy', peer: '127.0.0.1', name: site, address: '127.0.0.1' }];

    const [check] = await of();
    found.directory = { ...plain, siteOf: () => plain.sites.map((one) => ({ ...one, allowProxyAddress: true }))[0] };

    expect(check).toMatchObject({ name: 'proxy at 127.0.0.1', isOk: false });
    expect(check?.detail).toMatch(/^its visitors come as 127\.0\.0\.1, an address of a proxy/);
    expect(check?.cure).toContain('allow_proxy_address = true');
    expect(await of()).toEqual([]);
  });

  test('fail no more by what a reload has mended, and then have something to guarantee', async () => {
    found.directory = two(true);
    found.faults = [{ kind: 'unnamed_check', peer: '127.0.0.1', name: '' }];

    expect(await of()).toEqual([expect.objectContaining({ name: 'checks without a name', isOk: true })]);
  });
});

describe('proxies of other processes', () => {
  const onPostgres = async (roles: string): Promise<Check | undefined> => {
    const config = configOf({ environment: { GATE_ROLES: roles, DATABASE_URL: 'postgres://gate@127.0.0.1/gate' } });
    const own = { ...examined(), config };
    const checks = await doctor(config.roles.has('gate') ? own : { ...own, gate: null });
    return checks.find(({ name }) => name === 'proxies');
  };

  test('a process that no proxy asks says that it sees none', async () => {
    const check = await onPostgres('admin');

    expect(check).toMatchObject({ isOk: true, detail: expect.stringContaining('asked of this process alone') });
    expect(check?.detail).toContain('not seen from here');
    expect(check?.cure).toContain('GATE_ROLES=gate,admin');
  });

  test('one of several gates says that it is asked for itself', async () => {
    expect(await onPostgres('gate,admin')).toMatchObject({
      isOk: true,
      detail: expect.stringContaining('asked of this process alone'),
      cure: '',
    });
  });

  test('the only process has nobody beside it', async () => {
    expect(await checkOf('proxies')).toBeUndefined();
  });
});
