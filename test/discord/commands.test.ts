/** `/gate` as Discord knows it: what is registered, when, and what line a filled-in command is. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { focusOf, lineOf } from '../../bots/discord/commands/command-line.js';
import { slashCommands, VERBS } from '../../bots/discord/commands/slash-commands.js';
import { systemClock } from '../../src/base/clock.js';
import { createCommands } from '../../src/commands/commands.js';
import { openDiscordAt } from '../contract/stages/discord.js';
import { startFakeDiscord, type FakeDiscord } from '../fakes/discord.js';
import { discordSeams, eventually } from './discord-scene.js';

type Json = Readonly<Record<string, unknown>>;

function typed(verb: string, fields: Readonly<Record<string, unknown>> = {}): Json {
  const options = Object.entries(fields).map(([name, value]) => ({ name, value, type: 3 }));
  return { name: 'gate', options: [{ type: 1, name: verb, options }] };
}

test('there is a subcommand for every verb of the grammar that is not for operators alone, and no other', async () => {
  const commands = createCommands({ desk: {}, directory: () => ({}), clock: systemClock() } as never);
  const actor = { kind: 'chat', channel: 'discord', workspace: '', subject: '1' } as const;

  const help = await commands.run({ line: 'help', actor, surface: 'discord', tapId: '1' });

  const verbs = (help.data as readonly { name: string }[]).map(({ name }) => name);
  expect(Object.keys(VERBS)).toEqual(expect.arrayContaining(verbs));
});

describe('the line of a filled-in command', () => {
  const cases: readonly (readonly [Json, string])[] = [
    [typed('pending'), 'pending'],
    [typed('pending', { page: 2, site: 'stg.example.org' }), 'pending stg.example.org page 2'],
    [typed('approve', { for: '8h', id: '4k2m' }), 'approve 4k2m for 8h'],
    [typed('deny', { id: '4k2m', because: 'a "scanner", by  night' }), 'deny 4k2m because a "scanner", by night'],
    [typed('deny', { id: '4k2m', telling: 'ask again\ntomorrow' }), 'deny 4k2m telling ask again tomorrow'],
    [
      typed('grant', { site: 'stg.example.org', address: '203.0.113.7', for: '1d' }),
      'grant 203.0.113.7 stg.example.org for 1d',
    ],
    [typed('mute', { what: 'stg.example.org', for: '2h' }), 'mute stg.example.org for 2h'],
    [typed('show', { id: '4k2m for 8h' }), 'show "4k2m for 8h"'],
    [typed('show', { id: '4k"2m' }), 'show "4k2m"'],
    [typed('show', { id: { not: 'text' } }), 'show'],
  ];

  test.each(cases)('%j is %s', (data, line) => {
    expect(lineOf(data)).toBe(line);
  });

  test.each([
    [{}],
    [{ name: 'other' }],
    [{ name: 'gate' }],
    [{ name: 'gate', options: [{ name: 'A b' }] }],
    [{ name: 'gate', options: {} }],
  ])('%j is none', (data) => {
    expect([lineOf(data), focusOf(data)]).toEqual([null, null]);
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
    const channel = await openDiscordAt(fake.apiUrl, discordSeams(), { publicKey: '' });
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
    const channel = await openDiscordAt(fake.apiUrl, discordSeams({ clock }), { publicKey: '' });
    opened.push(() => channel.stop());

    await eventually(() => fake.puts() === 1);
  });
});
