/** The page of a request at a site that takes decisions from nobody who signed in by one factor: there, and back to the request. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { outcomeOf, press, waitingRequest } from '../fixtures/http/approving.js';
import { HOST, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { csrfFor, hiddenOf, numberOf, signedInByLink, withApp } from '../fixtures/http/second-factors.js';

const FOR_SECOND = '/sign-in/again?for=second';
const APP = '/account/authenticator';

let planes: Planes;
beforeEach(async () => {
  // whoever has an app is not asked for it as they sign in: only the site wants it
  planes = await startPlanes({ secondFactor: 'off', site: { needsSecondFactor: true } });
});
afterEach(() => planes.stop());

test.each(['approve', 'deny'])('whoever has an app gives a number of it, and is back to %s', async (verdict) => {
  const { secret } = await withApp(planes);
  const person = await signedInByLink(planes);
  const { path, id } = await waitingRequest(planes);

  const pressed = await press(person, path, verdict);
  expect([pressed.status, pressed.headers.location, await outcomeOf(planes, id)]).toEqual([303, FOR_SECOND, null]);
  const fields = hiddenOf(await person.get(FOR_SECOND), '/sign-in/again', 'number');
  const given = await person.post('/sign-in/again', { ...fields, number: numberOf(planes, secret) });
  expect([given.status, given.headers.location]).toEqual([303, path]);
  expect((await press(person, path, verdict)).headers.location).toBe(path);

  expect(await outcomeOf(planes, id)).toBe(verdict === 'approve' ? 'approved' : 'denied');
});

test('whoever has nothing sets an app up, and goes on to the request', async () => {
  const person = await signedInByLink(planes);
  const { path, id } = await waitingRequest(planes);

  // a redirect led to a page that knew neither the site nor the request
  const page = await press(person, path);
  const text = page.text.replaceAll(/\s+/g, ' ');
  expect(text).toMatch(/Set up a second factor[^]*href="\/account\/authenticator"/);
  expect(text).toContain(`<strong>${HOST}</strong> takes decisions only from whoever signs in by two factors`);
  expect(text).toMatch(/you are back at the request of 203\.0\.113\.\d+\./);
  expect(text).toContain(`<a class="button" href="${path}">Back to the request</a>`);
  expect(text).toContain('<button class="quiet">Sign out</button>');
  expect(await outcomeOf(planes, id)).toBeNull();
  const begun = await person.post(`${APP}/begin`, { csrf: csrfFor(await person.get(APP), `${APP}/begin`) });
  const secret = /secret=([A-Z2-7]{32})/.exec(begun.text)?.[1] ?? '';
  const fields = { csrf: csrfFor(begun, `${APP}/confirm`), number: numberOf(planes, secret) };
  const done = await person.post(`${APP}/confirm`, fields);
  const on = await person.get(/href="([^"]*)">Go on</.exec(done.text)?.[1] ?? '');
  expect([on.status, on.headers.location]).toEqual([303, path]);
  await press(person, path);

  expect(await outcomeOf(planes, id)).toBe('approved');
});

test('whoever has nothing and proved who they are too long ago proves it again first', async () => {
  const person = await signedInByLink(planes);
  const { path } = await waitingRequest(planes);
  const fields = hiddenOf(await person.get(path), path, 'verdict');
  planes.advance(601_000);

  expect((await person.post(path, { ...fields, verdict: 'approve' })).headers.location).toBe(FOR_SECOND);
});

// it led to the list of requests, where nobody who came from their account wanted to go
test('a way back leads on once: later the same button leads to the account', async () => {
  const { person } = await withApp(planes);
  const { path } = await waitingRequest(planes);
  const half = await signedInByLink(planes);
  await press(half, path);

  expect((await half.get('/sign-in/factor')).headers.location).toBe(path);
  expect((await half.get('/sign-in/factor')).headers.location).toBe('/account');
  expect((await person.get('/sign-in/factor')).headers.location).toBe('/account');
});
