/** Whoever has signed out here may sign out at the provider that they came from, a real one; and a provider that lies, or is down. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startFakeGithub } from '../fakes/github-oauth.js';
import { startLyingOpenId, type Lie } from '../fakes/lying-open-id.js';
import { CLIENT, startFakeOpenId, type FakeOpenId } from '../fakes/open-id.js';
import { browser, fieldsOf, signedInBrowser, type Answer, type Browser } from '../fixtures/http/visitor-client.js';
import {
  atTheProvider,
  begin,
  CALLBACK,
  leaveProvider,
  providerConfig,
  startProviderStage,
  type Jar,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

const OFFERED = '/signed-out?from=koder';

let stage: ProviderStage;
let openId: FakeOpenId;

beforeEach(async () => {
  stage = await startProviderStage();
  const { publicUrl } = stage.planes;
  openId = await startFakeOpenId(() => publicUrl + CALLBACK, {
    post_logout_redirect_uris: [`${publicUrl}/signed-out`],
    backchannel_logout_uri: `${publicUrl}/sign-in/with/koder/logout`,
    backchannel_logout_session_required: true,
  });
  stage.offer(providerConfig({ issuer: openId.issuer }));
});

afterEach(async () => {
  await stage.stop();
  await openId.close();
});

async function signInThere(person: Browser, jar: Jar): Promise<Answer> {
  const back = await atTheProvider(await begin(person), stage.planes, jar);
  return person.get(back.pathname + back.search);
}

async function signedInThere(jar: Jar = new Map()): Promise<Browser> {
  const person = browser(stage.planes);
  expect((await signInThere(person, jar)).status).toBe(303);
  return person;
}

async function isSignedIn(person: Browser): Promise<boolean> {
  return (await person.get('/account')).text.includes('title="Your account"');
}

async function signOut(person: Browser): Promise<Answer> {
  return person.post('/sign-out', fieldsOf((await person.get('/account')).text, '/sign-out'));
}

/** Where the button of the page leads. */
function leadsTo({ text }: Answer): URL {
  const [, href = ''] = /class="button primary" href="([^"]*)"/.exec(text) ?? [];
  return new URL(href.replaceAll('&amp;', '&'));
}

