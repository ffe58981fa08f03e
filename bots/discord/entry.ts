/** The registry's line for Discord. Eager: configuration only. The SDK is loaded when the channel is configured. */
import type { ChannelEntry } from '../../src/contract/channel.js';
import {
  checkDiscordRoom,
  checkDiscordUser,
  configureDiscord,
  DISCORD_ADDRESS,
  DISCORD_ROOM,
  DISCORD_VARIABLES,
  type DiscordConfig,
} from './config.js';

export const discordEntry = {
  name: 'discord',
  title: 'Discord',
  variables: DISCORD_VARIABLES,
  address: DISCORD_ADDRESS,
  room: DISCORD_ROOM,
  configure: configureDiscord,
  checkAddress: checkDiscordUser,
  checkRoom: checkDiscordRoom,
  async load() {
    const { openDiscord } = await import('./open.js');
    return { open: openDiscord };
  },
} as const satisfies ChannelEntry<DiscordConfig>;
