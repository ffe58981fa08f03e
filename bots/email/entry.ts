/** The registry line of the e-mail channel. The SMTP client is loaded only where the channel is configured. */
import type { ChannelEntry } from '../../src/contract/channel.js';
import { readEmailConfig, type EmailConfig } from './config.js';
import { isMailAddress } from './mail-address.js';

export const emailEntry = {
  name: 'email',
  variables: {
    SMTP_URL:
      'Mail server: smtp://user:password@host:587 (STARTTLS required, but on loopback) or smtps://…:465. A server without STARTTLS needs ?plaintext=allowed',
    MAIL_FROM: 'Sender of the mails: Koder Gate <gate@example.org>',
    EMAIL_WEBHOOK_SECRET:
      'What your mail provider signs with when it posts bounces to /api/webhooks/email/inbound; several, comma-separated, to rotate. Unset: no such route',
    EMAIL_WEBHOOK_HEADER: 'The header with that signature. Default X-Purelymail-Signature',
  },
  configure: (environment, facts) => readEmailConfig(environment, facts.isUsed),
  checkAddress: (address) => (isMailAddress(address) ? null : 'is not a mail address like name@example.org'),
  isByLink: true,
  load: async () => ({ open: (await import('./open.js')).openEmail }),
} as const satisfies ChannelEntry<EmailConfig>;
