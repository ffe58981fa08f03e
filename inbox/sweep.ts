/**
 * Deletes old messages, one short batch at a time. The bot says whether an old message is still needed; whoever runs this
 * server says when a sweep is made and how old is old.
 */
import type { Clock } from '../src/base/time/clock.js';
import type { MessageSweep, SweptMessages } from '../src/contract/embedded-server.js';
import type { Store } from './store.js';

export async function sweepMessages(
  { olderThanMs, limit, after, past }: MessageSweep,
  { store, clock }: { readonly store: Pick<Store, 'old' | 'remove'>; readonly clock: Clock },
): Promise<SweptMessages> {
  const [sentAtMs = 0, id = ''] = after ?? [];
  const behind = { sentAtMs: Number(sentAtMs), id: String(id) };
  const old = store.old({ sentUntilMs: clock.nowMs() - olderThanMs, behind, limit });
  const isPast = new Set(old.length === 0 ? [] : await past(old.map(({ key }) => key)));
  const removed = store.remove(old.filter(({ key }) => isPast.has(key)).map(({ id }) => id));
  const last = old.at(-1);
  return { removed, next: last === undefined || old.length < limit ? null : [last.sentAtMs, last.id] };
}
