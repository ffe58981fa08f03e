/** Languages that a browser asks for, as they are passed on. */
import { expect, test } from '@jest/globals';
import { languagesOf } from '../../src/base/net/accept-language.js';

test.each([
  ['de-CH', ['de-CH']],
  ['de-CH, de;q=0.9, en;q=0.8', ['de-CH', 'de', 'en']],
  ['en;q=0.5,pt-BR;q=0.9 , *;q=0.1', ['pt-BR', 'en']],
  ['fr, en, de, it, es', ['fr', 'en', 'de']],
  ['de, de;q=0.5, en;q=0', ['de']],
  ['zh-Hant-TW', ['zh-Hant-TW']],
  ['*', []],
])('%s', (header, languages) => {
  expect(languagesOf(header)).toEqual(languages);
});

test.each([
  ['nothing', undefined],
  ['an empty text', ''],
  ['a parameter of its own', 'de&prompt=none'],
  ['a line break', 'de\r\nX-Evil: 1'],
  ['a space in a tag', 'de en'],
  ['another parameter', 'de;x=1'],
  ['more than is wanted at all', 'de;q=1.5'],
  ['a tag that is none', 'de_CH'],
  ['an empty part', 'de,,en'],
  ['letters of no alphabet of ours', 'ｄｅ'],
  ['markup', '<script>'],
  ['an escape', 'de%0a'],
  ['one wrong part among right ones', 'de, en, "x"'],
  ['a tag without an end', 'a'.repeat(9)],
  ['a tag of many parts', ['de', ...Array<string>(12).fill('abcdefgh')].join('-')],
  ['a header without an end', Array<string>(500).fill('de').join(',')],
])('of %s nothing is passed on', (_what, header) => {
  expect(languagesOf(header)).toEqual([]);
});
