/** A listener: says what to do when its port is taken, and stops without cutting an answer short. */
import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import { listen } from '../../src/http/listen.js';
import { call } from './visitor-client.js';

const ANY = { host: '127.0.0.1', port: 0, variable: 'PUBLIC_PORT' };

test('a taken port is named with its variable', async () => {
  const first = await listen(() => undefined, ANY);

  const second = listen(() => undefined, { ...ANY, port: first.port });

  await expect(second).rejects.toMatchObject({
    code: 'port_refused',
    message: expect.stringMatching(new RegExp(`port ${String(first.port)} .*PUBLIC_PORT`)),
  });
  await first.stop();
});

test('an answer in the making is finished, then the port is free', async () => {
  const held: ServerResponse[] = [];
  const listener = await listen((_request, response) => void held.push(response), ANY);
  const answer = call(`http://127.0.0.1:${String(listener.port)}/`);
  await until(() => held.length === 1);

  const stopped = listener.stop();
  held[0]?.end('whole');

  expect((await answer).text).toBe('whole');
  await stopped;
  const next = await listen(() => undefined, { ...ANY, port: listener.port });
  await next.stop();
});

test('a stream is cut at once, an idle connection does not hold the stop up', async () => {
  const listener = await listen((incoming, response) => {
    if (incoming.url === '/stream')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
    else response.end('ok');
  }, ANY);
  const stream = request({ port: listener.port, host: '127.0.0.1', path: '/stream' }).end();
  const [streaming] = (await once(stream, 'response')) as [IncomingMessage];
  const idle = request({ port: listener.port, host: '127.0.0.1', headers: { connection: 'keep-alive' } }).end();
  const [answered] = (await once(idle, 'response')) as [IncomingMessage];
  answered.resume();
  await once(answered, 'end');
  streaming.resume();
  const ended = once(streaming, 'close');
  const startMs = performance.now();

  await listener.stop();

  await ended;
  expect(performance.now() - startMs).toBeLessThan(1_000);
});

test('an answer that never ends is cut, and the stop stays under 5 s', async () => {
  const listener = await listen(() => undefined, ANY);
  const hanging = call(`http://127.0.0.1:${String(listener.port)}/`).catch(() => 'cut');
  const startMs = performance.now();
  await new Promise((resolve) => setImmediate(resolve));

  await Promise.all([listener.stop(), listener.stop()]);

  expect(await hanging).toBe('cut');
  expect(performance.now() - startMs).toBeLessThan(5_000);
});

test('a header is read however many stand before it', async () => {
  const seen: string[][] = [];
  const listener = await listen((incoming, response) => {
    seen.push(incoming.rawHeaders);
    response.end(String(incoming.headers['x-forwarded-for']));
  }, ANY);
  const before = Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`a${String(index)}`, '']));

  const reply = await call(`http://127.0.0.1:${String(listener.port)}/`, {
    headers: { ...before, 'x-forwarded-for': '203.0.113.7' },
  });

  expect(reply.text).toBe('203.0.113.7');
  expect(seen[0]).toContain('203.0.113.7');
  await listener.stop();
});

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
