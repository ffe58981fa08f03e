/** What `authGate()` passes on, both ways: nothing forged to the site, nothing but what it reads to the gate, and no slot that stays taken. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { SiteKey } from '../../src/approval/brand.js';
import { authGate, type AuthGateOptions } from '../../src/gate/auth-gate/middleware.js';
import { MAX_STREAMS_AN_ADDRESS } from '../../src/gate/visitor/streams.js';
import { eventually } from '../fixtures/time/eventually.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { ask, BROWSER, HOST, openAnswer, site, startGate } from '../fixtures/gate/running-gate.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Every form in which node:http offers what was sent. */
interface Forms {
  readonly headers: unknown;
  readonly distinct: unknown;
  readonly raw: unknown;
  readonly trailers: unknown;
  readonly trailersDistinct: unknown;
  readonly rawTrailers: unknown;
}

async function formsOf(request: IncomingMessage): Promise<Forms> {
  request.resume();
  await new Promise((resolve) => request.once('end', resolve));
  return {
    headers: request.headers,
    distinct: request.headersDistinct,
    raw: request.rawHeaders,
    trailers: request.trailers,
    trailersDistinct: request.trailersDistinct,
    rawTrailers: request.rawTrailers,
  };
}

async function serveSite(gatePort: number, own: Partial<AuthGateOptions> = {}): Promise<number> {
  const guard = authGate({ gateUrl: `http://127.0.0.1:${String(gatePort)}`, timeoutMs: 2_000, ...own });
  return serve((request, response) =>
    guard(request, response, () => {
      void formsOf(request).then((forms) => response.end(JSON.stringify(forms)));
    }),
  );
}

interface Spy {
  readonly port: number;
  readonly asked: { readonly url: string; readonly raw: readonly string[] }[];
}

/** A gate that says yes, and what it says with it. */
async function serveYes(says: Readonly<Record<string, string>> = {}): Promise<Spy> {
  const asked: { url: string; raw: string[] }[] = [];
  const port = await serve((request, response) => {
    asked.push({ url: request.url ?? '', raw: request.rawHeaders });
    response.writeHead(204, { 'X-Gate-Site': HOST, ...says }).end();
  });
  return { port, asked };
}

describe('what a visitor forges', () => {
  test.each([
    ['the very first line', ['X-Gate-Grant: 666', `Host: ${HOST}`]],
    ['the very last line', [`Host: ${HOST}`, 'X-Gate-Grant: 666']],
    ['two lines', ['X-Gate-Grant: 666', `Host: ${HOST}`, 'x-gate-grant: 666']],
    ['underscores', ['X_Gate_Grant: 666', 'X-Gate_Approver: 666', 'x_GATE-site: 666', `Host: ${HOST}`]],
    ['a name that the gate does not have', ['X-Gate-Role: 666', `Host: ${HOST}`]],
    ['a token that is none', ['X-Gate-Token: 666', `Host: ${HOST}`]],
  ])('does not reach the site as %s', async (_where, headers) => {
    const port = await serveSite((await serveYes()).port);

    const answer = await rawCall({ port, text: lines('GET / HTTP/1.1', ...headers) });

    expect([statusOf(answer), answer.includes('666')]).toEqual([200, false]);
    expect(answer).toContain(`"x-gate-site":"${HOST}"`);
  });

  test('does not reach the site behind the body either', async () => {
    const port = await serveSite((await serveYes()).port);
    const head = lines(
      'POST / HTTP/1.1',
      `Host: ${HOST}`,
      'Transfer-Encoding: chunked',
      'Trailer: X-Gate-Grant, X-Sum',
    );

    const answer = await rawCall({ port, text: `${head}1\r\nx\r\n0\r\nX-Gate-Grant: 666\r\nX-Sum: 1\r\n\r\n` });

    expect([statusOf(answer), answer.includes('666'), answer.includes('"x-sum":"1"')]).toEqual([200, false, true]);
  });
});

describe('a bearer', () => {
  const sent = (port: number): Promise<string> =>
    rawCall({
      port,
      text: lines('GET / HTTP/1.1', `Host: ${HOST}`, 'Authorization: Bearer 4711', 'X-Gate-Token: 4711'),
    });

  test('that was a token for the gate ends there', async () => {
    const gate = await serveYes({ 'X-Gate-Token': 'used' });

    const answer = await sent(await serveSite(gate.port));

    expect(gate.asked[0]?.raw).toEqual(expect.arrayContaining(['Bearer 4711', '4711']));
    expect([statusOf(answer), answer.includes('4711'), answer.toLowerCase().includes('x-gate-token')]).toEqual([
      200,
      false,
      false,
    ]);
  });

  test("that was none is the site's", async () => {
    const answer = await sent(await serveSite((await serveYes()).port));

    expect([statusOf(answer), answer.includes('"authorization":"Bearer 4711"')]).toEqual([200, true]);
    expect(answer.toLowerCase()).not.toContain('x-gate-token');
  });
});

