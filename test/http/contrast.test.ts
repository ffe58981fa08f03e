/** What our two style sheets promise to the eye (WCAG 2.2, 1.4.3 and 1.4.11), light and dark: by the colours that stand in them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const GATE = readFileSync('src/gate/web/gate.css', 'utf8');
const PAGES = readFileSync('src/http/web/pages.css', 'utf8');
const DARK = /@media \(prefers-color-scheme: dark\) \{([^]*?)\n\}/g;
const TEXT = 4.5;
const CONTROL = 3;

type Scheme = 'light' | 'dark';

/** The variables of a selector; in the dark those of the light where it names no other. */
function coloursOf(css: string, selector: string, scheme: Scheme): Readonly<Record<string, string>> {
  const light = variables(css.replaceAll(DARK, ''), selector);
  if (scheme === 'light') return light;
  const dark = [...css.matchAll(DARK)].map(([, block = '']) => variables(block, selector));
  return dark.reduce((all, some) => ({ ...all, ...some }), light);
}

function variables(css: string, selector: string): Record<string, string> {
  const block = new RegExp(`(?:^|\\n)\\s*\\${selector} \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/--(\w+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one = '', other = ''): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** What a rule of the sheet says of a property, with the variables put in. */
function borderOf(css: string, rule: string, colours: Readonly<Record<string, string>>): string {
  const block = css.split(rule)[1]?.split('}')[0] ?? '';
  const name = /border(?:-color)?: [^;]*var\(--(\w+)\)/.exec(block)?.[1] ?? '';
  return colours[name] ?? '';
}

test('black on white is 21 to 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
});

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  test.each([':root', '.good', '.bad', '.quiet'])('a link of the visitor’s page can be read: %s', (selector) => {
    const { card } = coloursOf(GATE, ':root', scheme);
    const { tone } = coloursOf(GATE, selector, scheme);

    expect(contrast(tone, card)).toBeGreaterThanOrEqual(TEXT);
  });

  test.each(['\nbutton,\n.button {', '\n.field {'])('the edge of a control can be seen: %j', (rule) => {
    const colours = coloursOf(PAGES, ':root', scheme);
    const edge = borderOf(PAGES, rule, colours);

    for (const behind of [colours['paper'], colours['ground']])
      expect(contrast(edge, behind)).toBeGreaterThanOrEqual(CONTROL);
  });
});

test('whatever is reached by keyboard has a ring of 3 px', () => {
  expect(GATE).toMatch(/\.button:focus-visible,\n\.other:focus-visible \{\n {2}outline: 3px solid/);
  expect(PAGES).toMatch(/\n:focus-visible \{\n {2}outline: 3px solid/);
});
