/** A second factor is proposed to whoever has none, after what they came for, and not again for a while. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import { ADA, BOB, OPERATOR, startPlanes, type Planes } from '../fixtures/http/planes.js';
import {
  browser,
  fieldsOf,
  signedInBrowser,
  textOf,
  type Answer,
  type Browser,
} from '../fixtures/http/visitor-client.js';

const SET_UP = '/account/set-up';
const AFTER = `${SET_UP}?after=sign-in`;
/** An address, where browsers have no passkeys. */
const ELSEWHERE = 'http://127.0.0.1:8080';
const NOT_NOW = `${SET_UP}/not-now`;

let planes: Planes;
afterEach(() => planes.stop());

async function signIn(person: Browser, account: string = ADA, next = ''): Promise<Answer> {
  const link = await planes.identity.signInLinks.make(account, 'test');
  return person.post(new URL(link?.url ?? '').pathname, next === '' ? {} : { next });
}

async function whereTo(person: Browser, account?: string): Promise<unknown> {
  return (await signIn(person, account)).headers.location;
}

describe('after a first sign-in', () => {
  test('a passkey, then an app, each to be left for another time; and not at the next sign-in', async () => {
    planes = await startPlanes();
    const person = browser(planes);
    expect(await whereTo(person)).toBe(AFTER);

    const first = await person.get(AFTER);
    const left = await person.post(NOT_NOW, fieldsOf(first.text, NOT_NOW));
    const second = await person.get(String(left.headers.location));
    const leftAgain = await person.post(NOT_NOW, fieldsOf(second.text, NOT_NOW));

    expect(textOf(first.text)).toContain('Add a passkey');
    expect(textOf(second.text)).toContain('Set up an authenticator app');
    expect([left, leftAgain].map(({ headers }) => headers.location)).toEqual([`${SET_UP}?step=app`, '/']);
    expect(await whereTo(person)).toBe('/');
    expect(await whereTo(person, BOB)).toBe(AFTER);
    expect(await whereTo(browser(planes))).toBe(AFTER);
    expect(person.cookies.get('gate-proposed')).not.toContain('@');
  });

  test('an app alone where browsers have no passkeys, and whoever sets it up has codes, and is asked no more', async () => {
    planes = await startPlanes({ publicUrl: ELSEWHERE });
    const person = browser(planes);
    const link = await planes.identity.signInLinks.make(ADA, 'test');
    const signed = await person.post(new URL(link?.url ?? '').pathname, {}, { origin: ELSEWHERE });

    expect(signed.headers.location).toBe(AFTER);
    const page = await person.get(AFTER);
    expect(textOf(page.text)).toContain('Set up an authenticator app');
    expect(page.text).not.toContain('passkey');
    const begun = await person.post(
      '/account/authenticator/begin',
      fieldsOf(page.text, '/account/authenticator/begin'),
      {
        origin: ELSEWHERE,
      },
    );
    expect(textOf(begun.text)).toContain('Scan this with the app');
  });

  test('requests that wait come first, and the proposal stays for later', async () => {
    planes = await startPlanes();
    const { token } = await planes.accessRequest();
    const person = browser(planes);
    expect(await whereTo(person)).toBe(AFTER);
    expect((await person.get(AFTER)).headers.location).toBe('/');
    expect(person.cookies.has('gate-proposed')).toBe(false);

    const path = `/req/${token}`;
    const asked = (await person.get(path)).text;
    await person.post(path, { ...fieldsOf(asked, path), verdict: 'approve' });
    const decided = (await person.get(path)).text;

    expect(asked).not.toContain(SET_UP);
    expect(decided).toContain(`href="${SET_UP}"`);
    await person.get(SET_UP);
    expect((await person.get(path)).text).not.toContain(SET_UP);
  });
});

describe('nothing is proposed', () => {
  test('to whoever wanted to go somewhere', async () => {
    planes = await startPlanes();
    const { token } = await planes.accessRequest();

    expect((await signIn(browser(planes), ADA, `/req/${token}`)).headers.location).toBe(`/req/${token}`);
    expect((await signIn(browser(planes), ADA, '/link')).headers.location).toBe('/link');
  });

  test.each([['off'], ['required']] as const)('where the policy is %s', async (secondFactor) => {
    planes = await startPlanes({ secondFactor });
    const person = browser(planes);

    expect(await whereTo(person)).toBe(secondFactor === 'off' ? '/' : '/sign-in/factor');
    expect((await person.get(SET_UP)).headers.location).not.toBe(SET_UP);
  });

  test('to somebody who has a factor', async () => {
    planes = await startPlanes();
    const { factors } = planes.store.ledger;
    const account = ADA as string as AccountId;
    await factors.beginTotp({ account, sealed: 'sealed' });
    const entry = { who: ADA, what: 'authenticator_added', surface: 'page', site: null, address: null, detail: {} };
    await factors.confirmTotp({ account, sealed: 'sealed', step: 1, session: 'none' }, entry);

    expect(await whereTo(browser(planes))).toBe('/sign-in/factor');
  });

  test('by a form of somebody else’s, or to whoever is signed out', async () => {
    planes = await startPlanes();
    const ada = await signedInBrowser(planes);
    const csrf = fieldsOf((await ada.get(SET_UP)).text, NOT_NOW);

    const foreign = await ada.post(NOT_NOW, csrf, { origin: 'https://evil.example' });
    const theirs = await (await signedInBrowser(planes, BOB)).post(NOT_NOW, csrf);
    const out = await browser(planes).get(SET_UP);

    expect([foreign.status, theirs.status, out.headers.location]).toEqual([403, 403, `/sign-in?next=${SET_UP}`]);
  });
});

test('operators are proposed it, too', async () => {
  planes = await startPlanes();
  expect(await whereTo(browser(planes), OPERATOR)).toBe(AFTER);
});
