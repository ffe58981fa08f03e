/** The SMTP transport: a small pool of connections to one server. */
import type { Log } from '../../../src/base/process/log.js';
import type { Health } from '../../../src/contract/channel.js';
import type { SmtpServer } from '../config.js';
import type { MailTransport } from '../transport.js';
import { classify } from './classify.js';
import { createPostbox, MAX_CONNECTIONS, type Posting } from './postbox.js';

/** SMTP has no idempotency key, but a mail has: its Message-ID, which is also what a bounce quotes. */
export function smtpTransport(
  server: SmtpServer,
  deps: { readonly ownName: string; readonly log: Log },
): MailTransport {
  const postbox = createPostbox(server, deps);
  return {
    slots: MAX_CONNECTIONS,
    isIdempotent: true,
    async send(mail, signal) {
      const posting = await postbox.send(mail, signal);
      if (posting.kind === 'failed') return classify(posting.failure);
      return { kind: 'delivered', correlation: { messageId: mail.messageId } };
    },
    health: async (signal) => healthOf(server, await postbox.verify(signal)),
    close() {
      postbox.close();
    },
  };
}

function healthOf(server: SmtpServer, ended: Posting): Health {
  const where = `${server.host}:${String(server.port)}`;
  if (ended.kind === 'sent') return { kind: 'healthy', detail: `${where} lets us in` };
  const answer = classify(ended.failure);
  const isOurFault = answer.kind === 'refused' && answer.scope === 'provider';
  return {
    kind: 'unhealthy',
    detail: `${where}: ${answer.reason === 'dns' ? 'its name cannot be resolved (DNS)' : answer.reason}`,
    cure: isOurFault
      ? 'check user, password and encryption in SMTP_URL, and that the server lets MAIL_FROM send'
      : 'check host and port in SMTP_URL and that the server can be reached from here',
  };
}
