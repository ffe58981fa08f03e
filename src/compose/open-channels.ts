/** Opens what is configured, and only that: a channel's SDK is loaded here and nowhere else. */
import type { ChannelName } from '../approval/brand.js';
import type { CleanupStack } from '../base/process/cleanup-stack.js';
import type { Config } from '../config/config.js';
import {
  ownChannels,
  type ChannelDeps,
  type ChannelEntry,
  type OpenChannel,
  type RegistryEntry,
} from '../contract/channel.js';
import type { Mount } from '../contract/mount.js';
import type { InboundHandlers } from '../contract/inbound.js';
import { inboundRedriver, type Redriver } from '../http/public/guard/dead-letters.js';
import type { Guard } from '../http/public/guard/guard.js';

export type OpenChannels = ReadonlyMap<ChannelName, OpenChannel>;

export async function openChannels(
  entries: readonly ChannelEntry[],
  context: { readonly config: Config; readonly deps: ChannelDeps; readonly held: CleanupStack },
): Promise<OpenChannels> {
  const opened = new Map<ChannelName, OpenChannel>();
  for (const entry of entries) {
    const name = entry.name as ChannelName;
    if (!context.config.channels.has(name)) continue;
    const sdk = await entry.load();
    const channel = await sdk.open(context.config.channels.get(name), context.deps);
    context.held.add(`channel ${name}`, () => channel.stop());
    opened.set(name, channel);
  }
  return opened;
}

/** The channels whose platform calls us, each at its own path of the public plane. */
export function inboundMounts(opened: OpenChannels, handlers: InboundHandlers, guard: Guard): readonly Mount[] {
  return [...opened].flatMap(([source, { inbound }]) =>
    inbound?.kind === 'called' ? [{ path: inbound.path, app: guard.before({ source, inbound, handlers }) }] : [],
  );
}

/** How a dead letter of each of these channels is carried out once more, by its source. */
export function inboundRedrivers(
  opened: OpenChannels,
  handlers: InboundHandlers,
): readonly (readonly [string, Redriver])[] {
  return [...opened].flatMap(([source, { inbound }]) =>
    inbound?.kind === 'called' ? [[source, inboundRedriver(inbound, handlers)] as const] : [],
  );
}

/** Whether people type commands in some channel that is set up: the cards of the others only lead to a page. */
export function takesCommands(registry: readonly RegistryEntry[], opened: Pick<OpenChannels, 'has'>): boolean {
  return ownChannels(registry).some(({ name, isByLink }) => isByLink !== true && opened.has(name as ChannelName));
}
