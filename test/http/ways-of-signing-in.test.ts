/** The ways of signing in on the account page: named, added, removed, and never the last of them. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import type { GateEvent } from '../../src/events/events.js';
import { startFakeOpenId, type FakeOpenId } from '../fakes/open-id.js';
import { ADA, BOB } from '../fixtures/http/planes.js';
import {
  browser,
  fieldsOf,
  signedInBrowser,
  textOf,
  type Answer,
  type Browser,
} from '../fixtures/http/visitor-client.js';
import {
  atTheProvider,
  begin,
  CALLBACK,
  providerConfig,
  signInWith,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

const NAME = '/account/credentials/name';
const REMOVE = '/account/credentials/remove';
const ADD = '/sign-in/with/koder';

let stage: ProviderStage;
let openId: FakeOpenId;
let events: GateEvent[];

beforeEach(async () => {
  events = [];
  stage = await startProviderStage({ onEvent: (event) => void events.push(event) });
  openId = await startFakeOpenId(() => stage.planes.publicUrl + CALLBACK);
  stage.offer(providerConfig({ issuer: openId.issuer }));
  openId.person = { sub: 'eve', name: 'Eve', email: 'eve@example.net', email_verified: true };
});
afterEach(async () => {
  await stage.stop();
  await openId.close();
});

async function eve(): Promise<Browser> {
  const person = browser(stage.planes);
  await signInWith(person, stage.planes);
  return person;
}

/** Adds what the provider says now to whoever is signed in. */
async function add(person: Browser): Promise<Answer> {
  const page = await person.get('/account');
  const sent = await person.post(ADD, fieldsOf(page.text, ADD));
  const url = /^0; url=(.+)$/.exec(String(sent.headers['refresh']))?.[1] ?? '';
  const back = await atTheProvider(new URL(url), stage.planes);
  return person.get(back.pathname + back.search);
}

async function remove(person: Browser): Promise<Answer> {
  return person.post(REMOVE, fieldsOf((await person.get('/account')).text, REMOVE));
}

async function isSignedIn(person: Browser): Promise<boolean> {
  return (await person.get('/account')).status === 200;
}

function kept(): readonly unknown[] {
  return stage.planes.store.query('SELECT subject FROM credentials ORDER BY subject').map(({ subject }) => subject);
}

const audited = () =>
  stage.planes.store
    .query("SELECT what, detail FROM audit WHERE what IN ('credential_removed', 'sessions_ended') ORDER BY id")
    .map(({ what, detail }) => ({ what, ...(JSON.parse(String(detail)) as object) }));

test.each([REMOVE, NAME])('%s does nothing for whoever proved themselves too long ago', async (path) => {
  const ada = await signedInBrowser(stage.planes);
  await add(ada);
  const fields = fieldsOf((await ada.get('/account')).text, path);
  stage.planes.advance(601_000);

  const answer = await ada.post(path, { ...fields, name: 'mine' });

  expect([answer.status, answer.headers.location]).toEqual([303, '/sign-in/again']);
  expect(decodeURIComponent(ada.cookies.get('gate-next') ?? '')).toBe('/account');
  expect(stage.planes.store.query('SELECT label FROM credentials')).toEqual([{ label: null }]);
});

describe('the only way of somebody', () => {
  test('is not removed, and the page says what to do', async () => {
    const person = await eve();

    const answer = await remove(person);

    expect([answer.status, kept()]).toEqual([409, [openId.person.sub]]);
    expect(textOf(answer.text)).toContain('Add another way first');
    expect([await isSignedIn(person), audited()]).toEqual([true, []]);
  });

  test('stays where the other is one that this gate does not offer any more', async () => {
    const person = await eve();
    openId.person = { sub: 'eve-at-work', name: 'Eve' };
    await add(person);
    const page = await person.get('/account');
    stage.offer();

    const answer = await person.post(REMOVE, fieldsOf(page.text, REMOVE));

    expect([answer.status, kept()]).toHaveLength(2);
    expect(answer.status).toBe(409);
    expect(textOf((await person.get('/account')).text)).toContain('does not offer it any more');
  });

  test('is removed once there is another, by two presses at once only one', async () => {
    const person = await eve();
    openId.person = { sub: 'eve-at-work', name: 'Eve' };
    expect((await add(person)).headers.location).toBe('/account');
    const { text } = await person.get('/account');
    const forms = text.split('<form').filter((part) => part.includes(`action="${REMOVE}"`));
    expect(forms).toHaveLength(2);

    const answers = await Promise.all(forms.map((form) => person.post(REMOVE, fieldsOf(`<form${form}`, REMOVE))));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(kept()).toHaveLength(1);
  });
});

