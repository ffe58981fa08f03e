/** Which word somebody probably meant. */
import { expect, test } from '@jest/globals';
import { nearest } from '../../src/base/text/nearest.js';

test.each([
  ['rpn@koder.dev', 'rpm@koder.dev'],
  ['rpm@kodr.dev', 'rpm@koder.dev'],
  ['stgg.example.org', 'stg.example.org'],
  ['stg.exmaple.org', 'stg.example.org'],
  ['stgexample.org', 'stg.example.org'],
  ['aprove', 'approve'],
])('%s means %s', (typed, meant) => {
  expect(nearest(typed, [meant])).toBe(meant);
});

test.each([
  ['bob@koder.dev', 'rpm@koder.dev'],
  ['dev.example.org', 'stg.example.org'],
  ['ada@koder.dev', 'ada@other.dev'],
])('%s does not mean %s, however much they share', (typed, other) => {
  expect(nearest(typed, [other])).toBeNull();
});
