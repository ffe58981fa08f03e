/** What a channel may do for a site, act by act. */
import { describe, expect, test } from '@jest/globals';
import { channelRefusal, ttlOverChannel, type Act } from '../../src/approval/channel-refusal.js';
import type { ChannelMay } from '../../src/approval/site.js';

const NOT_IN = 'channel_may_not_approve';
const NOTHING = 'channel_may_not_decide';

describe('a channel may', () => {
  const table: readonly (readonly [Act, Readonly<Record<ChannelMay, string | null>>])[] = [
    ['approve', { decide: null, deny_only: NOT_IN, link_only: NOTHING }],
    ['grant', { decide: null, deny_only: NOT_IN, link_only: NOTHING }],
    ['extend', { decide: null, deny_only: NOT_IN, link_only: NOTHING }],
    ['deny', { decide: null, deny_only: null, link_only: NOTHING }],
    ['revoke', { decide: null, deny_only: null, link_only: NOTHING }],
    ['mute', { decide: null, deny_only: null, link_only: NOTHING }],
    ['unmute', { decide: null, deny_only: null, link_only: NOTHING }],
  ];

  test.each(table)('%s as the policy says', (act, expected) => {
    const found = (['decide', 'deny_only', 'link_only'] as const).map((may) => [may, channelRefusal({ may }, act)]);

    expect(Object.fromEntries(found)).toEqual(expected);
  });
});

describe('a time given over a channel', () => {
  test.each([
    { what: 'nothing wished, nothing bounded: the whole of it', wished: null, most: null, given: 86_400 },
    { what: 'nothing wished: the most the channel may give', wished: null, most: 3_600, given: 3_600 },
    { what: 'less than both', wished: 60, most: 3_600, given: 60 },
    { what: 'more than the channel may give', wished: 7_200, most: 3_600, given: 3_600 },
    { what: 'more than the site gives', wished: 999_999, most: null, given: 86_400 },
    { what: 'a channel that may give more than the site', wished: 999_999, most: 999_999, given: 86_400 },
    { what: 'no time at all: as if nothing was wished', wished: 0, most: 3_600, given: 3_600 },
  ])('$what', ({ wished, most, given }) => {
    const policy = { maxGrantTtlSeconds: most };

    expect(ttlOverChannel(policy, { ttlSeconds: wished, siteTtlSeconds: 86_400 })).toBe(given);
  });
});
