/** One-time links: looked at for nothing, spent by one press, and never a door to another host. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { localPath } from '../../src/http/shared/way-back.js';
import { ADA, BOB, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { browser, fieldsOf, signedInBrowser } from '../fixtures/http/visitor-client.js';

/** Where a sign-in leads that leads nowhere else: whoever has no second factor is proposed one. */
const HOME = '/account/set-up?after=sign-in';

let planes: Planes;
beforeEach(async () => {
  planes = await startPlanes();
});
afterEach(() => planes.stop());

async function linkPath(approver: string = ADA): Promise<string> {
  const link = await planes.identity.signInLinks.make(approver, 'test');
  return new URL(link?.url ?? '').pathname;
}

test('the page names whom the link signs in; looking spends nothing', async () => {
  const path = await linkPath();
  const person = browser(planes);
  const before = planes.store.snapshot();

  const page = await person.get(path);
  await person.get(path);

  expect(page.status).toBe(200);
  expect(page.text).toContain(`Sign in as ${ADA}`);
  expect(planes.store.snapshot()).toBe(before);
  expect(person.cookies.size).toBe(0);
});

test('the press signs in once; the link is spent', async () => {
  const path = await linkPath();
  const person = browser(planes);

  const first = await person.post(path, {});
  const second = await browser(planes).post(path, {});

  expect(first.status).toBe(303);
  expect(first.headers.location).toBe(HOME);
  expect((await person.get('/')).text).toContain(ADA);
  expect(second.status).toBe(404);
  expect(second.headers['set-cookie']).toBeUndefined();
});

test("a stranger's page cannot sign a victim in as somebody else", async () => {
  const path = await linkPath(BOB);
  const victim = await signedInBrowser(planes, ADA);

  const answer = await victim.post(path, {}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });

  expect(answer.status).toBe(403);
  expect((await victim.get('/')).text).toContain(ADA);
});

test('signing in as another one ends the session of before, and the page says so first', async () => {
  const person = await signedInBrowser(planes, ADA);
  const old = person.cookies.get(planes.identity.sessions.cookie.name);
  const path = await linkPath(BOB);

  const page = await person.get(path);
  await person.post(path, {});

  expect(page.text).toContain(`You are signed in as <strong>${ADA}</strong>; that session ends.`);
  expect(await planes.identity.sessions.find(old)).toBeNull();
  expect((await person.get('/')).text).toContain(BOB);
});

test('a link that asks for a page of ours leads there', async () => {
  const path = await linkPath();
  const person = browser(planes);
  const page = await person.get(`${path}?next=/talk`);

  const answer = await person.post(path, fieldsOf(page.text, path));

  expect(answer.headers.location).toBe('/talk');
});

describe('the way back never leaves this host', () => {
  const elsewhere = [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '\\\\evil.example',
    '/x//evil.example',
    'javascript:alert(1)',
    'req/x',
    '',
    '/a\r\nset-cookie: x=y',
    '/\tevil',
    '/ä',
    `/${'a'.repeat(600)}`,
  ];

  test.each(elsewhere)('%j is no way back', async (next) => {
    const path = await linkPath();

    const answer = await browser(planes).post(path, { next });

    expect(localPath(next)).toBeNull();
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(HOME);
  });

  test('a cookie planted with another place is not followed', async () => {
    const path = await linkPath();
    const person = browser(planes);
    person.cookies.set('gate-next', encodeURIComponent('//evil.example/'));

    const page = await person.get(path);

    expect(page.text).not.toContain('evil.example');
  });

  test('paths of ours are kept as they are', () => {
    expect(localPath('/req/0123456789abcdef0123456789abcdef')).toBe('/req/0123456789abcdef0123456789abcdef');
    expect(localPath('/talk?room=1#end')).toBe('/talk?room=1#end');
    const longest = `/${'a'.repeat(511)}`;
    expect([localPath(longest), localPath(`${longest}a`)]).toEqual([longest, null]);
  });
});
