/** `authGate()` before an Express application and a bare one: asks, fails closed, and says who the visitor is. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { authGate } from '../../src/gate/auth-gate/middleware.js';
import { MAX_STREAMS_AN_ADDRESS } from '../../src/gate/visitor/streams.js';
import { eventually } from '../fixtures/time/eventually.js';
import { ask, BROWSER, HOST, openAnswer, startGate, type RunningGate } from '../fixtures/gate/running-gate.js';

let gate: RunningGate;
const servers: Server[] = [];

beforeEach(async () => {
  gate = await startGate();
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await gate.stop();
});

async function serve(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
  return (server.address() as AddressInfo).port;
}

/** The application tells back all it was told. The visitor comes from 127.0.0.1, which the gate trusts as the application. */
function bareApp(gatePort: number): RequestListener {
  const guard = authGate({ gateUrl: `http://127.0.0.1:${String(gatePort)}`, timeoutMs: 500 });
  return (request, response) =>
    guard(request, response, () => {
      response.end(JSON.stringify({ url: request.url, headers: request.headers, raw: request.rawHeaders }));
    });
}

function expressApp(gatePort: number): RequestListener {
  const app = express();
  app.use('/', authGate({ gateUrl: `http://127.0.0.1:${String(gatePort)}`, timeoutMs: 500 }));
  app.use(
    (request, response) => void response.json({ url: request.url, headers: request.headers, raw: request.rawHeaders }),
  );
  return app;
}

const VISITOR = '127.0.0.1';
const asVisitor = { ...BROWSER, host: HOST };

describe.each([
  ['a bare handler', bareApp],
  ['Express', expressApp],
])('before %s', (_kind, app) => {
  let port: number;

  beforeEach(async () => {
    port = await serve(app(gate.port));
  });

  const get = (path: string, headers: Readonly<Record<string, string>> = asVisitor): ReturnType<typeof ask> =>
    askAt(port, path, headers);

  test('a stranger sees the page, and one request is opened for what was asked', async () => {
    const reply = await get('/deep?x=1', {
      ...asVisitor,
      'x-forwarded-for': '198.51.100.1',
      'x-forwarded-uri': '/lie',
    });

    expect([reply.status, reply.body.includes('Access pending')]).toEqual([403, true]);
    expect(gate.fixture.accessRequests.map(({ path, address, host }) => [path, address, host])).toEqual([
      ['/deep?x=1', VISITOR, HOST],
    ]);
  });

  test('the application is told who the visitor is, and never what the visitor calls itself', async () => {
    const grant = gate.fixture.grant(HOST, VISITOR);

    const reply = await get('/', {
      ...asVisitor,
      'X-Gate-Grant': '666',
      'X-Gate-Role': 'admin',
      X_Gate_Approver: 'mallory',
      connection: 'x-gate-grant',
    });
    const told = JSON.parse(reply.body) as { headers: Record<string, string>; raw: string[] };

    expect(Object.fromEntries(Object.entries(told.headers).filter(([name]) => /x.gate/i.test(name)))).toEqual({
      'x-gate-site': HOST,
      'x-gate-environment': 'stg',
      'x-gate-address': VISITOR,
      'x-gate-grant': String(grant.id),
      'x-gate-approver': 'ada@example.org',
    });
    expect(told.raw.filter((text) => /666|mallory|admin|role/i.test(text))).toEqual([]);
  });

  test('an identity that the visitor sends as the very first line is gone, too', async () => {
    gate.fixture.grant(HOST, VISITOR);
    const lines = [
      ['X-Gate-Approver: mallory', `Host: ${HOST}`],
      [`Host: ${HOST}`, 'X-Gate-Approver: mallory'],
      ['X-Gate-Approver: mallory', 'X-Gate-Approver: mallory', `Host: ${HOST}`],
    ];

    for (const sent of lines) {
      const body = await rawly(port, ['GET / HTTP/1.1', ...sent, 'Connection: close', '', '']);
      expect(body).toContain('"x-gate-approver":"ada@example.org"');
      expect(body).not.toContain('mallory');
    }
  });

  test('visitors who leave end their streams, so that others of their address may have some', async () => {
    await get('/');
    const [request] = gate.fixture.requests;
    const stream = (): ReturnType<typeof openAnswer> =>
      openAnswer(port, {
        path: `/.koder-gate/stream/${request?.statusId ?? ''}`,
        headers: asVisitor,
        host: '127.0.0.2',
      });
    const held = await Promise.all(Array.from({ length: MAX_STREAMS_AN_ADDRESS }, stream));
    const ninth = await stream();
    ninth.resume();
    for (const one of held) one.destroy();

    expect(held.map(({ statusCode }) => statusCode)).toEqual(held.map(() => 200));
    expect(ninth.statusCode).toBe(429);
    await eventually('a slot is free again', async () => {
      const next = await stream();
      next.destroy();
      return next.statusCode === 200;
    });
  });

  test("the gate's own corner is passed on, the stream included", async () => {
    await get('/');
    const [request] = gate.fixture.requests;
    if (request === undefined) throw new Error('nothing was opened');
    const streamed = get(`/.koder-gate/stream/${request.statusId}`);
    const assets = await get('/.koder-gate/assets/gate.css');
    gate.fixture.decide(request, 'approved');

    expect(assets.status).toBe(200);
    expect((await streamed).body).toContain('data: approved');
    expect((await get('/')).status).toBe(200);
  });

  test.each([
    ['nothing', (): void => undefined],
    [
      '500',
      (_: unknown, response: { writeHead(status: number): { end(): void } }): void => response.writeHead(500).end(),
    ],
    [
      '200',
      (_: unknown, response: { writeHead(status: number): { end(): void } }): void => response.writeHead(200).end(),
    ],
  ])('a gate that answers %s lets nobody in', async (_answer, handler) => {
    const broken = await serve(handler);
    const behind = await serve(bareApp(broken));

    expect((await askAt(behind, '/', asVisitor)).status).toBe(503);
  });

  test('a gate that is down lets nobody in', async () => {
    await gate.stop();

    expect((await get('/')).status).toBe(503);
    gate = await startGate();
  });
});

test('a gate on https is refused at once: the gate plane is not spoken to so', () => {
  expect(() => authGate({ gateUrl: 'https://gate.example.org' })).toThrow('plain http');
});

/** Lines as they stand, in their order. The whole answer. */
async function rawly(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.2');
  socket.write(lines.join('\r\n'));
  return (await socket.setEncoding('utf8').toArray()).join('');
}

/** The application listens on an address of its own, so that the visitor's and the application's are not one. */
async function askAt(port: number, path: string, headers: Readonly<Record<string, string>>): ReturnType<typeof ask> {
  return ask(port, { path, headers, host: '127.0.0.2' });
}