describe('whoever signs out', () => {
  test('of a session that was begun at a provider is signed out, and offered to sign out there, too', async () => {
    const person = await signedInThere();

    const answer = await signOut(person);

    expect([answer.status, answer.headers.location]).toEqual([303, OFFERED]);
    expect(await isSignedIn(person)).toBe(false);
    const page = await person.get(OFFERED);
    expect([page.status, page.headers['refresh'], page.headers.location]).toEqual([200, undefined, undefined]);
    expect(page.text).toContain('Sign out at Koder ID, too');
    const url = leadsTo(page);
    expect(url.origin).toBe(openId.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT.client_id,
      post_logout_redirect_uri: `${stage.planes.publicUrl}/signed-out`,
      state: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('there, too, is back here afterwards, and signed in nowhere', async () => {
    const jar: Jar = new Map();
    const person = await signedInThere(jar);
    await signOut(person);

    const back = await leaveProvider(leadsTo(await person.get(OFFERED)), jar);
    const page = await person.get(back.pathname + back.search);

    expect([back.origin, back.pathname]).toEqual([stage.planes.publicUrl, '/signed-out']);
    expect(page.text).toContain('Koder ID has sent you back');
    openId.mode = 'denies'; // asked again only where it knows nobody any more
    expect((await signInThere(person, jar)).text).toContain('did not agree');
  });

  test('everywhere is offered the same', async () => {
    const person = await signedInThere();
    const path = '/account/sessions/end-all';

    const answer = await person.post(path, fieldsOf((await person.get('/account')).text, path));

    expect([answer.status, answer.headers.location, await isSignedIn(person)]).toEqual([303, OFFERED, false]);
  });

  test('reads that it is done where they had signed in by something else', async () => {
    const github = await startFakeGithub();
    stage.offer(providerConfig({ issuer: github.issuer, kind: 'github' }));
    const [byLink, byGithub] = [await signedInBrowser(stage.planes), await signedInThere()];

    for (const person of [byLink, byGithub]) {
      expect((await signOut(person)).headers.location).toBe('/signed-out');
      expect((await person.get('/signed-out')).text).toContain('You are signed out');
    }
    await github.close();
  });

  test('reads the same where the provider is offered no more', async () => {
    const person = await signedInThere();
    stage.offer();

    expect((await signOut(person)).headers.location).toBe('/signed-out');
    expect(await isSignedIn(person)).toBe(false);
  });

  test('when the session is over already reads that they are signed out', async () => {
    const person = await signedInBrowser(stage.planes);
    const fields = fieldsOf((await person.get('/account')).text, '/sign-out');
    const held = new Map(person.cookies);
    await person.post('/sign-out', fields);
    for (const [name, value] of held) person.cookies.set(name, value);

    expect((await person.post('/sign-out', fields)).headers.location).toBe('/signed-out');
    expect(person.cookies.size).toBe(0);
  });
});

describe('the page for whoever has signed out', () => {
  test.each(['?from=other', '?from=koder&from=koder', '?state=', '?state=0', '?from=__proto__'])(
    'leads on where it has nothing to offer: %s',
    async (query) => {
      const answer = await browser(stage.planes).get(`/signed-out${query}`);

      expect([answer.status, answer.headers.location]).toEqual([303, '/']);
    },
  );

  test('tells nobody that they are signed in at a provider who has not signed out here', async () => {
    const stranger = browser(stage.planes);
    const before = openId.discoveries();

    const answer = await stranger.get(OFFERED);

    expect([answer.status, answer.headers.location]).toEqual([303, '/']);
    expect(stranger.cookies.get('gate-leaving')).toBeUndefined();
    expect(openId.discoveries()).toBe(before);
  });

  test('offers the provider that they signed out of, and no other', async () => {
    const { issuer } = openId;
    stage.offer(providerConfig({ issuer }), providerConfig({ issuer, name: 'other', title: 'Other' }));
    const person = await signedInThere();
    await signOut(person);

    expect((await person.get('/signed-out?from=other')).headers.location).toBe('/');
    expect((await person.get(OFFERED)).text).toContain('Sign out at Koder ID, too');
    expect((await person.get(OFFERED)).status).toBe(200);
  });

  test('is none for whoever is signed in', async () => {
    const person = await signedInThere();

    for (const path of [OFFERED, '/signed-out']) expect((await person.get(path)).headers.location).toBe('/');
    expect(await isSignedIn(person)).toBe(true);
  });

  test('takes nobody for back from a provider but the browser that left, and once', async () => {
    const [one, other] = [await signedInThere(), await signedInThere()];
    await Promise.all([signOut(one), signOut(other)]);
    const state = leadsTo(await one.get(OFFERED)).searchParams.get('state') ?? '';
    await other.get(OFFERED);
    const back = `/signed-out?state=${state}`;

    expect((await other.get(back)).headers.location).toBe('/');
    expect((await browser(stage.planes).get(back)).headers.location).toBe('/');
    expect((await one.get(back)).status).toBe(200);
    expect((await one.get(back)).headers.location).toBe('/');
  });
});

describe('a provider that', () => {
  test.each<[string, Lie]>([
    ['has no such page', {}],
    ['names no address', { metadata: { end_session_endpoint: 'nowhere' } }],
    ['names a script', { metadata: { end_session_endpoint: 'javascript:alert(1)' } }],
    ['names a file', { metadata: { end_session_endpoint: 'file:///etc/passwd' } }],
    ['names a number', { metadata: { end_session_endpoint: 7 } }],
    ['is broken', { at: 'discovery', as: 'broken' }],
    ['hangs up', { at: 'discovery', as: 'resets' }],
    ['never ends its answer', { at: 'discovery', as: 'hangs' }],
  ])('%s neither delays nor hinders signing out', async (_what, lie) => {
    const lying = await startLyingOpenId();
    stage.offer(providerConfig({ issuer: lying.issuer }));
    const person = await signedInThere();
    stage.offer(providerConfig({ issuer: lying.issuer })); // as in a process that has not asked it yet
    lying.lie = lie;
    const page = await person.get('/account');
    const asked = lying.calls();

    const answer = await person.post('/sign-out', fieldsOf(page.text, '/sign-out'));

    expect([answer.status, answer.headers.location]).toEqual([303, OFFERED]);
    expect(lying.calls()).toBe(asked);
    expect(await isSignedIn(person)).toBe(false);
    expect((await person.get(OFFERED)).text).toContain('You are signed out');
    await lying.close();
  });
});

describe('a real provider where somebody signs out', () => {
  test('has every session ended that was begun there by them, and no other', async () => {
    const jar: Jar = new Map();
    const [one, other, byLink] = [await signedInThere(jar), await signedInThere(), await signedInBrowser(stage.planes)];
    openId.person = { sub: 'eve', name: 'Eve' };
    const eve = await signedInThere();
    await signOut(one);
    const again = await signedInThere(jar);
    await again.get('/account');

    await leaveProvider(leadsTo(await one.get(OFFERED)), jar);

    expect(await Promise.all([again, other, byLink, eve].map(isSignedIn))).toEqual([false, false, true, true]);
    expect(stage.planes.store.query("SELECT who, surface FROM audit WHERE what = 'sessions_ended'")).toContainEqual({
      who: 'provider:koder',
      surface: 'provider',
    });
  });
});
