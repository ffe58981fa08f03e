/** The admin plane: who gets in, and from where. */
import { describe, expect, test } from '@jest/globals';
import { ADA, ADMIN_TOKEN, BOB, HOST, OPERATOR } from '../fixtures/http/planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { signedInBrowser, type Answer } from '../fixtures/http/visitor-client.js';
import { signedInAtAdmin } from '../fixtures/http/admin-browser.js';
import { BEARER, get, openAdmin, post } from '../fixtures/http/admin-calls.js';

const GUARDED = ['/', '/requests', '/audit', '/metrics', '/v1/doctor', '/v1/sites/stg.example.org', '/nowhere'];

openAdmin();

describe('who gets in', () => {
  test.each(GUARDED)('%s wants the bearer', async (path) => {
    expect((await get(path, {})).status).toBe(401);
    expect((await get(path, { authorization: `Bearer ${ADMIN_TOKEN.slice(1)}b` })).status).toBe(401);
    expect((await get(path)).status).not.toBe(401);
  });

  test('/readyz wants nothing, whatever name it is called by', async () => {
    const answer = await get('/readyz', { host: 'probe.example' });

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ parts: [{ name: 'database', isReady: true, why: '' }] });
  });

  test.each(['evil.example', 'localhost.evil.example:80', 'localhost:1', '127.0.0.1', ' '])(
    'a name rebound to loopback is refused even with the bearer: %j',
    async (host) => {
      const answer = await get('/', { ...BEARER, host });

      expect(answer.status).toBe(403);
    },
  );

  test.each(['127.0.0.1', 'localhost', '[::1]'])('%s with the port is known', async (name) => {
    const { port } = new URL(planes.adminUrl);

    expect((await get('/', { ...BEARER, host: `${name}:${port}` })).status).toBe(200);
  });

  test("the auth host's own session is none of this plane's", async () => {
    const cookie = (await signedInBrowser(planes, OPERATOR)).cookieHeader();

    for (const path of GUARDED) expect((await get(path, { cookie })).status).toBe(401);
  });
});

describe('a row of the queue leads on', () => {
  const link = '>Decide</a>';

  test('whoever may decide it, and the bearer', async () => {
    await planes.accessRequest();

    expect((await get('/requests', { cookie: (await signedInAtAdmin(planes, ADA)).cookieHeader() })).text).toContain(
      link,
    );
    expect((await get('/requests')).text).toContain(link);
  });

  test('no operator who is no approver of its site: they read who decides', async () => {
    await planes.accessRequest();

    const { text } = await get('/requests', { cookie: (await signedInAtAdmin(planes, OPERATOR)).cookieHeader() });

    expect(text).toContain(HOST);
    expect(text).not.toContain(link);
    expect(text).toContain('Only approvers of its site decide a request');
  });
});

describe("an approver's session", () => {
  test('sees the queue of its own sites and no more', async () => {
    await planes.accessRequest();
    const ada = (await signedInAtAdmin(planes, ADA)).cookieHeader();
    const bob = (await signedInAtAdmin(planes, BOB)).cookieHeader();

    expect((await get('/', { cookie: ada })).text).toContain(HOST);
    expect((await get('/', { cookie: bob })).text).not.toContain(HOST);
    expect((await get('/audit', { cookie: ada })).status).toBe(200);
  });

  test.each(['/v1/commands', '/v1/sign-in-links', '/v1/reload'])('does nothing by %s', async (path) => {
    const cookie = (await signedInAtAdmin(planes)).cookieHeader();

    const answer = await post(
      path,
      { verb: 'grant', args: {}, approver: ADA, operator: 'ada' },
      { cookie, origin: planes.adminUrl },
    );

    expect(answer.status).toBe(403);
    expect(planes.calls).toEqual([]);
  });
});

