/**
 * Slack's dialect: golden files, Slack's own limits, and what a person finds on each card. `UPDATE_GOLDENS=1` writes the
 * files anew; read the difference before it is committed.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { slackCard } from '../../cards/slack.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { controlsOf, readMessage } from '../fakes/slack-reader.js';
import { checkBlocks } from '../fakes/slack-rules.js';
import { CASES, CONFIRM_URL, DRILLS, NASTY, TOKEN } from '../fixtures/cards/adaptive-cases.js';

const GOLDEN = join(packageRoot(), 'test', 'golden', 'slack');
const cases = Object.entries({ ...CASES, ...DRILLS });

describe.each(cases)('%s', (name, view) => {
  const card = slackCard(view);

  test('is what the golden file says', () => {
    const file = join(GOLDEN, `${name}.json`);
    const drawn = `${JSON.stringify(card, null, 2)}\n`;
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, drawn);

    expect(drawn).toBe(readFileSync(file, 'utf8'));
  });

  test('keeps within what Slack takes', () => {
    expect(() => checkBlocks(card.blocks, { kind: 'message' })).not.toThrow();
    expect(JSON.stringify(card).length).toBeLessThan(10_000);
  });

  test('carries the token just where it can still be spent', () => {
    const values = controlsOf(card.blocks).map(({ value }) => value ?? '');
    const spendable = values.filter((value) => value.includes(TOKEN));

    expect(spendable.length > 0).toBe(view.state.kind === 'pending' && view.state.may !== 'link_only');
    expect(card.text).not.toContain(TOKEN);
  });
});

test('there is no golden file without a case', () => {
  expect(readdirSync(GOLDEN).sort()).toEqual(cases.map(([name]) => `${name}.json`).sort());
});

test('a menu gives every duration that the site and the channel allow, and picking one decides', () => {
  const menu = controlsOf(slackCard(viewOf('pending-stg')).blocks).filter(({ isOption }) => isOption);

  expect(menu.map(({ label, value }) => [label, value])).toEqual([
    ['1 h', `${TOKEN}:3600`],
    ['8 h', `${TOKEN}:28800`],
    ['7 days', `${TOKEN}:604800`],
  ]);
});

test('a card over a channel that may not approve says where one can', () => {
  const { text, links } = readMessage(slackCard(viewOf('pending-deny-only')));

  expect(text).toContain('To let the visitor in, open the request in a browser');
  expect(links).toEqual([CONFIRM_URL]);
});

test('Revoke asks once more before it counts', () => {
  const revoke = controlsOf(slackCard(viewOf('approved')).blocks).find(({ label }) => label === 'Revoke');

  expect(revoke).toMatchObject({ confirms: true, value: viewOf('approved').requestId });
});

test('nasty text has the structure of harmless text', () => {
  const nasty = readMessage(slackCard(viewOf('pending-nasty-text')));
  const harmless = readMessage(slackCard(viewOf('pending-stg')));

  expect(nasty.structure).toBe(harmless.structure);
  expect(nasty.links).toEqual(harmless.links);
  expect(nasty.text).toContain('**bold** [click](https://evil.example/) <b>x</b>');
  expect(nasty.text).not.toContain(NASTY);
});

test('the reader of these tests sees markup where there is some', () => {
  const seen = readMessage({
    text: 'a *b* <https://evil.example|c> <!channel>',
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '<@U1> https://evil.example/2' } }],
  });

  expect(seen.links).toEqual(['https://evil.example|c', 'https://evil.example/2']);
  expect(seen.structure).toContain('<!');
  expect(seen.structure).toContain('<@');
});

function viewOf(name: string) {
  const view = CASES[name];
  if (view === undefined) throw new Error(`there is no view ${name}`);
  return view;
}
