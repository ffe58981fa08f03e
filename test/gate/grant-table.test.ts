/** The table of grants keeps what was put, forgets what was revoked, and knows nothing else. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressWords, type AddressWords } from '../../src/base/net/address-words.js';
import { parseAddress } from '../../src/base/net/parse-address.js';
import { grantTable, type GrantEntry, type GrantTable } from '../../src/gate/grants/grant-table.js';
import { networkSet } from '../../src/base/net/network-set.js';

function wordsOf(text: string): AddressWords {
  const words = addressWords();
  if (!parseAddress(text, words)) throw new Error(`no address: ${text}`);
  return words;
}

const NOW = 1_000;

function found(table: GrantTable, address: AddressWords, nowSeconds: number): GrantEntry | null {
  const into = { deadlineSeconds: 0, grantId: 0, approver: 0 };
  return table.find(address, nowSeconds, into) ? into : null;
}

test('a grant is found until its deadline and not after', () => {
  const table = grantTable();
  const grant = { deadlineSeconds: NOW, grantId: 2 ** 40 + 7, approver: 3 };
  table.put(wordsOf('203.0.113.7'), grant);

  expect(found(table, wordsOf('203.0.113.7'), NOW - 1)).toEqual(grant);
  expect(found(table, wordsOf('203.0.113.7'), NOW)).toBeNull();
  expect(found(table, wordsOf('203.0.113.8'), NOW - 1)).toBeNull();
});

test('an IPv6 grant is for the whole /64 and no other', () => {
  const table = grantTable();
  table.put(wordsOf('2001:db8:1:2::'), { deadlineSeconds: NOW, grantId: 1, approver: 0 });

  expect(found(table, wordsOf('2001:db8:1:2:aaaa:bbbb:cccc:dddd'), 0)).not.toBeNull();
  expect(found(table, wordsOf('2001:db8:1:3::'), 0)).toBeNull();
});

test('of one grant the later deadline stands, of two of an address the newer, in whatever order they are told', () => {
  const [first, longer, newer] = [
    { deadlineSeconds: 20, grantId: 1, approver: 0 },
    { deadlineSeconds: 30, grantId: 1, approver: 1 },
    { deadlineSeconds: 10, grantId: 2, approver: 2 },
  ];
  const address = wordsOf('203.0.113.7');
  const standing = (...told: readonly GrantEntry[]): GrantEntry | null => {
    const table = grantTable();
    for (const entry of told) table.put(address, entry);
    return found(table, address, 0);
  };

  expect([standing(first, longer), standing(longer, first)]).toEqual([longer, longer]);
  expect([standing(longer, newer), standing(newer, longer)]).toEqual([newer, newer]);
});

test('a table agrees with a map, whatever is put', () => {
  const puts = fc.array(fc.tuple(fc.ipV4(), fc.integer({ min: 2, max: 50 })), { maxLength: 300 });
  fc.assert(
    fc.property(puts, fc.nat(1_000), (grants, expected) => {
      const table = grantTable(expected);
      const map = new Map<string, { id: number; until: number }>();
      grants.forEach(([address, until], id) => {
        table.put(wordsOf(address), { deadlineSeconds: until, grantId: id, approver: 0 });
        map.set(address, { id, until });
      });
      expect(table.size).toBe(map.size);
      for (const [address, { id, until }] of map)
        expect(found(table, wordsOf(address), 25)?.grantId).toBe(until > 25 ? id : undefined);
    }),
  );
});

test('a hundred thousand grants are all there', () => {
  const table = grantTable();
  for (let id = 0; id < 100_000; id += 1)
    table.put(
      { family: 4, w0: Math.imul(id, 2_654_435_761), w1: 0, w2: 0, w3: 0 },
      { deadlineSeconds: NOW, grantId: id, approver: id % 9 },
    );

  const wrong = Array.from({ length: 100_000 }, (_, id) => id).filter(
    (id) => found(table, { family: 4, w0: Math.imul(id, 2_654_435_761), w1: 0, w2: 0, w3: 0 }, 0)?.grantId !== id,
  );

  expect([table.size, wrong.length]).toEqual([100_000, 0]);
});

/** By how much the typed arrays of this process grow meanwhile, in bytes. */
function bytesOf(work: () => void): number {
  const before = process.memoryUsage().arrayBuffers;
  work();
  return process.memoryUsage().arrayBuffers - before;
}

test('thousands of hosts with one grant each take little memory', () => {
  const tables: GrantTable[] = [];
  const put = (): void => {
    const table = grantTable();
    table.put(wordsOf('203.0.113.7'), { deadlineSeconds: NOW, grantId: 1, approver: 0 });
    tables.push(table);
  };

  const bytes = bytesOf(() => Array.from({ length: 2_000 }).forEach(put));

  expect(tables.every(({ size }) => size === 1)).toBe(true);
  expect(bytes).toBeLessThan(4_000_000);
});

test('a table that is told how many grants come has room for them from the beginning', () => {
  const table = grantTable(100_000);

  const bytes = bytesOf(() => {
    for (let id = 0; id < 90_000; id += 1)
      table.put(
        { family: 4, w0: Math.imul(id, 2_654_435_761), w1: 0, w2: 0, w3: 0 },
        { deadlineSeconds: NOW, grantId: id, approver: 0 },
      );
  });

  expect(table.size).toBe(90_000);
  expect(bytes).toBeLessThan(100_000);
});

test.each([
  ['192.0.2.0/24', '192.0.2.255', true],
  ['192.0.2.0/24', '192.0.3.0', false],
  ['192.0.2.7/32', '192.0.2.7', true],
  ['192.0.2.7/32', '192.0.2.6', false],
  ['10.0.0.0/8', '10.255.255.255', true],
  ['128.0.0.0/1', '255.0.0.1', true],
  ['::ffff:192.0.2.0/120', '192.0.2.9', true],
  ['2001:db8::/48', '2001:db8:0:ffff::1', true],
  ['2001:db8::/48', '2001:db8:1::1', false],
  ['2001:db8::/33', '2001:db8:7fff::', true],
  ['2001:db8::/33', '2001:db8:8000::', false],
  ['2001:db8::1/128', '2001:db8::1', true],
  ['2001:db8::1/128', '2001:db8::2', false],
  ['::/1', '192.0.2.1', false],
])('%s holds %s: %p', (network, address, isIn) => {
  expect(networkSet([network]).has(wordsOf(address))).toBe(isIn);
});
