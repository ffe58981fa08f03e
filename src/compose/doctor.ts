/** `gate doctor` and `/readyz`: what works, what does not, and what to do about it. */
import type { ChannelName } from '../approval/brand.js';
import type { Config } from '../config/config.js';
import type { Check, Part } from '../contract/admin.js';
import type { OpenChannel } from '../contract/channel.js';
import type { Ledger } from '../contract/ledger.js';
import { socketCheck, socketPart } from './socket-checks.js';
import type { Sockets } from './sockets.js';

export interface Examined {
  readonly ledger: Ledger;
  readonly channels: ReadonlyMap<ChannelName, OpenChannel>;
  readonly config: Config;
  readonly gate: { part(): Part };
  readonly sockets: Pick<Sockets, 'states'>;
}

/** A platform that does not answer in this time is as good as down for a person who waits. */
const HEALTH_TIMEOUT_MS = 5_000;
const MAX_STRAGGLERS_NAMED = 5;

export async function doctor(examined: Examined): Promise<readonly Check[]> {
  const [database, channels, stragglers, pauses] = await Promise.all([
    databaseCheck(examined.ledger),
    Promise.all([...examined.channels].map(([name, channel]) => channelCheck(name, channel))),
    stragglerCheck(examined.ledger),
    pauseChecks(examined.ledger),
  ]);
  const configuration: Check = {
    name: 'configuration',
    isOk: true,
    detail: `read from the environment and ${examined.config.sitesFile}`,
    cure: '',
  };
  return [
    configuration,
    database,
    gateCheck(examined),
    proxyTrustCheck(examined.config),
    ...channels,
    ...[...examined.sockets.states()].map(socketCheck),
    ...pauses,
    stragglers,
  ];
}

export async function parts(examined: Examined): Promise<readonly Part[]> {
  const database = await databaseCheck(examined.ledger);
  const paused = await pauseChecks(examined.ledger);
  return [
    { name: 'database', isReady: database.isOk, why: database.isOk ? '' : database.detail },
    examined.gate.part(),
    ...[...examined.sockets.states()].map(socketPart),
    ...paused.map((check) => ({ name: check.name, isReady: false, why: check.detail })),
  ];
}

async function databaseCheck(ledger: Ledger): Promise<Check> {
  try {
    await ledger.ping();
    return { name: 'database', isOk: true, detail: 'answers', cure: '' };
  } catch {
    return {
      name: 'database',
      isOk: false,
      detail: 'does not answer',
      cure: 'See that the database runs and that DATABASE_URL or DATA_DIR is right.',
    };
  }
}

function gateCheck({ gate }: Examined): Check {
  const part = gate.part();
  return {
    name: part.name,
    isOk: part.isReady,
    detail: part.isReady ? 'grants are in memory' : part.why,
    cure: part.isReady ? '' : 'It recovers by itself once the database answers.',
  };
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
  return pauses.map((pause) => ({
    name: `queue of ${pause.carrier}`,
    isOk: false,
    detail: `paused since ${new Date(pause.sinceMs).toISOString()}: ${pause.reason}`,
    cure: 'Mend the credentials of this channel; it is tried again by itself and nothing in its queue is lost.',
  }));
}

async function stragglerCheck(ledger: Ledger): Promise<Check> {
  const found = await ledger.deliveries.stragglers(MAX_STRAGGLERS_NAMED + 1).catch(() => null);
  if (found === null)
    return {
      name: 'stragglers',
      isOk: false,
      detail: 'unknown: the database does not answer',
      cure: 'See what is said of the database.',
    };
  if (found.length === 0)
    return { name: 'stragglers', isOk: true, detail: 'every card shows what it should', cure: '' };
  const named = found
    .slice(0, MAX_STRAGGLERS_NAMED)
    .map((card) => `${card.requestId} on ${card.channel} (${card.lastReason ?? card.state})`);
  const more = found.length > MAX_STRAGGLERS_NAMED ? ', and more' : '';
  return {
    name: 'stragglers',
    isOk: false,
    detail: `behind: ${named.join(', ')}${more}`,
    cure: 'They are tried again until the request ends, and up to 24 h after; look at the channel named.',
  };
}
