/**
 * Keeps one channel's socket to its platform. One process of all owns it, by a lease, and this loop connects again
 * after every end; an SDK's own reconnecting is not relied on.
 *
 *   waiting ────the lease is another's───────────▶ elsewhere   asked for again after a third of its length
 *   waiting ────the lease is ours────────────────▶ connecting
 *   connecting ─events flow──────────────────────▶ up          and what a refusal paused is resumed
 *   connecting, up ─lost: network, platform──────▶ down        for 1 s, doubling up to 60 s, with jitter
 *   connecting, up ─refused: bad credentials─────▶ down        for 5 min; the transport is paused, its queue is kept
 *   connecting, up ─the lease is lost────────────▶ down        closed before others may have it
 *
 * After every end the lease is given back, so that a process that cannot connect does not keep others from trying.
 */
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import { doubling } from '../../base/time/doubling.js';
import { inTime } from '../../base/time/in-time.js';
import { renewalMs } from '../../base/time/renewal.js';
import { repeatedTurns } from '../../base/time/repeated-turns.js';
import { aborted } from '../../base/time/waits.js';
import type { ConnectionEnd } from '../../contract/inbound.js';
import type { Ledger } from '../../contract/ledger.js';
import type { Events } from '../../events/events.js';
import { takeLease, type HeldLease, type LeaseLimits, type LostBecause } from './held-lease.js';
import { closeConnection, openConnection, type ConnectionDeps, type Socket } from './socket-connection.js';
import { pauseTransport, resumeTransport } from './socket-pauses.js';

/** How a channel's socket stands in this process. `sinceMs` is epoch milliseconds. */
export type SocketState =
  | { readonly kind: 'up'; readonly sinceMs: number }
  | { readonly kind: 'connecting' }
  /** Another process owns it. */
  | { readonly kind: 'elsewhere' }
  /** `isRefused`: somebody has to fix the configuration. `sinceMs`: when it was last up, or when it first failed. */
  | { readonly kind: 'down'; readonly reason: string; readonly isRefused: boolean; readonly sinceMs: number };

export interface SocketLimits extends LeaseLimits {
  readonly connectMs: number;
  /** Within the lease's margin. */
  readonly closeMs: number;
  /** How long giving the lease back may hold up a stop. */
  readonly giveBackMs: number;
  /** Between two attempts after `lost`: the first wait and the longest. */
  readonly backOffMs: { readonly first: number; readonly longest: number };
  /** A connection that lasted so long starts the back-off anew when it ends. */
  readonly steadyMs: number;
  /** Between two attempts after `refused`. */
  readonly refusedMs: number;
}

/** A stop takes at most closeMs + giveBackMs: 3 s. A dead owner's socket is taken over within 4/3 of leaseMs, and jitter: 21 s. */
export const SOCKET_LIMITS: SocketLimits = {
  leaseMs: 15_000,
  marginMs: 3_000,
  connectMs: 20_000,
  closeMs: 2_000,
  giveBackMs: 1_000,
  backOffMs: { first: 1_000, longest: 60_000 },
  steadyMs: 30_000,
  refusedMs: 300_000,
};

export interface SocketDeps extends ConnectionDeps {
  readonly ledger: Pick<Ledger, 'leases' | 'deliveries'>;
  /** Names this process among the owners of leases. */
  readonly owner: string;
  readonly events: Events;
  readonly random: Pick<Random, 'fraction'>;
  readonly limits: SocketLimits;
}

export interface SocketKeeper {
  start(): void;
  state(): SocketState;
  /** Closes the socket, then gives the lease back. */
  stop(): Promise<void>;
}

/** A wait is stretched by up to a quarter, so that what failed together does not come back together. */
const JITTER = 0.25;
/** Outlasts the wait between two attempts, so that the courier does not probe the transport while this loop keeps trying. */
const PROBE_AFTER_REFUSED_WAITS = 2;

const STOPPED: ConnectionEnd = { kind: 'lost', reason: 'stopped' };

export function createSocketKeeper(socket: Socket, deps: SocketDeps): SocketKeeper {
  const { channel } = socket;
  const { clock, random, log, limits } = deps;
  const turns = repeatedTurns(async () => (await turn()) * (1 + JITTER * random.fraction()), { clock });
  const stopping = turns.signal;
  const shown = shownState(clock);
  let losses = 0;

  /** From the lease to the end of the connection. Answers how long to wait before the next turn. */
  async function turn(): Promise<number> {
    const input = { name: `socket:${channel}`, owner: deps.owner };
    const taken = await takeLease(input, { leases: deps.ledger.leases, clock, log, limits });
    if (taken.kind === 'elsewhere') shown.elsewhere();
    if (taken.kind === 'unavailable') shown.down({ kind: 'lost', reason: 'ledger_unavailable' });
    if (taken.kind !== 'held') return renewalMs(limits.leaseMs);
    const end = await ownedUntilEnd(taken.lease);
    await inTime(taken.lease.giveBack(), { clock, ms: limits.giveBackMs, late: null });
    return stopping.aborted ? 0 : afterEnd(end);
  }

  async function ownedUntilEnd({ lost }: HeldLease): Promise<ConnectionEnd> {
    if (stopping.aborted) return STOPPED;
    shown.connecting();
    const signal = AbortSignal.any([stopping, lost]);
    const opened = await openConnection(socket, { deps, signal });
    if (opened.kind !== 'up') return lost.aborted ? leaseLost(lost) : opened;
    const upAtMs = clock.monotonicMs();
    up();
    const end = await Promise.race([opened.ended, aborted(signal)]);
    if (clock.monotonicMs() - upAtMs >= limits.steadyMs) losses = 0;
    if (end !== null) return end;
    await closeConnection(opened, { channel, deps });
    return lost.aborted ? leaseLost(lost) : STOPPED;
  }

  async function afterEnd(end: ConnectionEnd): Promise<number> {
    shown.down(end);
    log.warn('a socket ended; it is opened again later', { channel, kind: end.kind, reason: end.reason });
    if (end.kind === 'refused') {
      const probeAfterMs = limits.refusedMs * PROBE_AFTER_REFUSED_WAITS;
      await pauseTransport(channel, { reason: end.reason, probeAfterMs }, deps);
      return limits.refusedMs;
    }
    losses += 1;
    return doubling(limits.backOffMs, losses - 1);
  }

  function up(): void {
    shown.up();
    log.info('a socket is up', { channel });
    void resumeTransport(channel, deps);
  }

  return { start: turns.start, state: shown.state, stop: () => turns.stop(limits.closeMs + limits.giveBackMs) };
}

/** The state that the doctor is told, and since when. */
function shownState(clock: Pick<Clock, 'nowMs'>) {
  let state: SocketState = { kind: 'connecting' };
  let downSinceMs: number | null = null;
  return {
    state: () => state,
    connecting(): void {
      state = { kind: 'connecting' };
    },
    up(): void {
      state = { kind: 'up', sinceMs: clock.nowMs() };
      downSinceMs = null;
    },
    elsewhere(): void {
      state = { kind: 'elsewhere' };
      downSinceMs = null;
    },
    down({ kind, reason }: ConnectionEnd): void {
      downSinceMs ??= clock.nowMs();
      state = { kind: 'down', reason, isRefused: kind === 'refused', sinceMs: downSinceMs };
    },
  };
}

function leaseLost(lost: AbortSignal): ConnectionEnd {
  return { kind: 'lost', reason: `lease_${lost.reason as LostBecause}` };
}
