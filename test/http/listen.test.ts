/** A listener: says what to do when its port is taken, and stops without cutting an answer short. */
import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as requestOverTls, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { TLSSocket } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { Secret } from '../../src/base/crypto/secret.js';
import { listen } from '../../src/http/shared/listen.js';
import { makeAuthority } from '../fakes/certificate.js';
import { call } from '../fixtures/http/visitor-client.js';

const ANY = { host: '127.0.0.1', port: 0, variable: 'PUBLIC_PORT' };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('a taken port is named with its variable', async () => {
  const first = await listen(() => undefined, ANY);

  const second = listen(() => undefined, { ...ANY, port: first.port });

  await expect(second).rejects.toMatchObject({
    code: 'port_refused',
    message: expect.stringMatching(new RegExp(`port ${String(first.port)} .*PUBLIC_PORT`)),
    cause: expect.objectContaining({ code: 'EADDRINUSE' }),
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

test('an answer that was given at once is not held by the connection, which stays', async () => {
  const given: WeakRef<ServerResponse>[] = [];
  const listener = await listen((_request, response) => {
    given.push(new WeakRef(response));
    response.end('ok');
  }, ANY);
  const caller = connect(listener.port, ANY.host).resume();
  caller.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(caller, 'data');

  const collected = until(() => {
    collectGarbage();
    return given[0]?.deref() === undefined;
  });

  const isCollected = await collected.then(
    () => true,
    () => false,
  );
  const { readyState } = caller;
  caller.destroy();
  await listener.stop();
  expect({ isCollected, readyState }).toEqual({ isCollected: true, readyState: 'open' });
}, 15_000);

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

describe('over TLS', () => {
  const authority = makeAuthority('Company CA');
  const own = authority.issue('localhost');
  const tls = { certificates: own.cert, key: new Secret(own.key), clientAuthorities: authority.cert };

  test('a request is answered, and says which certificate its connection was opened with', async () => {
    const listener = await listen(
      (incoming, response) => {
        const socket = encrypted(incoming);
        response.end(`${String(socket.authorized)} ${socket.getPeerX509Certificate()?.subject ?? 'none'}`);
      },
      { ...ANY, tls },
    );
    const client = authority.issue('jet');

    const answers = [
      await overTls(listener.port, { ca: authority.cert, cert: client.cert, key: client.key }),
      await overTls(listener.port, { ca: authority.cert }),
    ];

    expect(answers).toEqual(['true CN=jet', 'false none']);
    await listener.stop();
  });

  test('a certificate is still known on a connection that resumes an earlier session', async () => {
    const listener = await listen(
      (incoming, response) => {
        const socket = encrypted(incoming);
        const name = socket.getPeerX509Certificate()?.subject ?? 'none';
        response.end([socket.isSessionReused(), socket.authorized, name].join(' '));
      },
      { ...ANY, tls },
    );
    const client = authority.issue('jet');
    const agent = new Agent({ ca: authority.cert, cert: client.cert, key: client.key });

    const first = await overTls(listener.port, { agent });
    const second = await overTls(listener.port, { agent });

    expect([first, second]).toEqual(['false true CN=jet', 'true true CN=jet']);
    agent.destroy();
    await listener.stop();
  });

  test('a handshake that never ends does not hold the stop up', async () => {
    const listener = await listen(() => undefined, { ...ANY, tls });
    const silent = connect(listener.port, '127.0.0.1');
    await once(silent, 'connect');
    silent.on('error', () => undefined);
    const startMs = performance.now();

    await listener.stop();

    expect(performance.now() - startMs).toBeLessThan(5_000);
    silent.destroy();
  });

  test('an answer in the making is finished', async () => {
    const held: ServerResponse[] = [];
    const listener = await listen((_request, response) => void held.push(response), { ...ANY, tls });
    const answer = overTls(listener.port, { ca: authority.cert });
    await until(() => held.length === 1);

    const stopped = listener.stop();
    held[0]?.end('whole');

    expect(await answer).toBe('whole');
    await stopped;
  });
});

function encrypted({ socket }: IncomingMessage): TLSSocket {
  if (socket instanceof TLSSocket) return socket;
  throw new Error('the request came over plain http');
}

async function overTls(port: number, options: RequestOptions): Promise<string> {
  const sent = requestOverTls({ host: '127.0.0.1', port, agent: false, ...options }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks = await answer.toArray();
  return Buffer.concat(chunks as Buffer[]).toString();
}

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
