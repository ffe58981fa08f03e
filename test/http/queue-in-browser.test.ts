/** The queue in a real browser without scripts: found by the filter, read, sent again, deleted; from a phone's width to a wide screen's. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { sent } from '../contract/ledger/inputs.js';
import { claimMessage, queued } from '../contract/ledger/message-inputs.js';
import { failedCard, type Card } from '../contract/ledger/queue-inputs.js';
import { findBrowser, launchBrowser } from '../fixtures/browsers/browser.js';
import { signedInAtAdmin } from '../fixtures/http/admin-browser.js';
import { OPERATOR, startPlanes, type Planes } from '../fixtures/http/planes.js';

const WIDTHS = [390, 768, 1_600];

let real: Browser;
let planes: Planes;
let context: BrowserContext;
let page: Page;
let card: Card;

beforeAll(async () => {
  const place = await findBrowser();
  if (place.kind === 'none') throw new Error(place.why);
  real = await launchBrowser(place);
}, 60_000);
afterAll(() => real.close());
beforeEach(async () => {
  planes = await startPlanes();
  const { ledger } = planes.store;
  card = await failedCard(ledger);
  const { channel } = await queued(ledger, {
    recipient: { kind: 'mailbox', address: `${'a-long-name-'.repeat(8)}@mail.example.org` },
  });
  await ledger.deliveries.close([sent(await claimMessage(ledger, channel))]);
  const { cookies } = await signedInAtAdmin(planes, OPERATOR);
  context = await real.newContext({ javaScriptEnabled: false });
  await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: planes.adminUrl })));
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  await planes.stop();
});

/** The page itself is never moved sideways: a wide table is, within its frame. */
async function expectToFit(): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const beyond = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect([width, beyond]).toEqual([width, 0]);
  }
}

test('an operator finds what failed, reads why, and sends it again', async () => {
  await page.goto(`${planes.adminUrl}/queue`);
  await expectToFit();
  await page.getByLabel('State').selectOption('failed');
  await page.getByRole('button', { name: 'Show' }).click();
  expect(await page.locator('tbody tr').count()).toBe(1);
  await page.locator('tbody a').click();
  await expectToFit();
  expect(await page.locator('main').innerText()).toContain('http_400');

  await page.getByRole('button', { name: 'Send it again' }).click();
  await expectToFit();
  await page.getByRole('link', { name: 'To the new one' }).click();

  expect(await page.locator('dl').innerText()).toContain(card.id);
  expect(await page.locator('.badge').first().innerText()).toBe('queued');
  await page.getByRole('link', { name: card.id }).click();
  expect(await page.getByRole('button', { name: 'Send it again' }).count()).toBe(0);
});

test('deleting is said twice, for one and for many, by keyboard', async () => {
  await page.goto(`${planes.adminUrl}/queue/${card.id}`);
  expect(await page.getByRole('button', { name: 'Yes, delete it' }).isVisible()).toBe(false);
  await page.getByText('Delete it', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Yes, delete it' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Deleted' }).waitFor();

  await page.goto(`${planes.adminUrl}/queue?state=sent`);
  await page.getByRole('link', { name: 'Delete what has ended of these…' }).click();
  await expectToFit();
  expect(await page.locator('main').innerText()).toContain('1 delivery');
  await page.getByRole('button', { name: 'Delete 1 delivery' }).click();
  await page.getByRole('link', { name: 'To the queue' }).click();

  expect(await page.locator('main').innerText()).toContain('No delivery fits.');
});
