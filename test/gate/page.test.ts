/** The visitor's page: who opens a request, what each state says, and where it leads. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestRecord } from '../../src/approval/request.js';
import {
  ask,
  BROWSER,
  forwarded,
  HOST,
  site,
  startGate,
  VISITOR,
  type Reply,
  type RunningGate,
} from './running-gate.js';

let gate: RunningGate;

beforeEach(async () => {
  gate = await startGate();
});

afterEach(() => gate.stop());

/** The two ways to the page: Caddy's and HAProxy's answer to the check, and nginx's second question. */
const WAYS = ['/auth/forward', '/.koder-gate/pending'];

const open = (
  path = '/auth/forward',
  headers: Readonly<Record<string, string>> = {},
  uri = '/shop?a=1',
): Promise<Reply> => ask(gate.port, { path, headers: { ...BROWSER, ...forwarded({ uri }), ...headers } });

const stateOf = (reply: Reply): string | undefined => /data-state="(\w+)"/.exec(reply.body)?.[1];

async function opened(): Promise<RequestRecord> {
  await open();
  const [request] = gate.house.requests;
  if (request === undefined) throw new Error('nothing was opened');
  return request;
}

describe.each(WAYS)('%s', (way) => {
  test('a navigation opens one request and sees the page', async () => {
    const reply = await open(way);

    expect([reply.status, stateOf(reply)]).toEqual([403, 'pending']);
    expect(reply.body).toContain('An approval request has been sent to the site administrator.');
    expect(gate.house.knocks.map(({ site: key, host, path, address }) => [key, host, path, address])).toEqual([
      [HOST, HOST, '/shop?a=1', VISITOR],
    ]);
  });

  test.each([
    ['HEAD', { 'x-forwarded-method': 'HEAD' }],
    ['POST', { 'x-forwarded-method': 'POST' }],
    ['OPTIONS', { 'x-forwarded-method': 'OPTIONS' }],
    ['a script', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script', accept: '*/*' }],
    ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a fetch', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
    ['a frame', { 'sec-fetch-dest': 'iframe' }],
    ['a client that takes no HTML', { accept: '*/*' }],
    ['a prefetch', { 'sec-purpose': 'prefetch;prerender' }],
    ['an old prefetch', { purpose: 'prefetch' }],
    ['an older prefetch', { 'x-moz': 'prefetch' }],
    ['the favicon', { 'x-forwarded-uri': '/favicon.ico' }],
    ['robots.txt', { 'x-forwarded-uri': '/robots.txt' }],
    ['a well-known file', { 'x-forwarded-uri': '/.well-known/change-password' }],
  ])('%s opens nothing', async (_what, headers) => {
    const reply = await open(way, headers);

    expect([reply.status, stateOf(reply), gate.house.knocks.length]).toEqual([403, 'closed', 0]);
  });

  test('a sub-resource opens nothing where a browser says no more than its name', async () => {
    const { accept, 'user-agent': agent } = BROWSER;
    const reply = await ask(gate.port, {
      path: way,
      headers: { accept, 'user-agent': agent, ...forwarded({ uri: '/app.js?v=2' }) },
    });

    expect([stateOf(reply), gate.house.knocks.length]).toEqual(['closed', 0]);
  });

  test.each([
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'WhatsApp/2.23.20.0',
    'TelegramBot (like TwitterBot)',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
  ])('a preview opens nothing: %s', async (agent) => {
    const reply = await open(way, { 'user-agent': agent });

    expect([reply.status, gate.house.knocks.length]).toEqual([403, 0]);
  });

  test('phones that sound like machines are people', async () => {
    await open(way, {
      'user-agent': 'Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/148.0 Mobile Safari/537.36',
    });

    expect(gate.house.knocks).toHaveLength(1);
  });

  test('a page that loads fifty things at once opens one request', async () => {
    const release = gate.house.hold();
    const navigations = Array.from({ length: 25 }, (_, tab) => open(way, {}, `/tab/${String(tab)}`));
    const resources = Array.from({ length: 25 }, (_, at) =>
      open(way, { accept: '*/*', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, `/${String(at)}.png`),
    );
    await Promise.all(resources); // by now the navigations have knocked, and wait
    release();
    const replies = await Promise.all(navigations);

    expect(replies.map(stateOf)).toEqual(replies.map(() => 'pending'));
    expect([gate.house.knocks.length, gate.house.requests.length]).toEqual([1, 1]);
  });

  test.each(['denied', 'expired', 'withdrawn'] as const)(
    'who was %s is told so and nothing else, until the window ends',
    async (outcome) => {
      gate.house.decide(await opened(), outcome);

      const reply = await open(way);

      expect([reply.status, stateOf(reply), gate.house.requests.length]).toEqual([403, outcome, 1]);
      expect(reply.body).toMatch(/You can ask again after \d\d:\d\d UTC \(in \d+ min\)/);
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(500);
      expect(reply.body.includes('not a refusal')).toBe(outcome !== 'denied');
    },
  );

  test('who waits while nobody can be reached is told so, and that this is no refusal', async () => {
    gate.house.reach(await opened(), false);

    const reply = await open(way);

    expect(stateOf(reply)).toBe('pending');
    expect(reply.body).toMatch(/Nobody could be reached yet/);
    expect(reply.body).toMatch(/It is tried again until \d\d:\d\d UTC/);
    expect(reply.body).toContain('This is not a refusal');
  });

  test('timeout, refusal, withdrawal and delivery failure are four different texts', async () => {
    const bodies: string[] = [];
    for (const [outcome, isReached] of [
      ['expired', true],
      ['denied', true],
      ['withdrawn', true],
      ['expired', false],
    ] as const) {
      gate.house.forget();
      const request = await opened();
      gate.house.reach(request, isReached);
      gate.house.decide(request, outcome);
      bodies.push(/<h1[^>]*>[^<]*<\/h1>/.exec((await open(way)).body)?.[0] ?? '');
    }

    expect(new Set(bodies).size).toBe(4);
  });

  test('beyond the limit the page says deferred, and when to come back', async () => {
    gate.house.answerWith({ kind: 'deferred', retryAtMs: Date.UTC(2100, 0, 1, 14, 30) });

    const reply = await open(way);

    expect([reply.status, stateOf(reply)]).toEqual([403, 'deferred']);
    expect(reply.body).toContain('You can ask again after 14:30 UTC');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });

  test.each([
    { kind: 'deferred', retryAtMs: Date.UTC(2100, 0, 1, 14, 30) },
    { kind: 'muted', untilMs: Date.UTC(2100, 0, 1, 14, 30) },
  ] as const)('a $kind visitor who hammers is told the same, and the desk is asked once', async (answer) => {
    gate.house.answerWith(answer);

    const replies = [await open(way), await open(way), await open(way)];

    expect(replies.map(stateOf)).toEqual([answer.kind, answer.kind, answer.kind]);
    expect(gate.house.knocks).toHaveLength(1);
  });

  test('who has asked for another site a moment ago is told when to come back', async () => {
    gate.house.answerWith({ kind: 'waiting', request: null, retryAtMs: Date.UTC(2100, 0, 1) });

    expect(stateOf(await open(way))).toBe('deferred');
  });

  test('a grant that has been revoked is not a loop', async () => {
    const request = await opened();
    gate.house.decide(request, 'approved');
    gate.house.revoke(1);

    expect(stateOf(await open(way))).toBe('ended');
  });

  test('without the desk the page says so, and nobody passes', async () => {
    gate.house.outage = 'rejects';

    const reply = await open(way);

    expect([reply.status, stateOf(reply)]).toEqual([403, 'unavailable']);
  });

  test('an unknown host and an unknown address ask nobody', async () => {
    const host = await open(way, { 'x-forwarded-host': 'nowhere.example.org' });
    const address = await open(way, { 'x-forwarded-for': 'unknown' });

    expect([host.status, stateOf(host), address.status, stateOf(address), gate.house.knocks.length]).toEqual([
      403,
      'unknown_host',
      403,
      'unknown_address',
      0,
    ]);
  });

  test('what a visitor wrote cannot become markup', async () => {
    const reply = await open(way, {}, '/"><script>alert(1)</script>');

    expect(reply.body).not.toContain('<script>alert');
  });
});

describe('the geofence', () => {
  test.each([
    ['inside asks', 'BR', 'pending', 1],
    ['outside does not', 'US', 'outside', 0],
    ['unknown does not either', null, 'outside', 0],
  ] as const)('%s', async (...[, country, state, knocks]) => {
    const fenced = await startGate({ sites: [site({ geofence: ['BR'] })], country: () => country });

    const reply = await ask(fenced.port, { path: '/auth/forward', headers: { ...BROWSER, ...forwarded() } });
    await fenced.stop();

    expect([reply.status, stateOf(reply), fenced.house.knocks.length]).toEqual([403, state, knocks]);
  });
});

describe('every page', () => {
  test('is kept, framed and indexed by nobody, and says which environment it stands before', async () => {
    const { headers, body } = await open();

    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow, noarchive',
      'x-koder-environment': 'stg',
    });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(body).toContain('<meta name="robots" content="noindex, nofollow"');
    expect(body).not.toMatch(/ style=|<style|<script(?![^>]* src=)| on[a-z]+=/);
  });

  test('refreshes without scripts, to a page that opens nothing', async () => {
    const { body } = await open();
    const [request] = gate.house.requests;
    const wait = /<noscript\s*><meta http-equiv="refresh" content="30; url=([^"]+)"/.exec(body)?.[1] ?? '';

    expect(wait).toBe(`/.koder-gate/wait/${request?.statusId ?? ''}`);
    for (let round = 0; round < 3; round += 1) expect(stateOf(await open(wait))).toBe('pending');
    expect(gate.house.knocks).toHaveLength(1);
  });

  test('has its style and its script', async () => {
    const { body } = await open();
    const urls = [...body.matchAll(/(?:href|src)="(\/\.koder-gate\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');

    const replies = await Promise.all(urls.map((path) => ask(gate.port, { path, headers: forwarded() })));

    expect(replies.map(({ status, headers }) => [status, headers['content-type']])).toEqual([
      [200, 'text/css; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
    ]);
  });
});

describe('the wait page', () => {
  test('goes on to what was asked for first', async () => {
    const request = await opened();
    gate.house.decide(request, 'approved');

    const reply = await open(`/.koder-gate/wait/${request.statusId}`);

    expect([reply.status, reply.headers.location]).toEqual([303, '/shop?a=1']);
  });

  test('shows an expiry as what it is, with the way to ask again', async () => {
    const request = await opened();
    gate.house.decide(request, 'expired');

    const reply = await open(`/.koder-gate/wait/${request.statusId}`);

    expect(stateOf(reply)).toBe('expired');
    expect(reply.body).toContain('<a class="button" href="/shop?a=1">Ask again</a>');
    expect(gate.house.knocks).toHaveLength(1);
  });

  test.each([
    ['another address', { 'x-forwarded-for': '198.51.100.9' }],
    ['another host', { 'x-forwarded-host': 'www.stg.example.org' }],
  ])('tells %s nothing', async (_who, headers) => {
    const request = await opened();

    expect(stateOf(await open(`/.koder-gate/wait/${request.statusId}`, headers))).toBe('unknown_request');
    expect((await open(`/.koder-gate/status/${request.statusId}`, headers)).status).toBe(404);
  });

  test.each(['//evil.test/x', '/\\evil.test', 'https://evil.test/', '/.koder-gate/pending', '/\tevil'])(
    'never leads to %s',
    async (uri) => {
      await open('/auth/forward', {}, encodeURI(uri) === uri ? uri : '/');
      const [request] = gate.house.requests;
      gate.house.decide(request ?? (await opened()), 'approved');

      const reply = await open(`/.koder-gate/wait/${request?.statusId ?? ''}`);

      expect([reply.status, reply.headers.location]).toEqual([303, '/']);
    },
  );
});

test('HEAD and other methods never open, and POST is not taken', async () => {
  for (const method of ['HEAD', 'POST', 'DELETE'])
    await ask(gate.port, { path: '/.koder-gate/pending', method, headers: { ...BROWSER, ...forwarded({ method }) } });

  expect(gate.house.knocks).toHaveLength(0);
  expect((await ask(gate.port, { path: '/.koder-gate/pending', method: 'POST', headers: forwarded() })).status).toBe(
    405,
  );
});

test('who was let in meanwhile goes on to the page', async () => {
  gate.house.grant(HOST, VISITOR);

  const reply = await open('/.koder-gate/pending');

  expect([reply.status, reply.headers.location]).toEqual([303, '/shop?a=1']);
});
