/**
 * Open paths and site tokens through everything that can stand before a site: the gate judges the very path that is served, and
 * a token for the gate never reaches the site.
 */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readOpenPath, type OpenPath } from '../../src/approval/open-path.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { newSiteToken } from '../../src/gate/check/tokens/site-token.js';
import { HOST, site } from '../fixtures/gate/running-gate.js';
import { FRONTS, isThere } from '../fixtures/proxies/fronts.js';
import { front, gate, mintedToken, putInFront } from '../fixtures/proxies/in-front.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { MARK } from '../fixtures/sites/site-app.js';

const VISITOR = '127.0.0.1';
const OPEN_PATHS = ['/hooks/*', '/status', 'POST /webhooks/github'];
const OWN = `Host: ${HOST}`;

const openPaths = OPEN_PATHS.map(readOpenPath).filter((one): one is OpenPath => !('problem' in one));

describe.each(FRONTS.filter(isThere))('through %s', (kind) => {
  putInFront(kind, { sites: [site({ allowProxyAddress: true, openPaths })] });
  let token: string;

  beforeAll(async () => {
    token = await mintedToken();
  });

  beforeEach(() => {
    gate.fixture.forget();
  });

  const call = (request: string, ...headers: readonly string[]): Promise<string> =>
    rawCall({ port: front.port, text: lines(request, OWN, ...headers) });
  const bearer = (text: string): string => `Authorization: Bearer ${text}`;

  test.each([
    'GET /hooks/a HTTP/1.1',
    'GET /hooks/a?b=/../c HTTP/1.1',
    'HEAD /status HTTP/1.1',
    'GET /status HTTP/1.1',
    'POST /webhooks/github HTTP/1.1',
  ])('%s is open', async (request) => {
    const answer = await call(request, 'Content-Length: 0');

    expect(statusOf(answer)).toBe(200);
  });

  test.each([
    '/',
    '/status/',
    '/statuses',
    '/STATUS',
    '/status;x=1',
    '/status%00',
    '/status%20/..',
    '/hooks',
    '/hooks/../admin',
    '/hooks/./../admin',
    '/hooks/%2e%2e/admin',
    '/hooks/%2E./admin',
    '/hooks/..%2fadmin',
    '/hooks/..%5cadmin',
    '/hooks/..\\admin',
    '/hooks/..;/admin',
    '/hooks/a/..;x/../../admin',
    '/hooks//../admin',
    '/hooks/%252e%252e/admin',
    '/hooks/a%2f..%2f..%2fadmin',
    '//hooks/a',
    '/./hooks/a',
    '/x/../hooks/a',
    '/Hooks/a',
    '/%68ooks/a',
    '/hooks%2fa',
    '/hooks/a#/../../admin',
    '/webhooks/github',
    `http://${HOST}/hooks/../admin`,
    `http://${HOST}/admin?/hooks/a`,
    `http://${HOST}?/hooks/a`,
  ])('GET %s is not', async (target) => {
    const answer = await call(`GET ${target} HTTP/1.1`);

    expect(answer).not.toContain(MARK);
  });

  test.each([
    ['X-Forwarded-Uri', 'X-Forwarded-Uri: /hooks/a'],
    ['X-Original-URL', 'X-Original-URL: /hooks/a'],
    ['X-Forwarded-Method', 'X-Forwarded-Method: POST'],
    ['X-HTTP-Method-Override', 'X-HTTP-Method-Override: POST'],
  ])('%s opens nothing', async (_name, header) => {
    const answers = [await call('GET /admin HTTP/1.1', header), await call('GET /webhooks/github HTTP/1.1', header)];

    expect(answers.filter((answer) => answer.includes(MARK))).toEqual([]);
  });

  test.each([
    ['as a bearer', (text: string) => [`Authorization: Bearer ${text}`]],
    ['as a bearer in other letters', (text: string) => [`authorization: bearer ${text}`]],
    ['in a header of its own', (text: string) => [`X-Gate-Token: ${text}`]],
    ['in both', (text: string) => [`Authorization: Bearer ${text}`, `X-Gate-Token: ${text}`]],
  ])('a site token %s lets its caller in, and stays here', async (_how, headers) => {
    const answer = await call('GET /admin HTTP/1.1', ...headers(token));

    expect([statusOf(answer), answer.includes(MARK), answer.includes(token)]).toEqual([200, true, false]);
    expect(gate.fixture.accessRequests).toEqual([]);
  });

  test('a token beside a grant, and one that is nobody’s, stay here too', async () => {
    gate.fixture.grant(HOST, VISITOR);
    const wrong = newSiteToken(systemRandom()).revealText();

    const answers = [await call('GET / HTTP/1.1', bearer(token)), await call('GET / HTTP/1.1', bearer(wrong))];

    expect(answers.map((answer) => [statusOf(answer), answer.includes('kgst_')])).toEqual([
      [200, false],
      [200, false],
    ]);
  });

  test('a token that is nobody’s lets nobody in', async () => {
    const wrong = newSiteToken(systemRandom()).revealText();

    const answers = [
      await call('GET / HTTP/1.1', bearer(wrong)),
      await call('GET / HTTP/1.1', `X-Gate-Token: ${wrong}`),
    ];

    expect(answers.map((answer) => [statusOf(answer), answer.includes(MARK)])).toEqual([
      [403, false],
      [403, false],
    ]);
  });

  test("the site's own credentials reach it", async () => {
    gate.fixture.grant(HOST, VISITOR);

    const answers = [
      await call('GET / HTTP/1.1', bearer('4711')),
      await call('GET / HTTP/1.1', 'Authorization: Basic NDcxMQ=='),
    ];

    expect([answers[0]?.includes('"authorization":"Bearer 4711"'), answers[1]?.includes('Basic NDcxMQ==')]).toEqual([
      true,
      true,
    ]);
  });
});
