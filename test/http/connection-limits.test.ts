/** How many connections a listener holds, and how long one may take its time. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { ConnectionLimits } from '../../src/http/shared/connection-limits.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { makeAuthority } from '../fakes/certificate.js';
import { listen, type Listener } from '../../src/http/shared/listen.js';
import { eventually } from '../fixtures/time/eventually.js';

const WHERE = { host: '127.0.0.1', port: 0, variable: 'PUBLIC_PORT' };

let listener: Listener;
const opened: Socket[] = [];

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await listener.stop();
});

async function listening(limits: Omit<ConnectionLimits, 'onRefused'>): Promise<readonly string[]> {
  const refused: string[] = [];
  const onRefused = (why: string): void => void refused.push(why);
  listener = await listen((_request, response) => response.end('ok'), { ...WHERE, limits: { ...limits, onRefused } });
  return refused;
}

/** A connection from this loopback address that says nothing. */
async function idle(from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: listener.port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined);
  opened.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** Whichever way: a reset is one, too. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** Whether a new connection is answered. */
async function isAnswered(from?: string): Promise<boolean> {
  const socket = await idle(from);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await closed(socket);
  return text.endsWith('ok');
}

test('beyond its number a plane closes what comes, and takes connections again when others end', async () => {
  const refused = await listening({ max: 5 });
  const held = await Promise.all(Array.from({ length: 5 }, () => idle()));

  expect(await isAnswered()).toBe(false);
  held[0]?.destroy();

  await eventually('a connection is taken again', () => isAnswered());
  expect(new Set(refused)).toEqual(new Set(['plane']));
});

test('one address has its number alone, and others are answered meanwhile', async () => {
  const refused = await listening({ max: 100, strangers: { together: 100, perAddress: 3, isTrusted: () => false } });
  const held = await Promise.all(Array.from({ length: 3 }, () => idle('127.0.0.2')));

  expect(await isAnswered('127.0.0.2')).toBe(false);
  expect(await isAnswered('127.0.0.3')).toBe(true);
  held[0]?.destroy();

  await eventually('the address may come again', () => isAnswered('127.0.0.2'));
  expect(new Set(refused)).toEqual(new Set(['address']));
});

test('more strangers than the plane has room for, each within its own number, leave room for a trusted proxy', async () => {
  const isTrusted = (peer: string): boolean => peer === '127.0.0.2';
  const refused = await listening({ max: 16, strangers: { together: 4, perAddress: 2, isTrusted } });
  const addresses = Array.from({ length: 30 }, (_, at) => `127.0.1.${String(at + 1)}`);
  // at once, so that many are accepted in one turn
  const strangers = await Promise.all(addresses.map((from) => idle(from)));

  expect(await isAnswered('127.0.0.2')).toBe(true);
  expect(await isAnswered('127.0.1.99')).toBe(false);
  expect(new Set(refused)).toEqual(new Set(['strangers']));
  for (const stranger of strangers) stranger.destroy();

  await eventually('a stranger is answered again', () => isAnswered('127.0.1.99'));
});

test('a trusted proxy speaks for many, and only the number of the plane holds it', async () => {
  const isTrusted = (peer: string): boolean => peer === '127.0.0.2';
  await listening({ max: 10, strangers: { together: 2, perAddress: 2, isTrusted } });
  await Promise.all(Array.from({ length: 8 }, () => idle('127.0.0.2')));

  expect(await isAnswered('127.0.0.2')).toBe(true);
});

test('a handshake that never ends is ended when the declared time is over', async () => {
  const { cert, key } = makeAuthority('an authority').issue('localhost');
  const tls = { certificates: cert, key: new Secret(key), clientAuthorities: null };
  listener = await listen(() => undefined, { ...WHERE, tls });
  const startMs = performance.now();

  await closed((await idle()).resume());

  expect(performance.now() - startMs).toBeLessThan(16_000);
});
