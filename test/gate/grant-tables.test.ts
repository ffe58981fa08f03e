/** The copy of the grants, while pages are read and changes are told in whatever order the fixture has for them. */
import { expect, test } from '@jest/globals';
import type { RequestId, SiteKey, VisitorAddress } from '../../src/approval/brand.js';
import { addressWords } from '../../src/base/net/address-words.js';
import { parseAddress } from '../../src/base/net/parse-address.js';
import type { GrantRecord, LiveGroup } from '../../src/contract/ledger.js';
import { grantTables, type GrantTables, type Held } from '../../src/gate/grants/grant-tables.js';

const SITE = 'stg.example.org' as SiteKey;
const NOW_SECONDS = 1_000;

function grantOf(
  id: number,
  change: { address?: string; untilSeconds?: number; grantedBy?: string } = {},
): GrantRecord {
  const { address = '203.0.113.7', untilSeconds = 2_000, grantedBy = 'ada@example.org' } = change;
  return {
    id,
    site: SITE,
    address: address as VisitorAddress,
    untilMs: untilSeconds * 1_000,
    grantedBy,
    requestId: 'r' as RequestId,
  };
}

function pageOf(...grants: readonly GrantRecord[]): readonly LiveGroup[] {
  return grants.map(({ id, site, address, untilMs, grantedBy }) => ({
    site,
    grantedBy,
    ids: [id],
    addresses: [address],
    untilsMs: [untilMs],
  }));
}

function reads(copy: GrantTables, ...grants: readonly GrantRecord[]): void {
  copy.beginReading();
  copy.read(pageOf(...grants));
  copy.finishReading();
}

function found(copy: GrantTables, address = '203.0.113.7', nowSeconds = NOW_SECONDS): Held | null {
  const words = addressWords();
  if (!parseAddress(address, words)) throw new Error(`no address: ${address}`);
  return copy.find(SITE, words, nowSeconds);
}

test('what was read is found with its number and who granted it, and what was not read again is gone', () => {
  const copy = grantTables();
  reads(copy, grantOf(1), grantOf(2, { address: '2001:db8:1:2::/64', grantedBy: 'Jürgen' }));
  const first = [found(copy), found(copy, '2001:db8:1:2::9'), found(copy, '203.0.113.8')];
  reads(copy, grantOf(1));

  expect(first).toEqual([{ grantId: '1', approver: 'ada@example.org' }, { grantId: '2', approver: 'J?rgen' }, null]);
  expect(found(copy, '2001:db8:1:2::9')).toBeNull();
});

test('a grant told while pages are read is there before and after they are', () => {
  const copy = grantTables();
  copy.beginReading();
  copy.apply({ kind: 'granted', grant: grantOf(1) });
  const before = found(copy);
  copy.finishReading();

  expect([before?.grantId, found(copy)?.grantId]).toEqual(['1', '1']);
});

test('an extension told before the page that is older than it stands', () => {
  const copy = grantTables();
  copy.beginReading();
  copy.apply({ kind: 'granted', grant: grantOf(1, { untilSeconds: 3_000 }) });
  copy.read(pageOf(grantOf(1, { untilSeconds: 2_000 })));
  copy.finishReading();

  expect(found(copy, undefined, 2_500)).not.toBeNull();
});

test.each(['before', 'after'] as const)('a revocation told %s the page that still has the grant ends it', (when) => {
  const copy = grantTables();
  reads(copy, grantOf(1));
  copy.beginReading();
  if (when === 'before') copy.apply({ kind: 'revoked', grantIds: [1] });
  copy.read(pageOf(grantOf(1)));
  if (when === 'after') copy.apply({ kind: 'revoked', grantIds: [1] });
  const during = found(copy);
  copy.finishReading();

  expect([during, found(copy)]).toEqual([null, null]);
});

test('a revocation told while pages are read outlives the next reading: a late hint brings nothing back', () => {
  const copy = grantTables();
  copy.beginReading();
  copy.apply({ kind: 'revoked', grantIds: [1] });
  copy.finishReading();
  reads(copy);
  copy.apply({ kind: 'granted', grant: grantOf(1) });
  copy.put(grantOf(1));

  expect(found(copy)).toBeNull();
});

test('readings that were not finished change nothing, and forget no revocation', () => {
  const copy = grantTables();
  reads(copy, grantOf(1), grantOf(2, { address: '203.0.113.8' }));
  copy.apply({ kind: 'revoked', grantIds: [1] });
  for (let failed = 0; failed < 3; failed += 1) {
    copy.beginReading();
    copy.read(pageOf(grantOf(3, { address: '203.0.113.9' })));
  }

  expect([found(copy), found(copy, '203.0.113.8')?.grantId, found(copy, '203.0.113.9')]).toEqual([null, '2', null]);
});

test('granted anew after a revocation: the new grant passes, although it is shorter and was told of first', () => {
  const copy = grantTables();
  reads(copy, grantOf(1, { untilSeconds: 3_000 }));
  copy.apply({ kind: 'granted', grant: grantOf(2, { untilSeconds: 2_000 }) });
  copy.apply({ kind: 'revoked', grantIds: [1] });

  expect([found(copy)?.grantId, found(copy, undefined, 2_500)]).toEqual(['2', null]);
});

test('what is no address lets nobody in, and keeps nobody else out', () => {
  const copy = grantTables();
  reads(copy, grantOf(1, { address: 'nowhere' }), grantOf(2));

  expect(found(copy)?.grantId).toBe('2');
});

test.each([
  ['everybody on a link', 'fe80::/64', 'fe80::1'],
  ['all that NAT64 translates', '64:ff9b::/64', '64:ff9b::203.0.113.7'],
  ['a part of what it translates locally', '64:ff9b:1:cb00::/64', '64:ff9b:1:cb00:71:700::'],
  ['a part of that, by the address it begins with', '64:ff9b:1:cb00::/64', '203.0.0.0'],
  ['everybody at one Teredo server', '2001:0:4136:e378::/64', '2001:0:4136:e378:8000:63bf:34ff:8ef8'],
  ['a 6to4 network', '2002:cb00:7107::/64', '203.0.113.7'],
  ['no address', '0.0.0.0', '0.0.0.0'],
  ['what loopback had in common with IPv4-compatible addresses', '::/64', '::203.0.113.7'],
])('a grant of a former version for %s lets nobody pass', (_, kept, address) => {
  const copy = grantTables();
  reads(copy, grantOf(1, { address: kept }));
  copy.put(grantOf(2, { address: kept }));

  expect(found(copy, address)).toBeNull();
});

test('a grant of a former version for IPv6 loopback is for loopback alone', () => {
  const copy = grantTables();
  reads(copy, grantOf(1, { address: '::/64' }));

  expect(found(copy, '::1')).toEqual({ grantId: '1', approver: 'ada@example.org' });
  expect(found(copy, '::')).toBeNull();
});
