/** nginx alone: what an operator writes around the includes, and what the includes must leave to him. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, BROWSER, HOST, site, startGate, type Reply, type RunningGate } from '../fixtures/gate/running-gate.js';
import { isInstalled, startProxy, type Behind, type RunningProxy } from '../fixtures/proxies/proxies.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { MARK, startApp, startDead, type RunningApp, type Told } from '../fixtures/sites/site-app.js';

const VISITOR = '127.0.0.1';
const HSTS = 'max-age=31536000';

(isInstalled('nginx') ? describe : describe.skip)('nginx', () => {
  let gate: RunningGate;
  let app: RunningApp;
  let folder: string;
  const running: RunningProxy[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gate-www-'));
    gate = await startGate({ trustedProxies: ['127.0.0.1/32'], sites: [site({ allowProxyAddress: true })] });
    app = await startApp();
  });

  afterEach(async () => {
    for (const proxy of running.splice(0)) await proxy.stop();
    app.stop();
    await gate.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (nginx: NonNullable<Behind['nginx']>, gatePort = gate.port): Promise<number> => {
    const proxy = await startProxy('nginx', { gatePort, appPort: app.port, host: HOST, nginx });
    running.push(proxy);
    return proxy.port;
  };
  const get = (port: number, path: string): Promise<Reply> => ask(port, { path, headers: { ...BROWSER, host: HOST } });
  const toTheApp = (): string => `proxy_pass http://127.0.0.1:${String(app.port)};`;

  test('headers of the whole server stay: on the site, on the gate’s pages and where the gate is down', async () => {
    const server = `add_header Strict-Transport-Security "${HSTS}" always;`;
    const dead = await startDead();
    const [port, downPort] = [await start({ server }), await start({ server }, dead.port)];
    const closed = await get(port, '/');
    gate.fixture.grant(HOST, VISITOR);

    const replies = [
      closed,
      await get(port, '/'),
      await get(port, '/.koder-gate/assets/gate.css'),
      await get(downPort, '/'),
    ];

    expect(replies.map(({ status, headers }) => [status, headers['strict-transport-security']])).toEqual([
      [403, HSTS],
      [200, HSTS],
      [200, HSTS],
      [503, HSTS],
    ]);
    // once each: what the gate says itself is not said again
    expect(replies.map(({ headers }) => headers['x-robots-tag'])).toEqual([
      'noindex, nofollow, noarchive',
      'noindex, nofollow, noarchive',
      'noindex, nofollow, noarchive',
      undefined,
    ]);
  });

  test("the site's own 401, 403 and 500 reach whoever has a grant, intercepted and static ones too", async () => {
    mkdirSync(join(folder, 'static', 'empty'), { recursive: true });
    writeFileSync(join(folder, 'static', 'index.html'), 'home');
    const port = await start({
      locations: (location) => `
        location /static/ { ${location} root ${folder}; }
        location / { ${location} ${toTheApp()} proxy_intercept_errors on; }`,
    });
    const stranger = await get(port, '/static/empty/');
    gate.fixture.grant(HOST, VISITOR);

    const paths = ['/static/', '/static/empty/', '/static/none', '/own/401', '/own/403', '/own/500', '/own/503', '/x'];
    const replies = await Promise.all(paths.map((path) => get(port, path)));

    expect([stranger.status, stranger.body.includes('Access pending')]).toEqual([403, true]);
    expect(replies.map(({ status }) => status)).toEqual([200, 403, 404, 401, 403, 500, 503, 200]);
  });

  test('error pages of the server turn no missing answer of the gate into a yes', async () => {
    writeFileSync(join(folder, 'sorry.html'), 'sorry');
    const dead = await startDead();
    const port = await start(
      {
        server: `error_page 500 502 503 504 =200 /sorry.html; location = /sorry.html { root ${folder}; } proxy_intercept_errors on;`,
      },
      dead.port,
    );

    const replies = [await get(port, '/'), await get(port, '/.koder-gate/assets/gate.css')];

    expect(replies.map(({ status, body }) => [status, body.includes(MARK)])).toEqual([
      [503, false],
      [503, false],
    ]);
  });

  test('a no of the gate stays a no where the server has a page of its own for it', async () => {
    writeFileSync(join(folder, 'sorry.html'), 'sorry');
    const port = await start({
      server: `error_page 403 =200 /sorry.html; location = /sorry.html { root ${folder}; } proxy_intercept_errors on;`,
    });

    const reply = await get(port, '/');

    expect([reply.status, reply.body.includes('Access pending')]).toEqual([403, true]);
  });

  test("the gate's own cookies in more than four places: the site gets no cookie at all", async () => {
    gate.fixture.grant(HOST, VISITOR);
    const port = await start({});
    const own = (at: number): string => `__Host-kg-s-0000000${String(at)}=ours`;
    const cookie = [1, 2, 3, 4, 5].map((at) => `a${String(at)}=1; ${own(at)}`).join('; ');

    const replies = [
      await ask(port, { path: '/', headers: { ...BROWSER, host: HOST, cookie: cookie.replace(`; ${own(5)}`, '') } }),
      await ask(port, { path: '/', headers: { ...BROWSER, host: HOST, cookie } }),
    ];

    expect(replies.map(({ body }) => (JSON.parse(body) as Told).headers['cookie'])).toEqual([
      'a1=1; a2=1; a3=1; a4=1; a5=1',
      undefined,
    ]);
  });

  test('a path beyond ASCII is judged by its address, as every other', async () => {
    const port = await start({ locations: (location) => `location / { ${location} root ${folder}; }` });
    writeFileSync(join(folder, 'café'), 'drip');
    const text = Buffer.from(lines('GET /café HTTP/1.1', `Host: ${HOST}`, 'Accept: text/html')).toString('latin1');

    const closed = await rawCall({ port, text });
    gate.fixture.grant(HOST, VISITOR);
    const open = await rawCall({ port, text });

    expect([statusOf(closed), statusOf(open), open.includes('drip')]).toEqual([403, 200, true]);
  });
});
