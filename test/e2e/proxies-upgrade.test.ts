/** WebSockets through everything that can stand before a site: whoever may not pass gets an HTTP answer, and the site sees no socket. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { authGate } from '../../src/gate/auth-gate/middleware.js';
import { HOST, site, startGate, type RunningGate } from '../fixtures/gate/running-gate.js';
import { isInstalled, PROXIES, startProxy, type RunningProxy } from '../fixtures/proxies/proxies.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { portOf, startDead, stopServer } from '../fixtures/sites/site-app.js';

const VISITOR = '127.0.0.1';
const FORGED = { 'X-Gate-Grant': '666', X_Gate_Approver: 'mallory' };

/** How the application has the gate: none where a proxy asks for it. */
type Guarding = (gatePort: number) => Server;

const asOptions = (gatePort: number): { gateUrl: string; site: string; timeoutMs: number } => ({
  gateUrl: `http://127.0.0.1:${String(gatePort)}`,
  site: HOST,
  timeoutMs: 500,
});
const plain: RequestListener = (_, response) => void response.end('the site');

const WITHOUT_PROXY: ReadonlyMap<string, Guarding> = new Map([
  [
    'authGate().guard(server)',
    (gatePort) => {
      const server = createServer(plain);
      authGate(asOptions(gatePort)).guard(server);
      return server;
    },
  ],
  [
    'app.use(gate) with gate.upgrade(server)',
    (gatePort) => {
      const gate = authGate(asOptions(gatePort));
      const app = express();
      app.use(gate);
      app.use(plain);
      const server = createServer(app);
      gate.upgrade(server);
      return server;
    },
  ],
  [
    'the middleware and the guard, both',
    (gatePort) => {
      const gate = authGate(asOptions(gatePort));
      const app = express();
      app.use(gate);
      app.use(plain);
      const server = createServer(app);
      gate.guard(server);
      return server;
    },
  ],
]);

const FRONTS = [...PROXIES.filter(isInstalled), ...WITHOUT_PROXY.keys()];

describe.each(FRONTS)('an upgrade through %s', (front) => {
  let gate: RunningGate;
  let target: Awaited<ReturnType<typeof startSite>>;
  let port: number;
  let proxy: RunningProxy | undefined;

  beforeAll(async () => {
    gate = await startGate({ trustedProxies: ['127.0.0.1/32'], sites: [site({ allowProxyAddress: true })] });
    target = await startSite(front, gate.port);
    proxy = await startProxyFor(front, { gatePort: gate.port, appPort: target.port });
    port = proxy?.port ?? target.port;
  });

  afterAll(async () => {
    await proxy?.stop();
    target.stop();
    await gate.stop();
  });

  beforeEach(() => {
    gate.fixture.forget();
    target.seen.length = 0;
  });

  test('a stranger gets an HTTP answer, the connection ends, and the site sees nobody', async () => {
    expect(await dial(port, FORGED)).toEqual({ kind: 'refused', status: 403 });
    expect(target.seen).toEqual([]);
    // nobody is asked: an upgrade is no navigation
    expect(gate.fixture.accessRequests).toEqual([]);
  });

  // proxies keep theirs for the next request
  if (WITHOUT_PROXY.has(front))
    test('the connection of a refused upgrade ends by itself', async () => {
      const key = [
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      ];
      const text = lines('GET / HTTP/1.1', `Host: ${HOST}`, ...key).replace(/Connection: close\r\n/, '');

      expect(statusOf(await rawCall({ port, text }))).toBe(403);
    });

  test('whoever has a grant is let in, by the name that the gate gives and not his own', async () => {
    const { id } = gate.fixture.grant(HOST, VISITOR);

    expect(await dial(port, { ...FORGED, cookie: 'a=1; __Host-kg=666; b=2' })).toEqual({ kind: 'open', echo: 'hello' });
    const [headers] = target.seen;
    expect(headers?.cookie).toBe('a=1; b=2');
    expect([headers?.['x-gate-grant'], headers?.['x-gate-address'], headers?.['x_gate_approver']]).toEqual([
      String(id),
      VISITOR,
      undefined,
    ]);
  });

  test('requests beside it are guarded too', async () => {
    const stranger = await rawCall({ port, text: lines('GET / HTTP/1.1', `Host: ${HOST}`) });
    gate.fixture.grant(HOST, VISITOR);
    const known = await rawCall({ port, text: lines('GET / HTTP/1.1', `Host: ${HOST}`) });

    expect([stranger.includes('the site'), known.includes('the site')]).toEqual([false, true]);
  });

  test('with the gate down nobody is let in', async () => {
    const dead = await startDead();
    const alone = await startSite(front, dead.port);
    const before = await startProxyFor(front, { gatePort: dead.port, appPort: alone.port });

    const answer = await dial(before?.port ?? alone.port, {});
    await before?.stop();
    alone.stop();

    expect(answer).toEqual({ kind: 'refused', status: 503 });
    expect(alone.seen).toEqual([]);
  });
});

async function startProxyFor(
  front: string,
  at: { gatePort: number; appPort: number },
): Promise<RunningProxy | undefined> {
  const kind = PROXIES.find((one) => one === front);
  return kind === undefined ? undefined : startProxy(kind, { ...at, host: HOST });
}

/** A site that echoes over WebSockets, and listens for them by itself as WebSocket servers do. */
async function startSite(
  front: string,
  gatePort: number,
): Promise<{ port: number; seen: IncomingMessage['headers'][]; stop(): void }> {
  const seen: IncomingMessage['headers'][] = [];
  const server = WITHOUT_PROXY.get(front)?.(gatePort) ?? createServer(plain);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    seen.push(request.headers);
    socket.on('message', (data: Buffer) => socket.send(data.toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server),
    seen,
    stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      stopServer(server);
    },
  };
}

type Dialled = { kind: 'open'; echo: string } | { kind: 'refused'; status: number };

async function dial(port: number, headers: Readonly<Record<string, string>>): Promise<Dialled> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/live`, { headers: { host: HOST, ...headers } });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('unexpected-response', (_, answer: IncomingMessage) => {
      answer.resume();
      void once(answer, 'end').then(() => {
        socket.terminate();
        resolve({ kind: 'refused', status: answer.statusCode ?? 0 });
      });
    });
    socket.on('open', () => socket.send('hello'));
    socket.on('message', (data: Buffer) => {
      socket.terminate();
      resolve({ kind: 'open', echo: data.toString() });
    });
  });
}
