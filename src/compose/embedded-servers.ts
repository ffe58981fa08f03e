/** The servers that stand in for a channel's platform in the gate's own process, where the configuration uses them. */
import type { ChannelName } from '../approval/brand.js';
import type { Config } from '../config/config.js';
import { ownChannels, type RegistryEntry } from '../contract/channel.js';
import type { EmbeddedEntry } from '../contract/embedded-server.js';

/** One that this configuration uses. */
export interface Embedded {
  readonly channel: ChannelName;
  readonly title: string;
  readonly entry: EmbeddedEntry;
}

export function embeddedIn(
  entries: readonly RegistryEntry[],
  { channels }: Pick<Config, 'channels'>,
): readonly Embedded[] {
  return ownChannels(entries).flatMap(({ name, title, embedded }) => {
    const channel = name as ChannelName;
    const isUsed = embedded !== undefined && channels.has(channel) && embedded.isUsed(channels.get(channel));
    return isUsed ? [{ channel, title, entry: embedded }] : [];
  });
}

/** The public plane, as this process itself reaches it. */
export function loopbackUrl({ publicPort }: Pick<Config, 'publicPort'>): string {
  return `http://127.0.0.1:${String(publicPort)}`;
}
