/** Tries a mail provider as an operator asks: signs in, or sends one real mail, over a connection of its own. */
import { never } from '../../src/base/process/never.js';
import type { SenderMailbox } from '../../src/contract/mail-records.js';
import type { MailProbe } from '../../src/contract/operators-mail.js';
import { messageIdOf } from './message-id.js';
import { openTransport, type TransportDeps } from './open-transport.js';
import type { ComposedMail, MailAnswer } from './transport.js';

type Tried = Awaited<ReturnType<MailProbe['test']>>;

export function mailProbe(deps: TransportDeps): MailProbe {
  return {
    async test({ provider, mailbox, to }, signal) {
      const opened = await openTransport(provider, deps);
      if ('problem' in opened) return { isOk: false, detail: opened.problem, cure: opened.cure };
      const { transport } = opened;
      try {
        const health = await transport.health(signal);
        if (health.kind === 'unhealthy') return { isOk: false, detail: health.detail, cure: health.cure };
        if (to === null) return { isOk: true, detail: health.detail, cure: '' };
        if (mailbox === null) return NO_MAILBOX;
        return inWords(await transport.send(testMail(mailbox, to, deps), signal));
      } finally {
        transport.close();
      }
    },
  };
}

const NO_MAILBOX: Tried = {
  isOk: false,
  detail: 'no mailbox sends through this provider',
  cure: 'Add one: gate mail mailbox add <address> --provider <name>',
};

function testMail(
  { address, displayName: name }: SenderMailbox,
  to: string,
  { clock, random }: TransportDeps,
): ComposedMail {
  const text = 'An operator of Koder Gate sent this to see whether mail arrives. There is nothing to do.';
  return {
    from: { name, address },
    to,
    subject: 'A test mail of Koder Gate',
    text,
    html: `<p>${text}</p>`,
    messageId: messageIdOf(random.id(), address.split('@')[1] ?? ''),
    dateMs: clock.nowMs(),
    isFirstAttempt: true,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function inWords(answer: MailAnswer): Tried {
  switch (answer.kind) {
    case 'accepted':
      return { isOk: true, detail: 'the provider accepted the mail, and has yet to send it', cure: '' };
    case 'delivered':
      return { isOk: true, detail: 'the server took the mail', cure: '' };
    case 'deferred':
      return { isOk: false, detail: `the server put it off: ${answer.reason}`, cure: 'Try again later.' };
    case 'unknown':
      return { isOk: false, detail: `nobody knows: ${answer.reason}`, cure: 'See whether it arrived, and try again.' };
    case 'refused':
      return { isOk: false, detail: `refused (${answer.scope}): ${answer.reason}`, cure: CURES[answer.scope] };
    default:
      return never(answer);
  }
}

const CURES = {
  message: 'The server does not take such a mail.',
  recipient: 'The server does not know the recipient, or does not let us send to it.',
  provider: 'Check user, secret and endpoint of the provider, and that it lets the mailbox send.',
} as const;
