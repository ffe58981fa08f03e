/** The app manifest asks for what the channel needs, and for nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { slackInbound } from '../../bots/slack/inbound.js';
import { NEEDED_SCOPES, ROOM_SCOPES } from '../../bots/slack/health.js';
import { packageRoot } from '../../src/base/process/package-root.js';

const manifest = readFileSync(join(packageRoot(), 'bots', 'slack', 'manifest.yaml'), 'utf8');

test('it asks for the scopes that cards, commands and rooms need', () => {
  const scopes = [...manifest.matchAll(/^ {6}- ([a-z:]+) #/gm)].map(([, scope]) => scope);

  expect(scopes).toEqual([...NEEDED_SCOPES, ...ROOM_SCOPES]);
});

test('all of its URLs lead to the one path that Slack calls', () => {
  const urls = [...manifest.matchAll(/^ +# (?:request_)?url: (\S+)$/gm)].map(([, url]) => new URL(url ?? '').pathname);

  expect(urls).toEqual(Array.from({ length: 3 }, () => slackInbound([], {} as never).path));
});

test('it has the command, the home tab, the buttons and the socket', () => {
  for (const line of [
    'command: /gate',
    'home_tab_enabled: true',
    '- app_home_opened',
    'is_enabled: true',
    'socket_mode_enabled: true',
  ])
    expect(manifest).toContain(line);
});
