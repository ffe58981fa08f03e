/**
 * Ports that stay ours while their process is dead: below those that the kernel hands out by itself, so that nobody takes
 * one between a kill and the next start.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const LOWEST = 15_000;
/** Where Linux begins by default (ip_local_port_range), if it does not say. */
const KERNELS_FIRST = 32_768;

export async function lastingPort(): Promise<number> {
  const first = kernelsFirst();
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (first - LOWEST));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  probe.listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}

function kernelsFirst(): number {
  try {
    const [low] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/);
    return Math.max(Number(low), LOWEST + 1_000);
  } catch {
    return KERNELS_FIRST;
  }
}
