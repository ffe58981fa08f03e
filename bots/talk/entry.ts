/** The registry's line for Talk. Eager: configuration only. The rest is loaded when a site uses it. */
import type { ChannelEntry } from '../../src/contract/channel.js';
import { checkTalkAddress, wholeTalkAddress } from './address.js';
import { configureTalk, TALK_VARIABLES, talkWorkspaces, type TalkConfig } from './config.js';

export const talkEntry = {
  name: 'talk',
  variables: TALK_VARIABLES,
  configure: configureTalk,
  checkAddress: (address, environment) => checkTalkAddress(address, talkWorkspaces(environment)),
  wholeAddress: (address, environment) => wholeTalkAddress(address, talkWorkspaces(environment)),
  async load() {
    const { openTalk } = await import('./open.js');
    return { open: openTalk };
  },
} as const satisfies ChannelEntry<TalkConfig>;
