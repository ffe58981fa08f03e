/** The account page says of everybody what is true of them: how they may sign in, what they have set up, and where else they are. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startFakeOpenId, type FakeOpenId } from '../fakes/open-id.js';
import { ADA, OPERATOR } from '../fixtures/http/planes.js';
import { withApp } from '../fixtures/http/second-factors.js';
import { browser, signedInBrowser, textOf, type Browser } from '../fixtures/http/visitor-client.js';
import {
  CALLBACK,
  providerConfig,
  signInWith,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

const OPERATOR_LINK = 'A link that an operator of this gate makes';

let stage: ProviderStage;
let openId: FakeOpenId;

beforeEach(async () => {
  stage = await startProviderStage();
  openId = await startFakeOpenId(() => stage.planes.publicUrl + CALLBACK);
  openId.person = { sub: 'eve', name: 'Eve' };
  stage.offer(providerConfig({ issuer: openId.issuer }));
});
afterEach(async () => {
  await stage.stop();
  await openId.close();
});

async function accountOf(person: Browser): Promise<string> {
  return textOf((await person.get('/account')).text);
}

test('whoever is known at a provider alone is promised no link, by mail or by an operator', async () => {
  const eve = browser(stage.planes);
  await signInWith(eve, stage.planes);

  const page = await accountOf(eve);

  expect(page).toContain('No mail of this gate reaches you.');
  expect(page).toContain('None is set up: one way of signing in is enough');
  expect(page).not.toMatch(/a link/i);
});

test('an approver and an operator may be made a link', async () => {
  for (const account of [ADA, OPERATOR])
    expect(await accountOf(await signedInBrowser(stage.planes, account))).toContain(OPERATOR_LINK);
});

test('of recovery codes that were never made none is said to be left', async () => {
  const page = await accountOf(await signedInBrowser(stage.planes));

  expect(page).toMatch(/Codes\s*None\s/);
  expect(page).not.toContain('None left');
});

test('who is signed in nowhere else is told so, and of no button that is not there', async () => {
  const ada = await signedInBrowser(stage.planes);
  const alone = await accountOf(ada);
  await signedInBrowser(stage.planes);
  const withAnother = await accountOf(ada);

  expect(alone).toContain('You are signed in nowhere else.');
  expect(alone).not.toMatch(/all others/i);
  expect(withAnother.match(/End all others/g)).toHaveLength(2);
  expect(withAnother).not.toContain('nowhere else');
});

test('a session that went on by a number of an app names the factor before it, too', async () => {
  const { person } = await withApp(stage.planes);

  expect(await accountOf(person)).toContain('a first factor and an authenticator app');
});
