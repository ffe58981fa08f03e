/** Opens the talk channel: one Talk server, a notifier that calls it, an inbound that it calls. */
import { createHttpClient } from '../../src/base/net/http-client-node.js';
import { Secret } from '../../src/base/crypto/secret.js';
import type { ChannelDeps, OpenChannel } from '../../src/contract/channel.js';
import type { TalkConfig } from './config.js';
import { talkHealth } from './health.js';
import { talkInbound } from './inbound.js';
import { talkNotifier } from './notifier.js';
import { talkServer, type TalkPeer } from './talk-server.js';

/** Ours: a Talk server answers in milliseconds, and a burst of cards must not take it down. */
const SLOTS = 8;

export function openTalk(config: TalkConfig, deps: ChannelDeps): Promise<OpenChannel> {
  const peer = config.kind === 'embedded' ? embeddedPeer(deps) : config;
  const http = createHttpClient({ egress: 'any', allowedNetworks: [] });
  const server = talkServer(peer, { http, clock: deps.clock, random: deps.random });
  return Promise.resolve({
    notifier: talkNotifier(server, deps.clock),
    inbound: talkInbound(peer.signingKeys, deps),
    slots: SLOTS,
    health: (signal) => talkHealth(server, signal),
    stop() {
      http.close();
      return Promise.resolve();
    },
  });
}

/** Both sides derive the same two secrets from `GATE_SECRET`; the token goes as hex, because a header takes no raw bytes. */
function embeddedPeer(deps: ChannelDeps): TalkPeer {
  if (deps.loopbackUrl === undefined) throw new Error('the embedded Talk is configured, so its address is given');
  return {
    apiUrl: `${deps.loopbackUrl}/talk/api`,
    botToken: new Secret(deps.deriveKey('talk/bot-token').reveal().toString('hex')),
    signingKeys: [deps.deriveKey('talk/signing')],
  };
}