describe('what somebody has besides', () => {
  test('is removed, signs in nobody any more, ends their other sessions, and stands in the audit trail', async () => {
    const ada = await signedInBrowser(stage.planes);
    expect((await add(ada)).headers.location).toBe('/account');
    const other = await eve();
    expect(await isSignedIn(other)).toBe(true);

    const answer = await remove(ada);

    expect(answer.status).toBe(200);
    expect([await isSignedIn(ada), await isSignedIn(other)]).toEqual([true, false]);
    expect(audited()).toMatchObject([
      { what: 'credential_removed', issuer: openId.issuer, subject: openId.person.sub },
      { what: 'sessions_ended', approver: ADA, count: 1 },
    ]);
    const ended = { event: 'auth_gate.sessions_ended', account: ADA, count: 1, by: ADA };
    expect(events.filter(({ event }) => event === ended.event)).toEqual([ended]);
    expect(events).toContainEqual(expect.objectContaining({ event: 'auth_gate.credential_removed', account: ADA }));
    const again = await eve();
    expect(textOf((await again.get('/account')).text)).not.toContain('Approver');
  });

  test('has the name that they give it, and the provider’s when they take it back', async () => {
    const person = await eve();
    const rename = async (name: string) =>
      person.post(NAME, { ...fieldsOf((await person.get('/account')).text, NAME), name });

    const answer = await rename('  My <work> account ');
    const named = (await person.get('/account')).text;
    await rename('');
    const unnamed = (await person.get('/account')).text;

    expect([answer.status, answer.headers.location]).toEqual([303, '/account']);
    expect(named).toContain('<h3>My &lt;work&gt; account</h3>');
    expect(textOf(named)).toContain('With Koder ID');
    expect(unnamed).toContain('<h3>Koder ID</h3>');
    for (const shown of ['eve@example.net', 'Added', 'Last used', 'Add another Koder ID'])
      expect(textOf(unnamed)).toContain(shown);
  });
});

describe('nothing is removed or named', () => {
  test('that is somebody else’s, even with a right form', async () => {
    await eve();
    const bob = await signedInBrowser(stage.planes, BOB);
    const found = await stage.planes.identity.sessions.find(bob.cookies.get('gate'));
    const key = { issuer: openId.issuer, subject: JSON.stringify(openId.person) };
    const csrf = (what: string) =>
      found?.csrfToken(`${what} the credential ${JSON.stringify([key.issuer, key.subject])}`) ?? '';

    await bob.post(REMOVE, { ...key, csrf: csrf('remove') });
    await bob.post(NAME, { ...key, csrf: csrf('name'), name: 'Bob’s' });

    expect(stage.planes.store.query('SELECT label FROM credentials')).toEqual([{ label: null }]);
  });

  test.each([
    ['from another origin', { origin: 'https://evil.example' }, {}],
    ['by a form of another way', {}, { subject: 'other' }],
    ['by a form that names it', {}, { csrf: 'of the other form' }],
  ])('%s', async (_how, headers, change) => {
    const ada = await signedInBrowser(stage.planes);
    await add(ada);
    const page = (await ada.get('/account')).text;
    const changed = 'csrf' in change ? { csrf: fieldsOf(page, NAME)['csrf'] ?? '' } : change;

    const answer = await ada.post(REMOVE, { ...fieldsOf(page, REMOVE), ...changed }, headers);

    expect([answer.status, kept().length]).toEqual([403, 1]);
  });

  test('by whoever is signed out meanwhile', async () => {
    const person = await eve();
    const fields = fieldsOf((await person.get('/account')).text, REMOVE);
    person.cookies.delete('gate');

    const answer = await person.post(REMOVE, fields);

    expect([answer.status, answer.headers.location]).toEqual([303, '/sign-in?next=/account']);
    expect(kept()).toHaveLength(1);
  });
});

test('a link that was mailed before is worthless once a provider is added', async () => {
  const stranger = browser(stage.planes);
  await stranger.post('/sign-in', { address: ADA });
  await stage.planes.settled();
  const ada = await signedInBrowser(stage.planes);
  const live = () =>
    stage.planes.store.query(`SELECT hash FROM mailed_links WHERE approver = '${ADA}' AND used_at IS NULL`).length;
  expect(live()).toBe(1);

  await add(ada);

  expect(live()).toBe(0);
  expect((await begin(ada)).origin).toBe(openId.issuer);
});

test('whoever has an authenticator app is asked for it after the provider, and is then where they wanted to go', async () => {
  const ada = await signedInBrowser(stage.planes);
  await add(ada);
  const app = '/account/authenticator';
  const begun = await ada.post(`${app}/begin`, fieldsOf((await ada.get(app)).text, `${app}/begin`));
  const secret = /secret=([A-Z2-7]{32})/.exec(begun.text)?.[1] ?? '';
  const number = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: stage.planes.nowMs() });
  await ada.post(`${app}/confirm`, { ...fieldsOf(begun.text, `${app}/confirm`), number: number() });
  stage.planes.advance(30_000);
  const { token } = await stage.planes.accessRequest();
  const person = browser(stage.planes);
  await person.get(`/req/${token}`);

  const asked = await signInWith(person, stage.planes);
  const half = await person.get(`/req/${token}`);
  const page = await person.get('/sign-in/factor');
  const given = await person.post('/sign-in/factor', { ...fieldsOf(page.text, '/sign-in/factor'), number: number() });

  expect([asked.headers.location, half.status]).toEqual(['/sign-in/factor', 401]);
  expect([given.status, given.headers.location]).toEqual([303, `/req/${token}`]);
  expect((await person.get(`/req/${token}`)).text).toContain('Approve');
});
