/**
 * The composition root: plain constructor calls, in the order in which things need one another, released in reverse.
 * Which channels there are is given; which role runs what is said in compose/roles.ts.
 */
import { policyOfRequest } from '../approval/site.js';
import { isLoopback } from '../base/net/reachable-from.js';
import { cleanupStack, type CleanupStack } from '../base/process/cleanup-stack.js';
import { createCommands } from '../commands/commands.js';
import { bareReadiness } from './bare-readiness.js';
import { createAdminServices, type AdminServicesDeps } from './admin/admin-services.js';
import { openAdminSide } from './admin/admin-side.js';
import { createCertificates, type Certificates } from './certificates.js';
import { countedHere } from './counted-here.js';
import { watchDataFolder, type DataFolder } from './data-folder.js';
import { doctor, parts, type Examined } from './doctor/doctor.js';
import { openHeadKeeper } from './head-keeper.js';
import { shareDescriptors } from './descriptors.js';
import { listenOn } from './planes.js';
import { openPublicSide } from './public-side.js';
import { exposures } from './exposure.js';
import { certificatesWidely } from '../config/certificates-widely.js';
import { reliances } from './roles.js';
import type { ServeDeps } from './serve-deps.js';
import { openServices, type Services } from './services.js';
import { createWorkers } from './workers.js';
import type { Config } from '../config/config.js';
import type { AdminServices, ReloadAnswer } from '../contract/admin.js';
import type { Commands } from '../contract/commands.js';
import type { Desk } from '../contract/desk.js';
import type { InboundHandlers } from '../contract/inbound.js';
import type { Counted } from '../contract/telemetry-ledger.js';
import { createDrill } from '../delivery/drill.js';
import { deliveryReports } from '../delivery/delivery-reports.js';
import { openCountries } from '../gate/visitor/countries.js';
import { createGate, type Gate } from '../gate/gate.js';
import type { Listener } from '../http/shared/listen.js';
import type { Identity } from '../identity/identity.js';
import { createFlushing } from '../telemetry/flushing.js';

export type { ServeDeps } from './serve-deps.js';

export interface RunningGate {
  readonly desk: Desk;
  readonly identity: Identity;
  reload(operator: string): Promise<ReloadAnswer>;
  /** Stops accepting, lets taps finish, hands back leases. Under 5 s. */
  stop(): Promise<void>;
}

export async function serve(config: Config, deps: ServeDeps): Promise<RunningGate> {
  const held = cleanupStack();
  try {
    return await build(config, deps, held);
  } catch (error) {
    await held.release();
    throw error;
  }
}

async function build(config: Config, deps: ServeDeps, held: CleanupStack): Promise<RunningGate> {
  const { roles } = config;
  const services = await openServices(config, { deps, held });
  const { ledger, identity, desk } = services;
  const heads = await openHeadKeeper({ dataDir: config.dataDir, trail: ledger.audit, ...deps });
  const isReady = bareReadiness(() => parts(examined), deps.clock);
  const gate = roles.has('gate') ? await openGate(services, isReady) : null;
  held.add('gate', () => gate?.stop());
  const commands = commandsOf(services, () => doctor(examined));
  const handlers = handlersOf(services, commands);
  const { sockets, all: ofCourier } = createWorkers(services, { handlers, heads });
  const relied = reliances(config, services);
  let listeners: readonly Listener[] = [];
  const { certificates, dataFolder } = watchFiles(services, {
    listeners: () => listeners,
    announce: () => adminSide.files.announce(),
  });
  let hasStarted = false;
  const isStarted = (): boolean => hasStarted;
  const examined = examinedOf(services, { gate, sockets, relied, certificates, heads, dataFolder, isStarted });
  const adminServices = adminServicesOf(services, { commands, certificates, examined });
  const publicSide = await openPublicSide(services, { handlers, held });
  const counted = (): readonly Counted[] => countedHere(gate, publicSide.guard);
  const flushing = createFlushing({ ledger: ledger.telemetry, counted, ...deps });
  const workers = [...ofCourier, ...publicSide.retentions, certificates, dataFolder, flushing];
  const adminSide = openAdminSide(services, { services: adminServices, commands, publicSide, gate });

  const planes = {
    public: roles.has('public') ? publicSide.plane : null,
    gate: gate?.handler ?? null,
    admin: roles.has('admin') ? adminSide.plane : null,
  };
  deps.onListening?.();
  listeners = await listenOn(planes, { config, deps, held });
  // At once, not in turn: an answer in the making, an attempt that hangs and a socket that closes may each take seconds,
  // and all of it has five. A tap that still comes in finds no free slot here, so its cards are queued for the others.
  held.add('planes and workers', () => stopTogether([...listeners, ...workers]));
  if (planes.admin !== null) {
    await adminSide.files.announce();
    held.add('admin files', () => adminSide.files.withdraw());
  }
  for (const worker of workers) worker.start();
  logSetup(config, { deps, relied });
  hasStarted = true;
  return {
    desk,
    identity,
    reload: (operator) => adminServices.reload(operator),
    async stop() {
      await held.release();
    },
  };
}

