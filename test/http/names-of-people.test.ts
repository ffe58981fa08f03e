/** Pages about factors call people by their name: the id of whoever came by a provider tells them nothing. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import { startFakeOpenId, type FakeOpenId } from '../fakes/open-id.js';
import { csrfFor, numberOf } from '../fixtures/http/second-factors.js';
import { browser, type Answer, type Browser } from '../fixtures/http/visitor-client.js';
import {
  CALLBACK,
  providerConfig,
  signInWith,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

const APP = '/account/authenticator';
const CODES = '/account/recovery-codes';
const FACTOR = '/sign-in/factor';

let stage: ProviderStage;
let openId: FakeOpenId;
let eve: Browser;

async function begin(secondFactor: 'offered' | 'required'): Promise<void> {
  stage = await startProviderStage({ secondFactor });
  openId = await startFakeOpenId(() => stage.planes.publicUrl + CALLBACK);
  openId.person = { sub: 'eve', name: 'Eve' };
  stage.offer(providerConfig({ issuer: openId.issuer }));
  eve = browser(stage.planes);
  await signInWith(eve, stage.planes);
}

beforeEach(() => begin('offered'));
afterEach(end);

async function end(): Promise<void> {
  await stage.stop();
  await openId.close();
}

/** Sets up an app; answers its secret. */
async function setUpApp(): Promise<{ readonly secret: string; readonly page: Answer }> {
  const page = await eve.post(`${APP}/begin`, { csrf: csrfFor(await eve.get(APP), `${APP}/begin`) });
  const secret = /secret=([A-Z2-7]{32})/.exec(page.text)?.[1] ?? '';
  const csrf = csrfFor(page, `${APP}/confirm`);
  await eve.post(`${APP}/confirm`, { csrf, number: numberOf(stage.planes, secret) });
  return { secret, page };
}

function expectNamed(page: Answer, words: string): void {
  const [row] = stage.planes.store.query('SELECT id FROM accounts');
  expect(page.text).toContain(words);
  expect(page.text).not.toContain(String(row?.['id']));
}

test('the page that asks for a second factor', async () => {
  await setUpApp();
  eve = browser(stage.planes);
  await signInWith(eve, stage.planes);

  expectNamed(await eve.get(FACTOR), 'Prove once more that you are <strong>Eve</strong>');
});

test('the paper with recovery codes', async () => {
  await setUpApp();
  const page = await eve.post(CODES, { csrf: csrfFor(await eve.get(CODES), CODES) });

  expectNamed(page, 'Recovery codes of <strong>Eve</strong>');
});

test('the entry in an authenticator app', async () => {
  const [row] = stage.planes.store.query('SELECT id FROM accounts');
  const account = { id: String(row?.['id']) as AccountId, name: 'Eve' };
  await stage.planes.identity.authenticator.begin(account.id);

  const begun = await stage.planes.identity.authenticator.begun(account);

  expect(decodeURIComponent(begun?.uri ?? '')).toMatch(/^otpauth:\/\/totp\/Koder Gate localhost(:\d+)?:Eve\?/);
});

test('the page of an enrolment link', async () => {
  const [row] = stage.planes.store.query('SELECT id FROM accounts');
  const by = { who: 'operator:root', surface: 'cli', address: null };
  const link = await stage.planes.identity.enrolments.reset(String(row?.['id']), by);

  const page = await browser(stage.planes).get(new URL(link?.url ?? '').pathname);

  expectNamed(page, 'Sign in as Eve');
});

test('the page that wants one set up, which says so', async () => {
  await end();
  await begin('required');

  expectNamed(await eve.get(FACTOR), 'asks <strong>Eve</strong> for a second factor');
});
