/** Opens the Discord channel: one bot, a notifier that calls the API, and the way in that the configuration chose. */
import { createHttpClient } from '../../src/base/net/http-client-node.js';
import type { ChannelDeps, OpenChannel } from '../../src/contract/channel.js';
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

export function openDiscord(config: DiscordConfig, deps: ChannelDeps): Promise<OpenChannel> {
  const http = createHttpClient({ egress: 'any', allowedNetworks: [] });
  const api = discordApi(config, http);
  const { applicationId } = config;
  const registrar = registerCommands({ api, applicationId, clock: deps.clock, log: deps.log });
  const answers = callbacks(api, applicationId, deps.log);
  const gateway = config.publicKeys.length > 0 ? null : discordGateway({ config, callbacks: answers, http }, deps);
  const ofHealth = {
    api,
    config,
    publicUrl: deps.publicUrl,
    registration: () => registrar.state(),
    gateway: gateway === null ? null : () => gateway.state(),
  };
  return Promise.resolve({
    notifier: discordNotifier(api, applicationId),
    inbound: gateway?.inbound ?? discordInbound(config, { ...deps, callbacks: answers }),
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
