/** The table of grants keeps what was put, forgets what was revoked, and knows nothing else. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressWords, parseAddress, type AddressWords } from '../../src/base/address-words.js';
import { grantTable } from '../../src/gate/grant-table.js';
import { networkSet } from '../../src/base/network-set.js';

function wordsOf(text: string): AddressWords {
  const words = addressWords();
  if (!parseAddress(text, words)) throw new Error(`no address: ${text}`);
  return words;
}

const NOW = 1_000;

test('a grant is found until its deadline and not after', () => {
  const table = grantTable();
  table.put(wordsOf('203.0.113.7'), { deadlineSeconds: NOW, grantId: 7, approver: 3 });

  const slot = table.find(wordsOf('203.0.113.7'), NOW - 1);

  expect([table.grantIdAt(slot), table.approverAt(slot)]).toEqual([7, 3]);
  expect(table.find(wordsOf('203.0.113.7'), NOW)).toBe(-1);
  expect(table.find(wordsOf('203.0.113.8'), NOW - 1)).toBe(-1);
});

test('an IPv6 grant is for the whole /64 and no other', () => {
  const table = grantTable();
  table.put(wordsOf('2001:db8:1:2::'), { deadlineSeconds: NOW, grantId: 1, approver: 0 });

  expect(table.find(wordsOf('2001:db8:1:2:aaaa:bbbb:cccc:dddd'), 0)).not.toBe(-1);
  expect(table.find(wordsOf('2001:db8:1:3::'), 0)).toBe(-1);
});

test('the later deadline of an address wins', () => {
  const table = grantTable();
  table.put(wordsOf('203.0.113.7'), { deadlineSeconds: 20, grantId: 1, approver: 0 });
  table.put(wordsOf('203.0.113.7'), { deadlineSeconds: 10, grantId: 2, approver: 0 });

  expect(table.grantIdAt(table.find(wordsOf('203.0.113.7'), 15))).toBe(1);
});

test('a table agrees with a map, whatever is put and revoked', () => {
  const puts = fc.array(fc.tuple(fc.ipV4(), fc.integer({ min: 2, max: 50 })), { maxLength: 300 });
  fc.assert(
    fc.property(puts, fc.array(fc.nat(300)), (grants, ids) => {
      const table = grantTable();
      const map = new Map<string, { id: number; until: number }>();
      grants.forEach(([address, until], id) => {
        table.put(wordsOf(address), { deadlineSeconds: until, grantId: id, approver: 0 });
        if ((map.get(address)?.until ?? 0) <= until) map.set(address, { id, until });
      });
      table.revoke(new Set(ids));
      for (const [address, { id, until }] of map) {
        const slot = table.find(wordsOf(address), 1);
        expect(slot === -1 ? null : table.grantIdAt(slot)).toBe(ids.includes(id) || until <= 1 ? null : id);
      }
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
    (id) => table.grantIdAt(table.find({ family: 4, w0: Math.imul(id, 2_654_435_761), w1: 0, w2: 0, w3: 0 }, 0)) !== id,
  );

  expect([table.size, wrong.length]).toEqual([100_000, 0]);
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
