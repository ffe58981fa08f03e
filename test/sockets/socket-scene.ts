/** Keepers of scripted sockets: who is connected when, in the order in which it happened. */
import type { ChannelName } from '../../src/approval/brand.js';
import { systemChance } from '../../src/base/chance.js';
import type { Clock } from '../../src/base/clock.js';
import {
  createSocketKeeper,
  SOCKET_LIMITS,
  type SocketKeeper,
  type SocketLimits,
} from '../../src/sockets/socket-keeper.js';
import type { Connection, ConnectingInbound, ConnectionEnd, InboundDoors } from '../../src/contract/inbound.js';
import type { CarrierPause, DeliveryLedger, LeaseLedger } from '../../src/contract/ledger.js';
import type { GateEvent } from '../../src/events/events.js';
import { recorder, type Recorder } from '../delivery/recorder.js';
import { silentLog } from '../desk/silent-log.js';

export const SLACK = 'slack' as ChannelName;

/** What a scripted connection does when it is asked to connect. */
export type Script = (signal: AbortSignal) => Promise<Connection | ConnectionEnd>;

export interface Happening {
  readonly who: string;
  readonly what: 'connect' | 'close';
}

export interface ScriptedSocket {
  readonly inbound: ConnectingInbound;
  /** Ends the connection that is up, from the platform's side. */
  end(end: ConnectionEnd): void;
  /** From now on; null: connects at once. */
  answer(script: Script | null): void;
  connects(): number;
}

/** A socket that connects at once and stays, unless it is told otherwise. */
export function scriptedSocket(who = 'one', happenings: Recorder<Happening> = recorder()): ScriptedSocket {
  let connects = 0;
  let endUp: (end: ConnectionEnd) => void = () => undefined;
  let script: Script | null = null;
  const connect: Script = () => {
    const ended = new Promise<ConnectionEnd>((resolve) => (endUp = resolve));
    return Promise.resolve({
      kind: 'up',
      ended,
      close() {
        happenings.add({ who, what: 'close' });
        endUp({ kind: 'lost', reason: 'closed' });
        return Promise.resolve();
      },
    });
  };
  return {
    inbound: {
      kind: 'connecting',
      connect(_doors, signal) {
        connects += 1;
        happenings.add({ who, what: 'connect' });
        return (script ?? connect)(signal);
      },
    },
    end: (end) => endUp(end),
    answer: (next) => void (script = next),
    connects: () => connects,
  };
}

export type PauseLedger = Pick<DeliveryLedger, 'pauses' | 'pause' | 'resume'>;

export interface KeeperWish {
  readonly inbound: ConnectingInbound;
  readonly leases: LeaseLedger;
  readonly deliveries: PauseLedger;
  readonly clock: Clock;
  readonly events?: Recorder<GateEvent>;
  readonly limits?: Partial<SocketLimits>;
}

/** Waits without jitter, so that a test knows them. */
export function keeperOf(wish: KeeperWish): SocketKeeper {
  const { inbound, leases, deliveries, clock } = wish;
  const seams = {
    ledger: { leases, deliveries: deliveries as DeliveryLedger }, // no other verb of it is a keeper's
    doors: {} as InboundDoors, // a scripted socket opens none of them
    owner: systemChance().hex(16),
    events: { emit: (event: GateEvent) => wish.events?.add(event) },
    clock,
    chance: { fraction: () => 0 },
    log: silentLog,
    limits: { ...SOCKET_LIMITS, ...wish.limits },
  };
  return createSocketKeeper({ channel: SLACK, inbound }, seams);
}

/** Leases by a test's own clock, where the database's cannot be turned. */
export function leasesBy(clock: Clock): LeaseLedger & { readonly held: ReadonlyMap<string, string> } {
  const rows = new Map<string, { owner: string; untilMs: number }>();
  return {
    get held() {
      return new Map([...rows].map(([name, { owner }]) => [name, owner]));
    },
    take({ name, owner, leaseMs }) {
      const row = rows.get(name);
      if (row !== undefined && row.owner !== owner && row.untilMs > clock.monotonicMs()) return Promise.resolve(false);
      rows.set(name, { owner, untilMs: clock.monotonicMs() + leaseMs });
      return Promise.resolve(true);
    },
    giveBack({ name, owner }) {
      if (rows.get(name)?.owner === owner) rows.delete(name);
      return Promise.resolve();
    },
  };
}

/** Pauses by a test's own clock. */
export function pausesBy(clock: Clock): PauseLedger & { readonly standing: ReadonlyMap<string, CarrierPause> } {
  const standing = new Map<string, CarrierPause>();
  return {
    standing,
    pauses: () => Promise.resolve([...standing.values()]),
    pause({ carrier, reason, probeAfterMs }) {
      const nowMs = clock.nowMs();
      const sinceMs = standing.get(carrier)?.sinceMs ?? nowMs;
      standing.set(carrier, { carrier, reason, sinceMs, probeAtMs: nowMs + probeAfterMs });
      return Promise.resolve();
    },
    resume: (carrier) => Promise.resolve(standing.delete(carrier)),
  };
}
