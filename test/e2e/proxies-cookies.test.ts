/** The gate's own cookies through everything that can stand before a site: the gate gets them and no others, the site all others and none of them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:http2';
import { HOST } from '../fixtures/gate/running-gate.js';
import { COOKIE_FORMS } from '../fixtures/proxies/cookie-forms.js';
import { FRONTS, isThere, startFront } from '../fixtures/proxies/fronts.js';
import { isInstalled, PROXIES, type RunningProxy } from '../fixtures/proxies/proxies.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { portOf, startApp, stopServer, type RunningApp, type Told } from '../fixtures/sites/site-app.js';

const OWN = `Host: ${HOST}`;
/** What a page of the gate says that begins or ends a sign-in. */
const SET = ['__Host-kg=ours-9; Path=/; Secure; HttpOnly', '__Host-kg-s-0a1b2c3d=; Path=/; Secure; Max-Age=0'];
const AWAY = 'https://gate.example.org/handoff?host=stg.example.org&state=a%2Fb';

let asked: { readonly url: string; readonly cookies: readonly string[]; readonly hasCookie: boolean }[];
let verdict: 204 | 403;
let gate: Server;
let app: RunningApp;

beforeAll(async () => {
  gate = createServer((request, response) => {
    const { url = '', headers } = request;
    const cookies = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const hasCookie = (headers.cookie ?? '') !== '';
    asked.push({ url, cookies: cookies.filter((pair) => pair !== ''), hasCookie });
    response.setHeader('set-cookie', SET).setHeader('cache-control', 'no-store');
    if (url.includes('/.koder-gate/sign')) response.writeHead(303, { location: AWAY }).end();
    else response.writeHead(verdict, { 'x-gate-site': HOST }).end();
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  app = await startApp();
});

afterAll(() => {
  stopServer(gate);
  app.stop();
});

beforeEach(() => {
  asked = [];
  verdict = 204;
});

const behind = (): { gatePort: number; appPort: number; host: string } => ({
  gatePort: portOf(gate),
  appPort: app.port,
  host: HOST,
});

describe.each(FRONTS.filter(isThere))('through %s', (kind) => {
  let front: RunningProxy;

  beforeAll(async () => {
    front = await startFront(kind, behind());
  });

  afterAll(() => front.stop());

  const call = (path: string, ...cookies: readonly string[]): Promise<string> =>
    rawCall({
      port: front.port,
      text: lines(`GET ${path} HTTP/1.1`, OWN, ...cookies.map((line) => `Cookie: ${line}`), 'X-After: 1'),
    });

  test.each(COOKIE_FORMS)('$what: to the site go all others as they were', async ({ sent, site, gate: own }) => {
    const told = toldIn(await call('/', ...sent));

    // Caddy takes off all lines of a header or none, so that one of several lines is left empty; browsers send one line
    expect(cookiesIn(told, kind === 'caddy')).toBe(site);
    expect(told.headers['x-after']).toBe('1');
    expect(asked.map(({ cookies }) => cookies)).toEqual([own]);
  });

  test.each(COOKIE_FORMS)('$what: a page of the gate gets its own', async ({ sent, gate: own }) => {
    await call('/.koder-gate/signed-in?code=a&state=b&iss=c', ...sent);

    expect(asked).toMatchObject([{ url: `/site/${HOST}/.koder-gate/signed-in?code=a&state=b&iss=c`, cookies: own }]);
  });

  test('no cookie is sent on where none came', async () => {
    const told = toldIn(await call('/'));

    expect(told.raw.filter((text) => /^cookie$/i.test(text))).toEqual([]);
    expect(asked.map(({ hasCookie }) => hasCookie)).toEqual([false]);
  });

  test('a page of the gate sets its cookies and sends on, unchanged', async () => {
    const answer = await call('/.koder-gate/sign-in?back=%2Fshop');

    expect([statusOf(answer), headerIn(answer, 'location'), headerIn(answer, 'set-cookie')]).toEqual([
      303,
      [AWAY],
      SET,
    ]);
    expect(headerIn(answer, 'cache-control')).toEqual(['no-store']);
    expect(asked.map(({ url }) => url)).toEqual([`/site/${HOST}/.koder-gate/sign-in?back=%2Fshop`]);
  });

  test('it is asked for anew each time', async () => {
    await call('/.koder-gate/sign-in');
    await call('/.koder-gate/sign-in');

    expect(asked.length).toBe(2);
  });

  test('what the check sets stays behind where it says yes, and reaches the visitor where it says no', async () => {
    const yes = await call('/');
    verdict = 403;
    const no = await call('/');

    expect([statusOf(yes), headerIn(yes, 'set-cookie')]).toEqual([200, []]);
    expect([statusOf(no), headerIn(no, 'set-cookie')]).toEqual([403, SET]);
  });
});

describe.each(PROXIES.filter(isInstalled))('through %s by HTTP/2', (kind) => {
  let front: RunningProxy;

  beforeAll(async () => {
    front = await startFront(kind, { ...behind(), isHttp2: true });
  });

  afterAll(() => front.stop());

  test.each(COOKIE_FORMS)('$what: a field for each cookie', async ({ sent, site, gate: own }) => {
    const crumbs = sent.flatMap((line) => line.split('; '));

    const told = JSON.parse(await overHttp2(front.port, crumbs)) as Told;

    expect(cookiesIn(told)).toBe(site);
    expect(asked.map(({ cookies }) => cookies)).toEqual([own]);
  });
});

function overHttp2(port: number, cookie: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${String(port)}`);
    session.on('error', reject);
    const stream = session.request({ ':path': '/', ':authority': HOST, cookie: [...cookie] });
    let body = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => (body += chunk));
    stream.on('error', reject).on('end', () => {
      session.close();
      resolve(body);
    });
    stream.end();
  });
}

function headerIn(answer: string, name: string): string[] {
  const [head = ''] = answer.split('\r\n\r\n', 1);
  const begin = `${name}: `;
  return head
    .split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(begin))
    .map((line) => line.slice(begin.length));
}

/** The application's answer holds its JSON, whatever frames a chunked body has around it. */
function toldIn(answer: string): Told {
  const [json] = /\{"app".*\}/s.exec(answer) ?? [];
  if (json === undefined) throw new Error(`not the application's answer: ${answer.slice(0, 300)}`);
  return JSON.parse(Buffer.from(json, 'latin1').toString('utf8')) as Told;
}

function cookiesIn({ raw }: Told, isEmptyLeft = false): string {
  const sent = raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === 'cookie');
  return sent.filter((line) => line !== '' || !isEmptyLeft || sent.length === 1).join('; ');
}
