import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fit } from '../../src/base/text/fit.js';
import { cleanupStack } from '../../src/base/process/cleanup-stack.js';
import { retryAfterMs } from '../../src/base/net/retry-after.js';
import { safeStack } from '../../src/base/process/safe-stack.js';

describe('fit', () => {
  test('leaves short text as it is, and says where something went', () => {
    expect(fit('abc', 3)).toBe('abc');
    expect(fit('abcd', 3)).toBe('ab…');
  });

  test('never goes through a character', () => {
    expect(fit('👩‍👩‍👧‍👦x', 3)).toBe('…');
    expect(fit('a👍🏽bcd', 4)).toBe('a👍🏽…');
    expect(fit('e\u0301e\u0301e\u0301', 5)).toBe('e\u0301e\u0301…');
  });

  test('makes spaces of what would break a line or turn the text around', () => {
    expect(fit('a\r\nb\u202Ec\u2028d\u0000e', 99)).toBe('a  b c d e');
  });

  test('is never longer than allowed, and never has a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const fitted = fit(text, max);
        expect(Array.from(fitted).length).toBeLessThanOrEqual(max);
        expect(fitted).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }),
    );
  });
});

describe('releasers', () => {
  test('release last-in first-out, go on after one that fails, and name it', async () => {
    const released: string[] = [];
    const held = cleanupStack();
    held.add('first', () => void released.push('first'));
    held.add('broken', () => Promise.reject(new Error('no')));
    held.add('thrower', () => {
      throw new Error('no');
    });
    held.add('last', async () => {
      await Promise.resolve();
      released.push('last');
    });

    expect(await held.release()).toEqual(['thrower', 'broken']);
    expect(released).toEqual(['last', 'first']);
    expect(await held.release()).toEqual([]);
    expect(released).toEqual(['last', 'first']);
  });
});

test.each([
  ['7', 7_000],
  ['0', 0],
  ['Mon, 11 May 2026 15:20:00 GMT', 60_000],
  ['Mon, 11 May 2026 15:00:00 GMT', null],
  ['2030', 2_030_000],
  ['5.5', null],
  ['May 2030', null],
  ['2026-05-11T15:20:00Z', null],
  ['Mon, 11 May 2026 15:20:00 +0200', null],
  ['-1', null],
  ['soon', null],
  ['', null],
  ['3601', 3_600_000],
  ['Tue, 12 May 2026 15:19:00 GMT', 3_600_000],
])('Retry-After: %p waits %p ms', (text, expected) => {
  expect(retryAfterMs({ 'retry-after': text }, Date.parse('2026-05-11T15:19:00Z'))).toBe(expected);
});

describe('where an error came from', () => {
  test('is said by its name and its places', () => {
    expect(safeStack(new RangeError('the body was: secret'))).toMatch(/^RangeError\n {4}at .*small-things\.test/);
  });

  test('is said without a word of its message, even of one that looks like a place', () => {
    const said = safeStack(new Error('secret\n    at secret (secret:1:1)\n'));

    expect(said).not.toContain('secret');
    expect(said).toMatch(/\n {4}at /);
  });

  test('is not said where the message cannot be told apart, nor of what is no error', () => {
    const error = new Error('secret');
    expect(error.stack).toContain('secret'); // written at the first look

    error.message = 'another';

    expect(safeStack(error)).toBe('Error');
    expect(safeStack('secret')).toBe('not an Error');
  });
});
