/**
 * Who is at the other end of a connection, kept on the connection: node:net asks its handle again each time, and a proxy's
 * connection brings many checks.
 */
import type { Socket } from 'node:net';

const PEER = Symbol('peer');

/** Undefined once the connection was lost before anybody asked. */
export function peerOf(connection: Socket & { [PEER]?: string | undefined }): string | undefined {
  return (connection[PEER] ??= connection.remoteAddress);
}
