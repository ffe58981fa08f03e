/**
 * Open paths and site tokens through everything that can stand before a site. However a request is written: what reaches the
 * application without a grant is a path inside a pattern, by every reading of it. A token opens its site and never reaches it.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SiteKey } from '../../src/approval/brand.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { newSiteToken } from '../../src/gate/check/tokens/site-token.js';
import { servedPaths } from '../fixtures/sites/served-paths.js';
import { patterns } from '../fixtures/sites/open-patterns.js';
import { ask, site } from '../fixtures/gate/running-gate.js';
import { FRONTS, isThere } from '../fixtures/proxies/fronts.js';
import { front, gate, mintedToken, putInFront } from '../fixtures/proxies/in-front.js';
import { lines, rawCall, statusOf } from '../fixtures/network/raw-call.js';
import { MARK, type Told } from '../fixtures/sites/site-app.js';

const HOST = 'stg.example.org';
const OTHER = 'other.example.org';
const VISITOR = '127.0.0.1';
const OWN = `Host: ${HOST}`;
const PERSON = ['Accept: text/html', 'User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/148.0.0.0 Safari/537.36'];
const RANDOM_TARGETS = 150;
const random = systemRandom();

/** Method and target, and whether the application is reached without a grant. */
const TARGETS: readonly (readonly [string, boolean])[] = [
  ['GET /hooks/a', true],
  ['GET /hooks/a/b?c=d&e=/../f', true],
  ['GET /hooks/', true],
  ['DELETE /hooks/a', true],
  ['HEAD /hooks/a', true],
  ['GET /hooks/caf%C3%A9', true],
  ['GET /hooks/a%20b', true],
  ['POST /webhooks/github', true],
  ['GET /webhooks/github', false],
  ['POST /webhooks/github/', false],
  ['GET /status', true],
  ['HEAD /status', true],
  ['POST /status', false],
  ['GET /', false],
  ['GET /hooks', false],
  ['GET /hooksx', false],
  ['GET /Hooks/a', false],
  ['GET /HOOKS/a', false],
  ['GET /STATUS', false],
  ['GET //hooks/a', false],
  ['GET /hooks//a', false],
  ['GET /hooks/../admin', false],
  ['GET /hooks/./a', false],
  ['GET /hooks/..', false],
  ['GET /hooks/a/..', false],
  ['GET /hooks/%2e%2e/admin', false],
  ['GET /hooks/.%2E/admin', false],
  ['GET /hooks/..%2fadmin', false],
  ['GET /hooks/..%2Fadmin', false],
  ['GET /hooks%2fa', false],
  ['GET /hooks/a%2fb', false],
  ['GET /hooks/..%5cadmin', false],
  ['GET /hooks/..\\admin', false],
  ['GET /hooks/..;/admin', false],
  ['GET /hooks/a;jsessionid=1', false],
  ['GET /hooks;/a', false],
  ['GET /hooks/%3b', false],
  ['GET /hooks/%252e%252e%252fadmin', false],
  ['GET /hooks/%00', false],
  ['GET /hooks/%0d%0aX-Gate-Grant:1', false],
  ['GET /hooks/%C0%AE%C0%AE/admin', false],
  ['GET /hooks/%EF%BC%8E%EF%BC%8E/admin', false],
  ['GET /h%6Foks/a', false],
  ['GET /hooks/a#/../admin', false],
  ['GET /hooks/\u00e9', false],
  ['GET /admin?/hooks/a', false],
  ['get /status', false],
];

const piece = fc.oneof(
  fc.constantFrom('/hooks/', '/hooks', '/', '/status', 'hooks', 'a', 'admin', '..', '.', '?', '#', ';', '\\', ':', '@'),
  fc.constantFrom('//', '/../', '/./', '%2e', '%2E', '%2f', '%2F', '%5c', '%5C', '%3b', '%23', '%3f', '%25', '%252e'),
  fc.constantFrom('%00', '%0a', '%20', '%C3%A9', '%c3%a9', '%C0%AE', '%EF%BC%8F', '%61', '%', '\u00e9', '*', '~', '+'),
);
const target = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `/hooks/${pieces.join('')}`);

