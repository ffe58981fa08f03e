/** What can be reached from other machines although it is meant for this one: said at the start, when an operator is watching. */
import { hostInUrl, isLoopback } from '../base/net/reachable-from.js';
import type { Config } from '../config/config.js';
import type { PlaneHosts } from './serve-deps.js';

/** A sentence for each such plane. */
export function exposures(
  { roles, gatePort, adminPort }: Pick<Config, 'roles' | 'gatePort' | 'adminPort'>,
  hosts: PlaneHosts,
): readonly string[] {
  const at = (host: string, port: number): string => `${hostInUrl(host)}:${String(port)}`;
  return [
    ...(roles.has('gate') && !isLoopback(hosts.gate)
      ? [`The gate plane listens on ${at(hosts.gate, gatePort)}, beyond loopback: it answers TRUSTED_PROXIES alone.`]
      : []),
    ...(roles.has('admin') && !isLoopback(hosts.admin)
      ? [
          `The admin plane listens on ${at(hosts.admin, adminPort)}, beyond loopback: every call needs the bearer of DATA_DIR/admin.token, which goes over the network in clear. Keep it to a private network.`,
        ]
      : []),
  ];
}
