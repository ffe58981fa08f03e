/** Behind `authGate()` no connection becomes one whose requests nobody checks: WebSocket is the only protocol upgraded to. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { readOpenPath, type OpenPath } from '../../src/approval/open-path.js';
import { authGate } from '../../src/gate/auth-gate/middleware.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { portOf, stopServer } from '../fixtures/sites/site-app.js';
import { HOST, site, startGate, type RunningGate } from '../fixtures/gate/running-gate.js';

const VISITOR = '127.0.0.1';
const OWN = `Host: ${HOST}`;
const openPaths = [readOpenPath('/hooks/*')].filter((one): one is OpenPath => !('problem' in one));

let gate: RunningGate;
let server: Server;
let handed: string[];
let told: IncomingMessage | undefined;

beforeEach(async () => {
  gate = await startGate({ trustedProxies: ['127.0.0.1/32'], sites: [site({ allowProxyAddress: true, openPaths })] });
  handed = [];
  told = undefined;
});

afterEach(async () => {
  stopServer(server);
  await gate.stop();
});

/** An application that takes whatever connection it is handed. */
async function serve(how: 'guard' | 'upgrade', isListening = true): Promise<number> {
  const guard = authGate({ gateUrl: `http://127.0.0.1:${String(gate.port)}`, site: HOST });
  server = createServer((request, response) => {
    const answer = (): void => {
      told = request;
      response.end('the site');
    };
    if (how === 'guard') answer();
    else guard(request, response, answer);
  });
  const take = (event: string) => (_request: IncomingMessage, socket: Duplex) => {
    handed.push(event);
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  };
  if (isListening) server.on('upgrade', take('upgrade')).on('connect', take('connect'));
  guard[how](server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return portOf(server);
}

function upgrade(port: number, path: string, ...headers: readonly string[]): Promise<string> {
  const text = lines(`GET ${path} HTTP/1.1`, OWN, ...headers).replace('Connection: close', 'Connection: Upgrade');
  return rawCall({ port, text });
}

describe.each(['guard', 'upgrade'] as const)('by %s(server)', (how) => {
  test.each([
    ['an upgrade to h2c', 'Upgrade: h2c'],
    ['one to a list of protocols', 'Upgrade: websocket, h2c'],
    ['one in two lines', 'Upgrade: websocket', 'Upgrade: h2c'],
    ['one to something with such a name', 'Upgrade: websocket2'],
  ])('%s is refused, with a grant and on an open path', async (_what, ...headers) => {
    const port = await serve(how);
    gate.fixture.grant(HOST, VISITOR);

    const answers = [await upgrade(port, '/', ...headers), await upgrade(port, '/hooks/a', ...headers)];

    expect([answers.map(statusOf), handed]).toEqual([[400, 400], []]);
  });

  test('an upgrade to WebSocket is handed on', async () => {
    const port = await serve(how);
    gate.fixture.grant(HOST, VISITOR);

    const answers = [await upgrade(port, '/', 'Upgrade: websocket'), await upgrade(port, '/', 'Upgrade: WebSocket')];

    expect([answers.map(statusOf), handed]).toEqual([
      [101, 101],
      ['upgrade', 'upgrade'],
    ]);
  });

  test.each([`${HOST}:443`, '/hooks/a', `http://${HOST}/hooks/a`])('CONNECT %s is refused', async (target) => {
    const port = await serve(how);
    gate.fixture.grant(HOST, VISITOR);

    const answer = await rawCall({ port, text: lines(`CONNECT ${target} HTTP/1.1`, OWN) });

    expect([statusOf(answer), handed]).toEqual([405, []]);
  });

  test('an application that takes no upgrades gets a plain request', async () => {
    const port = await serve(how, false);
    gate.fixture.grant(HOST, VISITOR);

    const answer = rawCall({ port, text: lines('GET / HTTP/1.1', OWN, 'Upgrade: h2c', 'Connection: X-Gate-Site') });

    expect(statusOf(await answer)).toBe(200);
    const names = (told?.rawHeaders ?? []).filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
    expect([told?.headers.upgrade, told?.headersDistinct['upgrade'], names.includes('upgrade')]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    expect([told?.headers.connection, told?.headersDistinct['connection']]).toEqual(['close', ['close']]);
  });
});