describe("an operator's session", () => {
  test('sees everything, as the bearer does', async () => {
    await planes.accessRequest();
    const cookie = (await signedInAtAdmin(planes, OPERATOR)).cookieHeader();

    expect((await get('/', { cookie })).text).toContain(HOST);
    for (const path of GUARDED.slice(1, -1)) expect((await get(path, { cookie })).status).toBe(200);
    for (const path of ['/v1/sessions', '/v1/dead-letters', '/v1/service-tokens'])
      expect([path, (await get(path, { cookie })).status]).toEqual([path, 200]);
  });

  test.each(['/v1/commands', '/v1/sign-in-links', '/v1/reload', '/v1/sessions/end', '/v1/service-tokens'])(
    'changes nothing by %s, not even from its own page',
    async (path) => {
      const cookie = (await signedInAtAdmin(planes, OPERATOR)).cookieHeader();

      const answer = await post(
        path,
        { verb: 'grant', args: {}, approver: ADA, all: true, operator: 'somebody-else' },
        { cookie, origin: planes.adminUrl },
      );

      expect([answer.status, codeOf(answer)]).toEqual([403, 'bearer_only']);
      expect(planes.calls).toEqual([]);
    },
  );

  test('decides nothing on the public plane, where it finds its account', async () => {
    const { token } = await planes.accessRequest();
    const eva = await signedInBrowser(planes, OPERATOR);

    const home = await eva.get('/');
    const account = await eva.get('/account');

    expect([home.status, home.headers.location]).toEqual([303, '/account']);
    expect(account.text).toContain('Operator of this gate');
    expect((await eva.get(`/req/${token}`)).status).toBe(403);
  });
});

describe('a page of another origin is refused', () => {
  test.each([
    ['the protected host, with the cookies', `http://${HOST}`],
    ['the public plane, which is another port', 'http://localhost:8080'],
    ['no origin to speak of', 'null'],
  ])('%s', async (_name, origin) => {
    const cookie = (await signedInAtAdmin(planes)).cookieHeader();

    for (const path of ['/v1/commands', '/v1/sign-in-links', '/v1/reload', '/mailbox']) {
      const body = { verb: 'pending', args: {}, approver: ADA, operator: 'x' };
      expect((await post(path, body, { cookie, origin })).status).toBe(403);
      expect((await post(path, body, { ...BEARER, origin })).status).toBe(403);
    }
    expect(planes.calls).toEqual([]);
  });

  test('fetch metadata that names another site counts where no origin does', async () => {
    expect((await post('/v1/reload', { operator: 'x' }, { ...BEARER, 'sec-fetch-site': 'cross-site' })).status).toBe(
      403,
    );
    expect(planes.calls).toEqual([]);
  });

  test('a post by cookie alone says where it comes from, or is refused', async () => {
    const cookie = (await signedInAtAdmin(planes)).cookieHeader();

    for (const path of ['/v1/reload', '/v1/commands', '/']) {
      const silent = await post(path, { operator: 'x', verb: 'pending', args: {} }, { cookie });
      const own = await post(path, { operator: 'x', verb: 'pending', args: {} }, { cookie, origin: planes.adminUrl });

      expect([silent.status, codeOf(silent)]).toEqual([403, 'foreign_origin']);
      expect(codeOf(own)).not.toBe('foreign_origin');
    }
    expect(planes.calls).toEqual([]);
  });
});

function codeOf(answer: Answer): unknown {
  return answer.text.startsWith('{') ? (JSON.parse(answer.text) as { code?: unknown }).code : undefined;
}

describe('an open mount', () => {
  test('is read without the bearer, under a known host only', async () => {
    expect((await get('/mailbox', {})).text).toBe('mails');
    expect((await get('/mailbox', { host: 'evil.example' })).status).toBe(403);
  });

  test('is changed with the bearer only', async () => {
    expect((await post('/mailbox', {}, {})).status).toBe(401);
    expect((await post('/mailbox', {})).text).toBe('changed');
  });
});
