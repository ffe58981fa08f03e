/** The bearer of a call, from its headers as they came. */
import { expect, test } from '@jest/globals';
import { onlyBearer } from '../../src/http/shared/bearer.js';

test.each([
  ['one line', ['Authorization', 'Bearer abc'], 'abc'],
  ['the scheme in any case', ['authorization', 'bearer abc'], 'abc'],
  ['none', ['host', 'gate.example.org'], null],
  ['another scheme', ['authorization', 'Basic abc'], null],
  ['two words', ['authorization', 'Bearer abc def'], null],
  ['nothing behind the scheme', ['authorization', 'Bearer '], null],
  ['two lines, of which readers take one or the other', ['authorization', 'Bearer abc', 'Authorization', 'x'], null],
  ['more than a bearer has', ['authorization', `Bearer ${'a'.repeat(4_097)}`], null],
])('%s', (_what, rawHeaders, bearer) => {
  expect(onlyBearer(rawHeaders)).toBe(bearer);
});
