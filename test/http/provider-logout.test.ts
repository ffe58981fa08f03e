/** A provider says that somebody has signed out there; and so does whoever pretends to be one. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GateEvent } from '../../src/events/events.js';
import { startLyingOpenId, STRANGE_JWK, type Lie, type LyingOpenId } from '../fakes/lying-open-id.js';
import { browser, call, signedInBrowser, type Answer, type Browser } from '../fixtures/http/visitor-client.js';
import {
  providerConfig,
  signInWith,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

const PATH = '/sign-in/with/koder/logout';
const FORM = 'application/x-www-form-urlencoded';
const RACERS = 20;

let stage: ProviderStage;
let openId: LyingOpenId;
const events: GateEvent[] = [];

beforeEach(async () => {
  events.length = 0;
  stage = await startProviderStage({ onEvent: (event) => void events.push(event) });
  openId = await startLyingOpenId();
  stage.offer(providerConfig({ issuer: openId.issuer }));
});

afterEach(async () => {
  await stage.stop();
  await openId.close();
});

function send(body: string, { type = FORM, path = PATH, method = 'POST' } = {}): Promise<Answer> {
  return call(stage.planes.publicUrl + path, { method, headers: { 'content-type': type }, body });
}

function logOut(token: string): Promise<Answer> {
  return send(new URLSearchParams({ logout_token: token }).toString());
}

async function signedInThere(): Promise<Browser> {
  const person = browser(stage.planes);
  expect((await signInWith(person, stage.planes)).status).toBe(303);
  return person;
}

async function isSignedIn(person: Browser): Promise<boolean> {
  return (await person.get('/account')).text.includes('title="Your account"');
}

function audited() {
  return stage.planes.store.query("SELECT who, surface, address FROM audit WHERE what = 'sessions_ended'");
}

describe('a provider’s word', () => {
  test('ends every session that was begun with that credential, and no other, and is told', async () => {
    const [one, other, elsewhere] = [await signedInThere(), await signedInThere(), await signedInBrowser(stage.planes)];

    const answer = await logOut(openId.logoutToken());

    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    expect([await isSignedIn(one), await isSignedIn(other), await isSignedIn(elsewhere)]).toEqual([false, false, true]);
    expect(audited()).toEqual([{ who: 'provider:koder', surface: 'provider', address: '127.0.0.1' }]);
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'auth_gate.sessions_ended', count: 2, by: 'provider:koder' }),
    );
    await signInWith(one, stage.planes);
    expect(await isSignedIn(one)).toBe(true);
  });

  test('of somebody who is not signed in here is taken, and changes nothing', async () => {
    const one = await signedInThere();

    expect((await logOut(openId.logoutToken({ claims: { sub: 'eve' } }))).status).toBe(200);

    expect(await isSignedIn(one)).toBe(true);
    expect(audited()).toEqual([]);
  });

  test('counts once, however many bring it, and ends nothing that is begun afterwards', async () => {
    await signedInThere();
    const token = openId.logoutToken();

    const answers = await Promise.all(Array.from({ length: RACERS }, () => logOut(token)));
    const later = await signedInThere();
    const again = await logOut(token);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(RACERS - 1).fill(400)]);
    expect([again.status, await isSignedIn(later)]).toEqual([400, true]);
    expect(again.text).toContain('was used before');
  });

  test.each<[string, Lie]>([
    ['without a type', { header: { typ: undefined } }],
    ['for several', { claims: { aud: ['other', 'koder-gate'] } }],
    ['with a session beside the person', { claims: { sid: 'sid-1' } }],
  ])('%s is taken', async (_how, lie) => {
    expect((await logOut(openId.logoutToken(lie))).status).toBe(200);
  });
});

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const LIES: readonly (readonly [string, Lie])[] = [
  ['is signed with nothing', { signedBy: 'nobody' }],
  ['is signed with the client secret', { signedBy: 'the client secret' }],
  ['is signed with the public key as a secret', { signedBy: 'the public key' }],
  ['is signed with a key of a stranger', { signedBy: 'a stranger' }],
  ['is signed with a key that nobody knows', { signedBy: 'a stranger', header: { kid: 'x' } }],
  ['brings its own key', { signedBy: 'a stranger', header: { jwk: STRANGE_JWK, kid: undefined } }],
  ['wants something understood', { header: { crit: ['exp'], exp: 1 } }],
  ['names another algorithm', { header: { alg: 'ES256' } }],
  ['is an access token', { header: { typ: 'at+jwt' } }],
  ['has a nonce', { claims: { nonce: 'n' } }],
  ['has an empty nonce', { claims: { nonce: '' } }],
  ['is old', { claims: (now) => ({ iat: now - 300, exp: now + 300 }) }],
  ['is over', { claims: (now) => ({ exp: now - 40 }) }],
  ['never ends', { claims: { exp: undefined } }],
  ['is made in the future', { claims: (now) => ({ iat: now + 300, exp: now + 600 }) }],
  ['is made at no time', { claims: { iat: undefined } }],
  ['is for somebody else', { claims: { aud: 'other' } }],
  ['is for nobody', { claims: { aud: undefined } }],
  ['is from somebody else', { claims: { iss: 'https://evil.example' } }],
  ['is from nobody', { claims: { iss: undefined } }],
  ['tells of no event', { claims: { events: undefined } }],
  ['tells of another event', { claims: { events: { 'http://example.org/other': {} } } }],
  ['tells of the event as a list', { claims: { events: [EVENT] } }],
  ['tells of the event in a text', { claims: { events: { [EVENT]: 'yes' } } }],
  ['has no id', { claims: { jti: undefined } }],
  ['has an empty id', { claims: { jti: '' } }],
  ['has a number for its id', { claims: { jti: 7 } }],
  ['names nobody', { claims: { sub: undefined } }],
  ['names nobody, in a text', { claims: { sub: '' } }],
  ['names a number', { claims: { sub: 7 } }],
  ['names somebody at great length', { claims: { sub: 'a'.repeat(256) } }],
];

describe('a token that', () => {
  test.each(LIES)('%s ends nothing', async (_what, lie) => {
    const one = await signedInThere();

    const answer = await logOut(openId.logoutToken(lie));

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'invalid_request' });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await isSignedIn(one)).toBe(true);
  });

  test('names a session and nobody is refused with the reason', async () => {
    const answer = await logOut(openId.logoutToken({ claims: { sub: undefined, sid: 'sid-1' } }));

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('a sid alone names nobody');
  });

  test('was given to sign in by ends nothing', async () => {
    openId.lie = {};
    const one = await signedInThere();

    expect((await logOut(openId.logoutToken({ claims: { events: undefined, nonce: 'n' } }))).status).toBe(400);
    expect(await isSignedIn(one)).toBe(true);
  });

  test('comes while its keys cannot be had is asked for later, and may then be sent', async () => {
    const one = await signedInThere();
    const token = openId.logoutToken();
    openId.lie = { at: 'keys', as: 'broken' };
    const early = await logOut(token);
    openId.lie = {};

    expect([early.status, JSON.parse(early.text)]).toMatchObject([400, { error: 'temporarily_unavailable' }]);
    expect(await isSignedIn(one)).toBe(true);
    expect((await logOut(token)).status).toBe(200);
  });
});

describe('what is no such call', () => {
  test('is refused, whatever it is', async () => {
    const token = openId.logoutToken();
    const answers = [
      await send(''),
      await send('logout_token='),
      await send('logout_token=a.b.c'),
      await send('logout_token=%00%ff'),
      await send(`logout_token=${token}&logout_token=${token}`),
      await send(JSON.stringify({ logout_token: token }), { type: 'application/json' }),
      await send(`logout_token=${'x'.repeat(65_536)}`),
    ];

    expect(answers.map(({ status }) => status)).toEqual(Array<number>(answers.length).fill(400));
    for (const { text } of answers) expect(JSON.parse(text)).toMatchObject({ error: 'invalid_request' });
    expect((await logOut(token)).status).toBe(200);
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('%s is not how it is called', async (method) => {
    const answer = await send('', { method });

    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
  });

  test('at a provider that there is not, or that sends none, finds nothing', async () => {
    stage.offer(providerConfig({ issuer: openId.issuer, kind: 'github' }));

    expect((await logOut(openId.logoutToken())).status).toBe(404);
    expect((await send('', { path: '/sign-in/with/other/logout' })).status).toBe(404);
  });

  test('comes 120 times a minute from one network at most', async () => {
    const statuses = [];
    for (let sent = 0; sent < 121; sent += 1) statuses.push((await send('logout_token=a.b.c')).status);

    expect(statuses).toEqual([...Array<number>(120).fill(400), 429]);
    expect((await logOut(openId.logoutToken())).status).toBe(429);
  });
});
