/**
 * Real nginx, Caddy and HAProxy before the gate and a small application, with the snippets of deploy/ as they stand but
 * for ports and paths. A proxy that is not installed is skipped aloud; in CI it fails.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestRecord } from '../../src/approval/request.js';
import {
  ask,
  BROWSER,
  HOST,
  openAnswer,
  startGate,
  type Reply,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';
import { isInstalled, PROXIES, startProxy, type RunningProxy } from '../fixtures/proxies/proxies.js';
import { startApp, type RunningApp, type Told } from '../fixtures/sites/site-app.js';

/** Where the proxies see the visitors of these tests come from. */
const VISITOR = '127.0.0.1';

test.each(PROXIES)('%s is installed where it must be', (proxy) => {
  if (isInstalled(proxy)) return;
  if ((process.env['CI'] ?? '') !== '') throw new Error(`${proxy} is not installed, and CI runs with all of them`);
  console.log(`skipped: everything about ${proxy}, because it is not installed here`);
});

describe.each(PROXIES.filter(isInstalled))('behind %s', (kind) => {
  let gate: RunningGate;
  let app: RunningApp;
  let proxy: RunningProxy;

  beforeAll(async () => {
    gate = await startGate({ trustedProxies: ['127.0.0.1/32', '::1/128'] });
    app = await startApp();
    proxy = await startProxy(kind, { gatePort: gate.port, appPort: app.port, host: HOST });
  });

  afterAll(async () => {
    await proxy.stop();
    app.stop();
    await gate.stop();
  });

  beforeEach(() => {
    gate.fixture.forget();
  });

  const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Reply> =>
    ask(proxy.port, { path, method, headers: { ...BROWSER, host: HOST, ...headers } });
  const asked = async (path: string): Promise<RequestRecord> => {
    await get(path);
    const [request] = gate.fixture.requests;
    if (request === undefined) throw new Error('nothing was opened');
    return request;
  };

  test('a stranger sees the page, and one request is opened for what was asked', async () => {
    const reply = await get('/a%20b/c;x=1?q=1&r=%2f');

    expect([reply.status, reply.body.includes('Access pending')]).toEqual([403, true]);
    expect(reply.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow, noarchive',
    });
    expect(gate.fixture.accessRequests.map(({ path, host, address }) => [path, host, address])).toEqual([
      ['/a%20b/c;x=1?q=1&r=%2f', HOST, VISITOR],
    ]);
  });

  test('approved: the live stream says so, and the page opens', async () => {
    const request = await asked('/shop?a=1');
    const stream = await openAnswer(proxy.port, {
      path: `/.koder-gate/stream/${request.statusId}`,
      headers: { ...BROWSER, host: HOST, accept: 'text/event-stream' },
    });
    const chunks = stream[Symbol.asyncIterator]();
    await chunks.next(); // it has begun, so a proxy that holds answers back would hang here
    gate.fixture.decide(request, 'approved');
    let told = '';
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) told += String(next.value);
    const opened = await get('/shop?a=1');

    expect(told).toContain('data: approved');
    expect([opened.status, (JSON.parse(opened.body) as Told).url]).toEqual([200, '/shop?a=1']);
  });

  test('denied: the page says so', async () => {
    gate.fixture.decide(await asked('/'), 'denied');

    const reply = await get('/');

    expect([reply.status, reply.body.includes('Access denied')]).toEqual([403, true]);
  });

  test("the page's style and script reach the browser", async () => {
    const { body } = await get('/');
    const urls = [...body.matchAll(/(?:href|src)="(\/\.koder-gate\/[^"]+)"/g)].map((match) => match[1] ?? '');

    const replies = await Promise.all(urls.map((url) => get(url)));

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('the application is told who was let in, and never what a client calls itself', async () => {
    const grant = gate.fixture.grant(HOST, VISITOR);
    const lies = {
      'X-Gate-Grant': '666',
      'x-gate-approver': 'mallory',
      X_Gate_Grant: '667',
      'X-Gate_Grant': '667',
      'X_Gate-Approver': 'mallory',
      'X-Gate-Site': 'lie.test',
      Forwarded: 'for=6.6.6.6',
      'X-Real-IP': '6.6.6.6',
      'X-Forwarded-Uri': '/6.6.6.6',
      'X-Forwarded-Method': '6.6.6.6',
      'X-Original-URL': '/6.6.6.6',
      'X-Rewrite-URL': '/6.6.6.6',
    };

    const reply = await get('/', { ...lies, connection: 'close, x-gate-grant, x-gate-approver' });
    const { headers, raw } = JSON.parse(reply.body) as Told;

    expect(headers).toMatchObject({
      'x-gate-site': HOST,
      'x-gate-environment': 'stg',
      'x-gate-address': VISITOR,
      'x-gate-grant': String(grant.id),
      'x-gate-approver': 'ada@example.org',
    });
    expect(raw.filter((text) => /666|667|mallory|lie\.test|6\.6\.6\.6/.test(text))).toEqual([]);
  });

  test('a connection is not upgraded to a protocol that would carry further requests past the check', async () => {
    gate.fixture.grant(HOST, VISITOR);

    const reply = await get('/', {
      connection: 'upgrade, http2-settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABk',
    });

    expect([reply.status, (JSON.parse(reply.body) as Told).headers['upgrade'] ?? '']).toEqual([200, '']);
  });

  test("where nothing applies the header is empty or absent, and never the client's", async () => {
    gate.directory = {
      ...gate.directory,
      sites: gate.directory.sites.map((one) => ({ ...one, permanentNetworks: ['127.0.0.0/8'] })),
    };
    const reply = await get('/', { 'X-Gate-Grant': '666', 'X-Gate-Approver': 'mallory' });
    gate.directory = {
      ...gate.directory,
      sites: gate.directory.sites.map((one) => ({ ...one, permanentNetworks: [] })),
    };
    const { headers } = JSON.parse(reply.body) as Told;

    expect([headers['x-gate-grant'] ?? '', headers['x-gate-approver'] ?? '']).toEqual(['', '']);
  });

  test('a client that says it is somebody else is who it is', async () => {
    gate.fixture.grant(HOST, '203.0.113.7');
    const claims = {
      'X-Forwarded-For': '203.0.113.7',
      Forwarded: 'for=203.0.113.7',
      'X-Real-IP': '203.0.113.7',
      X_Forwarded_For: '203.0.113.7',
      'X-Forwarded-Uri': '/lie',
      'X-Forwarded-Method': 'GET',
    };

    const reply = await get('/true', claims);

    expect(reply.status).toBe(403);
    expect(gate.fixture.accessRequests.map(({ address, path }) => [address, path])).toEqual([[VISITOR, '/true']]);
  });

  test('a client that forwards another host is on the one it asked', async () => {
    gate.fixture.grant('other.example.org', VISITOR);

    expect((await get('/', { 'X-Forwarded-Host': 'other.example.org' })).status).toBe(403);
    expect(gate.fixture.accessRequests.map(({ host }) => host)).toEqual([HOST]);
  });

  test('a POST is closed out without a request, and passes whole once granted', async () => {
    const closed = await get('/form', { 'content-type': 'text/plain', 'content-length': '0' }, 'POST');
    expect([closed.status, gate.fixture.accessRequests.length]).toEqual([403, 0]);
    gate.fixture.grant(HOST, VISITOR);

    const passed = JSON.parse((await get('/form', { 'content-length': '0' }, 'POST')).body) as Told;

    expect(passed.method).toBe('POST');
  });

  test.each(['HEAD', 'OPTIONS'])('%s opens nothing', async (method) => {
    const reply = await get('/', {}, method);

    expect([reply.status, gate.fixture.accessRequests.length]).toEqual([403, 0]);
  });

  test.each([401, 403, 404, 503])("the application's own %i reaches the visitor", async (status) => {
    gate.fixture.grant(HOST, VISITOR);

    const reply = await get(`/own/${String(status)}`);

    expect([reply.status, (JSON.parse(reply.body) as Told).url]).toEqual([status, `/own/${String(status)}`]);
  });

  test('the check itself cannot be reached from outside', async () => {
    for (const path of ['/.koder-gate/check', '/.koder-gate/../auth/nginx', '/auth/nginx'])
      expect([403, 404, 400]).toContain((await get(path)).status);
  });
});
