/** Opens the e-mail channel: a small pool of SMTP connections, and the notifier that sends through it. */
import type { ChannelSeams, Health, OpenChannel } from '../../src/contract/channel.js';
import type { CalledInbound } from '../../src/contract/inbound.js';
import { classify } from './classify.js';
import type { EmailConfig } from './config.js';
import { emailNotifier } from './notifier.js';
import { createPostbox, MAX_CONNECTIONS, type Postbox } from './postbox.js';

export async function openEmail(config: EmailConfig, seams: ChannelSeams): Promise<OpenChannel> {
  const postbox = createPostbox(config.server, { ownName: new URL(seams.publicUrl).hostname, log: seams.log });
  const inbound = await openInbound(config, seams);
  return {
    ...(inbound === null ? {} : { inbound }),
    notifier: emailNotifier({ from: config.from, postbox, clock: seams.clock }),
    slots: MAX_CONNECTIONS,
    health: (signal) => examine(config, { postbox, signal }),
    stop: async () => Promise.resolve(postbox.close()),
  };
}

/** What reads mails is loaded only where they come in. */
async function openInbound({ webhook, from }: EmailConfig, { log }: ChannelSeams): Promise<CalledInbound | null> {
  if (webhook === null) return null;
  const { emailInbound } = await import('./inbound.js');
  return emailInbound({ webhook, ownDomain: from.address.split('@')[1] ?? '', log });
}

async function examine(
  { server }: EmailConfig,
  { postbox, signal }: { postbox: Postbox; signal: AbortSignal },
): Promise<Health> {
  const where = `${server.host}:${String(server.port)}`;
  const ended = await postbox.verify(signal);
  if (ended.kind === 'sent') return { kind: 'healthy', detail: `${where} lets us in` };
  const answer = classify(ended.failure);
  const isOurFault = answer.kind === 'refused' && answer.scope === 'provider';
  return {
    kind: 'unhealthy',
    detail: `${where}: ${answer.reason}`,
    cure: isOurFault
      ? 'check user, password and encryption in SMTP_URL, and that the server lets MAIL_FROM send'
      : 'check host and port in SMTP_URL and that the server can be reached from here',
  };
}
