/**
 * How many connections a listener holds: in all, of all strangers together, and of one stranger's address. What is beyond is
 * closed as it comes, before a byte is read: each open connection is a file descriptor of the process, and all planes have them
 * from one store. The number in all holds whoever comes, so strangers together have a smaller one, and a trusted proxy
 * always finds room. Counts what is open at once, so the limiters of base/time, which count over a time, do not fit.
 */
import type { Server, Socket } from 'node:net';
import { canonicalAddress } from '../../base/net/address.js';
import { peerOf } from '../../base/net/peer.js';

export interface ConnectionLimits {
  readonly max: number;
  /** Absent: the plane's own callers are ours, and are not told apart. */
  readonly strangers?: StrangerLimits;
  /** Some were closed; called for each. */
  readonly onRefused: (why: Beyond) => void;
}

/** Whose number was reached. */
export type Beyond = 'plane' | 'strangers' | 'address';

interface StrangerLimits {
  /** Of all of them. */
  readonly together: number;
  /** An IPv6 address counts with its /64. */
  readonly perAddress: number;
  /** Whether many clients come from here: a trusted proxy, which is no stranger. */
  readonly isTrusted: (peer: string) => boolean;
}

export function limitConnections(server: Server, { max, strangers, onRefused }: ConnectionLimits): void {
  server.maxConnections = max;
  server.on('drop', () => onRefused('plane'));
  if (strangers === undefined) return;
  let together = 0;
  const held = new Map<string, number>();
  // before every other listener, so that nothing is set up for a connection that is closed at once
  server.prependListener('connection', (connection: Socket) => {
    const peer = peerOf(connection) ?? '';
    if (strangers.isTrusted(peer)) return;
    const key = canonicalAddress(peer) ?? peer;
    const others = held.get(key) ?? 0;
    const beyond = others >= strangers.perAddress ? 'address' : together >= strangers.together ? 'strangers' : null;
    if (beyond !== null) {
      // a connection that is destroyed counts no more at once, so strangers never use up the number in all
      connection.destroy();
      return onRefused(beyond);
    }
    together += 1;
    held.set(key, others + 1);
    connection.once('close', () => {
      together -= 1;
      const left = (held.get(key) ?? 1) - 1;
      if (left === 0) held.delete(key);
      else held.set(key, left);
    });
  });
}
