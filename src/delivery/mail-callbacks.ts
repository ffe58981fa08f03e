/**
 * Tells producers how the mails that they ordered ended: once a mail, when all its recipients have ended, as a signed callback that
 * is queued and retried like all messages. Every courier looks; the ledger lets one of them tell.
 */
import type { ChannelName } from '../approval/brand.js';
import type { Directory } from '../approval/site.js';
import type { Clock } from '../base/time/clock.js';
import { errorName } from '../base/process/error-name.js';
import type { Log } from '../base/process/log.js';
import { repeatedTurns } from '../base/time/repeated-turns.js';
import type { Ledger, Messages, NewMessage, ProducerMail } from '../contract/ledger.js';
import { toldMail } from './told-mail.js';

export interface MailCallbacksDeps {
  readonly ledger: Pick<Ledger, 'producerMails'>;
  readonly messages: Pick<Messages, 'prepare'>;
  readonly directory: () => Pick<Directory, 'producers'>;
  /** Carries callbacks. */
  readonly channel: ChannelName;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs?: number;
}

const EVERY_MS = 2_000;
const AT_ONCE = 50;
const STOP_WITHIN_MS = 1_000;
/** As long as a request's outcome is told. */
const TOLD_FOR_MS = 86_400_000;

export interface MailCallbacks {
  start(): void;
  stop(): Promise<void>;
}

export function createMailCallbacks(deps: MailCallbacksDeps): MailCallbacks {
  const { ledger, clock, log, everyMs = EVERY_MS } = deps;
  const turns = repeatedTurns(turn, { clock });
  return { start: turns.start, stop: () => turns.stop(STOP_WITHIN_MS) };

  /** Answers when to look again. */
  async function turn(): Promise<number> {
    try {
      const ended = await ledger.producerMails.ended(AT_ONCE);
      for (const mail of ended) await tell(deps, mail);
      return ended.length < AT_ONCE ? everyMs : 0;
    } catch (error) {
      log.warn('producers wait to be told how their mails ended', { error: errorName(error) });
      return everyMs;
    }
  }
}

/** A producer that has left the file, or has no callback any more, is told nothing: it asks by GET while the record is kept. */
async function tell(
  { ledger, messages, directory, channel, log }: MailCallbacksDeps,
  mail: ProducerMail,
): Promise<void> {
  const url = directory().producers.get(mail.producer)?.callbackUrl ?? null;
  const prepared = url === null ? null : messages.prepare(callbackOf(mail, { channel, url }));
  const message = prepared?.kind === 'prepared' ? prepared.message : null;
  await ledger.producerMails.tell({ id: mail.id, message });
  if (prepared?.kind === 'refused')
    log.warn('a producer cannot be told how its mail ended', { producer: mail.producer, reason: prepared.reason });
}

function callbackOf(mail: ProducerMail, { channel, url }: { channel: ChannelName; url: string }): NewMessage {
  return {
    kind: 'mail_callback',
    channel,
    recipient: { kind: 'callback', producer: mail.producer, url },
    about: { kind: 'producer_mail_end', id: mail.id },
    payload: {
      subject: 'mail.ended',
      text: JSON.stringify({ type: 'auth_gate.mail_ended', ...toldMail(mail) }),
      html: '',
    },
    giveUpAfterMs: TOLD_FOR_MS,
    idempotencyKey: `producer_mail_end:${mail.id}`,
  };
}
