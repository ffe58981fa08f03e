/** The listeners of the planes of this process, each at its port. */
import type { RequestListener } from 'node:http';
import type { Releasers } from '../base/releasers.js';
import type { Config } from '../config/config.js';
import { listen, type Listener, type ListenWhere } from '../http/listen.js';

/** The interface each plane listens on. */
export interface PlaneHosts {
  readonly public: string;
  readonly gate: string;
  readonly admin: string;
}

/** Null: this process does not have this plane. */
export type Planes = Readonly<Record<keyof PlaneHosts, RequestListener | null>>;

/** Answers the listeners; each is released by itself too, should a later one be refused. */
export async function listenOn(
  planes: Planes,
  at: { readonly config: Config; readonly hosts: PlaneHosts; readonly held: Releasers },
): Promise<readonly Listener[]> {
  const listeners: Listener[] = [];
  for (const [name, where] of wheres(at.config, at.hosts)) {
    const handler = planes[name];
    if (handler === null) continue;
    const listener = await listen(handler, where);
    at.held.add(`${name} plane`, () => listener.stop());
    listeners.push(listener);
  }
  return listeners;
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
    ['gate', { host: hosts.gate, port: config.gatePort, variable: 'GATE_PORT' }],
    ['admin', { host: hosts.admin, port: config.adminPort, variable: 'ADMIN_PORT' }],
  ];
}
