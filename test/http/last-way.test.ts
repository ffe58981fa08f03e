/** The way by which a browser signed in last stands first on its sign-in page, and tells nothing of who that was. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startFakeOpenId, type FakeOpenId } from '../fakes/open-id.js';
import { ADA } from '../fixtures/http/planes.js';
import { linkIn } from '../fixtures/http/sent-mails.js';
import { browser, signedInBrowser, type Browser } from '../fixtures/http/visitor-client.js';
import {
  CALLBACK,
  providerConfig,
  signInWith,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

let stage: ProviderStage;
let openId: FakeOpenId;

beforeEach(async () => {
  stage = await startProviderStage();
  openId = await startFakeOpenId(() => stage.planes.publicUrl + CALLBACK);
  const koder = providerConfig({ issuer: openId.issuer });
  stage.offer(koder, { ...koder, name: 'other', title: 'Other ID' });
});
afterEach(async () => {
  await stage.stop();
  await openId.close();
});

const PASSKEY = 'Sign in with a passkey';
const MAIL = 'Mail me a link';
const KODER = 'Sign in with Koder ID';
const OTHER = 'Sign in with Other ID';

async function offered(person: Browser): Promise<readonly string[]> {
  const { text } = await person.get('/sign-in');
  const buttons = [...text.matchAll(/<button([^>]*)>([^<]*)</g)];
  expect(buttons.filter(([, attributes]) => attributes?.includes('primary'))).toHaveLength(1);
  expect(text.split('autofocus')).toHaveLength(2);
  return buttons.map(([, , name = '']) => name.trim());
}

/** Signed out, its cookies as they were. */
function signedOut(person: Browser): Browser {
  person.cookies.delete('gate');
  return person;
}

describe('first stands', () => {
  test('a passkey where the browser says nothing, or what is not offered', async () => {
    const person = browser(stage.planes);
    expect(await offered(person)).toEqual([PASSKEY, MAIL, KODER, OTHER]);

    for (const said of ['with-gone', 'with-', 'toString', '__proto__', '%3Cb%3E', 'x'.repeat(3_000)]) {
      person.cookies.set('gate-way', said);
      expect(await offered(person)).toEqual([PASSKEY, MAIL, KODER, OTHER]);
    }
  });

  test('the provider that was used last, while it is offered', async () => {
    const person = browser(stage.planes);
    await signInWith(person, stage.planes);
    const said = person.cookies.get('gate-way');

    expect(await offered(signedOut(person))).toEqual([KODER, PASSKEY, MAIL, OTHER]);
    expect(said).toBe('with-koder');
    stage.offer();
    expect(await offered(person)).toEqual([PASSKEY, MAIL]);
  });

  test('mail for whoever came by a mailed link, also where a request is asked about', async () => {
    const person = browser(stage.planes);
    await person.post('/sign-in', { address: ADA });
    await stage.planes.settled();
    await person.post(linkIn(stage.planes.mails[0]), {});
    const { token } = await stage.planes.accessRequest();

    expect(await offered(signedOut(person))).toEqual([MAIL, PASSKEY, KODER, OTHER]);
    const asked = (await person.get(`/req/${token}`)).text;
    expect(asked.indexOf('Mail a link to whoever was asked')).toBeLessThan(asked.indexOf(PASSKEY));
  });

  test('a passkey that was used last, and is the one to press', async () => {
    const person = browser(stage.planes);
    person.cookies.set('gate-way', 'passkey');

    expect(await offered(person)).toEqual([PASSKEY, MAIL, KODER, OTHER]);
    expect((await person.get('/sign-in')).text).toMatch(/<button class="primary">\s*Sign in with a passkey/);
  });
});

test('an operator’s link is no way that anybody chooses', async () => {
  expect((await signedInBrowser(stage.planes)).cookies.has('gate-way')).toBe(false);
});
