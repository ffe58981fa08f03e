/** What carries the mails of the channel: one server, or the providers of the records. */
import type { OpenChannel } from '../../src/contract/channel.js';
import type { OwnMails } from './own-mails.js';
import type { Senders } from './senders.js';

export interface Carrying extends Omit<OpenChannel, 'notifier' | 'inbound'> {
  readonly senders: Senders;
  /** As the records are now. */
  readonly own: () => Promise<OwnMails>;
}
