/**
 * Who is at the other end of a connection, kept on the connection: node:net asks its handle again each time, and a proxy's
 * connection brings many checks.
 */
import type { Socket } from 'node:net';
import { plainAddress } from './address-text.js';

const PEER = Symbol('peer');

/** As people write the address, and so as `TRUSTED_PROXIES` has it. Undefined once the connection was lost before anybody asked. */
export function peerOf(connection: Socket & { [PEER]?: string | undefined }): string | undefined {
  const known = connection[PEER];
  if (known !== undefined || connection.remoteAddress === undefined) return known;
  return (connection[PEER] = plainAddress(connection.remoteAddress));
}
