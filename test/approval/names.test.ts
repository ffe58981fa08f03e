/** Short ids, host patterns, the policy's defaults. */
import { describe, expect, test } from '@jest/globals';
import type { RequestId } from '../../src/approval/brand.js';
import { isHostAllowed, isHostMatch } from '../../src/approval/host-pattern.js';
import { cappedTtlSeconds, POLICY_BY_ENVIRONMENT } from '../../src/approval/policy.js';
import { normalPrefix, shortIds } from '../../src/approval/short-id.js';

describe('short ids', () => {
  test('have six characters where these tell them apart', () => {
    const ids = ['4k2mq8x0r7wz5t9n1b3c', '9zzzq8x0r7wz5t9n1b3c'] as RequestId[];

    expect([...shortIds(ids).values()]).toEqual(['4k2mq8', '9zzzq8']);
  });

  test('grow until they are unambiguous', () => {
    const ids = ['4k2mq8x0r7wz5t9n1b3c', '4k2mq9x0r7wz5t9n1b3c', '4k2n00000000000000000'.slice(0, 20)] as RequestId[];

    expect([...shortIds(ids).values()]).toEqual(['4k2mq8', '4k2mq9', '4k2n00']);
  });

  test.each([
    ['4K2M', '4k2m'],
    [' 4k2m ', '4k2m'],
    ['4OIL', '4011'],
  ])('what people type for them is forgiven: %s', (typed, normal) => {
    expect(normalPrefix(typed)).toBe(normal);
  });

  test.each(['', '4k2', '4k2%', '4k2_m', 'u000', '4k2mq8x0r7wz5t9n1b3cx'])('is no start of an id: %p', (typed) => {
    expect(normalPrefix(typed)).toBeNull();
  });
});

describe('host patterns', () => {
  test.each([
    ['stg.example.org', 'stg.example.org'],
    ['stg.example.org', 'STG.example.org.'],
    ['*.example.org', 'stg.example.org'],
    ['*.example.org', 'a.b.example.org'],
  ])('%s takes %s', (pattern, host) => {
    expect(isHostMatch(pattern, host)).toBe(true);
  });

  test.each([
    ['*.example.org', 'example.org'],
    ['*.example.org', 'badexample.org'],
    ['*.example.org', '.example.org'],
    ['*.example.org', 'example.org.evil.net'],
    ['stg.example.org', 'dev.stg.example.org'],
    ['*.', 'example.org'],
    ['', ''],
  ])('%p does not take %p', (pattern, host) => {
    expect(isHostMatch(pattern, host)).toBe(false);
  });

  test('one of several suffices', () => {
    expect(isHostAllowed(['a.example.org', '*.example.net'], 'x.example.net')).toBe(true);
    expect(isHostAllowed([], 'x.example.net')).toBe(false);
  });
});

describe('the policy', () => {
  test('gates dev for 24 h and stg for 7 days, and leaves prd open', () => {
    expect(POLICY_BY_ENVIRONMENT).toEqual({
      dev: { isGated: true, grantTtlSeconds: 86_400 },
      stg: { isGated: true, grantTtlSeconds: 604_800 },
      prd: { isGated: false, grantTtlSeconds: 86_400 },
    });
  });

  test.each([
    [null, 600],
    [60, 60],
    [600, 600],
    [601, 600],
    [0, 600],
    [-5, 600],
    [Number.NaN, 600],
    [1.9, 1],
  ])('a wish for %p s within 600 s is %p s', (wished, given) => {
    expect(cappedTtlSeconds(wished, 600)).toBe(given);
  });
});
