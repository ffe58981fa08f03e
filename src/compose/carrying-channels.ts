/** The configured channels that carry messages without a request, as their lines of the registry declare it. */
import type { ChannelName } from '../approval/brand.js';
import type { Config } from '../config/config.js';
import { ownChannels, type RegistryEntry } from '../contract/channel.js';
import type { Carrying } from '../delivery/messages.js';

export function carryingChannels(
  entries: readonly RegistryEntry[],
  { channels }: Pick<Config, 'channels'>,
): ReadonlyMap<ChannelName, Carrying> {
  const carrying = new Map<ChannelName, Carrying>();
  for (const entry of ownChannels(entries)) {
    const name = entry.name as ChannelName;
    const { carries: kinds = [] } = entry;
    // a mailbox is written out whole: nothing of it is left to the environment
    const checkAddress = (address: string): string | null => entry.checkAddress(address, {});
    if (kinds.length > 0 && channels.has(name)) carrying.set(name, { kinds, checkAddress });
  }
  return carrying;
}
