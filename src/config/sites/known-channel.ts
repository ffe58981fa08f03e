/** The channels as the readers of `sites.toml` know them: the registry's lines, without how they are opened. */
import { ownChannels, type ChannelEntry, type RegistryEntry } from '../../contract/channel.js';
import type { Setting } from '../../contract/setting.js';
import { withFiles, type SecretSource } from '../secret-source.js';

export interface KnownChannel {
  readonly name: string;
  /** False: it delivers through a consumer's url alone. */
  readonly hasLocalForm: boolean;
  /** Whether people decide over it. False where its cards only link to the confirm page. */
  readonly takesTaps: boolean;
  /** Whether a site that names no channels uses it. */
  readonly isDefault: boolean;
  /** Whether its addresses are mailboxes. */
  readonly isMail: boolean;
  /** Names one consumer of it for every site; null: only a site's `url` can. */
  readonly consumerVariable: string | null;
  /** Where producers open requests that go out over it; null: nowhere unless their tables name it. */
  readonly producerEndpoint: string | null;
  /** How an approver's address on it is written. */
  readonly address: Setting;
  checkAddress(address: string): string | null;
  /** A well-formed address, completed by what the configuration adds to it. */
  wholeAddress(address: string): string;
  /** Null: it posts to no rooms. */
  readonly checkRoom: ((address: string) => string | null) | null;
}

export type KnownChannels = ReadonlyMap<string, KnownChannel>;

export function channelsKnown(registry: readonly RegistryEntry[], source: SecretSource): KnownChannels {
  const own = new Map(ownChannels(registry).map((entry) => [entry.name, entry]));
  return new Map(registry.map((entry) => [entry.name, known(entry, own.get(entry.name), source)]));
}

function known(entry: RegistryEntry, own: ChannelEntry | undefined, source: SecretSource): KnownChannel {
  const { environment } = withFiles(source, Object.keys(own?.variables ?? {})); // what is wrong with files is reported with the variables
  const checkRoom = own?.checkRoom;
  return {
    name: entry.name,
    hasLocalForm: own !== undefined,
    takesTaps: own !== undefined && own.isByLink !== true,
    isDefault: own?.isDefault === true,
    isMail: own?.isMail === true,
    consumerVariable: entry.consumer?.variable ?? null,
    producerEndpoint: entry.producerEndpoint ?? null,
    address: entry.address,
    checkAddress: (address) => own?.checkAddress(address, environment) ?? null,
    wholeAddress: (address) => own?.wholeAddress?.(address, environment) ?? address,
    checkRoom: checkRoom === undefined ? null : (address) => checkRoom(address),
  };
}

/** The channel that `admin_email` is an address on; null where no channel sends mail. */
export function mailChannel(channels: KnownChannels): KnownChannel | null {
  return [...channels.values()].find(({ isMail }) => isMail) ?? null;
}

/** What a site uses that names no channels. */
export function defaultChannels(channels: KnownChannels): readonly string[] {
  return [...channels.values()].filter(({ isDefault }) => isDefault).map(({ name }) => name);
}

/** What a producer's request goes out over at some endpoint of the receiver although its table names no channels. */
export function impliedChannels(channels: KnownChannels): readonly string[] {
  return [...channels.values()]
    .filter(({ producerEndpoint, hasLocalForm }) => producerEndpoint !== null && hasLocalForm)
    .map(({ name }) => name);
}

/** As TOML writes a list of names: `["email", "talk"]`. */
export function listed(names: readonly string[]): string {
  return `[${names.map((name) => `"${name}"`).join(', ')}]`;
}
