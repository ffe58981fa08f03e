/**
 * Discord's dialect: golden files, the vendor's schemas, Discord's markdown.
 * `UPDATE_GOLDENS=1` writes the files anew; read the difference before it is committed.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import { discordAnswer, discordSentence } from '../../cards/discord-answer.js';
import { customId, readCustomId, type CardInput } from '../../cards/discord-custom-id.js';
import { denyModal } from '../../cards/discord-modal.js';
import { discordCard } from '../../cards/discord.js';
import { slashCommands } from '../../bots/discord/commands/slash-commands.js';
import type { RequestId } from '../../src/approval/brand.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { CONFIRM_URL, NASTY, TOKEN } from '../fixtures/cards/adaptive-cases.js';
import { readDiscord } from '../fakes/discord-reader.js';
import { answerProblem, commandsProblem, editProblem, messageProblem } from '../fakes/discord-rules.js';
import { caseOf, DISCORD_CASES } from '../fixtures/cards/discord-cases.js';

const GOLDEN = join(packageRoot(), 'test', 'golden', 'discord');
const SPEC = join(packageRoot(), '..', 'shared', 'specs', 'discord', 'openapi.json');
const cases = Object.entries(DISCORD_CASES);
const TABLE = {
  kind: 'table',
  title: '2 requests are pending',
  columns: ['id', 'site', 'path'],
  rows: [
    ['4k2m', 'stg.example.org', NASTY],
    ['9x3c', '', ''],
  ],
  more: { typed: 'pending stg.example.org page 2' },
  empty: 'Nothing is pending.',
} as const;

const read = (message: object): ReturnType<typeof readDiscord> => readDiscord(message as Record<string, unknown>);

describe.each(cases)('%s', (name, view) => {
  const message = discordCard(view);

  test('is what the golden file says', () => {
    const file = join(GOLDEN, `${name}.json`);
    const drawn = `${JSON.stringify(message, null, 2)}\n`;
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, drawn);

    expect(drawn).toBe(readFileSync(file, 'utf8'));
  });

  test('is a message and an edit that Discord takes', () => {
    const nonce = { nonce: '0'.repeat(25), enforce_nonce: true };

    expect([messageProblem({ ...message, ...nonce }), editProblem(message)]).toEqual([null, null]);
  });

  test('pings nobody, and leads nowhere but to the confirm page', () => {
    expect(message.allowed_mentions).toEqual({ parse: [] });
    expect(read(message).links).toEqual(view.state.kind === 'pending' ? [CONFIRM_URL] : []);
  });

  test('says the token only where it can still be spent', () => {
    expect(JSON.stringify(message).includes(TOKEN)).toBe(view.state.kind === 'pending');
  });
});

test('there is no golden file without a case', () => {
  expect(readdirSync(GOLDEN).sort()).toEqual(cases.map(([name]) => `${name}.json`).sort());
});

describe('a card shows what its channel may do, and no more', () => {
  test.each([
    ['pending-stg', ['approve', 'deny'], true],
    ['pending-one-duration', ['approve', 'deny'], false],
    ['pending-deny-only', ['deny'], false],
    ['pending-link-only', [], false],
    ['approved', ['revoke'], false],
    ['revoked', [], false],
    ['drill', [], false],
  ])('%s', (name, buttons, hasMenu) => {
    const message = discordCard(caseOf(name));

    expect(read(message).buttons).toEqual(buttons);
    expect(JSON.stringify(message).includes('"type":3')).toBe(hasMenu);
  });
});

test('the menu offers the durations that the policy allows, and names them', () => {
  const menu = discordCard(caseOf('pending-stg')).components[1]?.components[0];

  expect(menu).toMatchObject({
    options: [
      { label: '1 h', value: '3600' },
      { label: '8 h', value: '28800' },
      { label: '7 days', value: '604800' },
    ],
  });
});

test('a denied card says why, and who reads it', () => {
  const reason = read(discordCard(caseOf('denied-with-nasty-reason')));

  expect(reason.text).toContain('Reason (for approvers alone): /**bold** [click](https://evil.example/)');
  expect(reason.links).toEqual([]);
  expect(read(discordCard(caseOf('denied-with-reason'))).text).toContain('Reason (the visitor reads it, too): ');
});

test('a revoked card says by whom, and no longer until when anybody may pass', () => {
  const { text } = read(discordCard(caseOf('revoked')));

  expect(text).toMatch(/Revoked by \S+@koder\.dev at 2026-/);
  expect(text).not.toContain('May pass until');
});

test('the reader of these tests sees markdown where there is some', () => {
  const seen = read({ content: '[x](https://evil.example) @everyone **b** `c`\n# head', embeds: [], components: [] });

  expect(seen.links).toEqual(['https://evil.example']);
  expect(seen.structure).toContain('["link","mention","bold","bold","code","line mark"]');
});

describe('what one person alone is told', () => {
  const answers = {
    sentence: discordSentence(NASTY),
    'a very long sentence': discordSentence('*'.repeat(5_000)),
    table: discordAnswer(TABLE),
    'a very long table': discordAnswer({ ...TABLE, rows: Array.from({ length: 90 }, () => TABLE.rows[0]) }),
    'an empty table': discordAnswer({ ...TABLE, rows: [] }),
    text: discordAnswer({ kind: 'text', isOk: false, lines: [NASTY, '# head', '1. one'] }),
    nothing: discordAnswer({ kind: 'text', isOk: true, lines: [] }),
  };

  test.each(Object.entries(answers))('%s is a private answer that Discord takes, and words alone', (_name, data) => {
    expect(answerProblem({ type: 4, data }, 3)).toBeNull();
    expect(data.flags & 64).toBe(64);
    expect(read(data).links).toEqual([]);
    expect(read(data).structure).not.toMatch(/"(mention|emoji|line mark|link)"/);
  });

  test('a table says its rows, and how to see more', () => {
    const { text } = read(answers.table);

    expect(text).toContain('• 4k2m · site stg.example.org · path /**bold**');
    expect(text).toContain('• 9x3c\n');
    expect(text).toContain('More: /gate pending stg.example.org page 2');
    expect(read(answers['a very long table']).text).toMatch(/… and \d+ more that no message holds/);
    expect(read(answers['an empty table']).text).toBe('Nothing is pending.');
  });

  test('a form is one that Discord takes, in answer to a tap and not to a form', () => {
    const form = { type: 9, data: denyModal(TOKEN) };

    expect([answerProblem(form, 3), answerProblem(form, 5)]).toEqual([null, 'a form in answer to a form']);
  });
});

test('what a button carries is read as it was written, and nothing else is', () => {
  const inputs: readonly CardInput[] = [
    { verb: 'approve', token: TOKEN },
    { verb: 'for', token: TOKEN },
    { verb: 'deny', token: TOKEN },
    { verb: 'deny_because', token: TOKEN },
    { verb: 'revoke', requestId: '4k2m7w9x3c5v8b1n6q0z' as RequestId },
  ];

  expect(inputs.map((input) => readCustomId(customId(input)))).toEqual(inputs);
  for (const text of ['', 'gate:approve:', `gate:grant:${TOKEN}`, `gate:approve:${TOKEN} `, `x:approve:${TOKEN}`]) {
    expect(readCustomId(text)).toBeNull();
  }
});

test('the slash commands are ones that Discord registers', () => {
  expect(commandsProblem(slashCommands())).toBeNull();
});

const inSpec = existsSync(SPEC) ? describe : describe.skip;
inSpec('Discord’s OpenAPI description (skipped without ../shared/specs/discord)', () => {
  const validator = existsSync(SPEC) ? openApi() : null;

  test.each(cases)('%s is valid', (_name, view) => {
    expect(validator?.('MessageCreateRequest', discordCard(view))).toBe(true);
    expect(validator?.('MessageEditRequestPartial', discordCard(view))).toBe(true);
  });

  test('the form and the commands are valid, too', () => {
    const [command] = slashCommands();

    expect(validator?.('ModalInteractionCallbackRequest', { type: 9, data: denyModal(TOKEN) })).toBe(true);
    expect(validator?.('ApplicationCommandUpdateRequest', command)).toBe(true);
  });

  test('a label that is too long is caught', () => {
    const [first, ...rest] = discordCard(caseOf('pending-stg')).components;
    const [button, ...others] = first?.components ?? [];
    const row = { ...first, components: [{ ...button, label: 'x'.repeat(81) }, ...others] };

    expect(validator?.('MessageCreateRequest', { content: 'x', components: [row, ...rest] })).toBe(false);
  });
});

function openApi(): (schema: string, body: unknown) => boolean {
  const spec = JSON.parse(readFileSync(SPEC, 'utf8')) as AnySchema;
  const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false, validateSchema: false });
  ajv.addSchema(spec, 'discord');
  return (schema, body) =>
    ajv.validate({ $ref: `discord#/components/schemas/${schema}` }, JSON.parse(JSON.stringify(body)));
}
