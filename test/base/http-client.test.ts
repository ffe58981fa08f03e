/** The HTTP client: answers, calls that had no effect and calls that may have had, and whom it may reach. */
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { exchange } from '../../src/base/net/http-exchange.js';
import { call, closeAfterEach, closers, input, open } from '../fixtures/network/peers.js';

closeAfterEach();

describe('an answer', () => {
  test('comes back with status, lower-case headers and body, and the call arrives as it was meant', async () => {
    const { url, seen } = await peer((_request, response) => response.writeHead(202, { 'X-Own': 'a' }).end('fine'));

    const answer = await call({ url: `${url}/a/b?c=d`, headers: { 'x-mine': '1' }, body: Buffer.from('payload') });

    expect(answer).toMatchObject({ kind: 'answered', status: 202, headers: { 'x-own': 'a' } });
    expect(answer.kind === 'answered' && answer.body.toString()).toBe('fine');
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/a/b?c=d', mine: '1', body: 'payload', length: '7' });
  });

  test('that redirects is an answer: nobody follows it', async () => {
    const { url, seen } = await peer((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end());

    const answer = await call({ url });

    expect(answer).toMatchObject({ kind: 'answered', status: 302 });
    expect(seen).toHaveLength(1);
  });

  test('uses one connection for calls in a row', async () => {
    const { url, connections } = await peer((_request, response) => response.end());
    const client = open();

    for (let round = 0; round < 3; round += 1) await client.call(input({ url }));

    expect(connections()).toBe(1);
  });

  test('leaves nothing on a kept connection, however many calls it has carried', async () => {
    const { url } = await peer((_request, response) => response.end());
    const agent = new http.Agent({ keepAlive: true });
    closers.push(() => {
      agent.destroy();
    });
    const sockets = new Set<net.Socket>();
    const request = (wanted: http.RequestOptions): http.ClientRequest =>
      http.request({ ...wanted, agent }).on('socket', (socket) => sockets.add(socket));

    for (let round = 0; round < 3; round += 1) {
      const to = { url: new URL(url), host: '127.0.0.1', wire: { isEncrypted: false, request } };
      expect(await exchange(input({ url }), to)).toMatchObject({ kind: 'answered' });
    }

    const left = [...sockets].map((socket) => socket.listenerCount('connect') + socket.listenerCount('secureConnect'));
    expect(left).toEqual([0]);
  });

  test('takes no proxy from the environment', async () => {
    const { url } = await peer((_request, response) => response.end());
    process.env['http_proxy'] = 'http://127.0.0.1:1';
    closers.push(() => delete process.env['http_proxy']);

    expect(await call({ url })).toMatchObject({ kind: 'answered', status: 200 });
  });
});

describe('a call that had no effect is told from one that may have had', () => {
  test('nobody listens', async () => {
    const { url, close } = await peer((_request, response) => response.end());
    await close();

    expect(await call({ url })).toEqual({ kind: 'not_sent', reason: 'refused' });
  });

  test('the name is unknown', async () => {
    expect(await call({ url: 'http://nowhere.invalid/' })).toEqual({ kind: 'not_sent', reason: 'dns' });
  });

  test('the peer speaks no TLS', async () => {
    const { url } = await peer((_request, response) => response.end());

    expect(await call({ url: url.replace('http:', 'https:') })).toEqual({ kind: 'not_sent', reason: 'tls' });
  });

  test('the peer hangs in the handshake until the time is up', async () => {
    const server = net.createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    closers.push(() => server.close());
    await once(server, 'listening');
    const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;

    expect(await call({ url, timeoutMs: 80 })).toEqual({ kind: 'not_sent', reason: 'timeout' });
  });

  test('the peer took it and says nothing', async () => {
    const { url, seen } = await peer(() => undefined);

    const answer = await call({ url, timeoutMs: 150, body: Buffer.from('x') });

    expect(answer).toEqual({ kind: 'no_answer', reason: 'timeout' });
    expect(seen).toHaveLength(1);
  });

  test('the peer took it and resets', async () => {
    const { url } = await peer((request) => request.socket.resetAndDestroy());

    expect(await call({ url, body: Buffer.from('x') })).toEqual({ kind: 'no_answer', reason: 'reset' });
  });

  test('the peer said a status and then nothing', async () => {
    const { url } = await peer((_request, response) =>
      response.writeHead(200, { 'content-length': '10' }).write('half'),
    );

    expect(await call({ url, timeoutMs: 150 })).toEqual({ kind: 'no_answer', reason: 'timeout', status: 200 });
  });

  test('the peer says too much', async () => {
    const { url } = await peer((_request, response) => response.end(Buffer.alloc(65 * 1024)));

    expect(await call({ url })).toEqual({ kind: 'no_answer', reason: 'answer_too_large', status: 200 });
  });

  test('the caller gave up before, and while the peer thought', async () => {
    const given = new AbortController();
    const { url } = await peer(() => {
      given.abort();
    });

    expect(await call({ url, signal: given.signal })).toEqual({ kind: 'no_answer', reason: 'aborted' });
    expect(await call({ url, signal: given.signal })).toEqual({ kind: 'not_sent', reason: 'aborted' });
  });

  test.each([
    ['a url that is none', { url: 'not a url' }],
    ['a scheme that is not ours', { url: 'file:///etc/passwd' }],
    ['a header that would become two', { url: 'http://127.0.0.1:1/', headers: { 'x-a': 'b\r\nx-c: d' } }],
  ])('%s is not sent, and nothing is thrown', async (_what, odd) => {
    expect(await call(odd)).toEqual({ kind: 'not_sent', reason: 'network' });
  });
});

describe('reach', () => {
  test('a private peer is not called, by address or by name', async () => {
    const { url, connections } = await peer((_request, response) => response.end());
    const guarded = { egress: 'public', allowedNetworks: [] } as const;

    expect(await call({ url }, guarded)).toEqual({ kind: 'not_sent', reason: 'forbidden_address' });
    expect(await call({ url: url.replace('127.0.0.1', 'localhost') }, guarded)).toEqual({
      kind: 'not_sent',
      reason: 'forbidden_address',
    });
    expect(connections()).toBe(0);
  });

  test("the operator's own networks are called, in plain http too", async () => {
    const { url } = await peer((_request, response) => response.end());

    const answer = await call({ url }, { egress: 'public', allowedNetworks: ['127.0.0.0/8'] });

    expect(answer).toMatchObject({ kind: 'answered', status: 200 });
  });
});

interface Seen {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly mine: string | string[] | undefined;
  readonly length: string | undefined;
  readonly body: string;
}

async function peer(
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => unknown,
): Promise<{ url: string; seen: Seen[]; connections: () => number; close: () => Promise<void> }> {
  const seen: Seen[] = [];
  let connections = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const body = Buffer.concat(chunks).toString();
      seen.push({ method, path: url, mine: headers['x-mine'], length: headers['content-length'], body });
      answer(request, response);
    });
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  closers.push(() => void close());
  return { url: `http://127.0.0.1:${String(port)}`, seen, connections: () => connections, close };
}
