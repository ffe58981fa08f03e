/** The page that binds a chat account: by a code, by its owner’s own eyes, and by nothing else. */
import { describe, expect, test } from '@jest/globals';
import { ADA, BOB, HOST } from '../fixtures/http/planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { browser, fieldsOf, signedInBrowser, textOf } from '../fixtures/http/visitor-client.js';
import {
  ACCOUNT,
  ada,
  approversOf,
  bind,
  codeFor,
  confirm,
  enter,
  openLinkPages,
} from '../fixtures/http/link-pages.js';

openLinkPages();

describe('an approver with a code', () => {
  test('sees whose account it is before anything is bound, and then that it is bound and how to undo it', async () => {
    const code = await codeFor(ACCOUNT);

    const asked = await enter(ada, code);
    const boundTooEarly = await approversOf(ACCOUNT);
    const bound = await confirm(ada, asked.text);

    expect(asked.status).toBe(200);
    expect(textOf(asked.text)).toContain('Is this account yours?');
    for (const fact of ['Slack', ACCOUNT.workspace, ACCOUNT.subject, ADA]) expect(textOf(asked.text)).toContain(fact);
    expect(boundTooEarly).toEqual([]);
    expect(bound.status).toBe(200);
    expect(textOf(bound.text)).toContain(`This account decides as ${ADA} from now on.`);
    expect(textOf(bound.text)).toContain('/gate unlink');
    expect(await approversOf(ACCOUNT)).toEqual([ADA]);
  });

  test.each([
    ['in lower case', (code: string) => code.toLowerCase()],
    ['without its dash', (code: string) => code.replace('-', '')],
    ['with spaces', (code: string) => ` ${code.split('').join(' ')} `],
  ])('may type it %s', async (_how, typed) => {
    const asked = await enter(ada, typed(await codeFor(ACCOUNT)));

    expect(textOf(asked.text)).toContain(ACCOUNT.subject);
  });

  test('uses it once', async () => {
    const code = await codeFor(ACCOUNT);
    const asked = (await enter(ada, code)).text;
    await confirm(ada, asked);

    const again = await confirm(ada, asked);
    const entered = await enter(ada, code);

    expect([again.status, entered.status]).toEqual([422, 422]);
    expect(textOf(again.text)).toContain('No such code');
  });

  test('is warned where the account speaks for somebody else already', async () => {
    const bob = await signedInBrowser(planes, BOB);
    await confirm(bob, (await enter(bob, await codeFor(ACCOUNT))).text);

    const asked = await enter(ada, await codeFor(ACCOUNT));

    expect(textOf(asked.text)).toContain(`It already speaks for ${BOB}.`);
  });

  test('finds the page from the list of requests', async () => {
    expect((await ada.get('/')).text).toContain('href="/link"');
  });
});

test('names of accounts are words, whatever stands in them', async () => {
  const hostile = { ...ACCOUNT, workspace: '"><b>', subject: '<script>alert(1)</script>' };

  const asked = await enter(ada, await codeFor(hostile));

  expect(asked.text).not.toContain('<script>');
  expect(asked.text).not.toContain('<b>');
  expect(asked.text).toContain('&lt;script&gt;');
});

test('who is not signed in is sent to sign in and comes back; a post does nothing', async () => {
  const code = await codeFor(ACCOUNT);
  const stranger = browser(planes);

  const looked = await stranger.get('/link');
  const posted = await stranger.post('/link', { code });
  const bound = await stranger.post('/link/bind', { code });
  const link = await planes.identity.signInLinks.make(ADA, 'test');
  const path = new URL(link?.url ?? '').pathname;
  const signed = await stranger.post(path, fieldsOf((await stranger.get(path)).text, path));

  expect([looked.status, posted.status, bound.status]).toEqual([401, 401, 401]);
  expect(posted.text).not.toContain(ACCOUNT.subject);
  expect(signed.headers.location).toBe('/link');
  expect(await approversOf(ACCOUNT)).toEqual([]);
});

describe('looking changes nothing', () => {
  test.each(['GET', 'HEAD', 'OPTIONS'])('%s', async (method) => {
    await bind(ada, ACCOUNT);
    const code = await codeFor(ACCOUNT);
    const before = planes.store.snapshot();

    for (const path of ['/link', `/link?code=${code}`, '/link/bind', `/link/bind?code=${code}`, '/link/unbind'])
      await fetch(planes.publicUrl + path, { method, headers: { cookie: ada.cookieHeader() } });

    expect(planes.store.snapshot()).toBe(before);
  });
});

describe('a post that is not our own form is 403 and binds nothing', () => {
  const foreign: readonly (readonly [string, Record<string, string>])[] = [
    ['from a protected host', { origin: `http://${HOST}`, 'sec-fetch-site': 'cross-site' }],
    ['from a sibling of the same site', { origin: 'http://sibling.localhost', 'sec-fetch-site': 'same-site' }],
    ['with our origin but fetch metadata that says otherwise', { 'sec-fetch-site': 'same-site' }],
    ['with a null origin', { origin: 'null' }],
  ];

  test.each(foreign)('%s', async (_name, headers) => {
    const code = await codeFor(ACCOUNT);
    const form = fieldsOf((await ada.get('/link')).text, '/link');
    const asked = fieldsOf((await enter(ada, code)).text, '/link/bind');

    const entered = await ada.post('/link', { ...form, code }, headers);
    const bound = await ada.post('/link/bind', asked, headers);

    expect([entered.status, bound.status]).toEqual([403, 403]);
    expect(await approversOf(ACCOUNT)).toEqual([]);
  });

  test.each([
    ['no CSRF token', () => ''],
    ['the token of the first form', (first: string) => first],
    ['the token of another code', (_first: string, other: string) => other],
  ])('with %s', async (_name, csrfOf) => {
    const [code, otherCode] = [await codeFor(ACCOUNT), await codeFor({ ...ACCOUNT, subject: 'U2' })];
    const first = fieldsOf((await ada.get('/link')).text, '/link')['csrf'] ?? '';
    const other = fieldsOf((await enter(ada, otherCode)).text, '/link/bind')['csrf'] ?? '';

    const answer = await ada.post('/link/bind', { code, csrf: csrfOf(first, other) });

    expect(answer.status).toBe(403);
    expect(await approversOf(ACCOUNT)).toEqual([]);
  });

  test("with another session's token", async () => {
    const code = await codeFor(ACCOUNT);
    const asked = fieldsOf((await enter(ada, code)).text, '/link/bind');
    const bob = await signedInBrowser(planes, BOB);

    expect((await bob.post('/link/bind', asked)).status).toBe(403);
    expect(await approversOf(ACCOUNT)).toEqual([]);
  });
});

test('with the database away nothing is bound, and the page says so', async () => {
  const code = await codeFor(ACCOUNT);
  const form = fieldsOf((await ada.get('/link')).text, '/link');
  planes.store.behave('away');

  expect((await ada.post('/link', { ...form, code })).status).toBe(503);
});
