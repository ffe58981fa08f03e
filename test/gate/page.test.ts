/** The visitor’s page: who opens a request, and what every page has. */
import { describe, expect, test } from '@jest/globals';
import { ask, BROWSER, forwarded, HOST, site, startGate, VISITOR, stateOf } from '../fixtures/gate/running-gate.js';
import { gate, open, openPages, WAYS } from '../fixtures/gate/pages.js';

openPages();

describe.each(WAYS)('%s', (way) => {
  test('a navigation opens one request and sees the page', async () => {
    const reply = await open(way);

    expect([reply.status, stateOf(reply)]).toEqual([403, 'pending']);
    expect(reply.body).toContain('An approval request has been sent to the site administrator.');
    expect(gate.fixture.accessRequests.map(({ site: key, host, path, address }) => [key, host, path, address])).toEqual(
      [[HOST, HOST, '/shop?a=1', VISITOR]],
    );
  });

  test('a page that loads fifty things at once opens one request', async () => {
    const release = gate.fixture.hold();
    const navigations = Array.from({ length: 25 }, (_, tab) => open(way, {}, `/tab/${String(tab)}`));
    const resources = Array.from({ length: 25 }, (_, at) =>
      open(way, { accept: '*/*', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, `/${String(at)}.png`),
    );
    await Promise.all(resources); // by now the navigations have asked, and wait
    release();
    const replies = await Promise.all(navigations);

    expect(replies.map(stateOf)).toEqual(replies.map(() => 'pending'));
    expect([gate.fixture.accessRequests.length, gate.fixture.requests.length]).toEqual([1, 1]);
  });

  test('beyond the limit the page says deferred, and when to come back', async () => {
    gate.fixture.answerWith({ kind: 'deferred', retryAtMs: Date.UTC(2100, 0, 1, 14, 30) });

    const reply = await open(way);

    expect([reply.status, stateOf(reply)]).toEqual([403, 'deferred']);
    expect(reply.body).toContain('<time datetime="2100-01-01T14:30:00.000Z">2100-01-01 14:30 UTC</time> (in');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });

  test.each(['deferred', 'muted'] as const)(
    'a %s page comes again by itself, with a script or without',
    async (kind) => {
      const atMs = Date.now() + 95_000;
      gate.fixture.answerWith(kind === 'muted' ? { kind, untilMs: atMs } : { kind, retryAtMs: atMs });

      const { body } = await open(way);
      const refresh = Number(/<noscript\s*><meta http-equiv="refresh" content="(\d+)"/.exec(body)?.[1]);
      const script = Number(/data-retry-seconds="(\d+)"/.exec(body)?.[1]);

      expect([refresh, script].map((seconds) => seconds > 80 && seconds <= 95)).toEqual([true, true]);
      expect(body).toContain('Keep this page open: it asks again by itself then.');
      expect(body).toContain('<a class="button" href="/shop?a=1">Ask again</a>');
    },
  );

  test('a page that would have to be kept for days does not come again by itself', async () => {
    gate.fixture.answerWith({ kind: 'muted', untilMs: Date.UTC(2100, 0, 1) });

    const { body } = await open(way);

    expect(body).not.toMatch(/http-equiv="refresh"|data-retry-seconds|by itself/);
  });

  test('a deferred page does not come again at once, although the time is here', async () => {
    gate.fixture.answerWith({ kind: 'deferred', retryAtMs: Date.now() });

    expect((await open(way)).body).toContain('data-retry-seconds="30"');
  });

  test.each([
    { kind: 'deferred', retryAtMs: Date.UTC(2100, 0, 1, 14, 30) },
    { kind: 'muted', untilMs: Date.UTC(2100, 0, 1, 14, 30) },
  ] as const)('a $kind visitor who hammers is told the same, and the desk is asked once', async (answer) => {
    gate.fixture.answerWith(answer);

    const replies = [await open(way), await open(way), await open(way)];

    expect(replies.map(stateOf)).toEqual([answer.kind, answer.kind, answer.kind]);
    expect(gate.fixture.accessRequests).toHaveLength(1);
  });

  test('who has asked for another site a moment ago is told when to come back', async () => {
    gate.fixture.answerWith({ kind: 'waiting', request: null, retryAtMs: Date.UTC(2100, 0, 1) });

    expect(stateOf(await open(way))).toBe('deferred');
  });

  test('without the desk the page says so, and nobody passes', async () => {
    gate.fixture.outage = 'rejects';

    const reply = await open(way);

    expect([reply.status, stateOf(reply)]).toEqual([403, 'unavailable']);
  });

  test('an unknown host and an unknown address ask nobody', async () => {
    const host = await open(way, { 'x-forwarded-host': 'nowhere.example.org', host: 'nowhere.example.org' });
    const address = await open(way, { 'x-forwarded-for': 'unknown' });

    expect([host.status, stateOf(host), address.status, stateOf(address), gate.fixture.accessRequests.length]).toEqual([
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
  ] as const)('%s', async (...[, country, state, accessRequests]) => {
    const fenced = await startGate({ sites: [site({ geofence: ['BR'] })], country: () => country });

    const reply = await ask(fenced.port, { path: '/auth/forward', headers: { ...BROWSER, ...forwarded() } });
    await fenced.stop();

    expect([reply.status, stateOf(reply), fenced.fixture.accessRequests.length]).toEqual([403, state, accessRequests]);
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
    const [request] = gate.fixture.requests;
    const wait = /<noscript\s*><meta http-equiv="refresh" content="30; url=([^"]+)"/.exec(body)?.[1] ?? '';

    expect(wait).toBe(`/.koder-gate/wait/${request?.statusId ?? ''}?return=%2Fshop%3Fa%3D1`);
    for (let round = 0; round < 3; round += 1) expect(stateOf(await open(wait))).toBe('pending');
    expect(gate.fixture.accessRequests).toHaveLength(1);
  });

  test('has its style and its scripts', async () => {
    const { body } = await open();
    const urls = [...body.matchAll(/(?:href|src)="(\/\.koder-gate\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');

    const replies = await Promise.all(urls.map((path) => ask(gate.port, { path, headers: forwarded() })));

    expect(replies.map(({ status, headers }) => [status, headers['content-type']])).toEqual([
      [200, 'text/css; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
    ]);
  });
});

test('HEAD and other methods never open, and POST is not taken', async () => {
  for (const method of ['HEAD', 'POST', 'DELETE'])
    for (const path of ['/.koder-gate/pending', '/.koder-gate/pending/GET/'])
      await ask(gate.port, { path, method, headers: { ...BROWSER, ...forwarded({ method }) } });

  expect(gate.fixture.accessRequests).toHaveLength(0);
  expect((await ask(gate.port, { path: '/.koder-gate/pending', method: 'POST', headers: forwarded() })).status).toBe(
    405,
  );
});

test('who was let in meanwhile goes on to the page', async () => {
  gate.fixture.grant(HOST, VISITOR);

  const reply = await open('/.koder-gate/pending');

  expect([reply.status, reply.headers.location]).toEqual([303, '/shop?a=1']);
});
