/**
 * A wire on loopback between a process and what it depends on, that can go bad as wires do: cut (both ends are told), half
 * open (nobody is told anything, and nothing comes through), slow to come back (what was held arrives after all).
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Resets every connection. */
  cut(): void;
  /** From now on nothing passes, on connections there are and on new ones. */
  freeze(): void;
  /** Everything passes again. `held`: what came meanwhile arrives now; `lost`: its connections are reset. */
  thaw(what: 'held' | 'lost'): void;
  /** How many connections there are. */
  connections(): number;
  close(): Promise<void>;
}

interface Wire {
  readonly near: Socket;
  readonly far: Socket;
}

export async function startTcpProxy(targetPort: () => number): Promise<TcpProxy> {
  const wires = new Set<Wire>();
  let isFrozen = false;

  const server = createServer((near) => {
    const wire: Wire = { near, far: connect(targetPort(), '127.0.0.1') };
    wires.add(wire);
    join(wire, () => wires.delete(wire));
    if (isFrozen) hold(wire);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cut = (): void => {
    for (const { near, far } of wires) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    freeze() {
      isFrozen = true;
      for (const wire of wires) hold(wire);
    },
    thaw(what) {
      isFrozen = false;
      if (what === 'lost') cut();
      else for (const wire of wires) letGo(wire);
    },
    connections: () => wires.size,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An end that breaks is told to the other as a reset, never as an orderly end. */
function join({ near, far }: Wire, over: () => void): void {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.pipe(other);
    one.on('error', () => other.resetAndDestroy());
    one.on('close', () => {
      over();
      if (!other.destroyed) other.destroySoon();
    });
  }
}

/** Not by `pause`, which a pipe undoes: the pipe itself is taken apart. */
function hold({ near, far }: Wire): void {
  near.unpipe(far).pause();
  far.unpipe(near).pause();
}

function letGo({ near, far }: Wire): void {
  near.pipe(far);
  far.pipe(near);
}
