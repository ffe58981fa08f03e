/** What people see at the fakes at the end of an episode, message by message, with the delivery that each was drawn for. */
import Database from 'better-sqlite3';
import { sha256Hex } from '../../../src/base/crypto/digest.js';
import type { SeenMessage } from '../../contract/stage.js';
import { readDiscord } from '../../fakes/discord-reader.js';
import { readCard } from '../../fakes/talk-reader.js';
import { readMessage } from '../../fakes/slack-reader.js';
import type { Fakes } from '../peers.js';
import type { Rows } from '../truth.js';

export interface Shown {
  readonly channel: 'talk' | 'slack' | 'discord';
  readonly deliveryId: string;
  /** Whether it has a button that decides. */
  readonly asks: boolean;
}

/** Reading thousands of cards takes a while, and several checks ask. */
const known = new WeakMap<Rows, readonly Shown[]>();

/** `rows`: what the database held when everything was over. */
export function shown(fakes: Fakes, rows: Rows): readonly Shown[] {
  const found = known.get(rows) ?? [...overTalk(fakes), ...overSlack(fakes), ...overDiscord(fakes, rows)];
  known.set(rows, found);
  return found;
}

function overTalk({ talkFile }: Fakes): readonly Shown[] {
  return messagesOf(talkFile).map(({ key, card }) => ({
    channel: 'talk',
    deliveryId: namedBy(key),
    asks: asks(readCard(card)),
  }));
}

function overSlack({ slack }: Fakes): readonly Shown[] {
  return slack.state.messages
    .filter(({ onlyFor }) => onlyFor === null)
    .map((message) => {
      const payload = (message.metadata as { event_payload?: { delivery?: string } } | null)?.event_payload;
      return { channel: 'slack', deliveryId: namedBy(payload?.delivery ?? ''), asks: asks(readMessage(message)) };
    });
}

/** A nonce is a digest: which delivery it names is found by making that of each. */
function overDiscord({ discord }: Fakes, rows: Rows): readonly Shown[] {
  if (discord === null) return [];
  const byNonce = new Map<string, string>();
  for (const { id, channel } of rows.deliveries) {
    if (channel !== 'discord') continue;
    for (const key of [id, ...REVISIONS.map((revision) => `${id}-${String(revision)}`)]) byNonce.set(nonceOf(key), id);
  }
  return discord.state.everyMessage().map(({ nonce, body }) => ({
    channel: 'discord',
    deliveryId: byNonce.get(nonce ?? '') ?? `with the nonce ${String(nonce)}`,
    asks: asks(readDiscord(body)),
  }));
}

/** As many as a card of a run ever has. */
const REVISIONS = [1, 2, 3, 4] as const;
/** As Discord bounds it, and as the channel makes it. */
const NONCE_CHARACTERS = 25;

function nonceOf(key: string): string {
  return sha256Hex(key).slice(0, NONCE_CHARACTERS);
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

/** What was granted may be revoked by its card, which asks nothing any more. */
function asks({ buttons }: SeenMessage): boolean {
  return buttons.some((verb) => verb === 'approve' || verb === 'deny');
}
