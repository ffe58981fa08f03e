/** Who signed in and asks, in one line: what people call themselves at providers never looks like anything of ours. */
import { expect, test } from '@jest/globals';
import { personText } from '../../src/desk/requests/opening/person-text.js';
import { HOSTILE_WORDS } from '../fixtures/cards/hostile-words.js';

const ANA = { handle: null, name: 'Ana Souza', mailbox: 'ana@example.org', by: 'Koder ID' };

test.each([
  [{}, 'Ana Souza (ana@example.org, Koder ID)'],
  [{ mailbox: null }, 'Ana Souza (Koder ID)'],
  [{ mailbox: null, by: null }, 'Ana Souza'],
  [{ handle: 'bob@koder.dev', mailbox: 'bob@koder.dev' }, 'bob@koder.dev (Koder ID)'],
  [{ name: 'José O’Néill-Łuk, Jr. 李' }, 'José O’Néill-Łuk Jr. 李 (ana@example.org, Koder ID)'],
  [{ name: 'Eve (boss@koder.dev, Koder ID)' }, 'Eve boss koder dev Koder ID (ana@example.org, Koder ID)'],
  [{ name: 'Ｅｖｅ（ａ＠ｂ．ｏｒｇ）' }, 'Eve a b org (ana@example.org, Koder ID)'],
  [{ name: '\u202Ezuos\u2066 \u200Bana\n\u0000' }, 'zuos ana (ana@example.org, Koder ID)'],
  [
    { name: '@everyone <!channel> **x** [y](https://evil.example)' },
    'everyone channel x y https evil example (ana@example.org, Koder ID)',
  ],
  [{ name: ' \u200B ' }, 'somebody without a name (ana@example.org, Koder ID)'],
])('%j', (facts, text) => {
  expect(personText({ ...ANA, ...facts })).toBe(text);
});

test('however long each part is, all of them are there and fit a card', () => {
  const text = personText({
    handle: null,
    name: 'A'.repeat(500),
    mailbox: `${'b'.repeat(200)}@c.org`,
    by: 'D'.repeat(99),
  });

  expect(Array.from(text).length).toBeLessThanOrEqual(160);
  expect(text).toMatch(/^A+… \(b+…, D+…\)$/);
});

test.each(Object.entries(HOSTILE_WORDS))('of %s only words are left', (_name, words) => {
  expect(personText({ ...ANA, name: words, mailbox: null, by: null })).toMatch(/^[\p{L}\p{M}\p{N} .'’…-]+$/u);
});
