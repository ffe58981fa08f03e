/**
 * The Adaptive Card dialect: golden files, the vendor's schema, the vendor's own reader.
 * `UPDATE_GOLDENS=1` writes the files anew; read the difference before it is committed.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import { adaptiveCard, adaptiveText } from '../../cards/adaptive.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { readCard } from '../fakes/talk-reader.js';
import { CASES, CONFIRM_URL, DRILLS, NASTY, TOKEN } from '../fixtures/cards/adaptive-cases.js';

const GOLDEN = join(packageRoot(), 'test', 'golden', 'adaptive');
const SCHEMA = join(packageRoot(), '..', 'shared', 'specs', 'adaptivecards', 'adaptive-card-1.5.0.json');
const cases = Object.entries(CASES);
const all = [...cases, ...Object.entries(DRILLS)];

describe.each(all)('%s', (name, view) => {
  const card = adaptiveCard(view);

  test('is what the golden file says', () => {
    const file = join(GOLDEN, `${name}.json`);
    const drawn = `${JSON.stringify({ card, text: adaptiveText(view) }, null, 2)}\n`;
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, drawn);

    expect(drawn).toBe(readFileSync(file, 'utf8'));
  });

  test('is read by the renderer of the inbox without a complaint', () => {
    expect(() => readCard(JSON.stringify(card))).not.toThrow();
  });
});

describe.each(cases)('%s', (_name, view) => {
  const card = adaptiveCard(view);

  test('has facts of strangers in text runs alone', () => {
    const trusted = textBlocks(card);
    const facts = [view.host, view.path, view.address, view.browser, view.country ?? view.host];

    for (const fact of facts) expect(trusted.filter((text) => text.includes(fact))).toEqual([]);
  });

  test('has buttons exactly while somebody may answer', () => {
    const { buttons, links } = readCard(JSON.stringify(card));
    const decides = { decide: ['approve', 'deny'], deny_only: ['deny'], link_only: [] };

    expect(buttons).toEqual(view.state.kind === 'pending' ? decides[view.state.may] : []);
    expect(links).toEqual(view.state.kind === 'pending' ? [CONFIRM_URL] : []);
  });

  test('says the token only where it can still be spent', () => {
    expect(JSON.stringify(card).includes(TOKEN)).toBe(view.state.kind === 'pending');
  });
});

test('there is no golden file without a case', () => {
  expect(readdirSync(GOLDEN).sort()).toEqual(all.map(([name]) => `${name}.json`).sort());
});

test('nasty text has the structure of harmless text', () => {
  const nasty = readCard(JSON.stringify(adaptiveCard(CASES['pending-nasty-text'] ?? never())));
  const harmless = readCard(JSON.stringify(adaptiveCard(CASES['pending-stg'] ?? never())));

  expect(nasty.structure).toBe(harmless.structure);
  expect(nasty.links).toEqual(harmless.links);
  expect(nasty.text).toContain('**bold** [click](https://evil.example/) <b>x</b>');
  expect(nasty.text).not.toContain(NASTY);
});

test('the reader of these tests sees a link in markdown when there is one', () => {
  const card = {
    type: 'AdaptiveCard',
    version: '1.5',
    body: [{ type: 'TextBlock', text: '[x](https://evil.example)' }],
  };

  expect(readCard(JSON.stringify(card)).links).toEqual(['https://evil.example']);
});

test('an approval names its duration; a producer’s own host is promised nothing', () => {
  const titles = (name: string): unknown => (adaptiveCard(CASES[name] ?? never()).actions ?? [])[0]?.title;

  expect(titles('pending-dev')).toBe('Approve — 24 h');
  expect(titles('pending-stg')).toBe('Approve — 7 days');
  expect(titles('pending-no-grant')).toBe('Approve');
});

const inSchema = existsSync(SCHEMA) ? describe : describe.skip;
inSchema('Adaptive Card 1.5 schema (skipped without ../shared/specs/adaptivecards)', () => {
  const validate = compile();

  test.each(all)('%s is valid', (_name, view) => {
    const card = JSON.parse(JSON.stringify(adaptiveCard(view))) as Record<string, unknown>;

    expect([validate(card), validate.errors]).toEqual([true, null]);
    // The schema does not demand a version.
    expect(card['version']).toBe('1.5');
  });

  test('an unknown property is caught', () => {
    expect(validate({ ...adaptiveCard(CASES['pending-stg'] ?? never()), buttons: [] })).toBe(false);
  });
});

function compile(): ValidateFunction {
  if (!existsSync(SCHEMA)) return (() => false) as unknown as ValidateFunction;
  const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as Record<string, unknown>;
  // Both are of draft 6, which ajv 8 does not know by name.
  delete schema['id'];
  delete schema['$schema'];
  return new Ajv({ strict: false, logger: false }).compile(schema);
}

/** Every text that a client may read as markdown. */
function textBlocks(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(textBlocks);
  if (typeof node !== 'object' || node === null) return [];
  const element = node as Record<string, unknown>;
  const own = element['type'] === 'TextRun' ? [] : ['text', 'fallbackText', 'title'].map((key) => element[key]);
  return [...own.filter((text) => typeof text === 'string'), ...Object.values(element).flatMap(textBlocks)];
}

function never(): never {
  throw new Error('there is such a case');
}
