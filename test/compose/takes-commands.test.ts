/** Whether people can type commands to the gate, by the channels that are set up. */
import { expect, test } from '@jest/globals';
import { channels } from '../../bots/index.js';
import type { ChannelName } from '../../src/approval/brand.js';
import { takesCommands } from '../../src/compose/open-channels.js';

test.each([
  [false, []],
  [false, ['email']],
  [false, ['email', 'webhook']],
  [true, ['email', 'talk']],
  [true, ['slack']],
  [true, ['discord']],
])('%s of %j', (answer, names) => {
  expect(takesCommands(channels, new Set(names as ChannelName[]))).toBe(answer);
});
