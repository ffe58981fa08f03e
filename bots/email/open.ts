/** Opens the e-mail channel: what carries its mails, and the notifier that sends by it. */
import type { ChannelDeps, OpenChannel } from '../../src/contract/channel.js';
import type { CalledInbound } from '../../src/contract/inbound.js';
import type { EmailConfig } from './config.js';
import { emailNotifier } from './notifier.js';
import { openByRecords } from './open-by-records.js';
import type { Carrying } from './carrying.js';
import { mailSource } from './mail-source.js';
import { ownMails } from './own-mails.js';
import { oneSender } from './senders.js';
import { smtpTransport } from './smtp/smtp.js';

export async function openEmail(config: EmailConfig, deps: ChannelDeps): Promise<OpenChannel> {
  const { senders, own, ...carrying } = openByRecords(config, deps) ?? openByServer(config, deps);
  const inbound = await openInbound(config, { ...deps, own });
  return {
    ...(inbound === null ? {} : { inbound }),
    notifier: emailNotifier({ senders, clock: deps.clock }),
    ...carrying,
  };
}

/** By the one server of the environment, where nobody keeps records. */
function openByServer({ server, from }: EmailConfig, { publicUrl, log, clock }: ChannelDeps): Carrying {
  if (server === null || from === null) throw new Error('without records mails go by the server of the environment');
  const own = ownMails(mailSource({ server, from }));
  const transport = smtpTransport(server, { ownName: new URL(publicUrl).hostname, log, clock });
  return {
    senders: oneSender(from, transport),
    own: () => Promise.resolve(own),
    slots: transport.slots,
    health: (signal) => transport.health(signal),
    stop: async () => Promise.resolve(transport.close()),
  };
}

/** What reads mails is loaded only where they come in. */
async function openInbound(
  { webhook }: EmailConfig,
  { log, own }: ChannelDeps & Pick<Carrying, 'own'>,
): Promise<CalledInbound | null> {
  if (webhook === null) return null;
  const { emailInbound } = await import('./inbound.js');
  return emailInbound({ webhook, own, log });
}
