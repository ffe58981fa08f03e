/** The admin plane in a real browser at phone size: opened, led to sign in and back, by hand and by keyboard. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findBrowser, launchBrowser } from '../fixtures/browsers/browser.js';
import { press } from '../fixtures/browsers/phone.js';
import { navigationFor } from '../../src/http/admin/console/navigation.js';
import { adminBrowser } from '../fixtures/http/admin-browser.js';
import { signedInBrowser } from '../fixtures/http/visitor-client.js';
import { ADA, BOB, OPERATOR, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { numberOf, withApp } from '../fixtures/http/second-factors.js';

const SIX_MINUTES_MS = 360_000;
const PHONE = { width: 390, height: 740 };
const PAGES = navigationFor(true, null).flatMap(({ links }) => links.map(({ name }) => name));
const ENDED = { who: 'x', what: 'x', surface: 'cli', site: null, address: null, detail: {} } as const;

let real: Browser;
let planes: Planes;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const place = await findBrowser();
  if (place.kind === 'none') throw new Error(place.why);
  real = await launchBrowser(place);
}, 60_000);
afterAll(() => real.close());
beforeEach(async () => {
  planes = await startPlanes({ byMail: true, secondFactor: 'off' });
  context = await real.newContext({ viewport: PHONE });
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  await planes.stop();
});

/** On the sign-in page: by the mail that it sends. */
async function signInByMail(account: string): Promise<void> {
  await page.getByRole('textbox').first().fill(account);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/sign-in\/asked/);
  await planes.identity.mailedLinks?.settle();
  const link = /https?:\S+\/sign-in\/[0-9a-f]{64}/.exec(planes.mails.at(-1)?.text ?? '')?.[0] ?? '';
  await page.goto(link);
  await page.locator('button:focus').waitFor();
  await page.keyboard.press('Enter');
}

async function tooWide(): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

test('an operator opens ADMIN_URL, signs in by mail, and is back at the page they opened', async () => {
  await page.goto(`${planes.adminUrl}/audit`);
  await signInByMail(OPERATOR);
  await page.waitForURL(`${planes.adminUrl}/audit`);

  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Audit');
  expect(await page.locator('header').innerText()).toContain(OPERATOR);
  expect(await tooWide()).toBe(0);
});

test('an operator without a second factor is told to set one up, does, and is back at the page they opened', async () => {
  await planes.stop();
  planes = await startPlanes({ byMail: true });
  await page.goto(`${planes.adminUrl}/audit`);
  await signInByMail(OPERATOR);
  await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
  expect(await tooWide()).toBe(0);

  await page.getByRole('link', { name: 'An authenticator app' }).click();
  await page.getByRole('button', { name: 'Set one up' }).click();
  const secret = (await page.locator('code').first().textContent()) ?? '';
  await page.getByLabel('The number that it shows').fill(numberOf(planes, secret));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  await page.getByRole('link', { name: 'Go on' }).click();
  await page.waitForURL(`${planes.adminUrl}/audit`);

  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Audit');
}, 60_000);

test('the session ends here when it is ended at the auth host, and the way back is asked for again', async () => {
  await page.goto(planes.adminUrl);
  await signInByMail(OPERATOR);
  await page.waitForURL(`${planes.adminUrl}/`);

  await planes.store.ledger.identity.endSessions({ by: 'approver', approver: OPERATOR }, ENDED);
  // the page hears of it and loads itself again, so that one by hand may be cut off
  await page.reload().catch(() => undefined);

  await page.waitForURL(new RegExp(`^${planes.publicUrl}/sign-in`));
});

