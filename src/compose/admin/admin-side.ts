/** The admin plane, and the files by which the CLI finds it. */
import type { RequestListener } from 'node:http';
import type { ChannelName } from '../../approval/brand.js';
import type { Commands } from '../../contract/commands.js';
import type { AdminServices } from '../../contract/admin.js';
import type { Gate } from '../../gate/gate.js';
import { createAdminPlane } from '../../http/admin/admin-plane.js';
import { createOperatorsFailures } from '../../delivery/operators-failures.js';
import { createOperatorsQueue } from '../../delivery/operators-queue.js';
import { deadLetters } from '../../http/public/guard/dead-letters.js';
import { adminFiles, type AdminFiles } from './admin-files.js';
import type { PublicSide } from '../public-side.js';
import { createAccounts } from './accounts.js';
import { createSessions } from './sessions.js';
import { createServiceTokens } from './service-tokens.js';
import { siteView } from './site-view.js';
import { readTrail } from './read-trail.js';
import type { Services } from '../services.js';

export interface AdminSide {
  readonly plane: RequestListener;
  readonly files: AdminFiles;
}

export function openAdminSide(
  { config, deps, state, encryption, ledger, identity, sessionBook, desk, mail, transports, events }: Services,
  {
    services,
    commands,
    publicSide,
    gate,
  }: {
    readonly services: AdminServices;
    readonly commands: Commands;
    readonly publicSide: PublicSide;
    readonly gate: Gate | null;
  },
): AdminSide {
  const { clock, random, log, pid, health, openAdminMounts: openMounts } = deps;
  const { adminPort, adminUrl, publicUrl, trustedProxies, edgeNetworks } = config;
  const { guard: refusals, redrivers } = publicSide;
  const adminHost = deps.hosts.admin;
  const files = adminFiles(config, { pid, random, host: adminHost });
  const { producerSecrets: proofs, directory } = state;
  const serviceTokens = createServiceTokens({ ledger: ledger.serviceTokens, proofs, directory, random, clock });
  const queue = createOperatorsQueue({ ledger: ledger.queue, encryption, random, clock });
  const channels = deps.channels.map(({ name }) => name as ChannelName);
  const plane = createAdminPlane({
    services,
    commands,
    trail: readTrail({ ledger, dataDir: config.dataDir }),
    random,
    identity,
    desk,
    ledger,
    refusals,
    health,
    deadLetters: deadLetters({ ledger, encryption, redrivers }),
    queue,
    failures: createOperatorsFailures({ ledger, queue, events, channels }),
    mail: mail.operators,
    serviceTokens,
    sessions: createSessions(sessionBook),
    accounts: createAccounts({ ledger: ledger.identity, directory, identity, sessionBook }),
    transports: [...transports.keys()],
    siteNames: () => directory().sites.map(({ domains: [name = ''] }) => name),
    showSite: (host) => siteView({ directory, tokens: serviceTokens }, host),
    passTallies: () => gate?.passTallies() ?? [],
    adminToken: files.token,
    metricsToken: config.metricsToken,
    adminPort,
    adminHost,
    adminUrl,
    publicUrl,
    trustedProxies,
    edgeNetworks,
    mounts: [],
    openMounts,
    clock,
    log,
  });
  return { plane, files };
}
