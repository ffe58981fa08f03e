/** The template tag: nothing that is put in becomes markup, unless it is markup of the tag's own making. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { html, markupOf } from '../../src/base/text/html.js';

test('text is escaped in content and in attributes', () => {
  const text = `<script>"&'`;

  expect(markupOf(html`<p title="${text}">${text}</p>`)).toBe(
    '<p title="&lt;script&gt;&quot;&amp;&#39;">&lt;script&gt;&quot;&amp;&#39;</p>',
  );
});

test('markup of its own making is put in whole, lists too; null and false leave nothing', () => {
  const items = ['a', '<'].map((text) => html`<li>${text}</li>`);

  // prettier-ignore
  const list = html`<ul>${items}</ul>${null}${false}${0}`;

  expect(markupOf(list)).toBe('<ul><li>a</li><li>&lt;</li></ul>0');
});

test('no text whatever opens a tag or leaves its attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(markupOf(html`${text}`)).not.toMatch(/[<>"']/);
    }),
  );
});

test('an object that only looks like markup is none', () => {
  const forged = JSON.parse('{"html":"<script>"}') as never;

  expect(markupOf(html`${forged}`)).not.toContain('<script>');
});
