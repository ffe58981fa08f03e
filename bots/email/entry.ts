/** The registry line of the e-mail channel. The SMTP client is loaded only where the channel is configured. */
import type { ChannelEntry } from '../../src/contract/channel.js';
import { EMAIL_ADDRESS, EMAIL_VARIABLES, readEmailConfig, type EmailConfig } from './config.js';
import { mailSource } from './mail-source.js';
import { isMailAddress } from '../../src/base/net/mail-address.js';

export const emailEntry = {
  name: 'email',
  title: 'E-mail',
  variables: EMAIL_VARIABLES,
  address: EMAIL_ADDRESS,
  configure: (environment, facts) => readEmailConfig(environment, facts.isUsed, facts.isMailDeclared),
  checkAddress: (address) => (isMailAddress(address) ? null : 'is not a mail address like name@example.org'),
  isByLink: true,
  isDefault: true,
  isMail: true,
  mailSource,
  reports: { by: 'mail system', as: 'mail' },
  legacyEvents: { sent: 'auth_gate.email_sent', failed: 'auth_gate.email_skipped' },
  carries: ['mail', 'report', 'digest'],
  load: async () => ({ open: (await import('./open.js')).openEmail }),
} as const satisfies ChannelEntry<EmailConfig>;
