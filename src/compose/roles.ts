/**
 * What runs where: the one place that says it.
 *
 *   role     listens on     runs by itself
 *   public   public plane   nothing; with it embedded servers, where they are used, and the retention of their messages
 *   gate     gate plane     the grants in memory: asked after every 2 s, read whole every 30 s; visitors' streams
 *   admin    admin plane    nothing; with it the two files in DATA_DIR by which the CLI finds it
 *   courier  nothing        deliveries (claims, retries, renewals of leases), the sockets of channels that connect out,
 *                           the expiry of requests, the seals of the audit trail, retention
 *
 * Any number of processes may have any role. Where a timer fires in several at once the database decides: it ends in a
 * guarded statement that uses the database's clock, so one process changes the row and the others find it changed.
 * A process without the courier claims nothing and delivers nothing; what it opens is queued with its commit, and NOTIFY
 * wakes the processes that deliver. Only a drill is sent by the process an operator asks for it.
 */
import type { ChannelName } from '../approval/brand.js';
import type { Config } from '../config/config.js';
import { ROLES, type Role } from '../config/roles.js';
import type { Check, Part } from '../contract/admin.js';
import type { Embedded } from './embedded-servers.js';
import type { OpenChannels } from './open-channels.js';

/** The gate plane needs no channel: a process that has only this role holds no SDK and no platform's credentials in memory. */
export function needsChannels(roles: ReadonlySet<Role>): boolean {
  return roles.has('public') || roles.has('admin') || roles.has('courier');
}

/** What this process leaves to other processes, a sentence each. Printed at the start, when an operator is watching. */
export function reliances(
  { roles, publicPort }: Pick<Config, 'roles' | 'publicPort'>,
  { opened, embedded }: { readonly opened: OpenChannels; readonly embedded: readonly Pick<Embedded, 'title'>[] },
): readonly string[] {
  const isApart = roles.has('courier') !== roles.has('public');
  const sentences: readonly (readonly [boolean, string])[] = [
    [!roles.has('courier'), 'Nothing is sent, retried, expired or sealed here: run a process with the role courier.'],
    ...inboundsOf(opened, 'connecting').map((name) => [!roles.has('courier'), connecting(name)] as const),
    ...inboundsOf(opened, 'called').map((name) => [!roles.has('public'), called(name)] as const),
    ...embedded.map(({ title }) => [isApart, embeddedApart(title, publicPort)] as const),
  ];
  return sentences.filter(([isTold]) => isTold).map(([, sentence]) => sentence);
}

/** In `/readyz` too, so that whoever probes a process knows what it is responsible for. */
export function rolesPart(roles: ReadonlySet<Role>): Part {
  return { name: 'roles', isReady: true, why: inWords(roles) };
}

export function rolesCheck(roles: ReadonlySet<Role>, relied: readonly string[]): Check {
  return { name: 'roles', isOk: true, detail: [`this process: ${inWords(roles)}.`, ...relied].join(' '), cure: '' };
}

function inWords(roles: ReadonlySet<Role>): string {
  return ROLES.filter((role) => roles.has(role)).join(', ');
}

function inboundsOf(opened: OpenChannels, kind: 'called' | 'connecting'): readonly ChannelName[] {
  return [...opened].flatMap(([name, { inbound }]) => (inbound?.kind === kind ? [name] : []));
}

function connecting(name: ChannelName): string {
  return `What is tapped over ${name} comes in over a socket that a process with the role courier holds.`;
}

function called(name: ChannelName): string {
  return `What is tapped over ${name} comes in at a process with the role public.`;
}

function embeddedApart(title: string, publicPort: number): string {
  return `The embedded ${title} is a part of the role public, and its cards come from a courier on the same machine: run both there with PUBLIC_PORT ${String(publicPort)}, best in one process.`;
}
