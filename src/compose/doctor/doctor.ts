/** `gate doctor` and `/readyz`: what works, what does not, and what to do about it. */
import type { ChannelName } from '../../approval/brand.js';
import type { Directory } from '../../approval/site.js';
import type { Config } from '../../config/config.js';
import type { Check, Part } from '../../contract/admin.js';
import type { OpenChannel } from '../../contract/channel.js';
import type { OperatorsMail } from '../../contract/operators-mail.js';
import type { Ledger } from '../../contract/ledger.js';
import type { ProcessHealth } from '../../contract/process-health.js';
import { cardChecks } from './card-checks.js';
import { certificatesWidely } from '../../config/certificates-widely.js';
import { descriptorCheck } from '../descriptors.js';
import { grantChecks } from './grant-checks.js';
import { processChecks } from './process-checks.js';
import { mailChecks } from './mail-checks.js';
import { mailRouteChecks, type MailWays } from './mail-route-checks.js';
import { changesCheck, databaseCheck } from './database-check.js';
import type { Gate } from '../../gate/gate.js';
import { proxyChecks, scopeCheck } from './proxy-checks.js';
import { rolesCheck, rolesPart } from '../roles.js';
import { brokenQueues, pauseChecks, suppressionChecks } from './queue-checks.js';
import { siteChecks } from './site-checks.js';
import { trailCheck } from './trail-check.js';
import { socketCheck, socketPart } from '../../delivery/connections/socket-checks.js';
import type { Sockets } from '../../delivery/connections/sockets.js';

export interface Examined {
  readonly ledger: Ledger;
  readonly channels: ReadonlyMap<ChannelName, OpenChannel>;
  readonly config: Config;
  /** Null in a process without the role. */
  readonly gate: Pick<Gate, 'part' | 'proxyPart' | 'proxyFaults'> | null;
  /** Sites as they are now. */
  readonly directory: () => Directory;
  readonly mail: Pick<OperatorsMail, 'providers' | 'hidden'>;
  /** Null: there is no channel that sends mail. */
  readonly mailWays: MailWays | null;
  readonly sockets: Pick<Sockets, 'states'>;
  readonly health: ProcessHealth;
  readonly certificates: { check(): Check | null };
  readonly heads: { check(): Promise<Check | null> };
  readonly dataFolder: { checks(): Promise<readonly Check[]> };
  /** How many files this process may have open. */
  readonly descriptorLimit: number;
  /** What this process leaves to other processes, a sentence each. */
  readonly relied: readonly string[];
  /** Whether the start is over: planes listen a little before, and whoever is told `ready` relies on all of it. */
  readonly isStarted: () => boolean;
}

/** A platform that does not answer in this time counts as down: a person is waiting for the result. */
const HEALTH_TIMEOUT_MS = 5_000;

export async function doctor(examined: Examined): Promise<readonly Check[]> {
  const [database, channels, stragglers, pauses, trail, sites, addresses, folder] = await Promise.all([
    databaseCheck(examined.ledger),
    Promise.all([...examined.channels].map(([name, channel]) => channelCheck(name, channel))),
    cardChecks(examined.ledger),
    pauseChecks(examined.ledger),
    trailCheck(examined.ledger),
    siteChecks(examined.directory(), examined.ledger),
    grantChecks(examined.ledger, { ...examined.config, directory: examined.directory() }),
    examined.dataFolder.checks(),
  ]);
  const changes = await changesCheck(examined.ledger);
  const mail = await mailsChecks(examined);
  const suppressed = await suppressionChecks(examined.ledger, examined.directory());
  const certificate = examined.certificates.check();
  const scope = scopeCheck(examined.config);
  const heads = await examined.heads.check().catch(() => null); // what is wrong with the database is told already
  const configuration: Check = {
    name: 'configuration',
    isOk: true,
    detail: `read from the environment and ${examined.config.sitesFile}`,
    cure: '',
  };
  return [
    configuration,
    rolesCheck(examined.config.roles, examined.relied),
    database,
    ...(changes === null ? [] : [changes]),
    ...(examined.gate === null ? [] : [gateCheck(examined.gate)]),
    ...(examined.gate === null ? [] : proxyChecks(examined.gate.proxyFaults(), examined.directory())),
    ...(scope === null ? [] : [scope]),
    ...(meetsTheWorld(examined.config)
      ? [proxyTrustCheck(examined.config), ...certificateTrustChecks(examined.config)]
      : []),
    ...sites,
    ...addresses,
    ...channels,
    ...[...examined.sockets.states()].map(socketCheck),
    ...mail,
    ...pauses,
    ...stragglers,
    ...suppressed,
    trail,
    ...folder,
    ...(heads === null ? [] : [heads]),
    ...(certificate === null ? [] : [certificate]),
    descriptorCheck(examined.descriptorLimit),
    ...processChecks(examined.health),
  ];
}

