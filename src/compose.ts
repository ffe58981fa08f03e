/**
 * The composition root: plain constructor calls, in the order in which things need one another, released in reverse.
 * The only file of src that knows which channels there are. Which role runs what is said in compose/roles.ts.
 */
import { channels } from '../bots/index.js';
import { policyOver } from './approval/site.js';
import type { Chance } from './base/chance.js';
import type { Clock } from './base/clock.js';
import type { Log } from './base/log.js';
import { releasers, type Releasers } from './base/releasers.js';
import { sealer as createSealer } from './base/sealer.js';
import { createCommands } from './commands/commands.js';
import { adminFiles } from './compose/admin-files.js';
import { adminServices } from './compose/admin-services.js';
import { doctor, type Examined } from './compose/doctor.js';
import { embeddedTalk, embeddedTalkUrl, usesEmbeddedTalk } from './compose/embedded-talk.js';
import { liveState } from './compose/live-state.js';
import { inboundMounts, inboundRedrivers, openChannels } from './compose/open-channels.js';
import { openOwnLedger } from './compose/own-ledger.js';
import { listenOn, type PlaneHosts } from './compose/planes.js';
import { needsChannels, reliances } from './compose/roles.js';
import { createServiceTokens } from './compose/service-tokens.js';
import type { Config } from './config/config.js';
import type { Reloaded } from './config/reload.js';
import type { ReloadAnswer } from './contract/admin.js';
import type { Mount } from './contract/channel.js';
import type { Desk } from './contract/desk.js';
import type { InboundDoors } from './contract/inbound.js';
import { createCourier } from './delivery/courier.js';
import { createDrill } from './delivery/drill.js';
import type { Limits as CourierLimits } from './delivery/limits.js';
import { mailReports } from './delivery/mail-reports.js';
import { createDesk } from './desk/desk.js';
import { createExpiry } from './desk/expiry.js';
import { eventStream } from './events/events.js';
import { openCountries } from './gate/countries.js';
import { createGate, type GateSeams } from './gate/gate.js';
import { createAdminPlane } from './http/admin-plane.js';
import { deadLetters } from './http/guard/dead-letters.js';
import { createGuard } from './http/guard/guard.js';
import { createPublicPlane } from './http/public-plane.js';
import { createCallers } from './http/receiver/callers.js';
import { PRODUCER_SOURCE, producerRedriver } from './http/receiver/receiver.js';
import { createIdentity, type Identity } from './identity/identity.js';
import { createSockets } from './sockets/sockets.js';
import { createUpkeep } from './upkeep/upkeep.js';

export { StartRefused } from './compose/start-refused.js';
export type { PlaneHosts } from './compose/planes.js';

export interface ServeSeams {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly pid: number;
  /** Where event lines go. */
  readonly events: { write(line: string): void };
  /** Reads `sites.toml` again; problems mean that nothing changed. */
  readonly rereadSites: () => Reloaded;
  readonly hosts: PlaneHosts;
  /** Readable on the admin plane without the bearer: the demo's mailbox, on loopback. */
  readonly openAdminMounts: readonly Mount[];
  /** Shortened where leases must run out within a test. No variable reaches this. */
  readonly courierLimits?: Partial<CourierLimits>;
}

export interface RunningGate {
  readonly desk: Desk;
  readonly identity: Identity;
  reload(operator: string): Promise<ReloadAnswer>;
  /** Stops accepting, lets taps finish, hands back leases. Under 5 s. */
  stop(): Promise<void>;
}

export async function serve(config: Config, seams: ServeSeams): Promise<RunningGate> {
  const held = releasers();
  try {
    return await build(config, seams, held);
  } catch (error) {
    await held.release();
    throw error;
  }
}