describe.each(FRONTS.filter(isThere))('through %s', (kind) => {
  const openPaths = patterns('/hooks/*', 'POST /webhooks/github', 'GET /status');
  putInFront(kind, {
    sites: [
      site({ domains: [HOST], openPaths, allowProxyAddress: true }),
      site({ key: OTHER as SiteKey, domains: [OTHER], allowProxyAddress: true }),
    ],
    host: HOST,
  });
  let token: string;

  beforeEach(async () => {
    gate.fixture.forget();
    token = await mintedToken(HOST);
  });

  function call(request: string, ...headers: readonly string[]): Promise<string> {
    return rawCall({ port: front.port, text: lines(`${request} HTTP/1.1`, OWN, ...headers) });
  }

  test.each(TARGETS)('%s: %s', async (request, isOpen) => {
    const answer = await call(request);

    const isReached = statusOf(answer) === 200;
    expect(isReached).toBe(isOpen);
    if (isReached && !request.startsWith('HEAD')) expect(told(answer).headers['x-gate-grant'] ?? '').toBe('');
  });

  test.each(['http:///hooks/a', `http://${HOST}/hooks/a`, `http://${HOST}/hooks/../a`, `http://${HOST}//hooks/a`])(
    'the absolute form %s reaches the application by a path inside a pattern, or not at all',
    async (one) => {
      const answer = await call(`GET ${one}`);

      if (answer.includes(MARK)) expect(told(answer).url).toBe('/hooks/a');
    },
  );

  test('what is put together by chance reaches the application by a path inside a pattern, or not at all', async () => {
    for (const one of fc.sample(target, RANDOM_TARGETS)) {
      const answer = await call(`GET ${one}`);

      if (!answer.includes(MARK)) continue;
      const outside = servedPaths(told(answer).url).filter((path) => !path.startsWith('/hooks/'));
      expect([one, outside]).toEqual([one, []]);
    }
  }, 60_000);

  test('the application is told of a pass without a grant as of any other', async () => {
    const { headers } = told(await call('GET /hooks/a', 'X-Gate-Grant: 1', 'X-Gate-Approver: eve@example.org'));

    const said = ['site', 'environment', 'address'].map((name) => headers[`x-gate-${name}`]);
    expect(said).toEqual([HOST, 'stg', VISITOR]);
    expect([headers['x-gate-grant'] ?? '', headers['x-gate-approver'] ?? '']).toEqual(['', '']);
  });

  test('an upgrade to WebSocket is no exception: it passes by an open path, and by no other', async () => {
    const headers = {
      host: HOST,
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const statusFor = async (path: string): Promise<number> => (await ask(front.port, { path, headers })).status;

    expect(await statusFor('/admin')).toBe(403);
    expect(await statusFor('/hooks/%2e%2e/admin')).toBe(403);
  });

  describe('a site token', () => {
    test('opens the site as a bearer, and the application never sees it', async () => {
      const answer = await call('GET /anything', `Authorization: Bearer ${token}`);

      expect(statusOf(answer)).toBe(200);
      expect(answer).not.toContain(token);
      const { headers, raw } = told(answer);
      expect(headers['authorization'] ?? '').toBe('');
      expect(headers['x-gate-token'] ?? '').toBe('');
      expect(raw.join('\n')).not.toContain('kgst_');
      expect([headers['x-gate-site'], headers['x-gate-grant'] ?? '']).toEqual([HOST, '']);
    });

    test("opens the site by the gate's own header, beside a bearer of the site's", async () => {
      const answer = await call('POST /anything', `X-Gate-Token: ${token}`, 'Authorization: Bearer the-sites-own');

      expect(statusOf(answer)).toBe(200);
      expect(answer).not.toContain(token);
      expect(told(answer).headers['authorization']).toBe('Bearer the-sites-own');
    });

    test('does not reach the application of a visitor with a grant, or by an open path', async () => {
      const byPath = await call('GET /hooks/a', `Authorization: Bearer ${token}`);
      gate.fixture.grant(HOST, VISITOR);
      const byGrant = await call('GET /anything', `Authorization: bearer ${token}`, 'X-Gate-Token: x');

      expect([statusOf(byPath), statusOf(byGrant)]).toEqual([200, 200]);
      for (const answer of [byPath, byGrant]) {
        expect(answer).not.toContain('kgst_');
        expect(told(answer).headers['x-gate-token'] ?? '').toBe('');
      }
    });

    test.each([
      ['of another site', () => mintedToken(OTHER)],
      ['that was never made', () => Promise.resolve(newSiteToken(random).revealText())],
      ['that is too short', () => Promise.resolve(token.slice(0, -1))],
    ])('%s opens nothing, and nobody is asked', async (_what, wrong) => {
      const bearer = await wrong();

      const answers = [
        await call('GET /anything', ...PERSON, `Authorization: Bearer ${bearer}`),
        await call('GET /anything', ...PERSON, `X-Gate-Token: ${bearer}`),
        await call('GET /anything', ...PERSON, `Authorization: Bearer ${bearer}`, `Authorization: Bearer ${token}`),
      ];

      expect(answers.filter((answer) => answer.includes(MARK))).toEqual([]);
      expect(gate.fixture.accessRequests).toEqual([]);
    });

    test("the site's own Authorization is passed on unchanged to whoever has a grant", async () => {
      gate.fixture.grant(HOST, VISITOR);

      const { headers } = told(await call('GET /anything', 'Authorization: Basic dXNlcjpwYXNz'));

      expect(headers['authorization']).toBe('Basic dXNlcjpwYXNz');
    });
  });
});

function told(answer: string): Told {
  return JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as Told;
}
