/** What the lines of the registry say together, so that no other part has to know a channel by its name. */
import type { ChannelName } from '../approval/brand.js';
import {
  ownChannels,
  type ChannelEntry,
  type LegacyEvents,
  type RegistryEntry,
  type ReportNames,
} from '../contract/channel.js';
import type { Endpoint } from '../http/receiver/acts.js';

export interface RegistryFacts {
  /** Carries what goes to consumers and to producers' callbacks. */
  readonly peerTransport: ChannelName;
  /** Its addresses are mailboxes; null where no channel sends mail. */
  readonly mail: ChannelName | null;
  /** By channel. */
  readonly legacyEvents: ReadonlyMap<string, LegacyEvents>;
  readonly reports: ReadonlyMap<string, ReportNames>;
  /** Where the webhook receiver takes requests. */
  readonly endpoints: readonly Endpoint[];
}

export function registryFacts(entries: readonly RegistryEntry[]): RegistryFacts {
  const own = ownChannels(entries);
  const [transport, ...others] = own.filter(({ isPeerTransport }) => isPeerTransport === true);
  if (transport === undefined || others.length > 0) throw new Error('one line of the registry is the peer transport');
  return {
    peerTransport: nameOf(transport),
    mail: own.filter(({ isMail }) => isMail === true).map(nameOf)[0] ?? null,
    legacyEvents: new Map(own.flatMap(({ name, legacyEvents }) => (legacyEvents ? [[name, legacyEvents]] : []))),
    reports: new Map(own.flatMap(({ name, reports }) => (reports ? [[name, reports]] : []))),
    endpoints: entries.flatMap(endpointOf),
  };
}

/** An endpoint feeds its channel; where that has no notifier of ours, the producer's table must name others. */
function endpointOf(entry: RegistryEntry): readonly Endpoint[] {
  const { producerEndpoint: path } = entry;
  if (path === undefined) return [];
  return [{ path, channels: entry.load === undefined ? null : [nameOf(entry)] }];
}

function nameOf({ name }: Pick<ChannelEntry, 'name'>): ChannelName {
  return name as ChannelName;
}
