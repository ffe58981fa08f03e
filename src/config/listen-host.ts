/** `GATE_HOST` and `ADMIN_HOST`: the one address that a plane listens on. */
import { isIP } from 'node:net';
import { isLoopback } from '../base/net/reachable-from.js';
import type { ConfigProblem } from '../contract/channel.js';
import { ENVIRONMENT, type Wrong } from './problems.js';
import type { Role } from './roles.js';

export const LOOPBACK_HOST = '127.0.0.1';

/** An address, because a name may turn into another one, or into several. */
export function listenHostWrong(text: string): Wrong | null {
  if (isIP(text) !== 0 && !text.includes('%')) return null;
  const shown = text.slice(0, 60);
  const meant = text === 'localhost' ? ' For this machine alone leave it out.' : '';
  return {
    problem: `is "${shown}", not one address of this machine`,
    cure: `Write an address without port or brackets: 10.0.0.5, or 0.0.0.0 for every interface.${meant}`,
  };
}

/** Beyond loopback the gate plane answers trusted proxies alone, so without any it would answer nobody. */
export function unansweredProxies(settings: {
  readonly gateHost: string;
  readonly trustedProxies: readonly string[];
  readonly roles: ReadonlySet<Role>;
}): readonly ConfigProblem[] {
  const { gateHost, trustedProxies, roles } = settings;
  if (!roles.has('gate') || isLoopback(gateHost) || trustedProxies.length > 0) return [];
  return [
    {
      file: ENVIRONMENT,
      key: 'GATE_HOST',
      problem: `is ${gateHost}, beyond loopback, where the gate plane answers TRUSTED_PROXIES alone, and these are empty`,
      cure: 'Set TRUSTED_PROXIES to the address or network your reverse proxy connects from, such as 172.18.0.0/16.',
    },
  ];
}
