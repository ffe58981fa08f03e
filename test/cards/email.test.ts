/** The mail, as golden files of both parts. `UPDATE_GOLDENS=1` writes them anew; read the difference before it is committed. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { emailCard } from '../../cards/email.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { linksOf, wordsOf } from '../fakes/read-mail.js';
import { CASES, CONFIRM_URL, DRILLS, TOKEN } from '../fixtures/cards/adaptive-cases.js';

const GOLDEN = join(packageRoot(), 'test', 'golden', 'email');
const cases = Object.entries(CASES);
const all = [...cases, ...Object.entries(DRILLS)];

describe.each(all)('%s', (name, view) => {
  const { subject, text, html } = emailCard(view);

  test.each([
    ['txt', `Subject: ${subject}\n\n${text}`],
    ['html', html],
  ])('its .%s is what the golden file says', (kind, drawn) => {
    const file = join(GOLDEN, `${name}.${kind}`);
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, drawn);

    expect(drawn).toBe(readFileSync(file, 'utf8'));
  });

  test('has a subject of one line', () => {
    expect(subject).toMatch(/^\[Koder Access\] [^\r\n]+$/);
  });
});

describe.each(cases)('%s', (name, view) => {
  const { subject, text, html } = emailCard(view);
  const isPending = view.state.kind === 'pending';

  test('leads to the confirm page and nowhere else, mail programs that link by themselves included', () => {
    const expected = isPending ? [CONFIRM_URL] : [];

    expect(linksOf('', { htmlPart: html, subject })).toEqual(expected);
    expect(linksOf(text, { htmlPart: '', subject })).toEqual(expected);
    expect(linksOf(text, { htmlPart: html, subject })).toEqual(expected);
  });

  test('has no button, form, image, script or style from elsewhere', () => {
    const allowed = /^\/?(html|head|meta|title|style|body|table|tr|td|h1|a|wbr)$/;
    const tags = [...html.matchAll(/<(\/?[a-z][a-z0-9]*)/gi)].map(([, tag = '']) => tag);

    expect(tags.filter((tag) => !allowed.test(tag))).toEqual([]);
    expect(html).not.toMatch(/url\(|@import|javascript:|\son\w+=/i);
  });

  test('says the same in both parts, and the token only while it can be spent', () => {
    const read = (words: string): string => words.replaceAll('\u200b', '').replace(/\s+/g, ' ');
    const closing = name === 'revoked' ? 'Access revoked' : 'Access request closed';
    const facts = [view.environment, 'UTC', isPending ? 'Access requested' : closing];

    for (const fact of facts)
      expect([read(text).includes(fact), read(wordsOf(html)).includes(fact)]).toEqual([true, true]);
    expect([subject, text, html].join('').includes(TOKEN)).toBe(isPending);
  });
});

test('host and address can be copied as they are', () => {
  const { text } = emailCard(CASES['pending-stg'] ?? never());

  expect(text).toContain(' stg.kds.koder.dev (stg)');
  expect(text).toContain(' 189.45.12.30 (Geo: BR)');
});

test('there is no golden file without a case', () => {
  const expected = all.flatMap(([name]) => [`${name}.html`, `${name}.txt`]);

  expect(readdirSync(GOLDEN).sort()).toEqual(expected.sort());
});

function never(): never {
  throw new Error('the case is gone');
}
