/** The registry line of the webhook channel. It also carries other channels to a site's consumer, and producers' callbacks. */
import type { ChannelEntry } from '../../src/contract/channel.js';
import {
  checkConsumerUrl,
  configureWebhook,
  WEBHOOK_ADDRESS,
  WEBHOOK_VARIABLES,
  type WebhookConfig,
} from './config.js';

export const webhookEntry = {
  name: 'webhook',
  title: 'Webhooks',
  variables: WEBHOOK_VARIABLES,
  address: WEBHOOK_ADDRESS,
  configure: configureWebhook,
  checkAddress: checkConsumerUrl,
  isByLink: true,
  isPeerTransport: true,
  carries: ['mail_callback'],
  async load() {
    const { openWebhook } = await import('./open.js');
    return { open: openWebhook };
  },
} as const satisfies ChannelEntry<WebhookConfig>;
