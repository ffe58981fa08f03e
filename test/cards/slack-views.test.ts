/** What Slack draws besides cards: answers, forms, the home tab. All of it within Slack's limits, whatever is in it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { slackAnswer, slackSentence } from '../../cards/slack-answer.js';
import { slackHome, slackHomeRefusal, type HomeGrant, type HomeRequest } from '../../cards/slack-home.js';
import { answerModal, denyModal } from '../../cards/slack-modal.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { HOSTILE_WORDS } from '../fixtures/cards/hostile-words.js';
import { controlsOf, readMessage } from '../fakes/slack-reader.js';
import { checkBlocks, checkView } from '../fakes/slack-rules.js';
import { CASES } from '../fixtures/cards/adaptive-cases.js';

const LONG = '🦊'.repeat(5_000);
const MESSAGE = { kind: 'message' } as const;

describe('an answer', () => {
  test('in lines says them all, in order', () => {
    const lines = ['one', 'two', 'three'];
    const { text } = readMessage(slackAnswer({ kind: 'text', isOk: true, lines: ['one', 'two'] }));

    expect(slackAnswer({ kind: 'text', isOk: true, lines })).toEqual({
      text: 'Koder Gate answers',
      blocks: [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: ['one', '\n', 'two', '\n', 'three'].map((said) => ({ type: 'text', text: said })),
            },
          ],
        },
      ],
    });

    expect(text).toContain('one\ntwo');
  });

  test('that is a table becomes bullets: the first cell, then each other by its column', () => {
    const answer = table([['4k2m', 'stg.example.org', '']], { more: 'pending page 2' });
    const { text } = readMessage(slackAnswer(answer));

    expect(text).toContain('Waiting');
    expect(text).toContain('4k2m · site stg.example.org');
    expect(text).toContain('More: /gate pending page 2');
  });

  test('without a row says what that means', () => {
    expect(readMessage(slackAnswer(table([]))).text).toContain('Nobody is waiting.');
  });

  test.each([
    ['of long lines', { kind: 'text', isOk: true, lines: Array.from({ length: 200 }, () => LONG) } as const],
    ['of no lines', { kind: 'text', isOk: true, lines: [] } as const],
    ['of empty lines', { kind: 'text', isOk: true, lines: ['', ''] } as const],
    ['of long rows', table(Array.from({ length: 300 }, () => [LONG, LONG, LONG]))],
    ['of empty cells', table([['', '', '']])],
    ['with a long title', { ...table([['a', 'b', 'c']]), title: LONG, more: { typed: LONG } }],
  ])('%s stays within what Slack takes', (_what, answer) => {
    expect(() => checkBlocks(slackAnswer(answer).blocks, MESSAGE)).not.toThrow();
  });

  test('says how much of it is left out', () => {
    const rows = Array.from({ length: 300 }, (_, index) => [String(index), 'x', 'y']);

    expect(readMessage(slackAnswer(table(rows))).text).toMatch(/… and 240 more rows/);
  });

  test.each(Object.entries(HOSTILE_WORDS))('keeps words of strangers words: %s', (_name, words) => {
    const harmless = readMessage(slackAnswer(table([['a', 'b', 'c']])));
    const hostile = readMessage(slackAnswer(table([[words, words, words]])));

    expect([hostile.structure, hostile.links]).toEqual([harmless.structure, harmless.links]);
    expect(readMessage(slackSentence(words)).links).toEqual([]);
    expect(() => checkBlocks(slackSentence(words).blocks, MESSAGE)).not.toThrow();
  });
});

test('the form asks for a reason and whether to share it, and both may be left out', () => {
  const form = denyModal('{}');

  expect(() => checkView(form)).not.toThrow();
  expect(form.blocks.map((block) => (block.type === 'input' ? block.optional : block.type))).toEqual([true, true]);
  expect(readMessage({ text: '', blocks: form.blocks }).text).toContain('Share the reason with the visitor');
});

test('what takes the form’s place is within what Slack takes', () => {
  expect(() => checkView(answerModal(LONG))).not.toThrow();
});

describe('the home tab', () => {
  const request: HomeRequest = {
    request:
      CASES['pending-stg'] === undefined ? never() : { ...CASES['pending-stg'], id: CASES['pending-stg'].requestId },
    may: 'decide',
    ttlsSeconds: [3_600, 28_800],
  };
  const grant: HomeGrant = {
    id: 17,
    site: 'stg.example.org',
    address: '192.0.2.7',
    untilMs: 0,
    grantedBy: 'rpm@koder.dev',
  };
  const home = { notice: null, pending: [request], grants: [grant], publicUrl: 'https://gate.example.org' };

  test('names requests by their ids, and grants by their numbers', () => {
    const controls = controlsOf(slackHome(home).blocks);

    expect(controls.map(({ label, value }) => [label, value])).toEqual([
      ['Approve — 8 h', request.request.id],
      ['Deny', request.request.id],
      ['1 h', `${request.request.id}:3600`],
      ['8 h', `${request.request.id}:28800`],
      ['Revoke', '17'],
      ['Open Koder Gate', null],
    ]);
  });

  test('has no button that the policy refuses', () => {
    const labels = (may: HomeRequest['may']): readonly string[] =>
      controlsOf(slackHome({ ...home, pending: [{ ...request, may }], grants: [] }).blocks).map(({ label }) => label);

    expect(labels('deny_only')).toEqual(['Deny', 'Open Koder Gate']);
    expect(labels('link_only')).toEqual(['Open Koder Gate']);
  });

  test('with more than a view holds says how much is left, and where it is', () => {
    const pending = Array.from({ length: 400 }, () => request);
    const grants = Array.from({ length: 400 }, () => grant);
    const view = slackHome({ ...home, notice: LONG, pending, grants });

    expect(() => checkView(view)).not.toThrow();
    const { text } = readMessage({ text: '', blocks: view.blocks });
    expect(text).toMatch(/… and 385 more: \/gate pending/);
    expect(text).toMatch(/… and more: \/gate grants/);
  });

  test.each(Object.entries(HOSTILE_WORDS))('keeps words of strangers words: %s', (_name, words) => {
    const nasty = { ...request, request: { ...request.request, path: words, browser: words } };
    const view = slackHome({ ...home, notice: words, pending: [nasty], grants: [{ ...grant, grantedBy: words }] });
    const harmless = slackHome({ ...home, notice: 'x' });

    expect(() => checkView(view)).not.toThrow();
    expect(read(view)).toEqual(read(harmless));
  });

  test('of a stranger is one sentence', () => {
    expect(() => checkView(slackHomeRefusal(LONG))).not.toThrow();
  });
});

describe('the rules of these tests are Slack’s', () => {
  const file = join(packageRoot(), '..', 'shared', 'specs', 'slackblocks', 'limits.json');
  const ifThere = existsSync(file) ? test : test.skip;
  const text = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length), emoji: false });
  const button = (over: object) => ({
    type: 'actions',
    elements: [{ type: 'button', action_id: 'a', text: text(1), ...over }],
  });
  const select = (over: object) => ({
    type: 'actions',
    elements: [
      {
        type: 'static_select',
        action_id: 'a',
        placeholder: text(1),
        options: [{ text: text(1), value: 'v' }],
        ...over,
      },
    ],
  });
  const BLOCKS: Readonly<Record<string, (length: number) => object>> = {
    'header.text.max_length': (length) => ({ type: 'header', text: text(length) }),
    'section.text.max_length': (length) => ({ type: 'section', text: text(length) }),
    'button.text.max_length': (length) => button({ text: text(length) }),
    'button.value.max_length': (length) => button({ value: 'x'.repeat(length) }),
    'button.url.max_length': (length) => button({ url: `https://x.org/${'x'.repeat(length - 14)}` }),
    'action_id.max_length': (length) => button({ action_id: 'x'.repeat(length) }),
    'block_id.max_length': (length) => ({ ...button({}), block_id: 'x'.repeat(length) }),
    'confirmation.title.max_length': (length) => button({ confirm: confirm({ title: text(length) }) }),
    'confirmation.text.max_length': (length) => button({ confirm: confirm({ text: text(length) }) }),
    'confirmation.deny.max_length': (length) => button({ confirm: confirm({ deny: text(length) }) }),
    'option.text.max_length': (length) => select({ options: [{ text: text(length), value: 'v' }] }),
    'option.value.max_length': (length) => select({ options: [{ text: text(1), value: 'x'.repeat(length) }] }),
    'select.placeholder.max_length': (length) => select({ placeholder: text(length) }),
    'context.elements.max_items': (length) => ({ type: 'context', elements: Array.from({ length }, () => text(1)) }),
  };
  const confirm = (over: object) => ({
    title: text(1),
    text: text(1),
    confirm: text(1),
    deny: text(1),
    style: 'danger',
    ...over,
  });

  ifThere.each(Object.keys(BLOCKS))('%s (without the vendor’s limits beside the checkout: skipped)', (constraint) => {
    const limits: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const max = constraint
      .split('.')
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], limits) as number;
    const block = BLOCKS[constraint] ?? never();

    expect(() => checkBlocks([block(max)], MESSAGE)).not.toThrow();
    expect(() => checkBlocks([block(max + 1)], MESSAGE)).toThrow();
  });
});

function table(rows: readonly (readonly string[])[], over: { readonly more?: string } = {}) {
  return {
    kind: 'table',
    title: 'Waiting',
    columns: ['id', 'site', 'from'],
    rows,
    more: over.more === undefined ? null : { typed: over.more },
    empty: 'Nobody is waiting.',
  } as const;
}

function read({ blocks }: { readonly blocks: readonly unknown[] }): unknown {
  const { links, structure } = readMessage({ text: '', blocks });
  return { links, structure };
}

function never(): never {
  throw new Error('there is such a case');
}
