/** Opens the talk channel: one Talk server, a notifier that calls it, an inbound that it calls. */
import { createHttpClient } from '../../src/base/http-client-node.js';
import { Secret } from '../../src/base/secret.js';
import type { ChannelSeams, OpenChannel } from '../../src/contract/channel.js';
import type { TalkConfig } from './config.js';
import { talkHealth } from './health.js';
import { talkInbound } from './inbound.js';
import { talkNotifier } from './notifier.js';
import { talkServer, type TalkPeer } from './talk-server.js';

/** Ours: a Talk server answers in milliseconds, and a burst of cards must not take it down. */
const SLOTS = 8;

export function openTalk(config: TalkConfig, seams: ChannelSeams): Promise<OpenChannel> {
  const peer = config.kind === 'embedded' ? embeddedPeer(seams) : config;
  const http = createHttpClient({ reach: 'any', allowedNetworks: [] });
  const server = talkServer(peer, { http, clock: seams.clock, chance: seams.chance });
  return Promise.resolve({
    notifier: talkNotifier(server, seams.clock),
    inbound: talkInbound(peer.signingKeys, seams),
    slots: SLOTS,
    health: (signal) => talkHealth(server, signal),
    stop() {
      http.close();
      return Promise.resolve();
    },
  });
}

/** Both sides derive the same two secrets from `GATE_SECRET`; the token goes as hex, because a header takes no raw bytes. */
function embeddedPeer(seams: ChannelSeams): TalkPeer {
  if (seams.embeddedTalkUrl === undefined) throw new Error('the embedded Talk is configured, so its address is given');
  return {
    apiUrl: seams.embeddedTalkUrl,
    botToken: new Secret(seams.deriveKey('talk/bot-token').reveal().toString('hex')),
    signingKeys: [seams.deriveKey('talk/signing')],
  };
}
