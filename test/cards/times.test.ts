/** Each dialect shows a time as its reader's own where it can, and never touches what only looks like one. */
import { describe, expect, test } from '@jest/globals';
import { adaptiveCard } from '../../cards/adaptive.js';
import { discordAnswer, discordSentence } from '../../cards/discord-answer.js';
import { discordCard } from '../../cards/discord.js';
import { emailCard } from '../../cards/email.js';
import { slackAnswer, slackSentence } from '../../cards/slack-answer.js';
import { slackCard } from '../../cards/slack.js';
import { piecesOf } from '../../cards/times-in-text.js';
import type { CardView } from '../../src/approval/card-view.js';
import { CASES } from '../fixtures/cards/adaptive-cases.js';

const SENTENCE = 'Granted. 203.0.113.7 may visit stg.example.org until 2026-05-02 14:30 UTC.';
const AT_SECONDS = Date.UTC(2026, 4, 2, 14, 30) / 1_000;
const TABLE = {
  kind: 'table',
  title: '1 address may pass',
  columns: ['grant', 'until', 'granted by'],
  rows: [['7', '2026-05-02 14:30 UTC', 'since 2026-05-02 14:30 UTC']],
  more: null,
  empty: '',
} as const;

function viewOf(name: string): CardView {
  const view = CASES[name];
  if (view === undefined) throw new Error(`no case is called ${name}`);
  return view;
}

describe('the pieces of a sentence', () => {
  test('are its words and its times, in order', () => {
    expect(piecesOf(SENTENCE)).toEqual([
      { kind: 'words', text: 'Granted. 203.0.113.7 may visit stg.example.org until ' },
      { kind: 'time', text: '2026-05-02 14:30 UTC', atMs: AT_SECONDS * 1_000 },
      { kind: 'words', text: '.' },
    ]);
  });

  test.each(['', 'nothing of the kind', '2026-13-45 14:30 UTC', '2026-05-02 14:3 UTC', 'a2026-05-02 14:30 UTC'])(
    '“%s” has no time',
    (text) => {
      expect(
        piecesOf(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
      expect(piecesOf(text).filter(({ kind }) => kind === 'time')).toEqual([]);
    },
  );
});

describe('Slack', () => {
  test('a card has a date token for each of its times, with UTC where dates are not drawn', () => {
    const card = JSON.stringify(slackCard(viewOf('approved')).blocks);

    expect(card.match(/<!date\^\d{10}\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>/g)).toHaveLength(
      3,
    );
    expect(card.replace(/<!date[^>]*>/g, '')).not.toMatch(/\d\d:\d\d UTC/);
    expect(slackCard(viewOf('approved')).text).not.toContain('<!date');
  });

  test('a date token stands at the time that it falls back to', () => {
    const [, seconds, written] =
      /<!date\^(\d+)\^[^|]*\|([^>]*) UTC>/.exec(JSON.stringify(slackCard(viewOf('pending-stg')).blocks)) ?? [];

    expect(new Date(Number(seconds) * 1_000).toISOString().slice(0, 16)).toBe(written?.replace(' ', 'T'));
  });

  test('an answer has a date element in its place, and all its other words as they were', () => {
    const date = {
      type: 'date',
      timestamp: AT_SECONDS,
      format: '{date_short_pretty} {time}',
      fallback: '2026-05-02 14:30 UTC',
    };

    expect(slackSentence(SENTENCE).blocks).toMatchObject([
      { elements: [{ elements: [{ text: expect.stringMatching(/ until $/) }, date, { text: '.' }] }] },
    ]);
    expect(JSON.stringify(slackAnswer(TABLE)).match(/"type":"date"/g)).toHaveLength(2);
  });
});

test.each([
  [300, 300],
  [301, 300],
])('a line of %d characters is %d long in an answer of Slack’s', (given, shown) => {
  const { blocks } = slackAnswer({ kind: 'text', isOk: true, lines: ['x'.repeat(given)] });
  const [, text = ''] = /"text":"([^"]*)"/.exec(JSON.stringify(blocks)) ?? [];

  expect(text).toHaveLength(shown);
  expect(text.endsWith('…')).toBe(given > shown);
});

describe('Discord', () => {
  test('a card has a timestamp for each of its times', () => {
    const card = JSON.stringify(discordCard(viewOf('approved')));

    expect(card.match(/<t:\d{10}:f>/g)).toHaveLength(3);
    expect(card).not.toContain('UTC');
  });

  test('an answer has timestamps in its words and its cells, outside of code', () => {
    expect(discordSentence(SENTENCE).content).toBe(
      `Granted. 203.0.113.7 may visit stg.example.org until <t:${String(AT_SECONDS)}:f>.`,
    );
    expect(discordAnswer(TABLE).embeds?.[0]?.description).toContain(`until <t:${String(AT_SECONDS)}:f> ·`);
    expect(discordAnswer(TABLE).embeds?.[0]?.description).toContain('`since 2026-05-02 14:30 UTC`');
  });
});

describe('Talk', () => {
  test('a card has the reader’s time for each of its times, in blocks of our own words alone, with UTC beside it', () => {
    const card = JSON.stringify(adaptiveCard(viewOf('approved')));

    expect(
      card.match(/\{\{DATE\(([\d-]+T[\d:]+Z), SHORT\)\}\} \{\{TIME\(\1\)\}\} \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)/g),
    ).toHaveLength(3);
    expect(card).not.toMatch(/"type":"TextRun","text":"[^"]*\{\{/);
  });
});

describe('a mail', () => {
  const view = viewOf('pending-stg');

  test('says the time of the reader’s own zone, which it names, and UTC', () => {
    const { text, html } = emailCard({ ...view, timeZone: 'America/Sao_Paulo' });

    for (const part of [text, html]) {
      expect(part).toContain('2026-05-11 12:19 America/Sao_Paulo (2026-05-11 15:19 UTC)');
      expect(part).toContain('2026-05-11 12:29 America/Sao_Paulo (2026-05-11 15:29 UTC), within 10 min');
    }
  });

  test('says UTC alone where no zone is known', () => {
    expect(emailCard(view).text).toContain('2026-05-11 15:19 UTC\n');
    expect(emailCard(view).text).not.toContain('(2026');
  });
});
