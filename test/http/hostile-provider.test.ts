/** A provider that lies in one point, or whoever stands between it and the gate: nobody is signed in, and nothing is kept. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ProviderConfig } from '../../src/contract/identity-providers.js';
import { startLyingOpenId, STRANGE_JWK, type Lie, type LyingOpenId } from '../fakes/lying-open-id.js';
import { browser } from '../fixtures/http/visitor-client.js';
import {
  providerConfig,
  signInWith,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

let stage: ProviderStage;
let openId: LyingOpenId;

beforeEach(async () => {
  stage = await startProviderStage();
  openId = await startLyingOpenId();
});

afterEach(async () => {
  await stage.stop();
  await openId.close();
});

async function signIn(lie: Lie, change: Partial<ProviderConfig> = {}): Promise<{ status: number; title: string }> {
  openId.lie = lie;
  stage.offer(providerConfig({ issuer: openId.issuer, ...change }));
  const person = browser(stage.planes);
  const { status, text } = await signInWith(person, stage.planes);
  expect((await person.get('/account')).text.includes('title="Your account"')).toBe(status === 303);
  expect(stage.planes.store.query('SELECT subject FROM credentials')).toHaveLength(status === 303 ? 1 : 0);
  return { status, title: /<h1>([^<]*)</.exec(text)?.[1] ?? '' };
}

const HOUR_SECONDS = 3_600;
const NOT_SIGNED_IN = 'Not signed in';

/** What it does, and what the page says then. */
const LIES: readonly (readonly [string, Lie, string?])[] = [
  // signatures: by itself openid-client believes the connection, and takes the first four
  ['signs with nothing', { signedBy: 'nobody' }],
  ['signs with the client secret', { signedBy: 'the client secret' }],
  ['signs with a key of a stranger', { signedBy: 'a stranger' }],
  ['signs with a key of a stranger under a name that nobody knows', { signedBy: 'a stranger', header: { kid: 'x' } }],
  ['takes its public key for a secret', { signedBy: 'the public key' }],
  ['brings its own key', { signedBy: 'a stranger', header: { jwk: STRANGE_JWK, kid: undefined } }],
  ['says where its key is', { signedBy: 'a stranger', header: { jku: 'http://localhost/keys', kid: undefined } }],
  ['wants something understood', { header: { crit: ['exp'], exp: 1 } }],
  ['names another algorithm', { header: { alg: 'RS512' } }],
  ['announces an algorithm that is not expected', { header: { alg: 'ES256' } }],
  // whom the token is for and from
  ['is for somebody else', { claims: { aud: 'other' } }],
  ['is for several, and made for another', { claims: { aud: ['koder-gate', 'other'], azp: 'other' } }],
  ['is from somebody else', { claims: { iss: 'https://evil.example' } }],
  ['answers another question', { claims: { nonce: 'other' } }],
  ['answers no question', { claims: { nonce: undefined } }],
  // when
  ['is over', { claims: (now) => ({ exp: now - 40 }) }],
  ['does not begin yet', { claims: (now) => ({ nbf: now + 300 }) }],
  ['is made an hour ahead', { claims: (now) => ({ iat: now + HOUR_SECONDS, exp: now + 2 * HOUR_SECONDS }) }],
  ['is made a year ago', { claims: (now) => ({ iat: now - 365 * 24 * HOUR_SECONDS }) }],
  ['is made at no time', { claims: { iat: undefined } }],
  ['never ends', { claims: { exp: undefined } }],
  // who
  ['names nobody', { claims: { sub: undefined } }],
  ['names nobody, in a text', { claims: { sub: '' } }],
  ['names a number', { claims: { sub: 7 } }],
  ['names somebody at great length', { claims: { sub: 'a'.repeat(256) } }],
  ['names somebody with a line break', { claims: { sub: 'ada\nroot' } }],
  ['tells of somebody else', { userinfo: { sub: 'eve' } }],
  ['tells of nobody', { userinfo: { sub: undefined } }],
  // what comes at all
  ['gives no token', { idToken: { text: undefined } }],
  ['gives a token that is none', { idToken: { text: 'a.b.c' } }],
  ['gives an encrypted token', { idToken: { text: 'a.b.c.d.e' } }],
  ['comes back without its name', { back: (url) => url.searchParams.delete('iss') }],
  ['comes back under another name', { back: (url) => url.searchParams.set('iss', 'https://evil.example') }],
  ['comes back with two codes', { back: (url) => url.searchParams.append('code', 'other') }],
  ['comes back without a code', { back: (url) => url.searchParams.delete('code') }],
  ['redirects the exchange', { at: 'token', as: 'redirect' }],
  ['breaks at the exchange', { at: 'token', as: 'broken' }],
  ['answers the exchange with a page', { at: 'token', as: 'no_json' }],
  ['answers the exchange without an end', { at: 'token', as: 'endless' }, 'Not reachable now'],
  ['hangs up at the exchange', { at: 'token', as: 'resets' }, 'Not reachable now'],
  ['breaks when it is asked who that is', { at: 'userinfo', as: 'broken' }],
  ['redirects who asks who that is', { at: 'userinfo', as: 'redirect' }],
  ['has keys without an end', { at: 'keys', as: 'endless' }, 'Not reachable now'],
  ['redirects who asks for its keys', { at: 'keys', as: 'redirect' }],
];

