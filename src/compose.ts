/**
 * The composition root: plain constructor calls, in the order in which things need one another, released in reverse.
 * The only file of src that knows which channels there are. Which role runs what is said in compose/roles.ts.
 */
import { channels } from '../bots/index.js';
import { policyOfRequest } from './approval/site.js';
import { releasers, type Releasers } from './base/releasers.js';
import { createCommands } from './commands/commands.js';
import { adminServices } from './compose/admin/admin-services.js';
import { openAdminSide } from './compose/admin/admin-side.js';
import { doctor, type Examined } from './compose/doctor/doctor.js';
import { usesEmbeddedTalk } from './compose/embedded-talk.js';
import { listenOn } from './compose/planes.js';
import { openPublicSide } from './compose/public-side.js';
import { reliances } from './compose/roles.js';
import type { ServeSeams } from './compose/serve-seams.js';
import { openSpine, type Spine } from './compose/spine.js';
import { createWorkers } from './compose/workers.js';
import type { Config } from './config/config.js';
import type { ReloadAnswer } from './contract/admin.js';
import type { Commands } from './contract/commands.js';
import type { Desk } from './contract/desk.js';
import type { InboundDoors } from './contract/inbound.js';
import { createDrill } from './delivery/drill.js';
import { mailReports } from './delivery/mail-reports.js';
import { openCountries } from './gate/countries.js';
import { createGate, type Gate } from './gate/gate.js';
import type { Identity } from './identity/identity.js';

export type { ServeSeams } from './compose/serve-seams.js';
export { StartRefused } from './compose/start-refused.js';
export type { PlaneHosts } from './compose/planes.js';

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
  const { roles } = config;
  const spine = await openSpine(config, { entries: channels, seams, held });
  const { ledger, identity, state, opened, desk } = spine;
  const gate = roles.has('gate') ? await openGate(spine) : null;
  held.add('gate', () => gate?.stop());
  const commands = commandsOf(spine, () => doctor(examined));
  const doors = doorsOf(spine, commands);
  const { sockets, all: ofCourier } = createWorkers(spine, doors);
  const relied = reliances(config, { opened, hasEmbeddedTalk: usesEmbeddedTalk(config) });
  const examined: Examined = { ledger, channels: opened, config, gate, sockets, relied };
  const { rereadSites, chance } = seams;
  const services = adminServices({ commands, identity, ledger, state, rereadSites, examined, chance });
  const publicSide = openPublicSide(spine, { doors, held });
  const { talkRetention } = publicSide;
  const workers = talkRetention === null ? ofCourier : [...ofCourier, talkRetention];
  const adminSide = openAdminSide(spine, { services, publicSide });

  const planes = {
    public: roles.has('public') ? publicSide.plane : null,
    gate: gate?.handler ?? null,
    admin: roles.has('admin') ? adminSide.plane : null,
  };
  const listeners = await listenOn(planes, { config, hosts: seams.hosts, held });
  // At once, not in turn: an answer in the making, an attempt that hangs and a socket that closes may each take seconds,
  // and all of it has five. A tap that still comes in finds no free slot here, so its cards are queued for the others.
  held.add('planes and workers', () => stopTogether([...listeners, ...workers]));
  if (planes.admin !== null) {
    adminSide.files.announce();
    held.add('admin files', () => adminSide.files.withdraw());
  }
  for (const worker of workers) worker.start();
  for (const why of relied) seams.log.info('this process relies on others', { why });
  return {
    desk,
    identity,
    reload: (operator) => services.reload(operator),
    async stop() {
      await held.release();
    },
  };
}

async function openGate({ config, seams, state, ledger, desk }: Spine): Promise<Gate> {
  const { trustedProxies, staleMaxSeconds } = config;
  const { clock, chance, log } = seams;
  const { directory } = state;
  const countries = openCountries(config.geoFile);
  const country = (address: string): string | null => countries.countryOf(address);
  return createGate({ ledger, desk, directory, clock, chance, log, trustedProxies, staleMaxSeconds, country });
}

function commandsOf({ seams, state, carriers, desk }: Spine, examine: () => ReturnType<typeof doctor>): Commands {
  const { clock, chance, log } = seams;
  const { directory } = state;
  const drill = createDrill({ carriers, directory, desk, clock, chance, log });
  return createCommands({ desk, directory, clock, doctor: examine, drill });
}

/** What a tap, a command or a mail that comes in may knock at. */
function doorsOf({ state, ledger, events, desk }: Spine, commands: Commands): InboundDoors {
  return {
    desk,
    commands,
    mail: mailReports({ ledger, events }),
    policyOf: (request, channel) => policyOfRequest(state.directory(), request, channel),
  };
}

/** One that fails to stop keeps no other from it. */
async function stopTogether(stoppable: readonly { stop(): Promise<void> }[]): Promise<void> {
  await Promise.allSettled(stoppable.map((one) => one.stop()));
}
