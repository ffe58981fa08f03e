/** The Discord channel opened through its registry entry, before a fake Discord. */
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import type { CardView } from '../../src/approval/card-view.js';
import { systemChance } from '../../src/base/chance.js';
import { systemClock } from '../../src/base/clock.js';
import { jsonLog } from '../../src/base/log.js';
import { Secret } from '../../src/base/secret.js';
import type { ChannelSeams, OpenChannel } from '../../src/contract/channel.js';
import type { Answer, EditingNotifier, Notice } from '../../src/contract/notifier.js';

export const ADA = '80351110224678912';

export function discordSeams(over: Partial<ChannelSeams> = {}): ChannelSeams {
  return {
    clock: systemClock(),
    chance: systemChance(),
    log: jsonLog('silent', { write: () => undefined }),
    publicUrl: 'https://gate.example.org',
    deriveKey: () => new Secret(Buffer.alloc(32, 9)),
    ...over,
  };
}

export function notifierOf(channel: OpenChannel): EditingNotifier {
  if (channel.notifier.updates !== 'edit') throw new Error('discord edits');
  return channel.notifier;
}

export function noticeOf(card: CardView, over: Partial<Notice> = {}): Notice {
  return {
    deliveryId: systemChance().id(),
    attempt: 1,
    channel: 'discord' as ChannelName,
    recipient: { kind: 'approver', approver: 'ada@example.org' as ApproverId, address: ADA },
    card,
    ...over,
  };
}

/** A receipt, or a thrown reason why there is none. */
export function receiptOf(answer: Answer): Extract<Answer, { kind: 'delivered' }>['receipt'] {
  if (answer.kind !== 'delivered') throw new Error(`not delivered: ${answer.reason}`);
  return answer.receipt;
}

export async function eventually(isSo: () => boolean, withinMs = 3_000): Promise<void> {
  const until = Date.now() + withinMs;
  while (!isSo()) {
    if (Date.now() > until) throw new Error('it never came to be so');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
