/** The address of a form, opened as a page: it leads to the page that the form stands on, and nothing there is a dead end. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { routesOf } from '../fixtures/http/routes-of.js';
import { ADA, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { signedInByLink } from '../fixtures/http/second-factors.js';
import { browser, type Browser } from '../fixtures/http/visitor-client.js';

let planes: Planes;
beforeEach(async () => {
  planes = await startPlanes({ byMail: true });
});
afterEach(() => planes.stop());

/** Of somebody's own pages. Those of providers are in the test of providers: none is configured here. */
const OF_PAGES = /^\/(?:account|link|sign-in)(?:\/|$)(?!with\/|:)/;

function formPaths(): readonly string[] {
  const posts = routesOf(planes.publicApp).filter(({ method, path }) => method === 'post' && OF_PAGES.test(path));
  return [...new Set(posts.map(({ path }) => path))];
}

async function deadEnds(person: Browser): Promise<readonly string[]> {
  const dead: string[] = [];
  for (const path of formPaths()) {
    const { status, headers } = await person.get(path);
    const leads = headers.location === undefined ? status : (await person.get(headers.location)).status;
    if (status === 404 || leads === 404) dead.push(path);
  }
  return dead;
}

test('leads on whoever is signed in, and whoever is not', async () => {
  expect(formPaths()).toEqual(
    expect.arrayContaining([
      '/account/passkeys/add',
      '/account/authenticator/confirm',
      '/link/bind',
      '/sign-in/number',
    ]),
  );

  expect(await deadEnds(await signedInByLink(planes))).toEqual([]);
  expect(await deadEnds(browser(planes))).toEqual([]);
});

test.each([
  ['/account/passkeys/add', '/account/passkeys'],
  ['/account/authenticator/confirm', '/account/authenticator'],
  ['/account/recovery-codes/check', '/account/recovery-codes'],
  ['/account/sessions/end', '/account'],
  ['/link/unbind', '/link'],
  ['/sign-in/number', '/sign-in/asked'],
  ['/sign-in/passkey', '/sign-in'],
])('%s leads to %s', async (path, page) => {
  const { status, headers } = await (await signedInByLink(planes)).get(path);

  expect([status, headers.location]).toEqual([303, page]);
});

test('what is not there says who is signed in, and leads home', async () => {
  const { status, text } = await (await signedInByLink(planes)).get('/nowhere');
  const stranger = await browser(planes).get('/nowhere');

  expect([status, stranger.status]).toEqual([404, 404]);
  expect(text).toMatch(new RegExp(`title="Your account">${ADA}<`));
  expect(text).toContain('<a class="button" href="/">To my requests</a>');
  expect(stranger.text).not.toContain('Sign out');
});

test('what is not there is not there, whether or not anybody can say who asks', async () => {
  const person = await signedInByLink(planes);
  planes.store.behave('away');

  expect((await person.get('/nowhere')).status).toBe(404);
});
