/** `gate doctor` and `/readyz`: what works, what does not, and what to do about it. */
import type { ChannelName } from '../../approval/brand.js';
import type { Config } from '../../config/config.js';
import type { Check, Part } from '../../contract/admin.js';
import type { OpenChannel } from '../../contract/channel.js';
import type { LedgerUnavailable } from '../../contract/ledger-unavailable.js';
import type { Ledger } from '../../contract/ledger.js';
import { cardChecks } from './card-checks.js';
import { rolesCheck, rolesPart } from '../roles.js';
import { trailCheck } from './trail-check.js';
import { socketCheck, socketPart } from '../../sockets/socket-checks.js';
import type { Sockets } from '../../sockets/sockets.js';

export interface Examined {
  readonly ledger: Ledger;
  readonly channels: ReadonlyMap<ChannelName, OpenChannel>;
  readonly config: Config;
  /** Null in a process without the role. */
  readonly gate: { part(): Part } | null;
  readonly sockets: Pick<Sockets, 'states'>;
  /** What this process leaves to other processes, a sentence each. */
  readonly relied: readonly string[];
}

/** A platform that does not answer in this time counts as down: a person is waiting for the result. */
const HEALTH_TIMEOUT_MS = 5_000;

export async function doctor(examined: Examined): Promise<readonly Check[]> {
  const [database, channels, stragglers, pauses, trail] = await Promise.all([
    databaseCheck(examined.ledger),
    Promise.all([...examined.channels].map(([name, channel]) => channelCheck(name, channel))),
    cardChecks(examined.ledger),
    pauseChecks(examined.ledger),
    trailCheck(examined.ledger),
  ]);
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
    ...(examined.gate === null ? [] : [gateCheck(examined.gate)]),
    ...(meetsTheWorld(examined.config) ? [proxyTrustCheck(examined.config)] : []),
    ...channels,
    ...[...examined.sockets.states()].map(socketCheck),
    ...pauses,
    ...stragglers,
    trail,
  ];
}

export async function parts(examined: Examined): Promise<readonly Part[]> {
  // all at once, because each waits for its own time limit while the database does not answer
  const [database, paused] = await Promise.all([databaseCheck(examined.ledger), pauseChecks(examined.ledger)]);
  return [
    rolesPart(examined.config.roles),
    { name: 'database', isReady: database.isOk, why: database.isOk ? '' : database.detail },
    ...(examined.gate === null ? [] : [examined.gate.part()]),
    ...[...examined.sockets.states()].map(socketPart),
    ...paused.map((check) => ({ name: check.name, isReady: false, why: check.detail })),
  ];
}

async function databaseCheck(ledger: Ledger): Promise<Check> {
  try {
    await ledger.ping();
    return { name: 'database', isOk: true, detail: 'answers', cure: '' };
  } catch (error) {
    const { reason } = error as Partial<LedgerUnavailable>;
    return {
      name: 'database',
      isOk: false,
      detail: typeof reason === 'string' ? `does not answer: ${reason}` : 'does not answer',
      cure: 'See that the database runs and that DATABASE_URL or DATA_DIR is right.',
    };
  }
}

function gateCheck(gate: { part(): Part }): Check {
  const part = gate.part();
  return {
    name: part.name,
    isOk: part.isReady,
    detail: part.isReady ? 'grants are in memory' : part.why,
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
    detail: 'no proxy is trusted: every visitor looks like the proxy itself',
    cure: 'Set TRUSTED_PROXIES to the address your reverse proxy connects from, for one on this machine 127.0.0.1/32,::1/128.',
  };
}

async function channelCheck(name: ChannelName, channel: OpenChannel): Promise<Check> {
  const health = await channel.health(AbortSignal.timeout(HEALTH_TIMEOUT_MS));
  return health.kind === 'healthy'
    ? { name: `channel ${name}`, isOk: true, detail: health.detail, cure: '' }
    : { name: `channel ${name}`, isOk: false, detail: health.detail, cure: health.cure };
}

async function pauseChecks(ledger: Ledger): Promise<readonly Check[]> {
  const pauses = await ledger.deliveries.pauses().catch(() => []);
  return pauses.map(({ carrier, reason, sinceMs, probeAtMs }) => ({
    name: `queue of ${carrier}`,
    isOk: false,
    detail: `paused since ${iso(sinceMs)}: ${reason}; tried again at ${iso(probeAtMs)}`,
    cure: `Mend the credentials of ${carrier} and restart the gate. Nothing in its queue is lost, and requests can be decided elsewhere meanwhile.`,
  }));
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
