/** The listeners of the planes of this process, each at its port. */
import type { RequestListener } from 'node:http';
import type { CleanupStack } from '../base/process/cleanup-stack.js';
import type { Config } from '../config/config.js';
import { clientAddresses } from '../base/net/client-address.js';
import { isLoopback } from '../base/net/reachable-from.js';
import { throttledLog } from '../base/process/throttled-log.js';
import { GATE_HEADER_BYTES } from '../gate/plane.js';
import type { Beyond, ConnectionLimits } from '../http/shared/connection-limits.js';
import { listen, type Listener, type ListenWhere } from '../http/shared/listen.js';
import { shareDescriptors, tooFewDescriptors } from './descriptors.js';
import type { PlaneHosts, ServeDeps } from './serve-deps.js';

/** Null: this process does not have this plane. */
export type Planes = Readonly<Record<keyof PlaneHosts, RequestListener | null>>;

/** Answers the listeners; each is released by itself too, should a later one be refused. */
export async function listenOn(
  planes: Planes,
  at: { readonly config: Config; readonly deps: PlaneDeps; readonly held: CleanupStack },
): Promise<readonly Listener[]> {
  const few = tooFewDescriptors(at.deps.descriptorLimit);
  if (few !== null) at.deps.log.warn('too few file descriptors', { ...few });
  const limits = limitsOf(at.config, at.deps);
  const listeners: Listener[] = [];
  for (const [name, where] of wheres(at.config, at.deps.hosts)) {
    const handler = planes[name];
    if (handler === null) continue;
    const listener = await listen(handler, { ...where, limits: limits[name] });
    at.held.add(`${name} plane`, () => listener.stop());
    listeners.push(listener);
  }
  return listeners;
}

export type PlaneDeps = Pick<ServeDeps, 'hosts' | 'descriptorLimit' | 'clock' | 'log'>;

const LIMIT_OF: Readonly<Record<Beyond, string>> = {
  plane: '',
  strangers: ' for all that are no trusted proxies',
  address: ' for one address',
};

/** Often enough for whoever watches the log, rare enough to read it. */
const REFUSED_TOLD_EVERY_MS = 60_000;

function limitsOf(
  { trustedProxies }: Config,
  { hosts, descriptorLimit, clock, log }: PlaneDeps,
): Readonly<Record<keyof PlaneHosts, ConnectionLimits>> {
  const shares = shareDescriptors(descriptorLimit);
  const clients = clientAddresses(trustedProxies);
  const tell = throttledLog({
    clock,
    everyMs: REFUSED_TOLD_EVERY_MS,
    tell: (kind, times) => log.warn('connections were closed as they came', { beyond: kind, times }),
  });
  const onRefused = (plane: string) => (why: Beyond) => tell(`the ${plane} plane's limit${LIMIT_OF[why]}`);
  const common = { perAddress: shares.publicPerAddress, isTrusted: (peer: string) => clients.isTrusted(peer) };
  // where no proxy is trusted all are strangers, and nothing needs to be left free
  const ofPublic = trustedProxies.length === 0 ? shares.public : shares.publicStrangers;
  // beyond loopback others than proxies can connect, and are refused only once they have asked
  const ofGate = isLoopback(hosts.gate) ? {} : { strangers: { ...common, together: shares.gateStrangers } };
  return {
    public: { max: shares.public, strangers: { ...common, together: ofPublic }, onRefused: onRefused('public') },
    gate: { max: shares.gate, ...ofGate, onRefused: onRefused('gate') },
    admin: { max: shares.admin, onRefused: onRefused('admin') },
  };
}

function wheres(config: Config, hosts: PlaneHosts): readonly (readonly [keyof PlaneHosts, ListenWhere])[] {
  const { publicTls: tls } = config;
  // the embedded Talk calls the plain port over loopback; everybody else uses TLS
  const plainHost = tls === null ? hosts.public : '127.0.0.1';
  return [
    ...(tls === null
      ? []
      : [['public', { host: hosts.public, port: tls.port, variable: 'PUBLIC_TLS_PORT', tls }] as const]),
    ['public', { host: plainHost, port: config.publicPort, variable: 'PUBLIC_PORT' }],
    ['gate', { host: hosts.gate, port: config.gatePort, variable: 'GATE_PORT', maxHeaderBytes: GATE_HEADER_BYTES }],
    ['admin', { host: hosts.admin, port: config.adminPort, variable: 'ADMIN_PORT' }],
  ];
}
