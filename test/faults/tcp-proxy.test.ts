/** The wire must fail exactly as it is told to, otherwise an episode would find faults of the wire and not of the gate. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../fixtures/time/eventually.js';
import { startTcpProxy, type TcpProxy } from '../fixtures/network/tcp-proxy.js';

let echo: Server;
let wire: TcpProxy;
let caller: Socket;
let heard: string;

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const { port } = echo.address() as AddressInfo;
  wire = await startTcpProxy(() => port);
  caller = await call();
});

afterEach(async () => {
  caller.destroy();
  await wire.close();
  echo.close();
});

async function call(): Promise<Socket> {
  heard = '';
  const socket = connect(wire.port, '127.0.0.1');
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function hears(text: string): Promise<true> {
  return eventually(`“${text}” is heard`, () => heard === text);
}

async function isReset(socket: Socket): Promise<boolean> {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code === 'ECONNRESET';
}

test('a whole wire carries every byte once, also when it is told to be whole', async () => {
  caller.write('one ');
  await hears('one ');

  wire.thaw('held');
  caller.write('two');

  await hears('one two');
});

test('what a frozen wire held arrives once, in order, before what comes after', async () => {
  caller.write('one ');
  await hears('one ');
  wire.freeze();
  wire.freeze();
  caller.write('two ');
  const second = await call();
  second.write('of another');
  expect(heard).toBe('');

  wire.thaw('held');
  await hears('two of another');
  caller.write(' three');

  await hears('two of another three');
  second.destroy();
});

test('what a frozen wire lost is told by a reset, and new connections pass', async () => {
  wire.freeze();
  caller.write('one');
  const reset = isReset(caller);

  wire.thaw('lost');

  expect(await reset).toBe(true);
  caller = await call();
  caller.write('two');
  await hears('two');
});

test('a cut wire resets what there is and takes new connections; a severed one resets both until it is mended', async () => {
  const cut = isReset(caller);
  wire.cut();
  expect(await cut).toBe(true);
  caller = await call();
  const severed = isReset(caller);
  wire.sever();
  expect(await severed).toBe(true);
  expect(await isReset(connect(wire.port, '127.0.0.1'))).toBe(true);

  wire.thaw('held');

  caller = await call();
  caller.write('whole');
  await hears('whole');
});
