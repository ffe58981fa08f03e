/** docs/discord.md says what is so: its example is a configuration, its endpoint is ours, its variables are the channel's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { discordEntry } from '../../bots/discord/entry.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { configOf } from '../fixtures/sites/loading.js';
import { BOT_ID, BOT_TOKEN } from '../fakes/discord-keys.js';

const TEXT = readFileSync(join(packageRoot(), 'docs', 'discord.md'), 'utf8');
const ENVIRONMENT = { DISCORD_BOT_TOKEN: BOT_TOKEN, DISCORD_APPLICATION_ID: BOT_ID };

test('its example of sites.toml is a configuration, as it stands and with its comments taken away', () => {
  const example = /```toml\n([^]*?)```/.exec(TEXT)?.[1] ?? '';
  const whole = example.replace(/^# (?=\[[\w.[]+\]|[a-z_]+ = )/gm, '');

  expect(configOf({ sites: example, environment: ENVIRONMENT }).directory.sites).toHaveLength(1);
  const [site] = configOf({ sites: whole, environment: ENVIRONMENT }).directory.sites;
  expect([...(site?.channelPolicies ?? [])]).toEqual([
    ['discord', { may: 'deny_only', maxGrantTtlSeconds: 28_800, room: '1101112131415161718' }],
  ]);
});

test('it names every variable that has to be set, and the endpoint', () => {
  for (const name of Object.keys(discordEntry.variables)) {
    if (name !== 'DISCORD_API_URL') expect(TEXT).toContain(name);
  }
  expect(TEXT).toContain('/discord/interactions');
});
