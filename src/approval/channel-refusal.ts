/** What may be done for a site over one channel: one the site does not trust fully lets nobody in, whoever types there. */
import type { RefusedBecause } from './authority.js';
import { cappedTtlSeconds } from './policy.js';
import type { ChannelPolicy } from './site.js';

/** What changes who may pass or who is asked. Reading is not restricted and not listed here. */
export type Act = 'approve' | 'deny' | 'grant' | 'extend' | 'revoke' | 'mute' | 'unmute';

/** Acts that let a visitor in, or in for longer. */
const LETS_IN: ReadonlySet<Act> = new Set<Act>(['approve', 'grant', 'extend']);

/** Why the channel may not; null when it may. Asked after the person was accepted, so that strangers learn no site's policy. */
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

/** The time asked for, cut to what the site and the channel allow; where none was asked for all that they allow. Whole seconds. */
export function ttlOverChannel(
  { maxGrantTtlSeconds }: Pick<ChannelPolicy, 'maxGrantTtlSeconds'>,
  input: { readonly ttlSeconds: number | null; readonly siteTtlSeconds: number },
): number {
  return cappedTtlSeconds(input.ttlSeconds, cappedTtlSeconds(maxGrantTtlSeconds, input.siteTtlSeconds));
}
