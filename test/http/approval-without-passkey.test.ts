/** Whoever must approve by a passkey and has none: what the page says, and where each of its links leads, on a phone by keyboard alone. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { addAuthenticator } from '../fixtures/browsers/authenticator.js';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { PHONE, press, scrollsSideways } from '../fixtures/browsers/phone.js';
import { outcomeOf, waitingRequest, type Waiting } from '../fixtures/http/approving.js';
import { ADA, BOB, HOST, startPlanes, type Planes } from '../fixtures/http/planes.js';

const ELEVEN_MINUTES_MS = 660_000;

describeInBrowser('an approver without a passkey, where approving takes one', () => {
  let planes: Planes;
  let context: BrowserContext;
  let page: Page;
  let request: Waiting;

  beforeEach(async () => {
    planes = await startPlanes({ byMail: true, site: { approveNeeds: 'passkey', approvers: [ADA, BOB] } });
    context = await browser.newContext(PHONE);
    page = await context.newPage();
    await addAuthenticator(page);
    await signInByLink();
    request = await waitingRequest(planes);
    await page.goto(planes.publicUrl + request.path);
    await press(page, /^✅ Approve/);
    await page.getByRole('heading', { name: 'Prove that it is you' }).waitFor();
  });

  afterEach(async () => {
    await context.close();
    await planes.stop();
  });

  async function signInByLink(): Promise<void> {
    const link = await planes.identity.signInLinks.make(ADA, 'test');
    await page.goto(link?.url ?? '');
    await press(page, `Sign in as ${ADA}`);
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  }

  test('reads why, that one can be added, that denying needs none, who else approves, and for how long it waits', async () => {
    const text = (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');

    expect(text).toContain(`${HOST} lets 203.0.113.`);
    expect(text).toContain('This site takes an approval by a passkey alone, and you have none here yet.');
    expect(text).toContain('You can deny the request on its page. That needs no proof.');
    expect(text).toContain(`${BOB} can approve it in your place.`);
    expect(text).not.toContain(`${ADA} can`);
    expect(text).toMatch(/It waits until .*: 9 min left\./);
    expect(await page.locator('main a').allInnerTexts()).toEqual(['Add a passkey', 'Back to the request']);
    expect(await scrollsSideways(page)).toBe(false);
    expect(await outcomeOf(planes, request.id)).toBeNull();
  }, 60_000);

  test('goes back and denies', async () => {
    await press(page, 'Back to the request');
    await page.waitForURL(planes.publicUrl + request.path);
    await press(page, /^❌ Deny/);
    await page.getByRole('heading', { name: 'Denied' }).waitFor();

    expect(await outcomeOf(planes, request.id)).toBe('denied');
  }, 60_000);

  test('adds one, is back at the request, and approves it by one press', async () => {
    await press(page, 'Add a passkey');
    await page.getByRole('heading', { name: 'Passkeys' }).waitFor();
    await press(page, 'Add a passkey');
    await page.getByRole('heading', { name: 'Passkey added' }).waitFor();
    expect(await page.locator('main .primary').allInnerTexts()).toEqual(['Back to the request']);
    await press(page, 'Back to the request');
    await page.waitForURL(planes.publicUrl + request.path);
    await press(page, /^✅ Approve/);
    await page.getByRole('heading', { name: 'Approved' }).waitFor();

    expect(await outcomeOf(planes, request.id)).toBe('approved');
  }, 60_000);

  test('who signed in long ago signs in once more on the way, and is back at the request all the same', async () => {
    planes.advance(ELEVEN_MINUTES_MS);

    await press(page, 'Add a passkey');
    await page.waitForURL('**/sign-in/again');
    planes.advance(-ELEVEN_MINUTES_MS); // the database's clock stood still: by it the new session is of just now
    await signInByLink();
    await page.getByRole('heading', { name: 'Passkeys' }).waitFor();
    await press(page, 'Add a passkey');
    await page.getByRole('heading', { name: 'Passkey added' }).waitFor();
    expect(await page.locator('main .primary').allInnerTexts()).toEqual(['Back to the request']);
    await press(page, 'Back to the request');

    await page.waitForURL(planes.publicUrl + request.path);
  }, 60_000);
});
