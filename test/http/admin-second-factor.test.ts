/** Two factors of operators on the admin plane: of whom they are wanted, how they get them, and that nobody is locked out. */
import { expect, test } from '@jest/globals';
import type { SecondFactorPolicy } from '../../src/approval/identity-policy.js';
import { adminBrowser, type AdminBrowser } from '../fixtures/http/admin-browser.js';
import { BEARER, get } from '../fixtures/http/admin-calls.js';
import { openPlanes, planes, reopenPlanes } from '../fixtures/http/one-planes.js';
import { ADA, OPERATOR } from '../fixtures/http/planes.js';
import { csrfFor, numberOf, signedInByLink, withApp } from '../fixtures/http/second-factors.js';
import { fieldsOf } from '../fixtures/http/visitor-client.js';

const FOR_SECOND = '/sign-in/again?for=second';
const APP = '/account/authenticator';

openPlanes();

async function byLink(account: string): Promise<AdminBrowser> {
  return adminBrowser(planes, await signedInByLink(planes, account));
}

/** Where the auth host leads to, of a browser on the way to the admin plane. */
async function ledTo(person: AdminBrowser, path = '/audit'): Promise<string | undefined> {
  const begun = await person.visit(path);
  return (await person.visit(begun.headers.location ?? '')).headers.location;
}

test('an operator with one factor is led to setting up another, and lands on the page that they opened', async () => {
  const operator = await byLink(OPERATOR);

  const led = await ledTo(operator);
  const asked = await operator.get(led ?? '');
  const begun = await operator.post(`${APP}/begin`, { csrf: csrfFor(await operator.get(APP), `${APP}/begin`) });
  const secret = /secret=([A-Z2-7]{32})/.exec(begun.text)?.[1] ?? '';
  const fields = { csrf: csrfFor(begun, `${APP}/confirm`), number: numberOf(planes, secret) };
  const done = await operator.post(`${APP}/confirm`, fields);
  const on = await operator.get(/href="([^"]*)">Go on</.exec(done.text)?.[1] ?? '');
  const page = await operator.visit(planes.publicUrl + (on.headers.location ?? ''));
  const audit = await operator.follow(String(page.headers['refresh']).replace('0; url=', ''));

  expect([led, asked.status]).toEqual([FOR_SECOND, 200]);
  expect(asked.text).toMatch(/Set up a second factor[^]*href="\/account\/authenticator"/);
  expect(on.headers.location).toMatch(/^\/handoff\?host=localhost/);
  expect([audit.status, /<h1[^>]*>Audit/.test(audit.text)]).toEqual([200, true]);
});

test('whoever signed in long ago signs in anew before setting one up, and comes back', async () => {
  const operator = await byLink(OPERATOR);
  planes.advance(601_000);

  const asked = await operator.get((await ledTo(operator)) ?? '');
  const link = await planes.identity.signInLinks.make(OPERATOR, 'test');
  const { pathname } = new URL(link?.url ?? '');
  const signed = await operator.post(pathname, fieldsOf((await operator.get(pathname)).text, pathname));

  expect(asked.text).toContain('Sign in again');
  expect(signed.headers.location).toMatch(/^\/handoff\?host=localhost/);
  expect((await operator.get(signed.headers.location ?? '')).headers.location).toBe(FOR_SECOND);
});

test('an operator with an app gives a number of it, and is let in', async () => {
  const { secret } = await withApp(planes, OPERATOR);
  const operator = await byLink(OPERATOR);

  const led = await ledTo(operator);
  const csrf = csrfFor(await operator.get(led ?? ''), '/sign-in/factor');
  const given = await operator.post('/sign-in/factor', { csrf, number: numberOf(planes, secret) });

  expect([led, given.status]).toEqual(['/sign-in/factor', 303]);
  expect(given.headers.location).toMatch(/^\/handoff\?host=localhost/);
  expect((await operator.follow('/audit')).status).toBe(200);
});

test('approvers who are no operators, and the bearer, are asked for nothing', async () => {
  const ada = await byLink(ADA);

  expect((await ada.follow('/')).status).toBe(200);
  expect((await get('/v1/doctor', BEARER)).status).toBe(200);
});

test('a session here that was handed out by one factor opens nothing once two are wanted', async () => {
  const input: { secondFactor: SecondFactorPolicy } = { secondFactor: 'off' };
  await reopenPlanes(input);
  const operator = await byLink(OPERATOR);
  expect((await operator.follow('/')).status).toBe(200);

  input.secondFactor = 'offered';

  expect((await operator.visit('/v1/doctor', { accept: 'application/json' })).status).toBe(401);
  expect(await ledTo(operator)).toBe(FOR_SECOND);
});

test('where nobody is asked for a second factor, no operator is', async () => {
  await reopenPlanes({ secondFactor: 'off' });

  expect((await (await byLink(OPERATOR)).follow('/audit')).status).toBe(200);
});
