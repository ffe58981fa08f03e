/** Opens the e-mail channel: a mail transport, and the notifier that sends through it. */
import type { ChannelDeps, OpenChannel } from '../../src/contract/channel.js';
import type { CalledInbound } from '../../src/contract/inbound.js';
import type { EmailConfig } from './config.js';
import { emailNotifier } from './notifier.js';
import { mailProbe } from './probe.js';
import { smtpTransport } from './smtp/smtp.js';

export async function openEmail(config: EmailConfig, deps: ChannelDeps): Promise<OpenChannel> {
  const { log, clock, mailRecords: records } = deps;
  const ownName = new URL(deps.publicUrl).hostname;
  const transport = smtpTransport(config.server, { ownName, log, clock });
  const inbound = await openInbound(config, deps);
  return {
    ...(inbound === null ? {} : { inbound }),
    notifier: emailNotifier({ from: config.from, transport, clock: deps.clock }),
    ...(records === undefined ? {} : { mailProbe: mailProbe({ ...deps, records, ownName }) }),
    slots: transport.slots,
    health: (signal) => transport.health(signal),
    stop: async () => Promise.resolve(transport.close()),
  };
}

/** What reads mails is loaded only where they come in. */
async function openInbound({ webhook, from }: EmailConfig, { log }: ChannelDeps): Promise<CalledInbound | null> {
  if (webhook === null) return null;
  const { emailInbound } = await import('./inbound.js');
  return emailInbound({ webhook, ownDomain: from.address.split('@')[1] ?? '', log });
}
