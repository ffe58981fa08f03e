import { describe, expect, test } from '@jest/globals';
import { createEgressPolicy, isNetwork } from '../../src/base/net/egress-policy.js';

const open = createEgressPolicy('public', []);

describe('only global unicast addresses are public', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::a9fe:a9fe',
    '64:ff9b::7f00:1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '0127.0.0.1',
    '1',
    '2130706433',
    '0x7f.1',
    'example.org',
    '',
  ])('%p is not', (address) => {
    expect(open.permits(address, true)).toBe(false);
  });

  test.each(['1.1.1.1', '8.8.8.8', '189.45.12.30', '::ffff:8.8.8.8', '2606:4700:4700::1111', '2a00:1450::1'])(
    '%p is',
    (address) => {
      expect(open.permits(address, true)).toBe(true);
    },
  );
});

test('a public address is reached encrypted or not at all', () => {
  expect(open.permits('1.1.1.1', false)).toBe(false);
});

test("the operator's networks are reached either way, and nothing beside them", () => {
  const egress = createEgressPolicy('public', ['10.0.1.0/24', '2001:db8::/32', '192.168.7.7']);

  expect(egress.permits('10.0.1.9', false)).toBe(true);
  expect(egress.permits('::ffff:10.0.1.9', false)).toBe(true);
  expect(egress.permits('2001:db8::9', false)).toBe(true);
  expect(egress.permits('192.168.7.7', true)).toBe(true);
  expect(egress.permits('10.0.2.9', true)).toBe(false);
  expect(egress.permits('192.168.7.8', true)).toBe(false);
});

test('a name with one forbidden address is refused whole', async () => {
  const code = await new Promise((resolve) => {
    open.lookup(true)('localhost', { all: true }, (error) => {
      resolve(error?.code);
    });
  });

  expect(code).toBe('forbidden_address');
});

test.each([
  ['10.0.0.0/8', true],
  ['10.0.0.1', true],
  ['fd00::/8', true],
  ['10.0.0.0/33', false],
  ['fd00::/129', false],
  ['10.0.0.0/', false],
  ['10.0.0.0/8/8', false],
  ['010.0.0.0/8', false],
  ['example.org', false],
])('%p is a network: %p', (text, expected) => {
  expect(isNetwork(text)).toBe(expected);
});