async function mailsChecks({ ledger, mail, mailWays }: Examined): Promise<readonly Check[]> {
  const providers = await mailChecks(mail, mailWays?.isOpen);
  return mailWays === null ? providers : [...providers, ...(await mailRouteChecks(ledger, mailWays))];
}

export async function parts(examined: Examined): Promise<readonly Part[]> {
  // all at once, because each waits for its own time limit while the database does not answer
  const [database, paused] = await Promise.all([databaseCheck(examined.ledger), brokenQueues(examined.ledger)]);
  return [
    rolesPart(examined.config.roles),
    ...(examined.isStarted() ? [] : [{ name: 'start', isReady: false, why: 'the process is still starting' }]),
    { name: 'database', isReady: database.isOk, why: database.isOk ? '' : database.detail },
    ...(examined.gate === null ? [] : partsOf(examined.gate)),
    ...[...examined.sockets.states()].map(socketPart),
    ...paused.map((check) => ({ name: check.name, isReady: false, why: check.detail })),
  ];
}

function partsOf(gate: NonNullable<Examined['gate']>): readonly Part[] {
  const proxy = gate.proxyPart();
  return [gate.part(), ...(proxy === null ? [] : [proxy])];
}

function gateCheck(gate: { part(): Part }): Check {
  const part = gate.part();
  return {
    name: part.name,
    isOk: part.isReady,
    detail: part.isReady ? 'knows every grant' : part.why,
    cure: part.isReady ? '' : 'It recovers by itself once the database answers.',
  };
}

/** The gate plane needs its visitors' addresses, the public plane those of producers and approvers. */
function meetsTheWorld({ roles }: Config): boolean {
  return roles.has('gate') || roles.has('public');
}

function proxyTrustCheck(config: Config): Check {
  const name = 'proxy header trust';
  if (config.trustedProxies.length > 0) {
    const detail = `X-Forwarded-For is believed from ${config.trustedProxies.join(', ')} alone; a proxy there must set it, and overwrite what its clients send`;
    return { name, isOk: true, detail, cure: '' };
  }
  return {
    name,
    isOk: false,
    detail: 'no proxy is trusted: every check that a reverse proxy asks is refused, and nobody is let in',
    cure: 'Set TRUSTED_PROXIES to the address your reverse proxy connects from, for one on this machine 127.0.0.1/32,::1/128.',
  };
}

function certificateTrustChecks(config: Config): readonly Check[] {
  const why = certificatesWidely(config);
  if (why === null) return [];
  const cure =
    'Name the single address of the proxy in TRUSTED_PROXIES, and the networks in front of it in EDGE_NETWORKS.';
  return [{ name: 'client certificates', isOk: true, detail: why, cure }];
}

async function channelCheck(name: ChannelName, channel: OpenChannel): Promise<Check> {
  const health = await channel.health(AbortSignal.timeout(HEALTH_TIMEOUT_MS));
  return health.kind === 'healthy'
    ? { name: `channel ${name}`, isOk: true, detail: health.detail, cure: '' }
    : { name: `channel ${name}`, isOk: false, detail: health.detail, cure: health.cure };
}