test('whoever signs out here by keyboard is out, and one press signs in again', async () => {
  await page.goto(planes.adminUrl);
  await signInByMail(OPERATOR);
  await page.waitForURL(`${planes.adminUrl}/`);

  await page.getByRole('button', { name: 'Sign out' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/session\/ended/);
  const out = await page.getByRole('heading', { level: 1 }).textContent();
  await page.getByRole('link', { name: 'Sign in here again' }).click();
  await page.waitForURL(`${planes.adminUrl}/`);

  expect(out).toBe('Signed out');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Overview');
});

test('an approver reads that a page is for operators, with their name and a way out', async () => {
  await page.goto(`${planes.adminUrl}/metrics`);
  await signInByMail(ADA);
  await page.waitForURL(`${planes.adminUrl}/metrics`);

  expect(await page.locator('main').innerText()).toContain(`signed in as ${ADA}`);
  expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(true);
  expect(await tooWide()).toBe(0);
});

test('an operator resets somebody by keyboard alone, proving again on the way that it is they', async () => {
  await planes.stop();
  planes = await startPlanes({ byMail: true });
  const { person, secret } = await withApp(planes, OPERATOR);
  await context.addCookies([...person.cookies].map(([name, value]) => ({ name, value, url: planes.publicUrl })));
  planes.advance(SIX_MINUTES_MS);
  await page.goto(`${planes.adminUrl}/accounts`);
  expect(await tooWide()).toBe(0);
  await press(page, ADA);
  await press(page, 'prove again that it is you');
  await page.getByRole('heading', { name: 'Prove that it is you' }).waitFor();
  planes.advance(-SIX_MINUTES_MS); // the database's clock stood still: by it the proof is of just now
  await page.keyboard.type(numberOf(planes, secret));
  await page.keyboard.press('Enter');
  await press(page, 'Go on to the console');
  await page.waitForURL(`${planes.adminUrl}/accounts/show?account=${encodeURIComponent(ADA)}`);

  await press(page, 'Reset this account');
  await press(page, `Yes, reset ${ADA}`);
  await page.getByRole('heading', { name: 'Reset' }).waitFor();

  expect(await page.locator('main').innerText()).toContain(`${planes.publicUrl}/sign-in/`);
  expect(await tooWide()).toBe(0);
  expect(await page.locator('nav a').allTextContents()).toEqual(PAGES);
  await press(page, 'To the list');
  await page.getByRole('heading', { name: 'Accounts' }).waitFor();
}, 60_000);

test('on a phone every cell of a row is read without moving it sideways, and no address is broken', async () => {
  await planes.accessRequest();
  await page.goto(`${planes.adminUrl}/requests`);
  await signInByMail(OPERATOR);
  await page.waitForURL(`${planes.adminUrl}/requests`);
  const ofCells = (what: string) =>
    `[...document.querySelectorAll('tr:last-child > td[data-label]')].map((td) => ${what})`;
  const seen = () => page.evaluate<readonly number[]>(ofCells('td.getBoundingClientRect().right'));
  const heads = () => page.evaluate<readonly string[]>(ofCells('td.dataset.label'));

  const queue = {
    edges: await seen(),
    heads: await heads(),
    here: await page.locator('nav [aria-current=page]').textContent(),
  };
  const heightOf = async (of: string) => (await page.locator(of).first().boundingBox())?.height ?? 0;
  const address = await heightOf('td .whole');
  await page.goto(`${planes.adminUrl}/audit`);
  const audit = { edges: await seen(), here: await page.locator('nav [aria-current=page]').textContent() };

  expect(queue.heads).toEqual(['Request', 'State', 'Site', 'Path', 'Address', 'Browser', 'Asked']);
  expect(Math.max(...queue.edges, ...audit.edges)).toBeLessThanOrEqual(PHONE.width);
  expect(address).toBeLessThan(30);
  expect([queue.here, audit.here]).toEqual(['Requests', 'Audit']);
  expect(await tooWide()).toBe(0);
});

test.each([
  ['who resets themselves', `/accounts/show?account=${OPERATOR}`, `gate account reset-factors ${OPERATOR}`],
  ['who asks for nobody', '/accounts/show?account=nobody', 'No such account'],
])('an operator %s reads what to do, and finds the other pages', async (_, path, words) => {
  await page.goto(planes.adminUrl + path);
  await signInByMail(OPERATOR);
  await page.waitForURL(planes.adminUrl + path);

  expect(await page.locator('main').innerText()).toContain(words);
  expect(await page.locator('nav a').allTextContents()).toEqual(PAGES);
  expect(await tooWide()).toBe(0);
});

test("a stranger's answer, opened in somebody's browser, signs them in as nobody", async () => {
  const stranger = adminBrowser(planes, await signedInBrowser(planes, BOB));
  const begun = await stranger.visit('/');
  const handed = await stranger.visit(begun.headers.location ?? '');
  const answer = handed.headers.location ?? '';

  await page.goto(answer);

  expect(answer).toContain('code=');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Not signed in');
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('kg-admin');
});
