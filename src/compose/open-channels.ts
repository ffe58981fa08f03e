/** Opens what is configured, and only that: a channel's SDK is loaded here and nowhere else. */
import type { ChannelName } from '../approval/brand.js';
import type { Releasers } from '../base/releasers.js';
import type { Config } from '../config/config.js';
import type { ChannelEntry, ChannelSeams, Mount, OpenChannel } from '../contract/channel.js';
import type { InboundDoors } from '../contract/inbound.js';
import { inboundRedriver, type Redriver } from '../http/guard/dead-letters.js';
import type { Guard } from '../http/guard/guard.js';

export type OpenChannels = ReadonlyMap<ChannelName, OpenChannel>;

export async function openChannels(
  entries: readonly ChannelEntry[],
  context: { readonly config: Config; readonly seams: ChannelSeams; readonly held: Releasers },
): Promise<OpenChannels> {
  const opened = new Map<ChannelName, OpenChannel>();
  for (const entry of entries) {
    const name = entry.name as ChannelName;
    if (!context.config.channels.has(name)) continue;
    const sdk = await entry.load();
    const channel = await sdk.open(context.config.channels.get(name), context.seams);
    context.held.add(`channel ${name}`, () => channel.stop());
    opened.set(name, channel);
  }
  return opened;
}

/** The channels whose platform calls us, each at its own path of the public plane. */
export function inboundMounts(opened: OpenChannels, doors: InboundDoors, guard: Guard): readonly Mount[] {
  return [...opened].flatMap(([source, { inbound }]) =>
    inbound?.kind === 'called' ? [{ path: inbound.path, app: guard.before({ source, inbound, doors }) }] : [],
  );
}

/** How a dead letter of each of these channels is carried out once more, by its source. */
export function inboundRedrivers(opened: OpenChannels, doors: InboundDoors): readonly (readonly [string, Redriver])[] {
  return [...opened].flatMap(([source, { inbound }]) =>
    inbound?.kind === 'called' ? [[source, inboundRedriver(inbound, doors)] as const] : [],
  );
}
