/** The confirm page: what it shows, and to whom. */
import { describe, expect, test } from '@jest/globals';
import type { Token } from '../../src/approval/brand.js';
import { BOB, HOST } from '../fixtures/http/planes.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { browser, fieldsOf, signedInBrowser, textOf } from '../fixtures/http/visitor-client.js';
import { decidedBy } from '../fixtures/http/decided.js';

const UNKNOWN_TOKEN = '0123456789abcdef0123456789abcdef';

openPlanes();

describe('who is not signed in', () => {
  test('learns nothing: a known and an unknown token look the same', async () => {
    const { token } = await planes.accessRequest();

    const known = await browser(planes).get(`/req/${token}`);
    const unknown = await browser(planes).get(`/req/${UNKNOWN_TOKEN}`);

    expect(known.status).toBe(401);
    expect(known.text).toBe(unknown.text);
    expect(unknown.status).toBe(401);
    expect(known.text).not.toContain(HOST);
    expect(textOf(known.text)).toContain('Ask the operator of this gate for a sign-in link.');
    expect(known.text).not.toMatch(/npx|<a class="brand"/);
  });

  test('is brought back to the request after signing in by a link from elsewhere', async () => {
    const { token } = await planes.accessRequest();
    const person = browser(planes);
    await person.get(`/req/${token}`);
    const link = await planes.identity.signInLinks.make('ada@example.org', 'test');
    const path = new URL(link?.url ?? '').pathname;

    const page = await person.get(path);
    const answer = await person.post(path, fieldsOf(page.text, path));

    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`/req/${token}`);
    expect((await person.get(`/req/${token}`)).text).toContain(HOST);
  });

  test('decides nothing by a post', async () => {
    const { token } = await planes.accessRequest();
    const before = planes.store.snapshot();

    const answer = await browser(planes).post(`/req/${token}`, { verdict: 'approve' });

    expect(answer.status).toBe(401);
    expect(planes.store.snapshot()).toBe(before);
  });
});

describe('a signed-in approver', () => {
  test('sees the request with both buttons, escaped, and how long approve lets in', async () => {
    const { token } = await planes.accessRequest();

    const page = await (await signedInBrowser(planes)).get(`/req/${token}`);

    expect(page.status).toBe(200);
    expect(page.text).toContain(HOST);
    expect(textOf(page.text)).toContain('✅ Approve — 7 days');
    expect(textOf(page.text)).toContain('❌ Deny');
    expect(page.text).toContain('203.0.113.7');
    expect(page.text).toContain('Brazil');
    expect(page.text).toContain('/pricing?plan=&lt;b&gt;&amp;x=&quot;1&quot;');
    expect(page.text).not.toContain('<b>');
  });

  test('reads the reason of a denial, and that a grant was ended before its time', async () => {
    const [denied, revoked] = [await planes.accessRequest('203.0.113.8'), await planes.accessRequest('203.0.113.9')];
    const operator = { actor: { kind: 'operator', name: 'root' }, surface: 'cli' } as const;
    const denial = { reason: 'a <b>scanner</b>', isShared: false };
    const refOf = ({ token }: { token: Token }) => ({ by: 'token', token }) as const;
    await planes.desk.decide({ ...operator, tapId: 'cli-1', verdict: 'deny', ref: refOf(denied), denial });
    await planes.desk.decide({ ...operator, tapId: 'cli-2', verdict: 'approve', ref: refOf(revoked) });
    await planes.desk.revoke({ ...operator, tapId: 'cli-3', what: revoked.id });
    const ada = await signedInBrowser(planes);

    const [ofDenied, ofRevoked] = [await ada.get(`/req/${denied.token}`), await ada.get(`/req/${revoked.token}`)];

    expect(textOf(ofDenied.text)).toContain('says that the site administrator refused, and not who.');
    expect(ofDenied.text).toContain('Reason (for approvers alone): a &lt;b&gt;scanner&lt;/b&gt;');
    expect(textOf(ofRevoked.text)).toMatch(/–\s*Revoked/);
    expect(textOf(ofRevoked.text)).toMatch(/Revoked by operator:root .* UTC: 203\.0\.113\.9 may pass no more\./);
    expect(ofRevoked.text).not.toContain('may pass until');
  });

  test('reads of a denial that the address passes by a grant, and how to end that', async () => {
    const address = '203.0.113.10';
    const { token } = await planes.accessRequest(address);
    const operator = { actor: { kind: 'operator', name: 'root' }, surface: 'cli' } as const;
    const answer = await planes.desk.grant({ ...operator, tapId: 'cli-1', address, site: HOST, ttlSeconds: null });
    const number = answer.kind === 'granted' ? String(answer.grant.id) : 'none';
    await decidedBy({ token, verdict: 'deny' });

    const page = textOf((await (await signedInBrowser(planes)).get(`/req/${token}`)).text);

    expect(page).toMatch(new RegExp(`203\\.0\\.113\\.10 may still pass until .* UTC by grant ${number}\\.`));
    expect(page).toContain(`gate revoke ${number}`);
    expect(page).not.toContain('The visitor’s page says');
  });

  test('who decides for other sites is refused and sees nothing of this one', async () => {
    const { token } = await planes.accessRequest();
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
    expect(await planes.identity.sessions.find(stolen.split('=')[1])).toBeNull();
  });
});

describe('friendly pages', () => {
  test('an expired request says that this is no refusal, before and after the expiry is written', async () => {
    const { token } = await planes.accessRequest();
    planes.advance(601_000);

    const page = await (await signedInBrowser(planes)).get(`/req/${token}`);

    expect(page.status).toBe(410);
    expect(page.text).toContain('not a refusal');
    expect(page.text).not.toContain('✅ Approve');
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
    const { token } = await planes.accessRequest();
    const ada = await signedInBrowser(planes);
    planes.store.behave('away');

    const page = await ada.get(`/req/${token}`);

    expect(page.status).toBe(503);
    expect(page.headers['retry-after']).toBe('5');
  });
});
