/** Queues messages without a request. What no channel would carry is refused here, and not when it is to be delivered. */
import { PAYLOAD_PURPOSE } from '../approval/seal-purpose.js';
import type { ChannelName } from '../approval/brand.js';
import type { Encryption } from '../base/crypto/encryption.js';
import type { Random } from '../base/crypto/random.js';
import type { DeliveryLedger } from '../contract/delivery-ledger.js';
import type { MessageKind, Messages, NewMessage, Refused } from '../contract/message.js';

/** What a configured channel declares in its registry entry. */
export interface Carrying {
  readonly kinds: readonly MessageKind[];
  /** Null: the address is well-formed. */
  readonly checkAddress: (address: string) => string | null;
}

export interface MessagesDeps {
  readonly deliveries: Pick<DeliveryLedger, 'enqueue'>;
  readonly encryption: Pick<Encryption, 'seal'>;
  /** Of the configured channels. */
  readonly carrying: ReadonlyMap<ChannelName, Carrying>;
  readonly random: Pick<Random, 'id'>;
}

export function createMessages({ deliveries, encryption, carrying, random }: MessagesDeps): Messages {
  const prepare: Messages['prepare'] = (message) => {
    const reason = refusalOf(message, carrying);
    if (reason !== null) return { kind: 'refused', reason };
    const { payload, ...rest } = message;
    const id = random.id();
    const sealedPayload = encryption.seal(PAYLOAD_PURPOSE, id, JSON.stringify(payload));
    return { kind: 'prepared', message: { ...rest, id, sealedPayload } };
  };
  return {
    prepare,
    async enqueue(message) {
      const prepared = prepare(message);
      return prepared.kind === 'refused' ? prepared : deliveries.enqueue(prepared.message);
    },
  };
}

function refusalOf(message: NewMessage, carrying: MessagesDeps['carrying']): Refused['reason'] | null {
  const channel = carrying.get(message.channel);
  if (channel === undefined) return 'channel_not_configured';
  if (!channel.kinds.includes(message.kind)) return 'kind_not_carried';
  if (channel.checkAddress(addressIn(message)) !== null) return 'recipient_malformed';
  return message.giveUpAfterMs > 0 ? null : 'too_late';
}

function addressIn({ recipient }: Pick<NewMessage, 'recipient'>): string {
  return recipient.kind === 'mailbox' ? recipient.address : recipient.url;
}
