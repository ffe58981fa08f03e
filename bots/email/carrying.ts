/** What carries the mails of the channel: one server, or the providers of the records. */
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Senders } from './senders.js';

export interface Carrying extends Omit<OpenChannel, 'notifier' | 'inbound'> {
  readonly senders: Senders;
  /** Of the addresses that mails go from. */
  readonly ownDomains: () => Promise<readonly string[]>;
}
