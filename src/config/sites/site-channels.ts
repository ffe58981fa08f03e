/** What a site says of single channels: `[sites.auth_gate.<channel>]`, and `<channel>_channel` for a room of its own. */
import { TRUSTED, type ChannelPolicy } from '../../approval/site.js';
import { isTable, readTable } from '../read-table.js';
import type { KnownChannel } from './known-channel.js';
import type { Reading } from './reading.js';
import { CHANNEL_KEYS } from './auth-gate-keys.js';

export interface SiteChannels {
  /** The consumer's url to which this channel's requests go. */
  readonly urls: ReadonlyMap<string, string>;
  readonly policies: ReadonlyMap<string, ChannelPolicy>;
  /** The channels for which a room is given, right or wrong, so that what only follows from a wrong one is not reported as well. */
  readonly withRoom: ReadonlySet<string>;
}

/** The keys of `[sites.auth_gate]` that are read here: a table and a room for every channel. */
export function channelKeys(reading: Reading): readonly string[] {
  return [...reading.channels.keys()].flatMap((name) => [name, roomKey(name)]);
}

export function readSiteChannels(rawGate: unknown, path: string, reading: Reading): SiteChannels {
  const urls = new Map<string, string>();
  const policies = new Map<string, ChannelPolicy>();
  if (!isTable(rawGate)) return { urls, policies, withRoom: new Set() };
  for (const channel of reading.channels.values()) {
    const table = readChannel(rawGate[channel.name], { channel, path, reading });
    const room = readRoom(rawGate[roomKey(channel.name)], { channel, path, reading });
    if (table.url !== undefined) urls.set(channel.name, table.url);
    const policy = { may: table.may ?? TRUSTED.may, maxGrantTtlSeconds: table.max_ttl_sec ?? null, room };
    if (policy.may !== TRUSTED.may || policy.maxGrantTtlSeconds !== null || room !== null)
      policies.set(channel.name, policy);
  }
  const withRoom = [...reading.channels.keys()].filter((name) => rawGate[roomKey(name)] !== undefined);
  return { urls, policies, withRoom: new Set(withRoom) };
}

/** The channel itself posts to a room, so the site must use that channel, and not through a consumer. */
export function tellIdleRooms(
  policies: SiteChannels['policies'],
  use: {
    readonly notifiers: readonly string[];
    readonly consumers: ReadonlyMap<string, string>;
    readonly path: string;
  },
  reading: Reading,
): void {
  for (const [name, { room }] of policies) {
    if (room === null) continue;
    const key = `${use.path}.${roomKey(name)}`;
    if (!use.notifiers.includes(name))
      reading.tell(key, {
        problem: `names a room, but the site's notifiers do not name ${name}`,
        cure: `Add "${name}" to notifiers, or take ${roomKey(name)} out.`,
      });
    else if (use.consumers.has(name))
      reading.tell(key, {
        problem: `names a room, but a consumer takes what goes over ${name}`,
        cure: `Take ${roomKey(name)} out, or the url of ${name}.`,
      });
  }
}

interface Place {
  readonly channel: KnownChannel;
  readonly path: string;
  readonly reading: Reading;
}

function readChannel(raw: unknown, { channel, path, reading }: Place) {
  if (raw === undefined) return {};
  const place = { file: reading.file, path: `${path}.${channel.name}` };
  const { values, problems } = readTable(raw, CHANNEL_KEYS, place);
  reading.tellAll(problems);
  for (const key of ['may', 'max_ttl_sec'] as const)
    if (values[key] !== undefined && !channel.takesTaps)
      reading.tell(`${place.path}.${key}`, {
        problem: `would bind nobody: ${channel.name} takes no taps, its link leads to the confirm page`,
        cure: `Take it out, or take ${channel.name} out of notifiers where its links are not trusted.`,
      });
  return values;
}

function readRoom(raw: unknown, { channel, path, reading }: Place): string | null {
  if (raw === undefined) return null;
  const key = `${path}.${roomKey(channel.name)}`;
  if (channel.checkRoom === null) {
    const able = [...reading.channels.values()].filter(({ checkRoom }) => checkRoom !== null).map(({ name }) => name);
    const others = able.length === 0 ? '' : ` Channels with rooms: ${able.join(', ')}.`;
    reading.tell(key, { problem: `${channel.name} posts to no rooms`, cure: `Take it out.${others}` });
    return null;
  }
  const address = typeof raw === 'string' ? raw.trim() : '';
  const wrong = address === '' ? 'is no room: write its id as text' : channel.checkRoom(address);
  if (wrong === null) return address;
  reading.tell(key, { problem: wrong, cure: `Correct it, or take it out: then each approver gets a card.` });
  return null;
}

function roomKey(channel: string): string {
  return `${channel}_channel`;
}
