/** `authGate()` and the gate's own cookies: they go to the gate, and are nowhere in what the application is handed. */
import { afterEach, expect, test } from '@jest/globals';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { OWN_COOKIES } from '../../src/base/net/own-cookies.js';
import { authGate } from '../../src/gate/auth-gate/middleware.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { COOKIE_FORMS } from '../fixtures/proxies/cookie-forms.js';
import { HOST } from '../fixtures/gate/running-gate.js';
import { portOf, stopServer } from '../fixtures/sites/site-app.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) stopServer(server);
});

async function serve(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return portOf(server);
}

/** What the gate was asked with, and the request as the application was handed it. */
interface Seen {
  readonly answer: string;
  readonly asked: string | undefined;
  readonly handed: IncomingMessage | undefined;
}

async function call(request: string, headers: readonly string[], gate: RequestListener = yes): Promise<Seen> {
  let asked: string | undefined;
  let handed: IncomingMessage | undefined;
  const gatePort = await serve((question, response) => {
    asked = question.headers.cookie;
    gate(question, response);
  });
  const guard = authGate({ gateUrl: `http://127.0.0.1:${String(gatePort)}`, site: HOST });
  const port = await serve((visit, response) =>
    guard(visit, response, () => {
      handed = visit;
      response.end();
    }),
  );
  const answer = await rawCall({ port, text: lines(request, ...headers) });
  return { answer, asked, handed };
}

const yes: RequestListener = (_, response) => void response.writeHead(204, { 'x-gate-site': HOST }).end();

test.each(COOKIE_FORMS)('$what: in no form of the request that node:http offers', async ({ sent, site, gate }) => {
  const cookies = sent.map((line, at) => `${at % 2 === 0 ? 'Cookie' : 'COOKIE'}: ${line}`);

  const { asked, handed } = await call('GET / HTTP/1.1', ['X-Before: 1', `Host: ${HOST}`, ...cookies, 'X-After: 2']);

  const raw = handed?.rawHeaders ?? [];
  const rawCookies = raw.filter((_, at) => raw[at - 1]?.toLowerCase() === 'cookie');
  expect(handed?.headers.cookie ?? '').toBe(site);
  expect((handed?.headersDistinct['cookie'] ?? []).join('; ')).toBe(site);
  expect(rawCookies.join('; ')).toBe(site);
  // the lines around it stay where they were
  expect([raw.slice(0, 2), raw.slice(raw.indexOf('X-After'), raw.indexOf('X-After') + 2)]).toEqual([
    ['X-Before', '1'],
    ['X-After', '2'],
  ]);
  expect(asked).toBe(gate.length === 0 ? undefined : gate.join('; '));
});

test.each(['localhost', 'localhost:8080', 'aurora.localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'LOCALHOST'])(
  'at %s the names without a prefix are the gate’s, too',
  async (host) => {
    const sent = 'Cookie: kg=1; a=1; kg-s-0a1b2c3d=2; __Host-kg=3; kgs=4; xkg=5';

    const { asked, handed } = await call('GET / HTTP/1.1', [`Host: ${host}`, sent]);

    expect([handed?.headers.cookie, asked]).toEqual(['a=1; kgs=4; xkg=5', 'kg=1; kg-s-0a1b2c3d=2; __Host-kg=3']);
  },
);

test.each(OWN_COOKIES.filter((name) => name !== 'kg'))(
  'at localhost the application is kept from %s of the other planes, and the gate is not handed it',
  async (name) => {
    for (const host of ['localhost:3000', '127.0.0.1:3000']) {
      const sent = `Cookie: a=1; ${name}=secret; x${name}=2; ${name}x=3; __Host-${name}=secret; b=4`;

      const { asked, handed } = await call('GET / HTTP/1.1', [`Host: ${host}`, sent]);

      expect([handed?.headers.cookie, asked]).toEqual([`a=1; x${name}=2; ${name}x=3; b=4`, undefined]);
      expect(JSON.stringify([handed?.rawHeaders, handed?.headersDistinct])).not.toContain('secret');
    }
  },
);

test.each([HOST, 'localhost.example.org', 'notlocalhost', '10.0.0.1'])(
  'at %s they are the application’s',
  async (host) => {
    const { asked, handed } = await call('GET / HTTP/1.1', [`Host: ${host}`, 'Cookie: kg=1; kg-s-0a1b2c3d=2']);

    expect([handed?.headers.cookie, asked]).toEqual(['kg=1; kg-s-0a1b2c3d=2', undefined]);
  },
);

test.each(['/.koder-gate/sign-in?back=%2Fshop', '/.koder-gate/signed-in?code=a&state=b&iss=c'])(
  '%s is asked of the gate, and its answer is the visitor’s, every Set-Cookie of it',
  async (path) => {
    const asked: string[] = [];
    const set = ['__Host-kg=1; Path=/', '__Host-kg-s-0a1b2c3d=; Path=/; Max-Age=0'];

    const { answer, handed } = await call(`GET ${path} HTTP/1.1`, [`Host: ${HOST}`], (question, response) => {
      asked.push(question.url ?? '');
      response.writeHead(303, { 'set-cookie': set, location: '/shop', 'cache-control': 'no-store' }).end();
    });

    const said = answer.split('\r\n').map((line) => line.toLowerCase());
    expect([statusOf(answer), handed, asked]).toEqual([303, undefined, [`/site/${HOST}${path}`]]);
    expect(said).toEqual(
      expect.arrayContaining([
        'location: /shop',
        'cache-control: no-store',
        ...set.map((line) => `set-cookie: ${line}`.toLowerCase()),
      ]),
    );
  },
);
