/**
 * The composition root: plain constructor calls, in the order in which things need one another, released in reverse.
 * The only file of src that knows which channels there are.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channels } from '../bots/index.js';
import { createInbox } from '../inbox/inbox.js';
import type { ChannelName } from './approval/brand.js';
import type { Directory } from './approval/site.js';
import type { Chance } from './base/chance.js';
import type { Clock } from './base/clock.js';
import type { Log } from './base/log.js';
import { releasers, type Releasers } from './base/releasers.js';
import { sealer as createSealer, type Sealer } from './base/sealer.js';
import { Secret } from './base/secret.js';
import { createCommands } from './commands/commands.js';
import type { Config } from './config/config.js';
import type { ChannelSeams, ConfigProblem, Mount, OpenChannel } from './contract/channel.js';
import type { AdminServices, ReloadAnswer } from './contract/admin.js';
import type { Desk } from './contract/desk.js';
import type { Ledger } from './contract/ledger.js';
import { createCourier, type Courier } from './delivery/courier.js';
import { createDesk } from './desk/desk.js';
import { createExpiry } from './desk/expiry.js';
import { doctor, parts } from './doctor.js';
import { eventStream } from './events/events.js';
import { openCountries } from './gate/countries.js';
import { createGate } from './gate/gate.js';
import { createAdminPlane } from './http/admin-plane.js';
import { listen } from './http/listen.js';
import { createPublicPlane } from './http/public-plane.js';
import { createIdentity, type Identity } from './identity/identity.js';
import { openLedger } from './ledger/open.js';

export interface ServeSeams {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** Where event lines go. */
  readonly events: { write(line: string): void };
  /** Reads `sites.toml` again; problems mean that nothing changed. */
  readonly rereadSites: () => { readonly directory: Directory } | { readonly problems: readonly ConfigProblem[] };
  readonly hosts: { readonly public: string; readonly gate: string; readonly admin: string };
  /** Mounted on the admin plane without the bearer: the demo's mailbox, on loopback. */
  readonly openAdminMounts: readonly Mount[];
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
  let current = config.directory;
  const directory = (): Directory => current;
  const sealer = createSealer(config.keys);
  const ledger = await openOwnLedger(config, { sealer, log });
  held.add('ledger', () => ledger.close());
  const identity = createIdentity({ ledger: ledger.identity, directory, clock, chance, publicUrl });
  const opened = await openChannels(config, { ...seams, sealer, held });
  const events = eventStream(clock, seams.events);

  const carriers = new Map(
    [...opened].map(([name, channel]) => [name, { notifier: channel.notifier, slots: channel.slots }]),
  );
  const courier = createCourier({ ledger, carriers, sealer, directory, publicUrl, events, clock, chance, log });
  const desk = createDesk({ ledger, directory, sealer, events, chance, courier, log });
  const expiry = createExpiry({ desk, ledger, clock, log });
  const countries = openCountries(config.geoFile);
  const gate = await createGate({
    ledger,
    desk,
    directory,
    trustedProxies: config.trustedProxies,
    country: (address) => countries.countryOf(address),
    publicUrl,
    staleMaxSeconds: config.staleMaxSeconds,
    clock,
    chance,
    log,
  });
  held.add('gate', () => gate.stop());
  const examine = { ledger, channels: opened, config, gate };
  const commands = createCommands({ desk, directory, clock, doctor: () => doctor(examine) });

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
      current = read.directory;
      await ledger.audit.add(
        { who: `operator:${operator}`, what: 'reloaded', surface: 'cli', site: null, address: null, detail: {} },
        null,
      );
      return { problems: [] };
    },
    doctor: () => doctor(examine),
    parts: () => parts(examine),
  };

  const inboundMounts = mountInbounds(opened, { desk, commands });
  const inbox = embeddedInbox(config, { ...seams, sealer, identity });
  if (inbox !== null) held.add('talk inbox', () => inbox.close());
  const adminToken = writeAdminFiles(config, chance);
  held.add('admin files', () => rmSync(join(config.dataDir, 'admin.json'), { force: true }));
  const publicPlane = createPublicPlane({
    desk,
    identity,
    directory,
    producerSecrets: config.producerSecrets,
    mounts: [...inboundMounts, ...(inbox === null ? [] : [inbox.mount])],
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
    adminToken,
    adminPort: config.adminPort,
    publicUrl,
    mounts: [],
    openMounts: seams.openAdminMounts,
    log,
  });
  // Released last-in first-out: the planes stop accepting before the courier hands its leases back.
  held.add('courier', () => courier.stop());
  held.add('expiry', () => expiry.stop());
  await open(
    'public plane',
    listen(publicPlane, { host: seams.hosts.public, port: config.publicPort, variable: 'PUBLIC_PORT' }),
    held,
  );
  await open(
    'gate plane',
    listen(gate.handler, { host: seams.hosts.gate, port: config.gatePort, variable: 'GATE_PORT' }),
    held,
  );
  await open(
    'admin plane',
    listen(adminPlane, { host: seams.hosts.admin, port: config.adminPort, variable: 'ADMIN_PORT' }),
    held,
  );
  courier.start();
  expiry.start();
  return {
    desk,
    identity,
    reload: (operator) => services.reload(operator),
    stop: async () => void (await held.release()),
  };
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

async function openChannels(
  config: Config,
  context: ServeSeams & { sealer: Sealer; held: Releasers },
): Promise<ReadonlyMap<ChannelName, OpenChannel>> {
  const seams: ChannelSeams = {
    clock: context.clock,
    chance: context.chance,
    log: context.log,
    publicUrl: config.publicUrl,
    deriveKey: (purpose) => context.sealer.deriveKey(purpose),
    embeddedTalkUrl: `http://127.0.0.1:${String(config.publicPort)}/talk/api`,
    callbackKeys: callbackKeys(config),
  };
  const opened = new Map<ChannelName, OpenChannel>();
  for (const entry of channels) {
    const name = entry.name as ChannelName;
    const own = config.channels.get(name);
    if (own === undefined) continue;
    const { open: openChannel } = await entry.load();
    const channel = await openChannel(own as never, seams);
    context.held.add(`channel ${name}`, () => channel.stop());
    opened.set(name, channel);
  }
  return opened;
}

function callbackKeys(config: Config): ReadonlyMap<string, Secret> {
  const keys = [...config.producerSecrets].flatMap(([name, { callbackKey }]) =>
    callbackKey === null ? [] : [[name, callbackKey] as const],
  );
  return new Map(keys);
}

function mountInbounds(
  opened: ReadonlyMap<ChannelName, OpenChannel>,
  doors: Parameters<Extract<OpenChannel['inbound'], { kind: 'called' }>['router']>[0],
): readonly Mount[] {
  return [...opened.values()].flatMap(({ inbound }) =>
    inbound?.kind === 'called' ? [{ path: inbound.path, app: inbound.router(doors) }] : [],
  );
}

async function open(name: string, listening: Promise<{ stop(): Promise<void> }>, held: Releasers): Promise<void> {
  const plane = await listening;
  held.add(name, () => plane.stop());
}

/** A bearer for the CLI, new with every start, readable by this user alone; and where to find the plane. */
function writeAdminFiles(config: Config, chance: Chance): Secret {
  const token = new Secret(chance.hex(32));
  writeFileSync(join(config.dataDir, 'admin.token'), token.revealText(), { mode: 0o600 });
  writeFileSync(join(config.dataDir, 'admin.json'), JSON.stringify({ port: config.adminPort, pid: process.pid }), {
    mode: 0o600,
  });
  return token;
}
