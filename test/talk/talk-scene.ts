/** The talk channel opened through its registry entry, before a Talk server that misbehaves on demand. */
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import type { CardView } from '../../src/approval/card-view.js';
import { systemChance } from '../../src/base/chance.js';
import { systemClock } from '../../src/base/clock.js';
import { jsonLog } from '../../src/base/log.js';
import { Secret } from '../../src/base/secret.js';
import { talkEntry } from '../../bots/talk/entry.js';
import type { ChannelSeams, OpenChannel } from '../../src/contract/channel.js';
import type { Answer, Notice, UpdatingNotifier } from '../../src/contract/notifier.js';
import { CASES } from '../cards/adaptive-cases.js';
import { BOT_TOKEN, SIGNING_SECRETS } from '../fakes/talk.js';

export const ADA = 'ada@example.org';

export function talkSeams(over: Partial<ChannelSeams> = {}): ChannelSeams {
  return {
    clock: systemClock(),
    chance: systemChance(),
    log: jsonLog('silent', { write: () => undefined }),
    publicUrl: 'https://gate.example.org',
    deriveKey: () => new Secret(Buffer.alloc(32, 9)),
    ...over,
  };
}

export async function openTalkAt(apiUrl: string, seams: ChannelSeams = talkSeams()): Promise<OpenChannel> {
  const environment = {
    TALK_API_URL: apiUrl,
    TALK_BOT_TOKEN: BOT_TOKEN,
    TALK_SIGNING_SECRET: SIGNING_SECRETS.join(','),
  };
  const { config } = talkEntry.configure(environment, { isUsed: true });
  if (config === null) throw new Error('the channel is configured');
  const { open } = await talkEntry.load();
  return open(config, seams);
}

export function notifierOf(channel: OpenChannel): UpdatingNotifier {
  if (channel.notifier.updates === 'none') throw new Error('talk redraws');
  return channel.notifier;
}

export function viewOf(name: string): CardView {
  const view = CASES[name];
  if (view === undefined) throw new Error(`there is a case ${name}`);
  return view;
}

export function noticeOf(card: CardView, deliveryId: string = systemChance().id()): Notice {
  return {
    deliveryId,
    attempt: 1,
    channel: 'talk' as ChannelName,
    recipient: { kind: 'approver', approver: ADA as ApproverId, address: ADA },
    card,
  };
}

/** A receipt, or a thrown reason why there is none. */
export function receiptOf(answer: Answer): Extract<Answer, { kind: 'delivered' }>['receipt'] {
  if (answer.kind !== 'delivered') throw new Error(`not delivered: ${answer.reason}`);
  return answer.receipt;
}
