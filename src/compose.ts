/**
 * The composition root: plain constructor calls, in the order in which things need one another, released in reverse.
 * The only file of src that knows which channels there are.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestListener } from 'node:http';
import { channels } from '../bots/index.js';
import { policyOver } from './approval/site.js';
import type { Chance } from './base/chance.js';
import type { Clock } from './base/clock.js';
import type { Log } from './base/log.js';
import { releasers, type Releasers } from './base/releasers.js';
import { sealer as createSealer, type Sealer } from './base/sealer.js';
import type { Secret } from './base/secret.js';
import { createCommands } from './commands/commands.js';
import { adminFiles } from './compose/admin-files.js';
import { doctor, parts } from './compose/doctor.js';
import { embeddedTalk, embeddedTalkUrl } from './compose/embedded-talk.js';
import { inboundMounts, inboundRedrivers, openChannels } from './compose/open-channels.js';
import { createServiceTokens } from './compose/service-tokens.js';
import { createSockets } from './sockets/sockets.js';
import type { Config } from './config/config.js';
import type { Reloaded } from './config/reload.js';
import type { AdminServices, ReloadAnswer } from './contract/admin.js';
import type { Mount } from './contract/channel.js';
import type { Desk } from './contract/desk.js';
import type { InboundDoors } from './contract/inbound.js';
import type { Ledger } from './contract/ledger.js';
import { createCourier } from './delivery/courier.js';
import { createDrill } from './delivery/drill.js';
import type { Limits as CourierLimits } from './delivery/limits.js';
import { mailReports } from './delivery/mail-reports.js';
import { createDesk } from './desk/desk.js';
import { createExpiry } from './desk/expiry.js';
import { eventStream } from './events/events.js';
import { openCountries } from './gate/countries.js';
import { createGate } from './gate/gate.js';
import { createAdminPlane } from './http/admin-plane.js';
import { deadLetters } from './http/guard/dead-letters.js';
import { createGuard } from './http/guard/guard.js';
import { listen, type ListenWhere } from './http/listen.js';
import { createPublicPlane } from './http/public-plane.js';
import { createCallers } from './http/receiver/callers.js';
import { PRODUCER_SOURCE, producerRedriver } from './http/receiver/receiver.js';
import { createIdentity, type Identity } from './identity/identity.js';
import { openLedger } from './ledger/open.js';

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

/** The interface each plane listens on. */
export interface PlaneHosts {
  readonly public: string;
  readonly gate: string;
  readonly admin: string;
}

export interface RunningGate {
  readonly desk: Desk;
  readonly identity: Identity;
  reload(operator: string): Promise<ReloadAnswer>;
  /** Stops accepting, lets taps finish, hands back leases. Under 5 s. */
  stop(): Promise<void>;
}

