/** `/gate` as Discord knows it: what is registered, when, and what a filled-in command is. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { commandOf, focusOf } from '../../bots/discord/commands/command-options.js';
import { slashCommands } from '../../bots/discord/commands/slash-commands.js';
import { systemClock } from '../../src/base/time/clock.js';
import { createCommands } from '../../src/commands/commands.js';
import type { CommandArgs } from '../../src/contract/commands.js';
import { openDiscordAt } from '../contract/stages/discord.js';
import { startFakeDiscord, type FakeDiscord } from '../fakes/discord.js';
import { discordDeps, eventually } from '../fixtures/channels/discord.js';

type Json = Readonly<Record<string, unknown>>;

function typed(verb: string, fields: Readonly<Record<string, unknown>> = {}): Json {
  const options = Object.entries(fields).map(([name, value]) => ({ name, value, type: 3 }));
  return { name: 'gate', options: [{ type: 1, name: verb, options }] };
}

test('there is a subcommand for every verb that help shows in a chat, with its summary, and no other', async () => {
  const commands = createCommands({ desk: {}, directory: () => ({}), clock: systemClock() } as never);
  const actor = { kind: 'chat', channel: 'discord', workspace: '', subject: '1' } as const;

  const help = await commands.run({ verb: 'help', args: {}, actor, surface: 'discord', tapId: '1' });

  const verbs = (help.data as readonly { name: string; summary: string }[]).map(({ name, summary }) => [name, summary]);
  const [gate] = slashCommands();
  expect(gate?.options.map(({ name, description }) => [name, `${description}.`])).toEqual(verbs);
});

describe('the fields of a subcommand', () => {
  const fieldsOf = (verb: string) => slashCommands()[0]?.options.find(({ name }) => name === verb)?.options ?? [];

  test.each([
    ['pending', ['site?', 'page?']],
    ['show', ['id']],
    ['approve', ['id', 'for?']],
    ['deny', ['id', 'because?', 'telling?']],
    ['grant', ['address', 'site', 'for?']],
    ['revoke', ['what']],
    ['accounts', ['page?']],
    ['unlink', []],
    ['help', ['verb?']],
  ])('%s are %j: nothing that is for operators alone', (verb, fields) => {
    const found = fieldsOf(verb).map(({ name, required }) => (required === true ? name : `${name}?`));

    expect(found).toEqual(fields);
  });

  test('have what Discord asks of them: a description of at most 100 characters, pages as numbers from 1', () => {
    const options = slashCommands().flatMap((command) => command.options);

    for (const { description } of [...options, ...options.flatMap((option) => option.options ?? [])])
      expect(description.length).toBeLessThanOrEqual(100);
    expect(fieldsOf('history').find(({ name }) => name === 'page')).toMatchObject({ type: 4, min_value: 1 });
  });
});

describe('the command that was filled in', () => {
  const cases: readonly (readonly [Json, CommandArgs])[] = [
    [typed('pending'), {}],
    [typed('pending', { page: 2, site: 'stg.example.org' }), { page: '2', site: 'stg.example.org' }],
    [typed('approve', { for: '8h', id: '4k2m' }), { id: '4k2m', for: '8h' }],
    [
      typed('deny', { id: '4k2m', because: 'a "scanner", by  night' }),
      { id: '4k2m', because: 'a "scanner", by night' },
    ],
    [typed('deny', { id: '4k2m', telling: 'ask again\ntomorrow' }), { id: '4k2m', telling: 'ask again tomorrow' }],
    [typed('show', { id: '4k2m for 8h' }), { id: '4k2m for 8h' }],
    [typed('show', { id: '4k"2m' }), { id: '4k"2m' }],
    [typed('show', { id: { not: 'text' } }), {}],
    [typed('show', { id: '  ' }), {}],
  ];

  test.each(cases)('%j has the arguments %j', (data, args) => {
    expect(commandOf(data)?.args).toEqual(args);
  });

  test.each([
    [{}],
    [{ name: 'other' }],
    [{ name: 'gate' }],
    [{ name: 'gate', options: [{ name: 'A b' }] }],
    [{ name: 'gate', options: {} }],
  ])('%j is none', (data) => {
    expect([commandOf(data), focusOf(data)]).toEqual([null, null]);
  });
});

describe('registration', () => {
  let fake: FakeDiscord;
  const opened: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    fake = await startFakeDiscord();
  });
  afterEach(async () => {
    for (const stop of opened.splice(0)) await stop();
    await fake.close();
  });

  async function open(): Promise<void> {
    const channel = await openDiscordAt(fake.apiUrl, discordDeps(), { publicKey: '' });
    opened.push(() => channel.stop());
  }

  const looked = (times: number): Promise<void> =>
    eventually(() => fake.called.filter((line) => /^GET .*\/commands$/.test(line)).length === times);

  test('happens at start, and not again where nothing differs', async () => {
    await open();
    await eventually(() => fake.puts() === 1);
    expect(fake.state.commands).toHaveLength(slashCommands().length);

    await open();
    await looked(2);
    await eventually(() => fake.called.length >= 3);

    expect(fake.puts()).toBe(1);
  });

  test('overwrites what another version registered', async () => {
    fake.state.commands = [{ name: 'gate', description: 'old', options: [] }];

    await open();

    await eventually(() => fake.puts() === 1);
  });

  test('is tried again when Discord was away', async () => {
    fake.script('GET /applications', { status: 503, body: {} });
    const clock = { ...systemClock(), after: (_ms: number, callback: () => void) => systemClock().after(0, callback) };
    const channel = await openDiscordAt(fake.apiUrl, discordDeps({ clock }), { publicKey: '' });
    opened.push(() => channel.stop());

    await eventually(() => fake.puts() === 1);
  });
});
