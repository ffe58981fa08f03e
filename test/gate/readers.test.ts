/** The form of a refusal: a page for people, a problem document for programs, a sentence for what is part of a page. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ask,
  BROWSER,
  forwarded,
  HOST,
  openAnswer,
  startGate,
  type Reply,
  type RunningGate,
} from '../fixtures/gate/running-gate.js';

let gate: RunningGate;

beforeAll(async () => {
  gate = await startGate();
});
beforeEach(() => gate.fixture.forget());
afterAll(() => gate.stop());

const { accept: HTML, 'user-agent': CHROME } = BROWSER;
const PAGE = 'text/html; charset=utf-8';
const PROBLEM = 'application/problem+json';
const TEXT = 'text/plain; charset=utf-8';
/** Where a refusal has a body: the check of most proxies, nginx's second question, and Envoy's check. */
const WAYS = ['/auth/forward', '/.koder-gate/pending/GET/api/cart', '/auth/envoy/api/cart'];

const get = (path: string, headers: Readonly<Record<string, string>>): Promise<Reply> =>
  ask(gate.port, { path, headers: { ...forwarded({ uri: '/api/cart' }), ...headers } });

const sent = (mode: string, dest: string, accept = '*/*'): Record<string, string> => ({
  'sec-fetch-mode': mode,
  'sec-fetch-dest': dest,
  accept,
  'user-agent': CHROME,
});

