/** What people see at the fakes at the end of an episode, message by message, with the delivery that each was drawn for. */
import Database from 'better-sqlite3';
import type { SeenMessage } from '../../contract/stage.js';
import { readCard } from '../../fakes/talk-reader.js';
import { readMessage } from '../../fakes/slack-reader.js';
import type { Fakes } from '../world.js';

export interface Shown {
  readonly channel: 'talk' | 'slack';
  readonly deliveryId: string;
  /** Whether it has buttons. */
  readonly asks: boolean;
}

export function shown({ talkFile, slack }: Fakes): readonly Shown[] {
  const overTalk = messagesOf(talkFile).map(({ key, card }): Shown => ({
    channel: 'talk',
    deliveryId: namedBy(key),
    asks: asks(readCard(card)),
  }));
  const overSlack = slack.state.messages
    .filter(({ onlyFor }) => onlyFor === null)
    .map((message): Shown => {
      const payload = (message.metadata as { event_payload?: { delivery?: string } } | null)?.event_payload;
      return { channel: 'slack', deliveryId: namedBy(payload?.delivery ?? ''), asks: asks(readMessage(message)) };
    });
  return [...overTalk, ...overSlack];
}

function messagesOf(file: string): readonly { readonly key: string; readonly card: string }[] {
  const store = new Database(file, { readonly: true });
  try {
    return store.prepare('SELECT key, card FROM message').all() as { key: string; card: string }[];
  } finally {
    store.close();
  }
}

/** A follow-up's key is its delivery's with something behind it. */
function namedBy(key: string): string {
  return /^[0-9a-z]*/.exec(key)?.[0] ?? '';
}

function asks({ buttons }: SeenMessage): boolean {
  return buttons.length > 0;
}
