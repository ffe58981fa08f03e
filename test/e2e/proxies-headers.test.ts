/** Which headers of a visitor reach the gate through everything that can stand before a site: all that it reads, and no others. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { ask, BROWSER, HOST, type Reply } from '../fixtures/gate/running-gate.js';
import { FRONTS, isThere, startFront } from '../fixtures/proxies/fronts.js';
import { app, front, gate, putInFront } from '../fixtures/proxies/in-front.js';
import { MARK, portOf, stopServer } from '../fixtures/sites/site-app.js';

const VISITOR = '127.0.0.1';

/** Hints of what asks. */
const HINTS = {
  accept: 'text/html',
  'accept-language': 'de',
  'user-agent': 'Mozilla/5.0',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
  'sec-fetch-user': '?1',
  'sec-purpose': 'prefetch',
  purpose: 'prefetch',
  'x-purpose': 'preview',
  'x-moz': 'prefetch',
  'x-requested-with': 'XMLHttpRequest',
} as const;
/** Beside the cookies of others. */
const OWN_COOKIE = '__Host-kg=4711';
/** For the check alone. */
const TOKENS = { authorization: 'Bearer 4711', 'x-gate-token': '4711' } as const;

const READ_BY_THE_GATE = new Set([
  ...Object.keys({ ...HINTS, ...TOKENS }),
  'cookie',
  'host',
  'connection',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-method',
  'x-forwarded-uri',
  'x-forwarded-proto',
  // Go's HTTP client writes it by itself
  'accept-encoding',
]);

/** What a browser, a script and a mutant send beside it. */
const OTHERS = {
  cookie: `session=secret; ${OWN_COOKIE}`,
  'content-type': 'application/json',
  referer: 'https://elsewhere.example.org/',
  origin: 'https://elsewhere.example.org',
  'if-none-match': '"1"',
  'if-modified-since': 'Mon, 30 Nov 2026 07:00:00 GMT',
  range: 'bytes=0-1',
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  dnt: '1',
  priority: 'u=0',
  'upgrade-insecure-requests': '1',
  'save-data': 'on',
  'sec-ch-ua': '"Chromium"',
  'sec-gpc': '1',
  'sec-websocket-key': 'AAAA',
  'session-id': 'secret',
  'set-cookie': 'secret',
  'server-timing': '1',
  'auth-token': 'secret',
  'access-control-request-method': 'PUT',
  'account-id': 'secret',
  'hx-request': 'true',
  te: 'trailers',
  via: '1.1 elsewhere',
  forwarded: 'for=203.0.113.7',
  'x-real-ip': '203.0.113.7',
  'x-csrf-token': 'secret',
  'x-gate-grant': '666',
  'x-github-event': 'push',
  'x-mailer': 'secret',
  'x-pjax': 'true',
  'x-process-id': '1',
  'x-request-id': '1',
  'x-remote-user': 'ada',
  'x-original-url': '/elsewhere',
  xsrf: 'secret',
  traceparent: '00-1-2-3',
} as const;

const FIRST_CHARACTERS = 'a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9'.split(' ');
const BEGINNINGS = [...FIRST_CHARACTERS, ...FIRST_CHARACTERS.map((one) => `x-${one}`)];
/** One with each letter and digit in front, also behind `X-`. */
const BY_BEGINNING = BEGINNINGS.map(madeUp);
/** For each name that is read one that begins like it. Caddy keeps no list of headers to pass on, so these get through there. */
const BESIDE = Object.keys({ ...HINTS, ...TOKENS, cookie: '' }).map(madeUp);
/** HAProxy takes 101 headers of one request. */
const HALF = Math.ceil(BY_BEGINNING.length / 2);
const UNREAD = [OTHERS, Object.fromEntries(BY_BEGINNING.slice(0, HALF)), Object.fromEntries(BY_BEGINNING.slice(HALF))];

function madeUp(beginning: string): readonly [string, string] {
  return [`${beginning}-made-up`, 'made-up'];
}

describe.each(FRONTS.filter(isThere))('through %s', (kind) => {
  putInFront(kind);

  beforeEach(() => {
    gate.fixture.forget();
  });

  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
    ask(front.port, { path, headers: { ...BROWSER, host: HOST, ...headers } });

  test('the gate is told what it reads, and nothing else', async () => {
    const sentOnes = kind === 'caddy' ? UNREAD : [...UNREAD, Object.fromEntries(BESIDE)];
    const told: IncomingHttpHeaders[] = [];
    const spy = await serve((request, response) => {
      told.push(request.headers);
      response.writeHead(request.url?.includes('/auth/') === true ? 204 : 200).end();
    });
    const alone = await startFront(kind, { gatePort: portOf(spy), appPort: app.port, host: HOST });

    for (const path of ['/', '/.koder-gate/assets/gate.css'])
      for (const sent of sentOnes)
        await ask(alone.port, { path, headers: { ...sent, ...HINTS, ...TOKENS, host: HOST } });
    await alone.stop();
    stopServer(spy);

    expect(told).toMatchObject([...sentOnes.map(() => ({ ...HINTS, ...TOKENS })), ...sentOnes.map(() => HINTS)]);
    const cookies = told.map(({ cookie }) => (cookie ?? '').replace(/^[; ]+|[; ]+$/g, ''));
    expect([...new Set(cookies)].toSorted()).toEqual(['', OWN_COOKIE]);
    expect(told.flatMap(Object.keys).filter((name) => !READ_BY_THE_GATE.has(name))).toEqual([]);
  });

  test('large headers that the gate does not read are between visitor and site', async () => {
    gate.fixture.grant(HOST, VISITOR);
    // HAProxy holds a whole head in one buffer of 16 kB
    const each = 'x'.repeat(kind === 'haproxy' ? 4_000 : 7_000);

    const replies = [
      await get('/', { cookie: each, referer: each, 'x-large': each }),
      await get('/', { 'x-mailer-list': each, 'accept-x-list': each, '1a-list': each }),
    ];

    expect(replies.map(({ status, body }) => [status, body.includes(MARK)])).toEqual([
      [200, true],
      [200, true],
    ]);
  });

  test.each(['user-agent', 'authorization', 'accept', 'accept-language', 'x-requested-with'])(
    'a large %s makes no check fail',
    async (name) => {
      // nginx holds a line in one buffer of 8 kB
      const large = 'x'.repeat(kind.startsWith('nginx') ? 8_000 : 12_000);
      const stranger = await get('/', { [name]: large });
      gate.fixture.grant(HOST, VISITOR);

      const known = await get('/', { [name]: large });

      expect([stranger.status, known.status, known.body.includes(MARK)]).toEqual([403, 200, true]);
    },
  );

  test('several large headers that the gate reads make no check fail', async () => {
    gate.fixture.grant(HOST, VISITOR);
    const each = 'x'.repeat(kind === 'haproxy' ? 4_000 : 7_500);

    const reply = await get('/', { 'user-agent': each, authorization: each, 'accept-language': each });

    expect([reply.status, reply.body.includes(MARK)]).toEqual([200, true]);
  });

  test("a script's call is told no as a script, where nothing but its X-Requested-With says what it is", async () => {
    const script = {
      accept: 'text/html, */*',
      'x-requested-with': 'XMLHttpRequest',
      'user-agent': 'Mozilla/5.0',
      host: HOST,
    };

    const reply = await ask(front.port, { path: '/part', headers: script });

    expect([reply.status, reply.headers['content-type']]).toEqual([403, 'application/problem+json']);
  });
});

async function serve(handler: RequestListener): Promise<Server> {
  const server = createServer({ maxHeaderSize: 65_536 }, handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
