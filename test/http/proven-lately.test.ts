/** What changes how somebody proves who they are asks for a proof of the last ten minutes first, and leads back. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import { ADA, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { csrfFor, hiddenOf, numberOf, signedInByLink, withApp } from '../fixtures/http/second-factors.js';
import { call } from '../fixtures/http/visitor-client.js';

const LATER_MS = 601_000;
const AGAIN = '/sign-in/again';

let planes: Planes;
beforeEach(async () => {
  planes = await startPlanes({ byMail: true });
});
afterEach(() => planes.stop());

describe.each(['/account/passkeys', '/account/authenticator', '/account/recovery-codes'])('%s', (path) => {
  test('is open to whoever signed in just now, and asks others first', async () => {
    const person = await signedInByLink(planes);
    expect((await person.get(path)).status).toBe(200);

    planes.advance(LATER_MS);

    const answer = await person.get(path);
    expect([answer.status, answer.headers.location]).toEqual([303, AGAIN]);
  });
});

test('a form of an app that was drawn before does nothing after', async () => {
  const [page, action] = ['/account/authenticator', '/account/authenticator/begin'];
  const person = await signedInByLink(planes);
  const csrf = csrfFor(await person.get(page), action);
  planes.advance(LATER_MS);

  const answer = await person.post(action, { csrf });

  expect([answer.status, answer.headers.location]).toEqual([303, AGAIN]);
  expect(await planes.identity.authenticator.begun({ id: ADA, name: ADA })).toBeNull();
});

test('a form of recovery codes that was drawn before does nothing after: those of before stay good', async () => {
  const path = '/account/recovery-codes';
  const { person, codes } = await withApp(planes);
  const csrf = csrfFor(await person.get(path), path);
  planes.advance(LATER_MS);

  const answer = await person.post(path, { csrf });

  expect([answer.status, answer.headers.location]).toEqual([303, AGAIN]);
  expect(await planes.identity.recoveryCodes.isGood(ADA as string as AccountId, codes[0] ?? '')).toBe(true);
});

test('an app is removed, and passkeys are asked for, by nobody who proved it too long ago', async () => {
  const { person } = await withApp(planes);
  const csrf = csrfFor(await person.get('/account/authenticator'), '/account/authenticator/remove');
  const adding = hiddenOf(await person.get('/account/passkeys'), '/account/passkeys/add', 'answer');
  planes.advance(LATER_MS);

  expect((await person.post('/account/authenticator/remove', { csrf })).headers.location).toBe(AGAIN);
  expect((await planes.identity.secondFactor.of(ADA)).hasTotp).toBe(true);
  expect((await person.post('/account/passkeys/question', { csrf: adding['csrf'] ?? '' })).status).toBe(403);
});

describe('proving it again', () => {
  test('by a number starts another session, once, and leads back', async () => {
    const { secret, person } = await withApp(planes);
    const before = person.cookies.get('gate');
    planes.advance(LATER_MS);
    await person.get('/account/passkeys');
    const page = await person.get(AGAIN);
    const fields = hiddenOf(page, AGAIN, 'number');

    const wrong = await person.post(AGAIN, { ...fields, number: '000000' });
    const done = await person.post(AGAIN, { ...hiddenOf(wrong, AGAIN, 'number'), number: numberOf(planes, secret) });

    expect(wrong.status).toBe(422);
    expect([done.status, done.headers.location]).toEqual([303, '/account/passkeys']);
    expect(person.cookies.get('gate')).not.toBe(before);
    expect((await signedInByLink(planes).then((half) => half.get(AGAIN))).headers.location).toBe('/sign-in/factor');
  });

  test('is signing in anew for whoever has no factor', async () => {
    const person = await signedInByLink(planes);
    planes.advance(LATER_MS);
    await person.get('/account/passkeys');

    const page = await person.get(AGAIN);

    expect(page.text).toContain('Mail me a link');
    expect(page.text).toContain(
      'To change how you sign in, prove once more that it is you; your last proof is 10 minutes old.',
    );
    expect(page.text).toMatch(/<h1>Sign in again<\/h1>/);
    expect(page.text).toMatch(/<a href="\/account"[^>]*>[^<]+<\/a>\s*<button class="quiet">Sign out/);
  });

  test('takes no form of a stranger’s page, of another session, or without its question', async () => {
    const { secret, person } = await withApp(planes);
    const { csrf = '' } = hiddenOf(await person.get(AGAIN), AGAIN, 'number');
    const number = numberOf(planes, secret);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

    expect((await person.post(AGAIN, { csrf, number }, foreign)).status).toBe(403);
    expect((await person.post(AGAIN, { csrf: '0', number })).status).toBe(403);
    expect((await person.post(AGAIN, { csrf, number, asked: 'f'.repeat(64) })).status).toBe(429);
    expect((await person.post(AGAIN, { csrf, number })).status).toBe(422);
  });

  test.each([
    ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a frame', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    ['a page that is loaded ahead', { 'sec-purpose': 'prefetch' }],
  ])('is asked of nobody by %s of a protected site', async (_, headers) => {
    const { person } = await withApp(planes);
    const before = planes.store.snapshot();

    const answer = await call(planes.publicUrl + AGAIN, { headers: { cookie: person.cookieHeader(), ...headers } });

    expect(answer.status).toBe(403);
    expect(planes.store.snapshot()).toBe(before);
  });

  test('takes no question from approvals, however often it is asked', async () => {
    const { again, approvalProofs } = planes.identity;
    const ada = { account: ADA as string as AccountId, session: 'f'.repeat(64), address: '203.0.113.9' };

    while ((await again.ask(ada)) !== null);

    expect(await approvalProofs.ask(ada, 'approve something')).not.toBeNull();
  });
});
