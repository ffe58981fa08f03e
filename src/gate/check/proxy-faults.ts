/**
 * What proxies do wrong, noticed when they ask: the visitor's page cannot tell the operator, since nobody sends it to him. So
 * each kind is an event, at most one in ten minutes, and a failing line of `gate doctor` for as long as it goes on.
 *
 * A proxy on this machine that is not trusted makes the gate not ready, until a trusted proxy asks: most likely everybody is
 * closed out. One elsewhere does not: whoever reaches the gate plane over a network could take the gate out of service by it.
 */
import type { Clock } from '../../base/time/clock.js';
import type { Log } from '../../base/process/log.js';
import { throttledLog } from '../../base/process/throttled-log.js';
import { isLoopback } from '../../base/net/reachable-from.js';
import type { Events } from '../../events/events.js';

/**
 * `unnamed_check`: it names no site, and there are several. `unknown_name`: it names a site that sites.toml does not have.
 * `no_forwarded_for`: it is trusted and does not say for whom it asks. `not_trusted`: it says so and is not trusted. `stranger`:
 * it is not trusted, and asks a gate plane that can be reached from other machines. `address_of_a_proxy`: for a visitor who has
 * a proxy's own address, or this machine's.
 */
type ProxyFaultKind =
  'unnamed_check' | 'unknown_name' | 'no_forwarded_for' | 'not_trusted' | 'stranger' | 'address_of_a_proxy';

export interface ProxyFault {
  readonly kind: ProxyFaultKind;
  /** The address that it asked from; empty where the connection was lost. */
  readonly peer: string;
  /** What it called the site, or the header by which it is known for a proxy; empty where that is not what is wrong. */
  readonly name: string;
  /** Whom it asked for, where that is what is wrong. */
  readonly address?: string;
}

export interface ProxyFaults {
  note(fault: ProxyFault): void;
  /** A proxy that is not trusted forwards a visitor. */
  mistrust(peer: string): void;
  /** Whether a proxy on this machine has asked that is not trusted, and no trusted one since. */
  readonly isMistrusting: boolean;
  /** A trusted proxy asks. Called for each check, but only while `isMistrusting`. */
  heardTrusted(): void;
  /** The latest of each kind that was seen within the last ten minutes; the one that makes the gate not ready for as long as it does. */
  recent(): readonly ProxyFault[];
}

export interface ProxyFaultDeps {
  readonly events: Pick<Events, 'emit'>;
  readonly clock: Pick<Clock, 'after' | 'monotonicMs'>;
  readonly log: Log;
}

const FAULT_LASTS_MS = 600_000;
const MAX_NAME_CHARACTERS = 100;

export function proxyFaults({ events, clock, log }: ProxyFaultDeps): ProxyFaults {
  const latest = new Map<ProxyFaultKind, { readonly atMs: number; readonly fault: ProxyFault }>();
  let isMistrusting = false;
  const tell = throttledLog({
    clock,
    everyMs: FAULT_LASTS_MS,
    tell(kind, times) {
      const fault = latest.get(kind as ProxyFaultKind)?.fault;
      if (fault === undefined) return;
      events.emit({ event: 'auth_gate.proxy_refused', why: fault.kind, peer: fault.peer, name: fault.name, times });
      log.warn('a proxy asks in a way that lets nobody in; gate doctor says what to change', { why: kind });
    },
  });
  return {
    note({ kind, peer, name, address }) {
      const who = address === undefined ? {} : { address };
      const fault = { kind, peer, name: name.slice(0, MAX_NAME_CHARACTERS), ...who };
      latest.set(kind, { atMs: clock.monotonicMs(), fault });
      tell(kind);
    },
    mistrust(peer) {
      if (isLoopback(peer)) isMistrusting = true;
    },
    get isMistrusting() {
      return isMistrusting;
    },
    heardTrusted() {
      isMistrusting = false;
    },
    recent() {
      const sinceMs = clock.monotonicMs() - FAULT_LASTS_MS;
      return [...latest.values()]
        .filter(
          ({ atMs, fault }) =>
            atMs >= sinceMs || (isMistrusting && (fault.kind === 'not_trusted' || fault.kind === 'stranger')),
        )
        .map(({ fault }) => fault);
    },
  };
}

/** What an operator adds to `TRUSTED_PROXIES` to trust this peer. */
export function networkToTrust(peer: string): string {
  return peer === '' ? '<its address>' : `${peer}/${peer.includes(':') ? '128' : '32'}`;
}
