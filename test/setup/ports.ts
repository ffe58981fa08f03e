/** Ports of loopback: finding one that is free, and waiting until somebody listens there. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const LISTEN_TIMEOUT_MS = 15_000;
const ASK_AGAIN_MS = 10;

/** Nobody listens there at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A foreign process tells nobody when it listens: asking is all there is. `isOver`: whether it has ended meanwhile. */
export async function accepting(port: number, name: string, isOver = (): boolean => false): Promise<void> {
  const deadlineMs = performance.now() + LISTEN_TIMEOUT_MS;
  while (!(await isAccepting(port))) {
    if (isOver()) throw new Error(`${name} has ended`);
    if (performance.now() > deadlineMs) throw new Error(`${name} does not accept connections`);
    await pause(ASK_AGAIN_MS);
  }
}

function isAccepting(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
