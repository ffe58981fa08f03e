/** The passkey of somebody who came by a provider, and whom sites.toml does not name: it signs in as anybody else's does. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import type { AccountId } from '../../src/approval/brand.js';
import { startFakeOpenId, type FakeOpenId } from '../fakes/open-id.js';
import { addAuthenticator, type Authenticator } from '../fixtures/browsers/authenticator.js';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import {
  CALLBACK,
  providerConfig,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

const NO_AUTOFILL = 'PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)';

describeInBrowser('somebody who is neither approver nor operator', () => {
  let stage: ProviderStage;
  let openId: FakeOpenId;
  let context: BrowserContext;
  let page: Page;
  let device: Authenticator;

  beforeEach(async () => {
    stage = await startProviderStage();
    openId = await startFakeOpenId(() => stage.planes.publicUrl + CALLBACK);
    openId.person = { sub: 'eve', name: 'Eve' };
    stage.offer(providerConfig({ issuer: openId.issuer }));
    context = await browser.newContext();
    await context.addInitScript(NO_AUTOFILL);
    page = await context.newPage();
    page.setDefaultTimeout(8_000);
    device = await addAuthenticator(page);
    await press('Sign in with Koder ID');
    await page.waitForURL('**/account');
    await page.goto(`${stage.planes.publicUrl}/account/passkeys`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('heading', { name: 'Passkey added' }).waitFor();
  }, 60_000);
  afterEach(async () => {
    await context.close();
    await stage.stop();
    await openId.close();
  });

  async function press(name: string): Promise<void> {
    await page.goto(`${stage.planes.publicUrl}/sign-in`);
    await page.getByRole('button', { name }).click();
  }

  /** Who they are, as the page says; null where nobody is signed in. */
  async function whoIs(): Promise<string | null> {
    await page.goto(`${stage.planes.publicUrl}/account`);
    return page
      .locator('a[title="Your account"]')
      .first()
      .textContent({ timeout: 2_000 })
      .catch(() => null);
  }

  test('signs in by a passkey, which knows them by their name', async () => {
    await context.clearCookies();

    await press('Sign in with a passkey');
    await page.waitForURL('**/account');

    expect(await whoIs()).toBe('Eve');
    expect(await device.credentials()).toMatchObject([{ userName: 'Eve', userDisplayName: 'Eve' }]);
  }, 60_000);

  test('gives it as the second factor, after the provider', async () => {
    await context.clearCookies();
    await press('Sign in with Koder ID');
    await page.getByRole('heading', { name: 'One more thing' }).waitFor();
    expect(await whoIs()).toBeNull();

    await page.goto(`${stage.planes.publicUrl}/sign-in/factor`);
    await page.getByRole('button', { name: 'passkey' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();

    expect(await whoIs()).toBe('Eve');
  }, 60_000);

  test('has a way of signing in when the provider is removed', async () => {
    await page.goto(`${stage.planes.publicUrl}/account`);
    await page.locator('summary', { hasText: 'Remove' }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('heading', { name: 'Removed' }).waitFor();
    await context.clearCookies();

    await press('Sign in with a passkey');
    await page.waitForURL('**/account');

    expect(await whoIs()).toBe('Eve');
  }, 60_000);

  test('is refused once they are disabled', async () => {
    await context.clearCookies();
    const [row] = stage.planes.store.query('SELECT id FROM accounts');
    const audit = { who: 'operator', what: 'account_disabled', surface: 'cli', site: null, address: null, detail: {} };
    const account = String(row?.['id']) as AccountId;
    await stage.planes.store.ledger.identity.setAccountState({ account, state: 'disabled' }, audit);

    await press('Sign in with a passkey');
    await page.getByRole('heading', { name: 'Not signed in' }).waitFor();

    expect(await whoIs()).toBeNull();
    expect(stage.planes.store.query("SELECT id FROM audit WHERE what = 'signed_in'")).toHaveLength(1);
  }, 60_000);
});
