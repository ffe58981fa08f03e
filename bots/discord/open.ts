/** Opens the Discord channel: one bot, a notifier that calls the API, and the way in that the configuration chose. */
import { createHttpClient } from '../../src/base/http-client-node.js';
import type { ChannelSeams, OpenChannel } from '../../src/contract/channel.js';
import { discordApi } from './api.js';
import { callbacks } from './callbacks.js';
import type { DiscordConfig } from './config.js';
import { discordHealth } from './health.js';
import { discordGateway } from './inbound-gateway.js';
import { discordInbound } from './inbound.js';
import { discordNotifier } from './notifier.js';
import { registerCommands } from './commands/registration.js';

/** Discord takes 50 calls a second from a bot; a card is one or two. */
const SLOTS = 8;

export function openDiscord(config: DiscordConfig, seams: ChannelSeams): Promise<OpenChannel> {
  const http = createHttpClient({ reach: 'any', allowedNetworks: [] });
  const api = discordApi(config, http);
  const { applicationId } = config;
  const registrar = registerCommands({ api, applicationId, clock: seams.clock, log: seams.log });
  const answers = callbacks(api, applicationId, seams.log);
  const gateway = config.publicKeys.length > 0 ? null : discordGateway({ config, callbacks: answers, http }, seams);
  const ofHealth = {
    api,
    config,
    publicUrl: seams.publicUrl,
    registration: () => registrar.state(),
    gateway: gateway === null ? null : () => gateway.state(),
  };
  return Promise.resolve({
    notifier: discordNotifier(api, applicationId),
    inbound: gateway?.inbound ?? discordInbound(config, { ...seams, callbacks: answers }),
    slots: SLOTS,
    health: (signal) => discordHealth(ofHealth, signal),
    stop() {
      registrar.stop();
      api.close();
      http.close();
      return Promise.resolve();
    },
  });
}