test('one that does not lie signs somebody in', async () => {
  expect(await signIn({})).toMatchObject({ status: 303 });
});

test.each(LIES)('one that %s signs nobody in', async (_what, lie, title = NOT_SIGNED_IN) => {
  expect(await signIn(lie)).toMatchObject({ status: 502, title });
});

test('one that never ends its answer is given five seconds', async () => {
  const before = Date.now();

  expect(await signIn({ at: 'token', as: 'hangs' })).toMatchObject({ status: 502, title: 'Not reachable now' });

  expect(Date.now() - before).toBeLessThan(7_000);
}, 10_000);

test.each<[string, Lie]>([
  ['is known under another name', { metadata: { issuer: 'https://evil.example' } }],
  ['redirects who looks it up', { at: 'discovery', as: 'redirect' }],
  ['is looked up without an end', { at: 'discovery', as: 'endless' }],
  ['is no JSON', { at: 'discovery', as: 'no_json' }],
])('one that %s sends nobody anywhere', async (_what, lie) => {
  await expect(signIn(lie)).rejects.toThrow('not sent on: 502');
});

test.each([
  ['of a tenant that is named', { tid: 'tenant-1' }, 303],
  ['of another tenant', { tid: 'tenant-2' }, 403],
  ['of no tenant', {}, 403],
])('somebody %s, where tenants are named', async (_who, claims, status) => {
  expect(await signIn({ claims }, { allowedTenants: ['tenant-1'] })).toMatchObject({ status });
});

test.each<[string, Lie['userinfo'], number]>([
  ['verified', { email: 'ada@koder.dev', email_verified: true }, 303],
  ['not verified', { email: 'ada@koder.dev', email_verified: false }, 403],
  ['verified in a text', { email: 'ada@koder.dev', email_verified: 'true' }, 403],
  ['of another domain', { email: 'ada@evil.example', email_verified: true }, 403],
  ['of two domains', { email: 'ada@evil.example@koder.dev', email_verified: true }, 403],
])('an address that is %s, where domains are named', async (_which, userinfo = {}, status) => {
  expect(await signIn({ userinfo }, { allowedDomains: ['koder.dev'] })).toMatchObject({ status });
});

test.each<[string, Lie, number]>([
  ['its token', { claims: { email_verified: true }, userinfo: { email: 'ada@koder.dev' } }, 403],
  [
    'its token, against what told the address',
    { claims: { email_verified: true }, userinfo: { email: 'ada@koder.dev', email_verified: false } },
    403,
  ],
  [
    'what told the address, against its token',
    { claims: { email_verified: false }, userinfo: { email: 'ada@koder.dev', email_verified: true } },
    303,
  ],
])('an address is verified by what told it: one that is verified by %s', async (_by, lie, status) => {
  expect(await signIn(lie, { allowedDomains: ['koder.dev'] })).toMatchObject({ status });
});

test('a name is shown as text, on one line', async () => {
  openId.lie = { userinfo: { name: '<b>Ada</b>\u202e\n root' } };
  stage.offer(providerConfig({ issuer: openId.issuer }));
  const person = browser(stage.planes);
  await signInWith(person, stage.planes);

  expect((await person.get('/account')).text).toContain('&lt;b&gt;Ada&lt;/b&gt; root<');
});