/** Refuses to start: what is wrong and what to do, for the operator. */
export class StartRefused extends Error {
  readonly code = 'start_refused';
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
  const { publicUrl } = config;
  const state = liveState(config);
  const { directory } = state;
  const sealer = createSealer(config.keys);
  const ledger = await openOwnLedger(config, { sealer, log });
  held.add('ledger', () => ledger.close());
  const identity = createIdentity({ ledger: ledger.identity, directory, clock, chance, publicUrl });
  const opened = await openChannels(channels, {
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
  const courier = createCourier({ ledger, carriers, sealer, directory, publicUrl, events, clock, chance, log, limits });
  const desk = createDesk({ ledger, directory, sealer, events, chance, clock, publicUrl, courier, log });
  const expiry = createExpiry({ desk, ledger, clock, log });
  const countries = openCountries(config.geoFile);
  const gate = await createGate({
    ledger,
    desk,
    directory,
    trustedProxies: config.trustedProxies,
    country: (address) => countries.countryOf(address),
    staleMaxSeconds: config.staleMaxSeconds,
    clock,
    chance,
    log,
  });
  held.add('gate', () => gate.stop());
  const drill = createDrill({ carriers, directory, desk, clock, chance, log });
  const commands = createCommands({ desk, directory, clock, doctor: () => doctor(examined), drill });
  const doors: InboundDoors = {
    desk,
    commands,
    mail: mailReports({ ledger, events }),
    policyOf: (site, channel) => policyOver(site === null ? undefined : directory().siteOf(site), channel),
  };
  const sockets = createSockets(opened, { ledger, doors, events, clock, chance, log });
  const examined = { ledger, channels: opened, config, gate, sockets };
  const services: AdminServices = {
    command: ({ line, operator }) =>
      commands.run({ line, actor: { kind: 'operator', name: operator }, surface: 'cli', tapId: chance.hex(16) }),
    async signInLink(approver, operator) {
      const link = await identity.signInLink(approver, operator);
      return link === null ? null : { url: link.url, expiresAt: new Date(link.expiresAtMs).toISOString() };
    },
    async reload(operator) {
      const read = seams.rereadSites();
      if ('problems' in read) return { problems: read.problems };
      state.replace(read);
      const audit = {
        who: `operator:${operator}`,
        what: 'reloaded',
        surface: 'cli',
        site: null,
        address: null,
        detail: {},
      };
      await ledger.audit.add(audit, null);
      return { problems: [] };
    },
    doctor: () => doctor(examined),
    parts: () => parts(examined),
  };
  const talk = embeddedTalk({ config, sealer, identity, directory, clock, chance, log });
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

  // Released last-in first-out: the planes stop accepting before the courier hands its leases back.
  held.add('courier', () => courier.stop());
  held.add('expiry', () => expiry.stop());
  held.add('sockets', () => sockets.stop());
  await listenOn({ public: publicPlane, gate: gate.handler, admin: adminPlane }, { config, hosts: seams.hosts, held });
  files.announce();
  held.add('admin files', () => files.withdraw());
  courier.start();
  expiry.start();
  sockets.start();
  return {
    desk,
    identity,
    reload: (operator) => services.reload(operator),
    stop: () => stopAll(held),
  };
}

async function stopAll(held: Releasers): Promise<void> {
  await held.release();
}

/** What a reload replaces, behind names that stay. */
function liveState(config: Config) {
  let { directory, producerSecrets } = config;
  const callbackKeys = new Map<string, Secret>();
  const replace = (next: Pick<Config, 'directory' | 'producerSecrets'>): void => {
    ({ directory, producerSecrets } = next);
    callbackKeys.clear();
    for (const [name, { callbackKey }] of producerSecrets)
      if (callbackKey !== null) callbackKeys.set(name, callbackKey);
  };
  replace(config);
  return { directory: () => directory, producerSecrets: () => producerSecrets, callbackKeys, replace };
}

async function openOwnLedger(config: Config, context: { sealer: Sealer; log: Log }): Promise<Ledger> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const where =
    config.databaseUrl === null
      ? ({ kind: 'sqlite', file: join(config.dataDir, 'gate.sqlite') } as const)
      : ({ kind: 'postgres', url: config.databaseUrl } as const);
  const ledger = await openLedger(where, { log: context.log });
  const canary = await ledger.canary(context.sealer.seal('canary', 'gate', 'koder-gate'));
  if (context.sealer.open('canary', 'gate', canary) !== null) return ledger;
  await ledger.close();
  throw new StartRefused(
    'GATE_SECRET does not open what this database holds. Put the former key back, beside the new one: GATE_SECRET=<new>,<former>.',
  );
}

async function listenOn(
  planes: Readonly<Record<keyof PlaneHosts, RequestListener>>,
  at: { readonly config: Config; readonly hosts: PlaneHosts; readonly held: Releasers },
): Promise<void> {
  const { config, hosts, held } = at;
  const { publicTls: tls } = config;
  // what runs beside us, the embedded Talk, goes on calling the plain port; the world does not
  const plainHost = tls === null ? hosts.public : '127.0.0.1';
  const wheres: readonly (readonly [keyof PlaneHosts, ListenWhere])[] = [
    ...(tls === null
      ? []
      : [['public', { host: hosts.public, port: tls.port, variable: 'PUBLIC_TLS_PORT', tls }] as const]),
    ['public', { host: plainHost, port: config.publicPort, variable: 'PUBLIC_PORT' }],
    ['gate', { host: hosts.gate, port: config.gatePort, variable: 'GATE_PORT' }],
    ['admin', { host: hosts.admin, port: config.adminPort, variable: 'ADMIN_PORT' }],
  ];
  for (const [name, where] of wheres) {
    const plane = await listen(planes[name], where);
    held.add(`${name} plane`, () => plane.stop());
  }
}
