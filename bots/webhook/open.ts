/**
 * Opens the webhook channel: two HTTP clients, because they may go to different places. Consumers are the operator's
 * own configured peers; a callback goes to an address that a producer chose, so it stays in public unless allowed.
 */
import { createHttpClient } from '../../src/base/net/http-client-node.js';
import type { ChannelDeps, OpenChannel } from '../../src/contract/channel.js';
import type { WebhookConfig } from './config.js';
import { webhookNotifier } from './notifier.js';

/** Ours: one slow consumer must leave room for the others, and a card that finds no slot costs the ledger a second write. */
const SLOTS = 64;

// eslint-disable-next-line @typescript-eslint/require-await -- the contract lets a channel connect here; this one has nothing to connect
export async function openWebhook(config: WebhookConfig, deps: ChannelDeps): Promise<OpenChannel> {
  const toConsumers = createHttpClient({
    egress: 'any',
    allowedNetworks: [],
    ...(config.clientCertificate === null ? {} : { clientCertificate: config.clientCertificate }),
  });
  const toCallbacks = createHttpClient({ egress: 'public', allowedNetworks: config.allowedNetworks });
  const callbackKeys = deps.callbackKeys ?? new Map<string, never>();
  return {
    notifier: webhookNotifier({ token: config.token, callbackKeys, toConsumers, toCallbacks, clock: deps.clock }),
    slots: SLOTS,
    // Neither contract has a call that changes nothing, so there is nothing to try out here.
    health: async () =>
      Promise.resolve({ kind: 'healthy', detail: 'set up; whether a consumer takes it shows with the first request' }),
    async stop() {
      toConsumers.close();
      toCallbacks.close();
      return Promise.resolve();
    },
  };
}
