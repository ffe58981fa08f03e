/** The registry's line for Talk. Eager: configuration only. The rest is loaded when a site uses it. */
import type { ChannelEntry } from '../../src/contract/channel.js';
import { checkTalkAddress, TALK_ADDRESS, wholeTalkAddress } from './address.js';
import { configureTalk, TALK_CONSUMER, TALK_VARIABLES, talkWorkspaces, type TalkConfig } from './config.js';

export const talkEntry = {
  name: 'talk',
  title: 'Talk',
  variables: TALK_VARIABLES,
  address: TALK_ADDRESS,
  consumer: { variable: 'KODER_JET_TALK_URL', setting: TALK_CONSUMER },
  producerEndpoint: '/api/v1/bots/koder-gate/approvals',
  configure: configureTalk,
  checkAddress: (address, environment) => checkTalkAddress(address, talkWorkspaces(environment)),
  wholeAddress: (address, environment) => wholeTalkAddress(address, talkWorkspaces(environment)),
  embedded: {
    isUsed: ({ kind }) => kind === 'embedded',
    file: 'talk.sqlite',
    messages: 'talk_messages',
    load: async () => ({ open: (await import('../../inbox/embedded.js')).openEmbeddedTalk }),
  },
  async load() {
    const { openTalk } = await import('./open.js');
    return { open: openTalk };
  },
} as const satisfies ChannelEntry<TalkConfig>;
