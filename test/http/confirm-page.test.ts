/** The confirm page and the list: who sees what, who decides, and what a foreign page can do (nothing). */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Token } from '../../src/approval/brand.js';
import { BOB, HOST, startPlanes, type Planes } from './planes.js';
import { browser, fieldsOf, signedInBrowser } from './visitor-client.js';

let planes: Planes;
beforeEach(async () => {
  planes = await startPlanes();
});
afterEach(() => planes.stop());

const UNKNOWN_TOKEN = '0123456789abcdef0123456789abcdef';

describe('who is not signed in', () => {
  test('learns nothing: a known and an unknown token look the same', async () => {
    const { token } = await planes.knock();

    const known = await browser(planes).get(`/req/${token}`);
    const unknown = await browser(planes).get(`/req/${UNKNOWN_TOKEN}`);

    expect(known.status).toBe(401);
    expect(known.text).toBe(unknown.text);
    expect(unknown.status).toBe(401);
    expect(known.text).not.toContain(HOST);
    expect(known.text).toContain('npx gate sign-in-link');
  });

  test('is brought back to the request after signing in by a link from elsewhere', async () => {
    const { token } = await planes.knock();
    const person = browser(planes);
    await person.get(`/req/${token}`);
    const link = await planes.identity.signInLink('ada@example.org', 'test');
    const path = new URL(link?.url ?? '').pathname;

    const page = await person.get(path);
    const answer = await person.post(path, fieldsOf(page.text, path));

    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`/req/${token}`);
    expect((await person.get(`/req/${token}`)).text).toContain(HOST);
  });

  test('decides nothing by a post', async () => {
    const { token } = await planes.knock();
    const before = planes.store.snapshot();

    const answer = await browser(planes).post(`/req/${token}`, { verdict: 'approve' });

    expect(answer.status).toBe(401);
    expect(planes.store.snapshot()).toBe(before);
  });
});

describe('a signed-in approver', () => {
  test('sees the request with both buttons, escaped, and how long approve lets in', async () => {
    const { token } = await planes.knock();

    const page = await (await signedInBrowser(planes)).get(`/req/${token}`);

    expect(page.status).toBe(200);
    expect(page.text).toContain(HOST);
    expect(textOf(page.text)).toContain('✅ APPROVE — 7 d');
    expect(textOf(page.text)).toContain('❌ DENY');
    expect(page.text).toContain('203.0.113.7');
    expect(page.text).toContain('Brazil');
    expect(page.text).toContain('/pricing?plan=&lt;b&gt;&amp;x=&quot;1&quot;');
    expect(page.text).not.toContain('<b>');
  });

  test('approves, and the page says so to everybody after', async () => {
    const { token } = await planes.knock();
    const ada = await signedInBrowser(planes);
    const fields = fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`);

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'approve' });
    const page = await ada.get(answer.headers.location ?? '');

    expect(answer.status).toBe(303);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Approved by ada@example.org over the confirm page');
    expect(textOf(page.text)).not.toContain('DENY');
    expect((await planes.store.requests())[0]?.decision?.outcome).toBe('approved');
  });

  test('learns who was first when the tap came second', async () => {
    const { token } = await planes.knock();
    const ada = await signedInBrowser(planes);
    const fields = fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`);
    await planes.desk.decide({
      id: 'cli-1',
      verdict: 'deny',
      ref: { by: 'token', token },
      actor: { kind: 'operator', name: 'root' },
      surface: 'cli',
    });

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'approve' });
    const page = await ada.get(answer.headers.location ?? '');

    expect(answer.status).toBe(303);
    expect(page.text).toContain('Denied by operator:root over the CLI');
    expect((await planes.store.requests())[0]?.decision?.outcome).toBe('denied');
  });

  test('reads the reason of a denial, and that a grant was ended before its time', async () => {
    const [denied, revoked] = [await planes.knock('203.0.113.8'), await planes.knock('203.0.113.9')];
    const operator = { actor: { kind: 'operator', name: 'root' }, surface: 'cli' } as const;
    const denial = { reason: 'a <b>scanner</b>', isShared: false };
    const refOf = ({ token }: { token: Token }) => ({ by: 'token', token }) as const;
    await planes.desk.decide({ ...operator, id: 'cli-1', verdict: 'deny', ref: refOf(denied), denial });
    await planes.desk.decide({ ...operator, id: 'cli-2', verdict: 'approve', ref: refOf(revoked) });
    await planes.desk.revoke({ ...operator, tapId: 'cli-3', what: revoked.id });
    const ada = await signedInBrowser(planes);

    const [ofDenied, ofRevoked] = [await ada.get(`/req/${denied.token}`), await ada.get(`/req/${revoked.token}`)];

    expect(ofDenied.text).toContain('Reason (for approvers alone): a &lt;b&gt;scanner&lt;/b&gt;');
    expect(textOf(ofRevoked.text)).toContain('Approved, then revoked');
    expect(textOf(ofRevoked.text)).toMatch(/Revoked by operator:root .* UTC: 203\.0\.113\.9 may pass no more\./);
    expect(ofRevoked.text).not.toContain('may pass until');
  });

  test('finds the request in the list and decides it there by its id', async () => {
    const { id, token } = await planes.knock();
    const ada = await signedInBrowser(planes);
    const list = await ada.get('/');
    const action = `/requests/${id}/decide`;

    const answer = await ada.post(action, { ...fieldsOf(list.text, action), verdict: 'deny' });

    expect(list.text).toContain('1 request waits for you');
    expect(list.text).not.toContain(token);
    expect(answer.headers.location).toBe(`/requests/${id}`);
    expect((await ada.get(`/requests/${id}`)).text).toContain('Denied by ada@example.org over the confirm page');
    expect((await ada.get('/')).text).toContain('Nothing waits for you');
  });

  test('who decides for other sites is refused and sees nothing of this one', async () => {
    const { token } = await planes.knock();
    const bob = await signedInBrowser(planes, BOB);

    const page = await bob.get(`/req/${token}`);

    expect(page.status).toBe(403);
    expect(page.text).not.toContain(HOST);
    expect((await bob.get('/')).text).toContain('Nothing waits for you');
  });

  test('signs out, and the session is over on the server too', async () => {
    const ada = await signedInBrowser(planes);
    const stolen = ada.cookieHeader();
    const fields = fieldsOf((await ada.get('/')).text, '/sign-out');

    const answer = await ada.post('/sign-out', fields);
    const after = await ada.post('/', {}, { cookie: stolen });

    expect(answer.status).toBe(303);
    expect(ada.cookies.size).toBe(0);
    expect(after.status).toBe(404);
    expect(await planes.identity.session(stolen.split('=')[1])).toBeNull();
  });
});

