/** A bench server says its port on a line of its own, and ends with the process that started it. */
import type { AddressInfo } from 'node:net';

export function announce(address: AddressInfo | string | null): void {
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  process.stdout.write(`listening ${String(address.port)}\n`);
  process.stdin.on('close', () => process.exit(0)).resume();
}
