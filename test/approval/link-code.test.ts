/** A code that people type: one reading, however it is written. */
import { describe, expect, test } from '@jest/globals';
import { normalLinkCode, shownLinkCode } from '../../src/approval/link-code.js';

test('a code is shown in two groups that can be typed back', () => {
  const shown = shownLinkCode('4k2m7w9x3c');

  expect(shown).toBe('4K2M7-W9X3C');
  expect(normalLinkCode(shown)).toBe('4k2m7w9x3c');
});

describe('a typed code is forgiven', () => {
  test.each([
    ['lower case', '4k2m7-w9x3c'],
    ['no dash', '4K2M7W9X3C'],
    ['spaces wherever they are', ' 4K2M7 W9X3C '],
    ['a dash that a phone made long', '4K2M7\u2013W9X3C'],
    ['a line break of a paste', '4K2M7-W9X3C\r\n'],
  ])('%s', (_what, typed) => {
    expect(normalLinkCode(typed)).toBe('4k2m7w9x3c');
  });

  test('look-alikes', () => {
    expect(normalLinkCode('OoIiL-lZZZZ')).toBe('001111zzzz');
  });
});

describe('what is no code', () => {
  test.each([
    '',
    '4K2M7',
    '4K2M7-W9X3',
    '4K2M7-W9X3CC',
    '4K2M7-W9X3U',
    '4K2M7_W9X3C',
    '4K2M7-W9X3\u0441',
    "' OR 1=1--",
  ])('%j', (typed) => {
    expect(normalLinkCode(typed)).toBeNull();
  });
});
