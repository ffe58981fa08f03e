/** The registry's line for Slack. Eager: configuration only. Bolt is loaded when a site uses it. */
import type { ChannelEntry } from '../../src/contract/channel.js';
import {
  checkSlackAddress,
  checkSlackRoom,
  configureSlack,
  SLACK_ADDRESS,
  SLACK_ROOM,
  SLACK_VARIABLES,
  type SlackConfig,
} from './config.js';

export const slackEntry = {
  name: 'slack',
  title: 'Slack',
  variables: SLACK_VARIABLES,
  address: SLACK_ADDRESS,
  room: SLACK_ROOM,
  configure: configureSlack,
  checkAddress: checkSlackAddress,
  checkRoom: checkSlackRoom,
  async load() {
    const { openSlack } = await import('./open.js');
    return { open: openSlack };
  },
} as const satisfies ChannelEntry<SlackConfig>;
