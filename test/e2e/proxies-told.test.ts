/** What the site behind is told through everything that can stand before it: the name that was checked, and no header of a client that takes the identity away or names another place. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { systemRandom } from '../../src/base/crypto/random.js';
import { newSiteToken } from '../../src/gate/check/tokens/site-token.js';
import { HOST } from '../fixtures/gate/running-gate.js';
import { FRONTS, isThere, type FrontKind } from '../fixtures/proxies/fronts.js';
import { app, front, gate, mintedToken, putInFront } from '../fixtures/proxies/in-front.js';
import { PROXIES } from '../fixtures/proxies/proxies.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { MARK, type Told } from '../fixtures/sites/site-app.js';

const VISITOR = '127.0.0.1';
const OWN = `Host: ${HOST}`;

/** What applications and frameworks take an address, a host, a port or a path from. */
const ELSEWHERE = [
  ...[
    'Prefix',
    'Path',
    'Port',
    'Server',
    'Scheme',
    'Ssl',
    'Protocol',
    'Method',
    'Uri',
    'Url',
    'Context',
    'By',
    'User',
    'Email',
    'Groups',
  ].map((end) => `X-Forwarded-${end}`),
  ...['Host', 'Url', 'Uri', 'Method', 'For', 'Proto', 'Path'].map((end) => `X-Original-${end}`),
  ...['Url', 'Uri', 'Path'].map((end) => `X-Rewrite-${end}`),
  ...['X-Original-Forwarded-For', 'X-Forwarded', 'X-Real-IP', 'Forwarded'],
];

describe.each(FRONTS.filter(isThere))('through %s', (kind) => {
  putInFront(kind);
  let token: string;

  beforeAll(async () => {
    token = await mintedToken();
  });

  beforeEach(() => {
    gate.fixture.forget();
  });

  const call = (...headers: readonly string[]): Promise<string> =>
    rawCall({ port: front.port, text: lines('GET / HTTP/1.1', OWN, ...headers) });
  const callAs = (host: string): Promise<string> =>
    rawCall({ port: front.port, text: lines('GET / HTTP/1.1', `Host: ${host}`) });

  test.each([
    'b.example.org',
    '80/../b',
    '80@b.example.org',
    '80:81',
    '123456',
    '8a',
    '80?b',
    '80#b',
    '-1',
    '+80',
    '80,b',
  ])('what a Host says behind the name reaches no site: %s', async (behind) => {
    gate.fixture.grant(HOST, VISITOR);

    const answer = await callAs(`${HOST}:${behind}`);

    expect(hostsIn(answer).filter((host) => host !== HOST)).toEqual([]);
  });

  test('the site is told the name that was checked', async () => {
    gate.fixture.grant(HOST, VISITOR);

    const told = hostsIn(await callAs(`${HOST}:8443`));

    expect([...new Set(told)]).toEqual([isProxy(kind) ? HOST : `${HOST}:8443`]);
  });

  test.each([
    ['Connection: X-Gate-Site, X-Forwarded-For, X-Gate-Grant'],
    ['Connection: x-gate-site', 'Connection: X-Forwarded-For'],
    ['Connection: keep-alive, authorization, x-real-ip'],
  ])('%s strips nothing behind the site’s own proxy', async (...headers) => {
    gate.fixture.grant(HOST, VISITOR);

    const told = toldIn(await call(...headers));

    expect(told.headers['x-gate-site'] ?? '').toBe(HOST);
    expect(told.headers['connection'] ?? '').toMatch(/^(close|keep-alive)?(, close)?$/i);
  });

  test('nor does it beside an upgrade', async () => {
    gate.fixture.grant(HOST, VISITOR);
    // the demo passes no upgrades on, and nobody listens for those of this application
    if (!isProxy(kind)) return;
    const upgraded: IncomingMessage[] = [];
    app.server.once('upgrade', (request, socket: Duplex) => {
      upgraded.push(request);
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    });
    const key = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];

    const answer = await call('Connection: Upgrade, X-Gate-Site', 'Upgrade: websocket', ...key);
    app.server.removeAllListeners('upgrade');

    // Caddy passes it on as an ordinary request
    const { headers } = upgraded[0] ?? toldIn(answer);
    expect([headers['x-gate-site'], /gate/i.test(headers.connection ?? '')]).toEqual([HOST, false]);
  });

  test.each([
    ['X-Gate-Token: ', 'first'],
    ['X-Gate-Token: ', 'last'],
    ['Authorization: Bearer ', 'first'],
    ['Authorization: Bearer ', 'last'],
  ])('a token that stands twice holds none: %s, the %s one right', async (header, which) => {
    // before 1.23 nginx knows the first line of a header alone
    if (kind.startsWith('nginx') && which === 'first') return;
    const wrong = newSiteToken(systemRandom()).revealText();
    const both = which === 'first' ? [token, wrong] : [wrong, token];

    const answer = await call(...both.map((text) => header + text));

    expect([statusOf(answer) === 200, answer.includes(MARK)]).toEqual([false, false]);
  });

  // an application behind authGate() is reached directly, and believes none of these
  if (isProxy(kind))
    test.each(ELSEWHERE)('%s of a client does not reach the site', async (name) => {
      gate.fixture.grant(HOST, VISITOR);

      const answer = await call(`${name}: a-lie`);

      expect([statusOf(answer), answer.includes('a-lie')]).toEqual([200, false]);
    });
});

function isProxy(kind: FrontKind): boolean {
  return (PROXIES as readonly string[]).includes(kind) || kind === 'nginx alone';
}

/** What the site was told of its own name; nothing where it was not asked. */
function hostsIn(answer: string): readonly string[] {
  if (!answer.includes(MARK)) return [];
  const { host, 'x-forwarded-host': forwarded } = toldIn(answer).headers as IncomingHttpHeaders;
  return [host, forwarded].flatMap((one) => (typeof one === 'string' ? [one] : []));
}

function toldIn(answer: string): Told {
  return JSON.parse(/\{.*\}/s.exec(answer)?.[0] ?? '{}') as Told;
}
