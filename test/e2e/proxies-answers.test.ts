/** What reaches the visitor, the site and the gate through everything that can stand before a site, when things are not small and well. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { ask, BROWSER, HOST, site, startGate, type Reply, type RunningGate } from '../fixtures/gate/running-gate.js';
import { FRONTS, isThere, startFront, type FrontKind } from '../fixtures/proxies/fronts.js';
import type { RunningProxy } from '../fixtures/proxies/proxies.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { MARK, startApp, startDead, startMute, type RunningApp, type Told } from '../fixtures/sites/site-app.js';

const VISITOR = '127.0.0.1';
/** The same visitor, by another network. */
const ELSEWHERE = '127.0.0.9';
const UPLOAD_BYTES = 3_000_000;

describe.each(FRONTS.filter(isThere))('through %s', (kind) => {
  let gate: RunningGate;
  let app: RunningApp;
  let front: RunningProxy;

  beforeAll(async () => {
    gate = await startGate({ trustedProxies: ['127.0.0.1/32'], sites: [site({ allowProxyAddress: true })] });
    app = await startApp();
    const nginx = { locations: withLargeBodies(app.port), isAlone: kind === 'nginx alone' };
    front = await startFront(kind, { gatePort: gate.port, appPort: app.port, host: HOST, nginx });
  });

  afterAll(async () => {
    await front.stop();
    app.stop();
    await gate.stop();
  });

  beforeEach(() => {
    gate.fixture.forget();
  });

  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
    ask(front.port, { path, headers: { ...BROWSER, host: HOST, ...headers } });

  test('an upload of 3 MB reaches the site whole', async () => {
    gate.fixture.grant(HOST, VISITOR);

    const reply = await upload(front.port);

    expect([reply.status, (JSON.parse(reply.body) as Told).bytes]).toEqual([200, UPLOAD_BYTES]);
  });

  test("a stranger's upload of 3 MB is closed out as every request is", async () => {
    const reply = await upload(front.port);

    expect([reply.status, reply.body.includes(MARK)]).toEqual([403, false]);
  });

  test('once approved, the waiting page leads to what was asked for', async () => {
    const closed = await get('/shop?a=1');
    const [request] = gate.fixture.requests;
    if (request === undefined) throw new Error('nothing was opened');
    const wait = /data-wait="([^"]+)"/.exec(closed.body)?.[1] ?? '';
    const waiting = await get(wait);
    gate.fixture.decide(request, 'approved');

    const reply = await get(wait);

    expect([waiting.status, waiting.body.includes('Access pending')]).toEqual([403, true]);
    expect([reply.status, reply.headers.location]).toEqual([303, '/shop?a=1']);
  });

  test('a program that asks for JSON is told no in JSON', async () => {
    const reply = await get('/api/v1/things', {
      accept: 'application/json',
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
    });

    expect([reply.status, reply.headers['content-type']]).toEqual([403, 'application/problem+json']);
    expect(JSON.parse(reply.body)).toMatchObject({ status: 403 });
    expect(gate.fixture.accessRequests).toEqual([]);
  });

  test('a waiting page whose visitor has another address says so, and leads back to where he was', async () => {
    await get('/shop');
    const wait = `/.koder-gate/wait/${gate.fixture.requests[0]?.statusId ?? ''}?return=%2Fshop`;
    const from = ELSEWHERE;

    const reply = await ask(front.port, { path: wait, from, headers: { ...BROWSER, host: HOST } });

    expect([reply.status, /<h1[^>]*>([^<]*)/.exec(reply.body)?.[1]]).toEqual([403, 'Your address has changed']);
    expect(reply.body).toContain('href="/shop"');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])(
    '%s to a page of the gate is not taken, and the connection goes on',
    async (method) => {
      const told = `${method} /.koder-gate/assets/gate.css HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 4\r\n\r\nbody`;
      const next = lines('HEAD /.koder-gate/assets/gate.css HTTP/1.1', `Host: ${HOST}`);

      const answers = await rawCall({ port: front.port, text: told + next });

      const [first = '', second = ''] = answers.split(/(?=HTTP\/1\.1 200)/);
      expect([statusOf(first), /^allow: (.*)\r$/im.exec(first)?.[1]]).toEqual([405, 'GET, HEAD']);
      // as long as it says, or the next answer would begin within it
      const [head = '', body = ''] = first.split('\r\n\r\n');
      const length = /^content-length: (\d+)/im.exec(head)?.[1];
      if (length !== undefined) expect(Buffer.byteLength(body, 'latin1')).toBe(Number(length));
      expect([statusOf(second), second.split('\r\n\r\n')[1]]).toEqual([200, '']);
    },
  );
});

/** All at once: most of the time each of them waits for a gate that says nothing. */
test.each([
  ['down', startDead],
  ['mute', startMute],
])(
  'a gate that is %s is told in a sentence, and when to come again',
  async (_how, startBroken) => {
    const broken = await startBroken();
    const app = await startApp();
    const told = await Promise.all(
      FRONTS.filter(isThere).map((kind) => askWithout(kind, { gatePort: broken.port, appPort: app.port })),
    );
    broken.stop();
    app.stop();

    const isTold = expect.stringMatching(/^The gate (?:or the site )?does not answer/);
    const each = { status: 503, retryAfter: '15', body: isTold };
    expect(told).toEqual(FRONTS.filter(isThere).map((kind) => ({ kind, page: each, check: each })));
  },
  60_000,
);

async function askWithout(kind: FrontKind, at: { gatePort: number; appPort: number }): Promise<unknown> {
  const front = await startFront(kind, { ...at, host: HOST });
  const of = async (path: string): Promise<unknown> => {
    const { status, headers, body } = await ask(front.port, { path, headers: { ...BROWSER, host: HOST } });
    return { status, retryAfter: headers['retry-after'], body };
  };
  const [check, page] = await Promise.all([of('/'), of('/.koder-gate/assets/gate.css')]);
  await front.stop();
  return { kind, check, page };
}

function withLargeBodies(appPort: number): (location: string) => string {
  return (location) =>
    `location / { ${location} client_max_body_size 50m; proxy_pass http://127.0.0.1:${String(appPort)}; }`;
}

async function upload(port: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { host: HOST, 'content-length': UPLOAD_BYTES, 'content-type': 'application/octet-stream' };
    const sent = httpRequest({ port, host: '127.0.0.1', path: '/upload', method: 'POST', agent: false, headers });
    sent.on('response', (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(Buffer.alloc(UPLOAD_BYTES, 'x'));
  });
}
