/** The addresses that planes listen on. */
import { describe, expect, test } from '@jest/globals';
import { configOf, problemsOf } from '../fixtures/sites/loading.js';

describe('the addresses that planes listen on', () => {
  const beyond = { TRUSTED_PROXIES: '172.18.0.0/16' };

  test.each(['127.0.0.1', '127.0.0.9', '::1', '10.0.0.5', '0.0.0.0', '::'])('%s is one', (address) => {
    const environment = { GATE_HOST: address, ADMIN_HOST: address, ...beyond };

    expect(configOf({ environment })).toMatchObject({ gateHost: address, adminHost: address });
  });

  test.each([
    'localhost',
    'gate',
    '[::1]',
    '127.0.0.1:8081',
    '10.0.0.0/8',
    'fe80::1%eth0',
    '0',
    '127.1',
    'http://127.0.0.1',
  ])('%s is none', (text) => {
    for (const name of ['GATE_HOST', 'ADMIN_HOST'])
      expect(problemsOf({ environment: { [name]: text, ...beyond } })).toEqual([
        expect.stringMatching(
          `^environment: ${name} \\| is ".*", not one address of this machine \\| Write an address`,
        ),
      ]);
  });

  test('beyond loopback a gate plane without trusted proxies would answer nobody', () => {
    expect(problemsOf({ environment: { GATE_HOST: '0.0.0.0' } })).toEqual([
      expect.stringMatching(/^environment: GATE_HOST \| is 0\.0\.0\.0, beyond loopback.* \| Set TRUSTED_PROXIES/),
    ]);
    expect(problemsOf({ environment: { GATE_HOST: '127.0.0.9' } })).toEqual([]);
    expect(
      problemsOf({
        environment: { GATE_HOST: '0.0.0.0', GATE_ROLES: 'admin', DATABASE_URL: 'postgres://gate@127.0.0.1/gate' },
      }),
    ).toEqual([]);
  });
});
