/** What an actor may do for a site over one channel: a weak channel does not let anybody in, whoever types there. */
import type { RefusedBecause } from './authority.js';
import { cappedTtlSeconds } from './policy.js';
import type { ChannelPolicy } from './site.js';

/** What changes who may pass, or who is asked. Whatever only looks is no act, and open to every channel. */
export type Act = 'approve' | 'deny' | 'grant' | 'extend' | 'revoke' | 'mute' | 'unmute';

/** These open a door, or hold it open. */
const LETS_IN: ReadonlySet<Act> = new Set<Act>(['approve', 'grant', 'extend']);

/** Why the channel may not; null when it may. Judged after the person: a stranger learns of no site's policy. */
export function channelRefusal({ may }: Pick<ChannelPolicy, 'may'>, act: Act): RefusedBecause | null {
  switch (may) {
    case 'decide':
      return null;
    case 'deny_only':
      return LETS_IN.has(act) ? 'channel_may_not_approve' : null;
    case 'link_only':
      return 'channel_may_not_decide';
  }
}

/** The wished time within what the site gives and the channel may give; without a wish the whole of it. Whole seconds. */
export function ttlOverChannel(
  { maxGrantTtlSeconds }: Pick<ChannelPolicy, 'maxGrantTtlSeconds'>,
  wish: { readonly ttlSeconds: number | null; readonly siteTtlSeconds: number },
): number {
  return cappedTtlSeconds(wish.ttlSeconds, cappedTtlSeconds(maxGrantTtlSeconds, wish.siteTtlSeconds));
}
