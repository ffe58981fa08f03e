/** A user's direct-message channel with the bot: opened once, remembered while the process lives. */
import { fieldsOf } from '../../src/base/text/fields.js';
import type { Answer } from '../../src/contract/notifier.js';
import type { DiscordApi } from './api.js';
import { classifyHarmless, isId } from './classify.js';

type DirectChannel = { readonly kind: 'open'; readonly channel: string } | Answer;

export interface DirectChannels {
  /** Opens it where it is not open yet. Opening it twice is harmless: Discord answers the same channel. */
  of(user: string, signal: AbortSignal): Promise<DirectChannel>;
  /** Discord does not know the channel any more, so it must be opened again. */
  forget(user: string): void;
}

/** More than there are approvers; bounds the memory of a process that runs for long. */
const MAX_REMEMBERED = 10_000;

export function directChannels(api: DiscordApi): DirectChannels {
  const channels = new Map<string, string>();
  return {
    async of(user, signal) {
      const known = channels.get(user);
      if (known !== undefined) return { kind: 'open', channel: known };
      const answer = await api.call({
        method: 'POST',
        path: '/users/@me/channels',
        body: { recipient_id: user },
        signal,
      });
      if (answer.kind !== 'ok') return classifyHarmless(answer);
      const { id } = fieldsOf(answer.body);
      if (!isId(id)) return { kind: 'deferred', reason: 'answer_malformed' };
      if (channels.size >= MAX_REMEMBERED) channels.clear();
      channels.set(user, id);
      return { kind: 'open', channel: id };
    },
    forget(user) {
      channels.delete(user);
    },
  };
}
