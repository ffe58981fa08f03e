/** The sockets of all channels that connect out. Each has its own keeper, and none waits for another. */
import type { ChannelName } from '../../approval/brand.js';
import type { Random } from '../../base/crypto/random.js';
import type { OpenChannel } from '../../contract/channel.js';
import { createSocketKeeper, SOCKET_LIMITS, type SocketDeps, type SocketState } from './socket-keeper.js';

export interface Sockets {
  start(): void;
  states(): ReadonlyMap<ChannelName, SocketState>;
  /** Takes less than 3 s. */
  stop(): Promise<void>;
}

const OWNER_BYTES = 16;

export function createSockets(
  opened: ReadonlyMap<ChannelName, OpenChannel>,
  deps: Omit<SocketDeps, 'owner' | 'limits' | 'random'> & { readonly random: Random },
): Sockets {
  const ofKeeper = { ...deps, owner: deps.random.hex(OWNER_BYTES), limits: SOCKET_LIMITS };
  const keepers = new Map(
    [...opened].flatMap(([channel, { inbound }]) =>
      inbound?.kind === 'connecting' ? [[channel, createSocketKeeper({ channel, inbound }, ofKeeper)] as const] : [],
    ),
  );
  return {
    start() {
      for (const keeper of keepers.values()) keeper.start();
    },
    states: () => new Map([...keepers].map(([channel, keeper]) => [channel, keeper.state()])),
    async stop() {
      await Promise.all([...keepers.values()].map((keeper) => keeper.stop()));
    },
  };
}
