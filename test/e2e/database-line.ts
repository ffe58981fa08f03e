/** The line between one gate and its database: cut, held up without a word, or mended. What it carries it carries byte by byte. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Secret } from '../../src/base/secret.js';

export interface DatabaseLine {
  /** The same database, by way of this line. */
  readonly url: Secret;
  /** Connections end, and new ones end at once. */
  cut(): void;
  /** Connections stay and carry nothing; new ones are taken and never answered. */
  holdUp(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startDatabaseLine(to: Secret): Promise<DatabaseLine> {
  const target = new URL(to.revealText());
  const open = new Set<Socket>();
  let state: 'whole' | 'cut' | 'held up' = 'whole';
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (state === 'cut') return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    keep(far);
    carry(near, far);
    carry(far, near);
  });
  const carry = (from: Socket, into: Socket): void => {
    from.on('data', (chunk) => {
      if (state === 'whole') into.write(chunk);
    });
    from.once('close', () => into.destroy());
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target.href);
  url.host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const dropAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: new Secret(url.href),
    cut() {
      state = 'cut';
      dropAll();
    },
    holdUp() {
      state = 'held up';
    },
    mend() {
      // what was held up has lost bytes, and nobody can go on with it
      if (state === 'held up') dropAll();
      state = 'whole';
    },
    async close() {
      dropAll();
      server.close();
      await once(server, 'close');
    },
  };
}