describe.each(WAYS)('%s', (way) => {
  test.each<[string, Record<string, string>, string]>([
    ['a navigation', BROWSER, PAGE],
    ['a navigation that wants data first', { ...BROWSER, accept: 'application/json' }, PAGE],
    ['a frame', sent('navigate', 'iframe', HTML), PAGE],
    ['a browser over plain http', { accept: HTML, 'user-agent': CHROME }, PAGE],
    ['a text browser', { accept: '*/*', 'user-agent': 'Links (2.29; Linux)' }, PAGE],
    ["a script's fetch", sent('cors', 'empty'), PROBLEM],
    ["a script's fetch of its own origin", sent('same-origin', 'empty', 'application/json'), PROBLEM],
    ["a script's fetch of a page", sent('cors', 'empty', HTML), PROBLEM],
    ['an EventSource', sent('cors', 'empty', 'text/event-stream'), PROBLEM],
    ['an EventSource over plain http', { accept: 'text/event-stream' }, PROBLEM],
    ['axios', { accept: 'application/json, text/plain, */*' }, PROBLEM],
    ['a caller of a JSON dialect', { accept: 'application/vnd.api+json' }, PROBLEM],
    ['a caller that wants data rather than a page', { accept: 'application/json, text/html;q=0.5' }, PROBLEM],
    ['a caller that takes a page rather than data', { accept: 'text/html, application/json;q=0.5' }, PAGE],
    ['XMLHttpRequest over plain http', { accept: 'text/html, */*', 'x-requested-with': 'XMLHttpRequest' }, PROBLEM],
    ['gRPC', { accept: 'application/grpc-web+proto' }, PROBLEM],
    ['curl', { accept: '*/*', 'user-agent': 'curl/8.9.1' }, PROBLEM],
    ['no Accept at all', {}, PROBLEM],
    ['an image', sent('no-cors', 'image', 'image/avif,image/webp,*/*;q=0.8'), TEXT],
    ['an image over plain http', { accept: 'image/avif,image/webp,*/*;q=0.8' }, TEXT],
    ['a style', sent('no-cors', 'style', 'text/css,*/*;q=0.1'), TEXT],
    ['a style over plain http', { accept: 'text/css,*/*;q=0.1' }, TEXT],
    ['a script', sent('no-cors', 'script'), TEXT],
    ['a font', sent('cors', 'font'), TEXT],
    ["a service worker's script", sent('same-origin', 'serviceworker'), TEXT],
  ])('%s', async (_who, headers, type) => {
    const reply = await get(way, headers);

    expect([reply.status, reply.headers['content-type']]).toEqual([403, type]);
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(reply.body.includes('<')).toBe(type === PAGE);
  });

  test('a program is told what is the case and what its person can do', async () => {
    const { body } = await get(way, sent('cors', 'empty'));

    expect(JSON.parse(body)).toEqual({
      type: 'tag:koder.dev,2026:koder-gate/closed',
      title: 'This site is closed',
      status: 403,
      detail: 'Open it in a browser to ask for access. No request was sent.',
      state: 'closed',
      host: HOST,
      environment: 'stg',
      open_in_browser: '/api/cart',
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ['an unknown host', { host: 'nowhere.example.org', 'x-forwarded-host': 'nowhere.example.org' }, 'unknown_host'],
    ['an unknown address', { 'x-forwarded-for': 'unknown' }, 'unknown_address'],
  ])('a program is told of %s', async (_what, headers, state) => {
    const reply = await get(way, { ...sent('cors', 'empty'), ...headers });

    expect([reply.status, JSON.parse(reply.body)]).toMatchObject([403, { state, status: 403 }]);
  });
});

test.each<[string, Record<string, string>]>([
  ['a page', BROWSER],
  ['a problem', { accept: 'application/json' }],
  ['a sentence', { accept: 'image/png' }],
])('HEAD has the headers of %s', async (_what, headers) => {
  const asked = { path: '/.koder-gate/pending/HEAD/', headers: { ...forwarded(), ...headers } };
  const whole = await ask(gate.port, asked);
  const head = await ask(gate.port, { ...asked, method: 'HEAD' });

  expect([head.status, head.body]).toEqual([403, '']);
  expect(head.headers['content-length']).toBe(String(Buffer.byteLength(whole.body)));
  expect(head.headers['content-type']).toBe(whole.headers['content-type']);
});

describe('what is no page of the gate', () => {
  const NAME = '0'.repeat(32);
  test.each<[string, string, number, string]>([
    ['GET', '/.koder-gate/wait/nonsense', 404, 'There is nothing here'],
    ['GET', '/.koder-gate/wait', 404, 'There is nothing here'],
    ['GET', '/.koder-gate/', 404, 'There is nothing here'],
    ['GET', '/.koder-gate/assets/none.css', 404, 'There is nothing here'],
    ['GET', `/.koder-gate/wait/${NAME}/more`, 404, 'There is nothing here'],
    ['GET', `/.koder-gate/wait/${NAME}`, 403, 'No such request'],
    ['POST', '/.koder-gate/pending', 405, 'Not taken'],
    ['POST', `/.koder-gate/wait/${NAME}`, 405, 'Not taken'],
  ])('%s %s is said on a page, and in data', async (...[method, path, status, title]) => {
    const person = await ask(gate.port, { path, method, headers: { ...forwarded(), ...BROWSER } });
    const program = await ask(gate.port, { path, method, headers: { ...forwarded(), accept: 'application/json' } });

    expect([person.status, person.headers['content-type']]).toEqual([status, PAGE]);
    expect(person.body).toContain(`<h1>${title}</h1>`);
    expect([program.status, program.headers['content-type']]).toEqual([status, PROBLEM]);
    expect(JSON.parse(program.body)).toMatchObject({ title, status });
    expect(person.headers.allow).toBe(status === 405 ? 'GET, HEAD' : undefined);
  });

  test.each([
    ['the status', `/.koder-gate/status/${NAME}`],
    ['the stream', `/.koder-gate/stream/${NAME}`],
  ])('%s of a request that is not there is said in data to everybody', async (_what, path) => {
    const reply = await ask(gate.port, { path, headers: { ...forwarded(), ...BROWSER } });

    expect([reply.status, JSON.parse(reply.body)]).toMatchObject([404, { state: 'unknown_request' }]);
  });

  test.each(['status', 'stream'])('the %s is not taken for lost while nobody can look', async (what) => {
    gate.fixture.outage = 'rejects';
    const reply = await ask(gate.port, { path: `/.koder-gate/${what}/${NAME}`, headers: forwarded() });
    gate.fixture.outage = 'none';

    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '30']);
    expect(JSON.parse(reply.body)).toMatchObject({ state: 'unavailable', retry_after_seconds: 30 });
  });

  test('a ninth stream is told when to come again', async () => {
    await ask(gate.port, { path: '/auth/forward', headers: { ...forwarded(), ...BROWSER } });
    const path = `/.koder-gate/stream/${gate.fixture.requests[0]?.statusId ?? ''}`;
    const held = await Promise.all(
      Array.from({ length: 8 }, () => openAnswer(gate.port, { path, headers: forwarded() })),
    );

    const ninth = await ask(gate.port, { path, headers: { ...forwarded(), accept: 'text/event-stream' } });
    for (const stream of held) stream.destroy();

    expect([ninth.status, ninth.headers['retry-after']]).toEqual([429, '15']);
    expect(JSON.parse(ninth.body)).toMatchObject({ state: 'busy', retry_after_seconds: 15 });
  });
});
