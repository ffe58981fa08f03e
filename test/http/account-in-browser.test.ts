/** The account's pages in a real browser at phone size, with a keyboard alone: a passkey proposed, named, removed; codes on paper. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { addAuthenticator } from '../fixtures/browsers/authenticator.js';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { startFakeOpenId, type FakeOpenId } from '../fakes/open-id.js';
import { ADA } from '../fixtures/http/planes.js';
import {
  CALLBACK,
  providerConfig,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

const PHONE = { viewport: { width: 390, height: 740 } };

describeInBrowser('with a keyboard alone', () => {
  let stage: ProviderStage;
  let openId: FakeOpenId;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeEach(async () => {
    stage = await startProviderStage();
    openId = await startFakeOpenId(() => stage.planes.publicUrl + CALLBACK);
    stage.offer(providerConfig({ issuer: openId.issuer }));
    context = await browser.newContext(PHONE);
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => void complaints.push(message.text()));
    await addAuthenticator(page);
    const link = await stage.planes.identity.signInLinks.make(ADA, 'test');
    await page.goto(link?.url ?? '');
    await page.locator('button:focus').press('Enter');
    await page.waitForURL('**/account/set-up?after=sign-in');
  }, 60_000);
  afterEach(async () => {
    await context.close();
    await stage.stop();
    await openId.close();
    expect(complaints.filter((text) => !/409|422/.test(text))).toEqual([]);
  });

  /** By the key that leads from one thing to the next. */
  async function tabTo(name: string): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(
        '(document.activeElement?.textContent || document.activeElement?.id || "").trim()',
      );
      if (at === name) return expect(await page.evaluate(SIDEWAYS)).toBe(0);
    }
    throw new Error(`no way to ${name}`);
  }

  async function press(name: string): Promise<void> {
    await tabTo(name);
    await page.keyboard.press('Enter');
  }

  async function heading(name: string): Promise<void> {
    await page.getByRole('heading', { name, exact: true }).waitFor();
  }

  async function rename(to: string): Promise<void> {
    await press('Rename');
    await tabTo('name-0');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(to);
    await page.keyboard.press('Enter');
    await heading(to);
  }

  test('a passkey is proposed, added, renamed and removed', async () => {
    await press('Add a passkey');
    await heading('Passkey added');
    let asked = 0;
    page.on('request', (request) => void (asked += request.url().endsWith('/question') ? 1 : 0));
    await page.getByRole('button', { name: 'Add a passkey' }).dblclick();
    await page.getByText('Nothing was added.').waitFor();
    await heading('Passkeys');
    expect([asked, await page.getByText('Passkey added').count()]).toEqual([1, 0]);
    await rename('My phone');
    await press('Remove');
    await press('Yes, remove it');
    await heading('Removed');

    expect(stage.planes.store.query('SELECT id FROM passkeys')).toEqual([]);
  }, 60_000);

  test('not now is pressed twice, and the requests are there', async () => {
    await press('Not now');
    await page.waitForURL('**?step=app');
    await press('Not now');
    await page.waitForURL(`${stage.planes.publicUrl}/`);

    expect(await page.textContent('header')).toContain(ADA);
  }, 60_000);

  test('a provider is added, renamed, and removed', async () => {
    await page.goto(`${stage.planes.publicUrl}/account`);
    await press('Add Koder ID');
    await heading('Koder ID');
    await rename('At work');
    await press('Remove');
    await press('Yes, remove it');
    await heading('Removed');

    expect(stage.planes.store.query('SELECT subject FROM credentials')).toEqual([]);
  }, 60_000);

  test('recovery codes are printed: they alone, and whose they are', async () => {
    await press('Add a passkey');
    await heading('Passkey added');
    await page.goto(`${stage.planes.publicUrl}/account/recovery-codes`);
    await press('Make ten');
    await heading('Your recovery codes');
    await page.evaluate('window.print = () => { window.isPrinted = true; }');
    await press('Print');
    const isPrinted = await page.evaluate('window.isPrinted');

    await page.emulateMedia({ media: 'print' });
    const seen = (await page.locator('body').innerText()).trim().split('\n').filter(Boolean);

    expect(isPrinted).toBe(true);
    expect(seen[0]).toBe(`Recovery codes of ${ADA} at ${stage.planes.publicUrl}`);
    expect(seen.slice(1)).toHaveLength(10);
    expect(seen.slice(1).every((code) => /^[0-9a-z]{4}(-[0-9a-z]{4}){3}$/.test(code))).toBe(true);
  }, 60_000);
});

const SIDEWAYS = 'document.documentElement.scrollWidth - innerWidth';
