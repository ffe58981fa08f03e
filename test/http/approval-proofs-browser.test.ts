/** Approving with a fresh proof in a real browser at phone size: by a passkey at one press, by a number, and by the keyboard alone. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { addAuthenticator, type Authenticator } from '../fixtures/browsers/authenticator.js';
import { findBrowser, launchBrowser } from '../fixtures/browsers/browser.js';
import { outcomeOf, waitingRequest } from '../fixtures/http/approving.js';
import { ADA, startPlanes, type Planes, type PlanesInput } from '../fixtures/http/planes.js';
import { numberOf } from '../fixtures/http/second-factors.js';

const PHONE = { viewport: { width: 390, height: 740 } };
const STEP_MS = 30_000;

let real: Browser;
let planes: Planes;
let context: BrowserContext;
let page: Page;
let device: Authenticator;
let complaints: string[];

beforeAll(async () => {
  const place = await findBrowser();
  if (place.kind === 'none') throw new Error(place.why);
  real = await launchBrowser(place);
}, 60_000);
afterAll(() => real.close());
beforeEach(async () => {
  context = await real.newContext(PHONE);
  page = await context.newPage();
  device = await addAuthenticator(page);
  complaints = [];
  page.on('console', (message) => void complaints.push(message.text()));
});
afterEach(async () => {
  await context.close();
  await planes.stop();
});

async function signedIn(site: NonNullable<PlanesInput['site']>): Promise<void> {
  planes = await startPlanes({ byMail: true, site });
  const link = await planes.identity.signInLinks.make(ADA, 'test');
  await page.goto(link?.url ?? '');
  await page.getByRole('button', { name: `Sign in as ${ADA}` }).click();
}

async function addPasskey(): Promise<void> {
  await page.goto(`${planes.publicUrl}/account/passkeys`);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('heading', { name: 'Passkey added' }).waitFor();
}

async function fits(): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
}

function proofsTold(): readonly string[] {
  const told = planes.store.query("SELECT detail FROM audit WHERE what = 'decided' ORDER BY id");
  return told.map(({ detail }) => String(detail));
}

test('one press approves by a passkey, and less time, too; a device that does not verify leads to a page that asks', async () => {
  await signedIn({ approveNeeds: 'passkey' });
  await addPasskey();
  const [one, brief, refused] = [
    await waitingRequest(planes),
    await waitingRequest(planes),
    await waitingRequest(planes),
  ];

  await page.goto(planes.publicUrl + one.path);
  await page.getByRole('button', { name: 'Approve — 7 days' }).click();
  await page.getByRole('heading', { name: 'Approved' }).waitFor();
  await fits();

  await page.goto(planes.publicUrl + brief.path);
  await page.getByText('Less time, or why not').click();
  await page.getByRole('button', { name: 'Approve — 1 h' }).click();
  await page.getByRole('heading', { name: 'Approved' }).waitFor();

  await device.verifiesPeople(false);
  await page.goto(planes.publicUrl + refused.path);
  await page.getByRole('button', { name: 'Approve — 7 days' }).click();
  await page.getByRole('heading', { name: 'Prove that it is you' }).waitFor();
  await page.getByText('No passkey was used: it was given up, or the device did not verify you.').waitFor();
  await fits();
  await page.getByRole('button', { name: 'Approve with a passkey' }).click();
  await page.getByText('No passkey was used, and nothing changed.').waitFor();
  expect(await outcomeOf(planes, refused.id)).toBeNull();
  await device.verifiesPeople(true);
  await page.getByRole('button', { name: 'Approve with a passkey' }).click();
  await page.getByRole('heading', { name: 'Approved' }).waitFor();

  expect(proofsTold()).toEqual([1, 2, 3].map(() => '{"outcome":"approved","proof":"passkey"}'));
  expect(complaints).toEqual([]);
}, 60_000);

test('an answer for one request approves no other, and none twice', async () => {
  await signedIn({ approveNeeds: 'passkey' });
  await addPasskey();
  const [one, other] = [await waitingRequest(planes), await waitingRequest(planes)];
  let sent = new URLSearchParams();
  await page.route(`**${one.path}`, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    sent = new URLSearchParams(route.request().postData() ?? '');
    await route.abort();
  });
  await page.goto(planes.publicUrl + one.path);
  await page.getByRole('button', { name: 'Approve — 7 days' }).click();
  await page.waitForTimeout(1_000);
  expect(sent.get('answer')).not.toBeNull();

  await page.goto(planes.publicUrl + other.path);
  const csrf = await page.locator('form.decide input[name="csrf"]').getAttribute('value');
  sent.set('csrf', csrf ?? '');
  const status = await page.evaluate(
    async ([path, body]) => (await fetch(path ?? '', { method: 'POST', body: new URLSearchParams(body) })).status,
    [other.path, sent.toString()],
  );

  expect(status).toBe(422);
  expect(await outcomeOf(planes, other.id)).toBeNull();
  expect(await outcomeOf(planes, one.id)).toBeNull();
}, 60_000);

test('by the keyboard alone: the button, and a number of the app; denying asks for nothing', async () => {
  await signedIn({ approveNeeds: 'fresh' });
  await page.goto(`${planes.publicUrl}/account/authenticator`);
  await page.getByRole('button', { name: 'Set one up' }).click();
  const secret = (await page.locator('code').first().textContent()) ?? '';
  await page.getByLabel('The number that it shows').fill(numberOf(planes, secret));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  planes.advance(STEP_MS);
  const [approved, denied] = [await waitingRequest(planes), await waitingRequest(planes)];

  await page.goto(planes.publicUrl + approved.path);
  await page.getByRole('button', { name: 'Approve — 7 days' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Prove that it is you' }).waitFor();
  await fits();
  await page.keyboard.type(numberOf(planes, secret));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Approved' }).waitFor();

  await page.goto(planes.publicUrl + denied.path);
  await page.getByRole('button', { name: 'Deny', exact: false }).first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Denied' }).waitFor();

  expect(await outcomeOf(planes, approved.id)).toBe('approved');
  expect(await outcomeOf(planes, denied.id)).toBe('denied');
  expect(complaints).toEqual([]);
}, 60_000);
