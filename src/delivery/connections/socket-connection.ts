/** One connection of a socket, opened and closed within time limits, whatever its SDK does. `socket-keeper.ts` decides when. */
import type { ChannelName } from '../../approval/brand.js';
import type { Clock } from '../../base/time/clock.js';
import { inTime } from '../../base/time/in-time.js';
import type { Log } from '../../base/process/log.js';
import { aborted } from '../../base/time/waits.js';
import { safeStack } from '../../base/process/safe-stack.js';
import type { Connection, ConnectingInbound, ConnectionEnd, InboundHandlers } from '../../contract/inbound.js';

export interface Socket {
  readonly channel: ChannelName;
  readonly inbound: ConnectingInbound;
}

export interface ConnectionDeps {
  readonly handlers: InboundHandlers;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: {
    /** How long `connect` may take. */
    readonly connectMs: number;
    /** How long `close` may take, and how long a `connect` that was told to stop. */
    readonly closeMs: number;
  };
}

/** Resolves once events flow, `connect` ended, its time is over, or `signal` aborted. Never rejects. */
export async function openConnection(
  { channel, inbound }: Socket,
  { deps, signal }: { readonly deps: ConnectionDeps; readonly signal: AbortSignal },
): Promise<Connection | ConnectionEnd> {
  const { clock, log, limits } = deps;
  const slow = new AbortController();
  const cancelLimit = clock.after(limits.connectMs, () => slow.abort());
  const isOver = AbortSignal.any([signal, slow.signal]);
  const connecting = safely(() => inbound.connect(deps.handlers, isOver), { channel, log });
  const opened = await Promise.race([connecting, aborted(isOver)]);
  cancelLimit();
  if (opened !== null && !isOver.aborted) return opened;
  // it was told to stop; should it open a connection all the same, that is closed whenever it comes
  const closed = connecting.then((late) => (late.kind === 'up' ? shut(late, { channel, log }) : undefined));
  await inTime(closed, { clock, ms: limits.closeMs, late: null });
  return { kind: 'lost', reason: 'connect_timeout' };
}

/** Resolves when it is closed, or takes too long for that. */
export async function closeConnection(
  connection: Connection,
  { channel, deps }: { readonly channel: ChannelName; readonly deps: ConnectionDeps },
): Promise<void> {
  const { clock, limits, log } = deps;
  await inTime(shut(connection, { channel, log }), { clock, ms: limits.closeMs, late: null });
}

interface Witness {
  readonly channel: ChannelName;
  readonly log: Log;
}

async function shut(connection: Connection, { channel, log }: Witness): Promise<void> {
  try {
    await connection.close();
  } catch (error) {
    log.error('an inbound threw instead of closing', { channel, error: safeStack(error) });
  }
}

/** An inbound that throws has a bug. Where it threw is logged, without the message: that may quote a payload. */
async function safely(
  connect: () => Promise<Connection | ConnectionEnd>,
  { channel, log }: Witness,
): Promise<Connection | ConnectionEnd> {
  try {
    return await connect();
  } catch (error) {
    log.error('an inbound threw instead of answering', { channel, error: safeStack(error) });
    return { kind: 'lost', reason: 'inbound_threw' };
  }
}