async function build(config: Config, seams: ServeSeams, held: Releasers): Promise<RunningGate> {
  const { clock, chance, log } = seams;
  const { publicUrl, roles } = config;
  const state = liveState(config);
  const { directory } = state;
  const sealer = createSealer(config.keys);
  const ledger = await openOwnLedger(config, { sealer, log });
  held.add('ledger', () => ledger.close());
  const identity = createIdentity({ ledger: ledger.identity, directory, clock, chance, publicUrl });
  const opened = await openChannels(needsChannels(roles) ? channels : [], {
    config,
    held,
    seams: {
      clock,
      chance,
      log,
      publicUrl,
      deriveKey: (purpose) => sealer.deriveKey(purpose),
      embeddedTalkUrl: embeddedTalkUrl(config),
      callbackKeys: state.callbackKeys,
    },
  });
  const events = eventStream(clock, seams.events);
  const carriers = new Map([...opened].map(([name, { notifier, slots }]) => [name, { notifier, slots }]));
  const limits = seams.courierLimits ?? {};
  const courier = roles.has('courier')
    ? createCourier({ ledger, carriers, sealer, directory, publicUrl, events, clock, chance, log, limits })
    : null;
  const desk = createDesk({ ledger, directory, sealer, events, chance, clock, publicUrl, courier, log });
  const gate = roles.has('gate') ? await openGate(config, { ledger, desk, directory, clock, chance, log }) : null;
  held.add('gate', () => gate?.stop());
  const drill = createDrill({ carriers, directory, desk, clock, chance, log });
  const commands = createCommands({ desk, directory, clock, doctor: () => doctor(examined), drill });
  const doors: InboundDoors = {
    desk,
    commands,
    mail: mailReports({ ledger, events }),
    policyOf: (site, channel) => policyOver(site === null ? undefined : directory().siteOf(site), channel),
  };
  const expiry = courier === null ? null : createExpiry({ desk, ledger, clock, log });
  const upkeep = courier === null ? null : createUpkeep({ ledger, events, days: config.retention, clock, chance, log });
  const sockets = createSockets(courier === null ? new Map() : opened, { ledger, doors, events, clock, chance, log });
  const relied = reliances(config, { opened, hasEmbeddedTalk: usesEmbeddedTalk(config) });
  const examined: Examined = { ledger, channels: opened, config, gate, sockets, relied };
  const { rereadSites } = seams;
  const services = adminServices({ commands, identity, ledger, state, rereadSites, examined, chance });
  const talk = roles.has('public') ? embeddedTalk({ config, sealer, identity, directory, clock, chance, log }) : null;
  if (talk !== null) held.add('embedded Talk', () => talk.close());
  const files = adminFiles(config, { pid: seams.pid, chance });
  const guard = createGuard({ ...config, ledger: ledger.deadLetters, sealer, clock, chance, log });
  held.add('dead letters', () => guard.stop());
  const mounts = [...inboundMounts(opened, doors, guard), ...(talk === null ? [] : [talk.mount])];
  const callers = createCallers({
    proofs: state.producerSecrets,
    serviceTokens: ledger.serviceTokens,
    trustedProxies: config.trustedProxies,
    clock,
    log,
  });
  held.add('callers', () => callers.close());
  const publicPlane = createPublicPlane({
    desk,
    identity,
    directory,
    guard,
    authenticator: callers,
    mounts,
    publicUrl,
    clock,
    chance,
    log,
  });
  const adminPlane = createAdminPlane({
    services,
    identity,
    desk,
    ledger,
    refusals: guard,
    deadLetters: deadLetters({
      ledger,
      sealer,
      redrivers: new Map([
        ...inboundRedrivers(opened, doors),
        [PRODUCER_SOURCE, producerRedriver({ desk, directory, clock })],
      ]),
    }),
    serviceTokens: createServiceTokens({
      ledger: ledger.serviceTokens,
      proofs: state.producerSecrets,
      chance,
      clock,
    }),
    adminToken: files.token,
    adminPort: config.adminPort,
    publicUrl,
    mounts: [],
    openMounts: seams.openAdminMounts,
    clock,
    log,
  });

  const planes = {
    public: roles.has('public') ? publicPlane : null,
    gate: gate?.handler ?? null,
    admin: roles.has('admin') ? adminPlane : null,
  };
  const workers = [courier, expiry, sockets, upkeep].filter((worker) => worker !== null);
  const listeners = await listenOn(planes, { config, hosts: seams.hosts, held });
  // At once, not in turn: an answer in the making, an attempt that hangs and a socket that closes may each take seconds,
  // and all of it has five. A tap that still comes in finds no free slot here, so its cards are queued for the others.
  held.add('planes and workers', () => stopTogether([...listeners, ...workers]));
  if (planes.admin !== null) {
    files.announce();
    held.add('admin files', () => files.withdraw());
  }
  for (const worker of workers) worker.start();
  for (const why of relied) log.info('this process relies on others', { why });
  return {
    desk,
    identity,
    reload: (operator) => services.reload(operator),
    async stop() {
      await held.release();
    },
  };
}

async function openGate(config: Config, seams: Omit<GateSeams, 'trustedProxies' | 'country' | 'staleMaxSeconds'>) {
  const { trustedProxies, staleMaxSeconds } = config;
  const countries = openCountries(config.geoFile);
  return createGate({
    ...seams,
    trustedProxies,
    staleMaxSeconds,
    country: (address) => countries.countryOf(address),
  });
}

/** One that fails to stop keeps no other from it. */
async function stopTogether(stoppable: readonly { stop(): Promise<void> }[]): Promise<void> {
  await Promise.allSettled(stoppable.map((one) => one.stop()));
}
