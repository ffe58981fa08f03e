/**
 * What every role needs: the ledger, identity, the configured channels, the desk, and
 * the courier in a process with that role.
 */
import type { ChannelName } from '../approval/brand.js';
import type { Releasers } from '../base/releasers.js';
import { sealer as createSealer, type Sealer } from '../base/sealer.js';
import type { Config } from '../config/config.js';
import type { ChannelEntry, OpenChannel } from '../contract/channel.js';
import type { Desk } from '../contract/desk.js';
import type { Ledger } from '../contract/ledger.js';
import { createCourier, type Courier } from '../delivery/courier.js';
import { createDesk } from '../desk/desk.js';
import { eventStream, type Events } from '../events/events.js';
import { createIdentity, type Identity } from '../identity/identity.js';
import { embeddedTalkUrl } from './embedded-talk.js';
import { liveState, type LiveState } from './live-state.js';
import { openChannels, type OpenChannels } from './open-channels.js';
import { openOwnLedger } from './own-ledger.js';
import { needsChannels } from './roles.js';
import type { ServeSeams } from './serve-seams.js';

export interface Spine {
  readonly config: Config;
  readonly seams: ServeSeams;
  readonly state: LiveState;
  readonly sealer: Sealer;
  readonly ledger: Ledger;
  readonly identity: Identity;
  readonly opened: OpenChannels;
  readonly carriers: ReadonlyMap<ChannelName, Pick<OpenChannel, 'notifier' | 'slots'>>;
  readonly events: Events;
  /** Null in a process without the role. */
  readonly courier: Courier | null;
  readonly desk: Desk;
}

export async function openSpine(
  config: Config,
  {
    entries,
    seams,
    held,
  }: { readonly entries: readonly ChannelEntry[]; readonly seams: ServeSeams; readonly held: Releasers },
): Promise<Spine> {
  const { clock, chance, log } = seams;
  const { publicUrl, roles } = config;
  const state = liveState(config);
  const { directory, callbackKeys } = state;
  const sealer = createSealer(config.keys);
  const deriveKey: Sealer['deriveKey'] = (purpose) => sealer.deriveKey(purpose);
  const ledger = await openOwnLedger(config, { sealer, log });
  held.add('ledger', () => ledger.close());
  const identity = createIdentity({ ledger: ledger.identity, directory, clock, chance, publicUrl });
  const channelSeams = {
    clock,
    chance,
    log,
    publicUrl,
    deriveKey,
    embeddedTalkUrl: embeddedTalkUrl(config),
    callbackKeys,
  };
  const opened = await openChannels(needsChannels(roles) ? entries : [], { config, held, seams: channelSeams });
  const carriers = new Map([...opened].map(([name, { notifier, slots }]) => [name, { notifier, slots }]));
  const events = eventStream(clock, seams.events);
  const limits = seams.courierLimits ?? {};
  const courier = roles.has('courier')
    ? createCourier({ ledger, carriers, sealer, directory, publicUrl, events, clock, chance, log, limits })
    : null;
  const desk = createDesk({ ledger, directory, sealer, events, chance, clock, publicUrl, courier, log });
  return { config, seams, state, sealer, ledger, identity, opened, carriers, events, courier, desk };
}