interface WatchedFiles {
  readonly certificates: Certificates;
  readonly dataFolder: DataFolder;
}

/** What may change on disk while the gate runs: the certificates, and the folder of its data. */
function watchFiles(
  { config, deps }: Services,
  plane: { readonly listeners: () => readonly Listener[]; readonly announce: () => Promise<void> },
): WatchedFiles {
  const { roles, dataDir } = config;
  const { clock, log, rereadTls: reread } = deps;
  const inUse = roles.has('public') ? config.publicTls : null;
  const announce = roles.has('admin') ? plane.announce : null;
  return {
    certificates: createCertificates({ inUse, reread, clock, log, listeners: plane.listeners }),
    dataFolder: watchDataFolder({ dataDir, hasLedger: config.databaseUrl === null, announce, clock, log }),
  };
}

type ExaminedHere = Pick<
  Examined,
  'gate' | 'sockets' | 'relied' | 'certificates' | 'heads' | 'dataFolder' | 'isStarted'
>;

/** What the doctor looks at. */
function examinedOf({ config, deps, ledger, state, opened, mail, facts }: Services, here: ExaminedHere): Examined {
  const { health, descriptorLimit } = deps;
  const channel = facts.mail;
  const isOpen = channel !== null && config.channels.has(channel);
  return {
    config,
    ledger,
    channels: opened,
    directory: state.directory,
    mail: mail.operators,
    mailWays: channel === null ? null : { channel, isOpen, routes: () => mail.routing.routes() },
    health,
    descriptorLimit,
    ...here,
  };
}

function adminServicesOf(
  { deps, identity, ledger, state, facts, mail }: Services,
  here: Pick<AdminServicesDeps, 'commands' | 'certificates' | 'examined'>,
): AdminServices {
  const { rereadSites, random } = deps;
  return createAdminServices({
    identity,
    ledger,
    state,
    rereadSites,
    facts,
    random,
    mailRecords: mail.records,
    ...here,
  });
}

/** What an operator should know of this configuration, once everything runs. */
function logSetup(config: Config, { deps, relied }: { deps: ServeDeps; relied: readonly string[] }): void {
  const { hosts, log } = deps;
  for (const why of exposures(config, hosts)) log.info('a plane can be reached from other machines', { why });
  if (config.roles.has('gate') && config.trustedProxies.length === 0) log.warn(NOBODY_TRUSTED);
  const widely = certificatesWidely(config);
  if (widely !== null) log.warn('headers about client certificates are believed widely', { why: widely });
  for (const why of relied) log.info('this process relies on others', { why });
}

const NOBODY_TRUSTED =
  'TRUSTED_PROXIES is empty: whatever a reverse proxy asks is refused. Name the address it connects from; for one on this machine 127.0.0.1/32,::1/128';

async function openGate(
  { config, deps, state, ledger, desk, events, identity: { handoff } }: Services,
  isReady: () => Promise<boolean>,
): Promise<Gate> {
  const { trustedProxies, edgeNetworks, staleMaxSeconds, publicUrl } = config;
  const { clock, random, log, descriptorLimit } = deps;
  const { directory } = state;
  const maxStreams = shareDescriptors(descriptorLimit).streams;
  const countries = openCountries(config.geoFile);
  const country = (address: string): string | null => countries.countryOf(address);
  const isExposed = !isLoopback(deps.hosts.gate);
  const own = { trustedProxies, edgeNetworks, staleMaxSeconds, country, isExposed, isReady, maxStreams };
  const titleOf = (provider: string): string => state.providers().get(provider)?.title ?? provider;
  return createGate({
    ledger,
    desk,
    directory,
    handoff,
    handedOut: handoff,
    titleOf,
    publicUrl,
    events,
    clock,
    random,
    log,
    ...own,
  });
}

function commandsOf({ deps, state, transports, desk }: Services, examine: () => ReturnType<typeof doctor>): Commands {
  const { clock, random, log } = deps;
  const { directory } = state;
  const drill = createDrill({ transports, directory, desk, clock, random, log });
  return createCommands({ desk, directory, clock, doctor: examine, drill });
}

/** What a tap, a command or a report that comes in may ask for. */
function handlersOf(
  { config, state, ledger, events, facts, desk }: Services,
  commands: Commands,
): Required<InboundHandlers> {
  return {
    desk,
    commands,
    reports: deliveryReports({ ledger, events, names: facts.reports, suppressForMs: config.suppressForMs }),
    policyOf: (request, channel) => policyOfRequest(state.directory(), request, channel),
  };
}

/** One that fails to stop keeps no other from it. */
async function stopTogether(stoppable: readonly { stop(): Promise<void> }[]): Promise<void> {
  await Promise.allSettled(stoppable.map((one) => one.stop()));
}