describe('what the gate is asked', () => {
  test.each([
    ['the site by its name', { site: HOST }, `/site/${HOST}/auth/forward`],
    ['a pattern of sites', { site: '*.preview.example.org' }, '/site/*.preview.example.org/auth/forward'],
    ['no site', {}, '/auth/forward'],
  ])('names %s', async (_what, own, url) => {
    const gate = await serveYes();

    await rawCall({ port: await serveSite(gate.port, own), text: lines('GET /x HTTP/1.1', `Host: ${HOST}`) });

    expect(gate.asked.map((one) => one.url)).toEqual([url]);
  });

  test.each(['/a/../b?c=/..', 'http://elsewhere.example.org/deep?x=1', 'http://elsewhere.example.org', '*'])(
    '%s is told as it was sent',
    async (target) => {
      const gate = await serveYes();
      const text = lines(`OPTIONS ${target} HTTP/1.1`, `Host: ${HOST}`);

      await rawCall({ port: await serveSite(gate.port), text });

      const raw = gate.asked[0]?.raw ?? [];
      expect(raw[raw.indexOf('x-forwarded-uri') + 1]).toBe(target);
    },
  );

  test.each([
    '/.koder-gate/../auth/forward',
    '/.koder-gate/%2e%2e/auth',
    '/.koder-gate/a%2fb',
    '/.koder-gate/',
    '/.koder-gate/.x',
  ])('%s is nobody’s page, and the gate is not asked for it', async (path) => {
    const gate = await serveYes();

    const answer = await rawCall({
      port: await serveSite(gate.port),
      text: lines(`GET ${path} HTTP/1.1`, `Host: ${HOST}`),
    });

    expect([statusOf(answer), gate.asked]).toEqual([404, []]);
  });
});

describe('a visitor who leaves', () => {
  let gate: Awaited<ReturnType<typeof startGate>>;

  beforeEach(async () => {
    gate = await startGate({ trustedProxies: ['127.0.0.1/32'], sites: [site({ allowProxyAddress: true })] });
  });

  afterEach(() => gate.stop());

  test('gives back the slot of his stream', async () => {
    const port = await serveSite(gate.port, { site: HOST });
    await rawCall({ port, text: lines('GET / HTTP/1.1', `Host: ${HOST}`, 'Accept: text/html') });
    const path = `/.koder-gate/stream/${gate.fixture.requests[0]?.statusId ?? ''}`;
    const watch = (): ReturnType<typeof openAnswer> => openAnswer(port, { path, headers: { ...BROWSER, host: HOST } });
    const watching = await Promise.all(Array.from({ length: MAX_STREAMS_AN_ADDRESS }, watch));
    const tooMany = await watch();
    for (const stream of watching) stream.destroy();

    await eventually('a slot is free', async () => {
      const again = await watch();
      again.destroy();
      return again.statusCode === 200;
    });

    expect([watching[0]?.statusCode, tooMany.statusCode]).toEqual([200, 429]);
  });

  test('before the answer is not waited for', async () => {
    let [asked, left] = [0, 0];
    const mute = await serve((request) => {
      asked += 1;
      request.socket.once('close', () => (left += 1));
    });
    const port = await serveSite(mute, { timeoutMs: 60_000 });
    const socket = connect(port, '127.0.0.1', () => socket.write(lines('GET / HTTP/1.1', `Host: ${HOST}`)));
    await eventually('the gate is asked', () => asked === 1);

    socket.destroy();

    await eventually('the question is taken back', () => left === 1);
  });
});

describe("nothing is told of a site that is not the application's own", () => {
  const OTHER = site({ key: 'other.example.org' as SiteKey, domains: ['other.example.org'], environment: 'prd' });
  const PATHS = ['nothing', 'wait/nobodys', 'status/nobodys', 'stream/nobodys', 'assets/nothing', 'pending', 'a/b/c'];

  test.each([
    ['HTML', BROWSER],
    ['JSON', { accept: 'application/json' }],
  ])('%s, for a host that the visitor made up', async (_form, headers) => {
    const gate = await startGate({ sites: [site(), OTHER] });
    const port = await serveSite(gate.port, { site: HOST });
    const tell = async (host: string, method: string, path: string): Promise<string> => {
      const reply = await ask(port, { path: `/.koder-gate/${path}`, method, headers: { ...headers, host } });
      expect(reply.status).toBeGreaterThanOrEqual(400);
      return `${String(reply.headers['x-koder-environment'])} ${String(/prd/i.test(reply.body))}`;
    };

    for (const method of ['GET', 'HEAD'])
      for (const path of PATHS) expect(await tell('other.example.org', method, path)).toBe('undefined false');
    expect(await tell(HOST, 'GET', 'nothing')).toBe('stg false');

    await gate.stop();
  });
});
