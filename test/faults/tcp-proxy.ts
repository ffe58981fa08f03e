/**
 * A wire on loopback between a process and what it depends on, that can go bad as wires do: cut (both ends are told), severed
 * for a while, half open (nobody is told anything, and nothing comes through), late (what was held arrives after all).
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Secret } from '../../src/base/secret.js';

export interface TcpProxy {
  readonly port: number;
  /** Resets every connection; new ones are welcome. */
  cut(): void;
  /** Resets every connection, and new ones at once. */
  sever(): void;
  /** From now on nothing passes, on connections there are and on new ones. */
  freeze(): void;
  /** Nothing passes any more on the connections there are, and they are told nothing; new ones are well, as behind a router that forgot. */
  strand(): void;
  /** Everything passes again, where it did not. `held`: what came meanwhile arrives now; `lost`: its connections are reset. */
  thaw(what: 'held' | 'lost'): void;
  /** The answer to what holds these words does not come back: the connection is reset instead. Once. */
  loseAnswerTo(words: string): void;
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
  const stranded = new Set<Wire>();
  let unanswered: string | null = null;
  let state: 'whole' | 'severed' | 'frozen' = 'whole';

  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (state === 'severed') return void near.resetAndDestroy();
    const wire: Wire = { near, far: connect(targetPort(), '127.0.0.1') };
    wires.add(wire);
    near.on('data', (chunk: Buffer) => {
      if (unanswered === null || !chunk.includes(unanswered)) return;
      unanswered = null;
      answerByReset(wire);
    });
    join(wire, () => {
      wires.delete(wire);
      stranded.delete(wire);
    });
    if (state === 'frozen') hold(wire);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cut = (): void => {
    for (const { near, far } of [...wires, ...stranded]) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    sever() {
      state = 'severed';
      cut();
    },
    freeze() {
      state = 'frozen';
      for (const wire of wires) hold(wire);
    },
    strand() {
      for (const wire of wires) {
        hold(wire);
        wires.delete(wire);
        stranded.add(wire);
      }
    },
    thaw(what) {
      const wasFrozen = state === 'frozen';
      state = 'whole';
      if (!wasFrozen) return;
      if (what === 'lost') cut();
      else for (const wire of wires) letGo(wire);
    },
    loseAnswerTo(words) {
      unanswered = words;
    },
    connections: () => wires.size,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The wire to a database that is named by a URL, and the URL of the same database by way of it. */
export async function startDatabaseWire(to: Secret): Promise<TcpProxy & { readonly url: Secret }> {
  const url = new URL(to.revealText());
  const port = Number(url.port);
  const wire = await startTcpProxy(() => port);
  url.host = `127.0.0.1:${String(wire.port)}`;
  return { ...wire, url: new Secret(url.href) };
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

function answerByReset({ near, far }: Wire): void {
  far.unpipe(near).resume();
  far.once('data', () => near.resetAndDestroy());
}

/** Not by `pause`, which a pipe undoes: the pipe itself is taken apart. */
function hold({ near, far }: Wire): void {
  near.unpipe(far).pause();
  far.unpipe(near).pause();
}

/** Only of one that was held: two pipes between the same ends would carry everything twice. */
function letGo({ near, far }: Wire): void {
  near.pipe(far);
  far.pipe(near);
}