describe('friendly pages', () => {
  test('an expired request says that this is no refusal, before and after the expiry is written', async () => {
    const { token } = await planes.knock();
    planes.advance(601_000);

    const page = await (await signedInBrowser(planes)).get(`/req/${token}`);

    expect(page.status).toBe(410);
    expect(page.text).toContain('not a refusal');
    expect(page.text).not.toContain('APPROVE');
  });

  test.each([
    ['an unknown token', `/req/${UNKNOWN_TOKEN}`, 'No such request'],
    ['a malformed token', '/req/not-a-token', 'There is nothing here'],
    ['a token in capitals', `/req/${UNKNOWN_TOKEN.toUpperCase()}`, 'There is nothing here'],
    ['a path that cannot be decoded', '/req/%ff', 'There is nothing here'],
    ['any other path', '/admin', 'There is nothing here'],
  ])('%s is 404', async (_name, path, title) => {
    const page = await (await signedInBrowser(planes)).get(path);

    expect(page.status).toBe(404);
    expect(page.text).toContain(title);
  });

  test('a database that is away is 503, and nothing changed', async () => {
    const { token } = await planes.knock();
    const ada = await signedInBrowser(planes);
    planes.store.behave('away');

    const page = await ada.get(`/req/${token}`);

    expect(page.status).toBe(503);
    expect(page.headers['retry-after']).toBe('5');
  });
});

describe('a post that is not our own form is 403 and changes nothing', () => {
  const foreign: readonly (readonly [string, Record<string, string>])[] = [
    ['from the protected host', { origin: `http://${HOST}`, 'sec-fetch-site': 'cross-site' }],
    ['from a sibling host of the same site', { origin: 'http://sibling.localhost', 'sec-fetch-site': 'same-site' }],
    ['with our origin but fetch metadata that says otherwise', { 'sec-fetch-site': 'same-site' }],
    ['with a null origin', { origin: 'null' }],
    ['with two origins', { origin: 'http://localhost, http://localhost' }],
  ];

  test.each(foreign)('%s', async (_name, headers) => {
    const { id, token } = await planes.knock();
    const ada = await signedInBrowser(planes);
    const list = (await ada.get('/')).text;
    const confirm = fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`);
    const before = planes.store.snapshot();

    const answers = [
      await ada.post(`/req/${token}`, { ...confirm, verdict: 'approve' }, headers),
      await ada.post(
        `/requests/${id}/decide`,
        { ...fieldsOf(list, `/requests/${id}/decide`), verdict: 'approve' },
        headers,
      ),
      await ada.post('/sign-out', fieldsOf(list, '/sign-out'), headers),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(planes.store.snapshot()).toBe(before);
  });

  test.each([
    ['without a CSRF token', {}],
    ['with the token of another form', { csrf: 'sign-out' }],
    ['with the token of another request', { csrf: 'other' }],
  ])('%s', async (_name, { csrf }: { csrf?: string }) => {
    const { token } = await planes.knock();
    const ada = await signedInBrowser(planes);
    const page = (await ada.get(`/req/${token}`)).text;
    const other = (await ada.get('/')).text;
    const fields =
      csrf === 'sign-out'
        ? { csrf: fieldsOf(page, '/sign-out')['csrf'] ?? '' }
        : csrf === 'other'
          ? { csrf: fieldsOf(other, `/requests/${(await planes.store.requests())[0]?.id ?? ''}/decide`)['csrf'] ?? '' }
          : {};
    const before = planes.store.snapshot();

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'approve' });

    expect(answer.status).toBe(403);
    expect(planes.store.snapshot()).toBe(before);
  });

  test("with another session's token", async () => {
    const { token } = await planes.knock();
    const ada = await signedInBrowser(planes);
    const again = await signedInBrowser(planes);
    const fields = fieldsOf((await again.get(`/req/${token}`)).text, `/req/${token}`);

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'approve' });

    expect(answer.status).toBe(403);
    expect((await planes.store.requests())[0]?.decision).toBeNull();
  });

  test('a verdict that is neither approve nor deny is 400', async () => {
    const { token } = await planes.knock();
    const ada = await signedInBrowser(planes);
    const fields = fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`);

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'perhaps' });

    expect(answer.status).toBe(400);
    expect((await planes.store.requests())[0]?.decision).toBeNull();
  });
});

/** What a person reads: the page without its tags. */
function textOf(page: string): string {
  return page.replace(/<[^>]*>/g, '');
}
