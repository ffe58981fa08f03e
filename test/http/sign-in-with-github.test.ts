/** Signing in with GitHub: by its number, with or without an address. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ProviderConfig } from '../../src/contract/identity-providers.js';
import { startFakeGithub, type FakeGithub } from '../fakes/github-oauth.js';
import { ADA } from '../fixtures/http/planes.js';
import { browser, fieldsOf, signedInBrowser, type Browser } from '../fixtures/http/visitor-client.js';
import {
  atTheProvider,
  begin,
  providerConfig,
  signInWith,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

let stage: ProviderStage;
let github: FakeGithub;

beforeEach(async () => {
  stage = await startProviderStage();
  github = await startFakeGithub();
  stage.offer(config());
});

afterEach(async () => {
  await stage.stop();
  await github.close();
});

function config(change: Partial<ProviderConfig> = {}): ProviderConfig {
  const of = { name: 'github', title: 'GitHub', kind: 'github', scopes: ['read:user', 'user:email'] } as const;
  return providerConfig({ issuer: github.issuer, ...of, ...change });
}

const person = (): Browser => browser(stage.planes);

function credentials() {
  return stage.planes.store.query('SELECT issuer, subject, email, is_email_verified, name FROM credentials');
}

test('its number names the person, who keeps their account under another login', async () => {
  await signInWith(person(), stage.planes, 'github');
  github.user = { ...github.user, login: 'other', name: null };
  github.emails = [];

  const again = await signInWith(person(), stage.planes, 'github');

  expect(again.status).toBe(303);
  expect(credentials()).toEqual([
    { issuer: github.issuer, subject: '583231', email: null, is_email_verified: 0, name: 'other' },
  ]);
});

test.each([
  [
    'the primary one that is verified',
    [{ email: 'mona@example.org', primary: true, verified: true }],
    'mona@example.org',
  ],
  ['not another one', [{ email: 'mona@example.org', primary: false, verified: true }], null],
  ['not one that is not verified', [{ email: 'mona@example.org', primary: true, verified: false }], null],
  ['not one that GitHub made up', [{ email: '1+x@users.noreply.github.com', primary: true, verified: true }], null],
  ['none where it may not be read', null, null],
])('of the addresses: %s', async (_which, emails, email) => {
  github.emails = emails;

  const answer = await signInWith(person(), stage.planes, 'github');

  expect([answer.status, credentials()[0]?.['email']]).toEqual([303, email]);
});

test('an approver’s address is no proof', async () => {
  github.emails = [{ email: ADA, primary: true, verified: true }];

  expect((await signInWith(person(), stage.planes, 'github')).text).toContain('Sign in as before first');
});

test.each([
  ['a verified address of theirs', [{ email: 'mona@koder.dev', primary: true, verified: true }], ''],
  ['one of another domain', [{ email: 'mona@evil.example', primary: true, verified: true }], 'Not this account'],
  ['none', [], 'An address is needed'],
])('where domains are named, %s is asked for', async (_what, emails, says) => {
  stage.offer(config({ allowedDomains: ['koder.dev'] }));
  github.emails = emails;

  const answer = await signInWith(person(), stage.planes, 'github');

  expect(answer.status).toBe(says === '' ? 303 : 403);
  expect(answer.text).toContain(says);
});

test.each([
  ['within ten minutes of signing in', 590_000, 303],
  ['later', 610_000, 403],
])('whoever is signed in adds it %s', async (_when, aheadMs, status) => {
  const one = await signedInBrowser(stage.planes);
  const fields = fieldsOf((await one.get('/account')).text, '/sign-in/with/github');
  const sent = await one.post('/sign-in/with/github', fields);
  const url = new URL(String(sent.headers['refresh']).replace('0; url=', ''));
  stage.planes.advance(aheadMs);
  const back = await atTheProvider(url, stage.planes);

  expect((await one.get(back.pathname + back.search)).status).toBe(status);
  expect(credentials()).toHaveLength(status === 303 ? 1 : 0);
});

describe('nobody is signed in', () => {
  test('who says no', async () => {
    github.mode = 'denies';

    expect((await signInWith(person(), stage.planes, 'github')).text).toContain('did not agree');
  });

  test('when GitHub does not say who that is', async () => {
    github.mode = 'no_profile';

    expect((await signInWith(person(), stage.planes, 'github')).text).toContain('did not say who you are');
  });

  test.each([0, -1, 1.5, '583231', null, undefined])('whose number is %p', async (id) => {
    github.user = { ...github.user, id };

    expect((await signInWith(person(), stage.planes, 'github')).status).toBe(502);
    expect(credentials()).toEqual([]);
  });

  test('by a code of another sign-in', async () => {
    const [mallory, victim] = [person(), person()];
    const code = (await atTheProvider(await begin(mallory, 'github'), stage.planes)).searchParams.get('code') ?? '';
    const back = await atTheProvider(await begin(victim, 'github'), stage.planes);
    back.searchParams.set('code', code);

    expect((await victim.get(back.pathname + back.search)).text).toContain('did not complete');
    expect((await victim.get('/')).status).toBe(401);
  });
});
