/** The copy of the grants, while pages are read and changes are told in whatever order the world has for them. */
import { expect, test } from '@jest/globals';
import type { RequestId, SiteKey, VisitorAddress } from '../../src/approval/brand.js';
import { addressWords, parseAddress } from '../../src/base/address-words.js';
import type { GrantRecord, LiveGroup } from '../../src/contract/ledger.js';
import { grantCopy, type GrantCopy, type Held } from '../../src/gate/grants/copy.js';

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

function reads(copy: GrantCopy, ...grants: readonly GrantRecord[]): void {
  copy.beginReading();
  copy.read(pageOf(...grants));
  copy.finishReading();
}

function found(copy: GrantCopy, address = '203.0.113.7', nowSeconds = NOW_SECONDS): Held | null {
  const words = addressWords();
  if (!parseAddress(address, words)) throw new Error(`no address: ${address}`);
  return copy.find(SITE, words, nowSeconds);
}

test('what was read is found with its number and who granted it, and what was not read again is gone', () => {
  const copy = grantCopy();
  reads(copy, grantOf(1), grantOf(2, { address: '2001:db8:1:2::/64', grantedBy: 'Jürgen' }));
  const first = [found(copy), found(copy, '2001:db8:1:2::9'), found(copy, '203.0.113.8')];
  reads(copy, grantOf(1));

  expect(first).toEqual([{ grantId: '1', approver: 'ada@example.org' }, { grantId: '2', approver: 'J?rgen' }, null]);
  expect(found(copy, '2001:db8:1:2::9')).toBeNull();
});

test('a grant told while pages are read is there before and after they are', () => {
  const copy = grantCopy();
  copy.beginReading();
  copy.apply({ kind: 'granted', grant: grantOf(1) });
  const before = found(copy);
  copy.finishReading();

  expect([before?.grantId, found(copy)?.grantId]).toEqual(['1', '1']);
});

test('an extension told before the page that is older than it stands', () => {
  const copy = grantCopy();
  copy.beginReading();
  copy.apply({ kind: 'granted', grant: grantOf(1, { untilSeconds: 3_000 }) });
  copy.read(pageOf(grantOf(1, { untilSeconds: 2_000 })));
  copy.finishReading();

  expect(found(copy, undefined, 2_500)).not.toBeNull();
});

test.each(['before', 'after'] as const)('a revocation told %s the page that still has the grant ends it', (when) => {
  const copy = grantCopy();
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
  const copy = grantCopy();
  copy.beginReading();
  copy.apply({ kind: 'revoked', grantIds: [1] });
  copy.finishReading();
  reads(copy);
  copy.apply({ kind: 'granted', grant: grantOf(1) });
  copy.put(grantOf(1));

  expect(found(copy)).toBeNull();
});

test('readings that were not finished change nothing, and forget no revocation', () => {
  const copy = grantCopy();
  reads(copy, grantOf(1), grantOf(2, { address: '203.0.113.8' }));
  copy.apply({ kind: 'revoked', grantIds: [1] });
  for (let failed = 0; failed < 3; failed += 1) {
    copy.beginReading();
    copy.read(pageOf(grantOf(3, { address: '203.0.113.9' })));
  }

  expect([found(copy), found(copy, '203.0.113.8')?.grantId, found(copy, '203.0.113.9')]).toEqual([null, '2', null]);
});

test('granted anew after a revocation: the new grant passes, although it is shorter and was told of first', () => {
  const copy = grantCopy();
  reads(copy, grantOf(1, { untilSeconds: 3_000 }));
  copy.apply({ kind: 'granted', grant: grantOf(2, { untilSeconds: 2_000 }) });
  copy.apply({ kind: 'revoked', grantIds: [1] });

  expect([found(copy)?.grantId, found(copy, undefined, 2_500)]).toEqual(['2', null]);
});

test('what is no address lets nobody in, and keeps nobody else out', () => {
  const copy = grantCopy();
  reads(copy, grantOf(1, { address: 'nowhere' }), grantOf(2));

  expect(found(copy)?.grantId).toBe('2');
});
