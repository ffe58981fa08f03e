/** The Discord channel's variables: every problem at once, with its cure; a public key chooses the way in. */
import { describe, expect, test } from '@jest/globals';
import { discordEntry } from '../../bots/discord/entry.js';
import { BOT_ID, BOT_TOKEN, verifyKeyOf } from '../fakes/discord-keys.js';

const FACTS = { publicUrl: 'https://gate.example.org', isUsed: true, sites: [], producers: [] };
const WHOLE = {
  DISCORD_BOT_TOKEN: BOT_TOKEN,
  DISCORD_APPLICATION_ID: BOT_ID,
  DISCORD_PUBLIC_KEY: `${verifyKeyOf('current')}, ${verifyKeyOf('next').toUpperCase()}`,
};

function keysOf(environment: Record<string, string | undefined>): readonly string[] {
  return discordEntry.configure(environment, FACTS).problems.map(({ key }) => key);
}

test('every public key is kept, in order, and Discord’s own address is the default', () => {
  const { config, problems } = discordEntry.configure(WHOLE, FACTS);

  expect(problems).toEqual([]);
  expect(config?.apiUrl).toBe('https://discord.com/api');
  expect(config?.botToken.revealText()).toBe(BOT_TOKEN);
  expect(config?.publicKeys).toEqual([verifyKeyOf('current'), verifyKeyOf('next')]);
});

test('without a public key taps come in by the gateway', () => {
  expect(discordEntry.configure({ ...WHOLE, DISCORD_PUBLIC_KEY: ' ' }, FACTS).config?.publicKeys).toEqual([]);
});

test('nothing at all is no channel where nobody uses it, and two problems where somebody does', () => {
  expect(discordEntry.configure({}, { ...FACTS, isUsed: false })).toEqual({ config: null, problems: [] });
  expect(keysOf({})).toEqual(['DISCORD_BOT_TOKEN', 'DISCORD_APPLICATION_ID']);
});

test('half a configuration is a problem even where nobody uses it', () => {
  const { config, problems } = discordEntry.configure(
    { DISCORD_PUBLIC_KEY: verifyKeyOf('current') },
    { ...FACTS, isUsed: false },
  );

  expect(config).toBeNull();
  expect(problems).toHaveLength(2);
});

describe('a value that will not do is named', () => {
  test.each([
    ['DISCORD_BOT_TOKEN', 'secret'],
    ['DISCORD_BOT_TOKEN', `Bot ${BOT_TOKEN}`],
    ['DISCORD_APPLICATION_ID', 'gate'],
    ['DISCORD_APPLICATION_ID', '0'],
    ['DISCORD_PUBLIC_KEY', 'abc'],
    ['DISCORD_PUBLIC_KEY', `${verifyKeyOf('current')},`],
    ['DISCORD_API_URL', 'discord.com/api'],
    ['DISCORD_API_URL', 'http://discord.com/api'],
    ['DISCORD_API_URL', 'https://user:pass@discord.com/api'],
  ])('%s=%s', (name, value) => {
    expect(keysOf({ ...WHOLE, [name]: value })).toEqual([name]);
  });

  test('all at once, and no problem repeats what was set', () => {
    const { problems } = discordEntry.configure(
      { DISCORD_BOT_TOKEN: 's3cret', DISCORD_APPLICATION_ID: 'x', DISCORD_PUBLIC_KEY: 'y', DISCORD_API_URL: 'z' },
      FACTS,
    );

    expect(problems.map(({ key }) => key)).toEqual(Object.keys(discordEntry.variables));
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });
});

test('an address is a user’s id and nothing else: names match nobody', () => {
  expect(discordEntry.checkAddress('80351110224678912')).toBeNull();
  for (const bad of [
    '',
    'rpm',
    'rpm#1234',
    'rpm@koder.dev',
    '<@80351110224678912>',
    '0123456789012345678',
    '1'.repeat(21),
  ])
    expect(discordEntry.checkAddress(bad)).toContain('Discord user id');
});
