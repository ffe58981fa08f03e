/** Passkeys in a real browser at phone size: added, used, offered by autofill; and what is refused, by the device or by us. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { AccountId } from '../../src/approval/brand.js';
import { addAuthenticator, type Authenticator } from '../fixtures/browsers/authenticator.js';
import { findBrowser, launchBrowser } from '../fixtures/browsers/browser.js';
import { ADA, BOB, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { browser, call } from '../fixtures/http/visitor-client.js';

const PHONE = { viewport: { width: 390, height: 740 } };
const NO_AUTOFILL = 'PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)';

let real: Browser;
let planes: Planes;
let context: BrowserContext;
let page: Page;
let device: Authenticator;
/** What the browser complained about: a blocked script or call, a failed load. */
let complaints: string[];

beforeAll(async () => {
  const place = await findBrowser();
  if (place.kind === 'none') throw new Error(place.why);
  real = await launchBrowser(place);
}, 60_000);
afterAll(() => real.close());
beforeEach(async () => {
  planes = await startPlanes({ byMail: true });
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

async function signInByLink(account: string = ADA): Promise<void> {
  const link = await planes.identity.signInLinks.make(account, 'test');
  await page.goto(link?.url ?? '');
  await page.getByRole('button', { name: `Sign in as ${account}` }).click();
}

async function addPasskey(): Promise<void> {
  await page.goto(`${planes.publicUrl}/account/passkeys`);
  await page.getByLabel('Name of the new one').fill('My phone');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('heading', { name: 'Passkey added' }).waitFor();
  expect(await page.getByText('Make recovery codes').count()).toBe(1);
}

async function signOut(): Promise<void> {
  await context.clearCookies();
}

/** Somebody with a passkey, signed out again, whose browser does not sign in by itself. */
async function withPasskey(): Promise<void> {
  await signInByLink();
  await addPasskey();
  await signOut();
  await context.addInitScript(NO_AUTOFILL);
}

async function pressPasskey(): Promise<void> {
  await page.goto(`${planes.publicUrl}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
}

async function isSignedIn(): Promise<boolean> {
  return (await page.goto(`${planes.publicUrl}/`))?.status() === 200;
}

async function scrollsSideways(): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > innerWidth');
}

/** Sends the form as the page would, and keeps what was sent. */
async function sniffAnswer(): Promise<() => string> {
  let answer = '';
  await page.route('**/sign-in/passkey', async (route) => {
    answer = new URLSearchParams(route.request().postData() ?? '').get('answer') ?? '';
    await route.continue();
  });
  return () => answer;
}

test('is added by who is signed in, signs in without a mail, and leads back', async () => {
  const { token } = await planes.accessRequest();
  await withPasskey();
  await page.goto(`${planes.publicUrl}/req/${token}`);
  expect(await scrollsSideways()).toBe(false);

  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('button', { name: 'Approve — 7 days' }).waitFor();

  expect(new URL(page.url()).pathname).toBe(`/req/${token}`);
  expect(planes.mails).toEqual([]);
  await page.goto(`${planes.publicUrl}/account/passkeys`);
  expect(await page.textContent('main')).toMatch(/My phone[^]*last used/);
  expect(await scrollsSideways()).toBe(false);
  expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
  const told = planes.store.query(
    "SELECT what, detail FROM audit WHERE what IN ('passkey_added', 'signed_in') ORDER BY id",
  );
  expect(told.map(({ what, detail }) => `${String(what)} ${String(detail)}`)).toEqual([
    'signed_in {"by":"sign_in_link"}',
    'passkey_added {"name":"My phone"}',
    'signed_in {"by":"passkey"}',
  ]);
});

test('is offered by autofill, without a press', async () => {
  await signInByLink();
  await addPasskey();
  await signOut();

  await page.goto(`${planes.publicUrl}/sign-in`);
  await page.waitForURL(`${planes.publicUrl}/`);

  expect(await page.textContent('header')).toContain(ADA);
});

test('is reached with a keyboard alone', async () => {
  await withPasskey();
  await page.goto(`${planes.publicUrl}/sign-in`);
  const button = page.getByRole('button', { name: 'Sign in with a passkey' });
  await button.waitFor();
  expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await page.keyboard.press('Shift+Tab');
  expect(await page.locator('button:focus').textContent()).toContain('Sign in with a passkey');

  await page.keyboard.press('Enter');
  await page.waitForURL(`${planes.publicUrl}/`);

  expect(await page.textContent('header')).toContain(ADA);
});

describe('is refused', () => {
  test('as a copy that has not counted along', async () => {
    await withPasskey();
    const copy = await device.credentials();
    await pressPasskey();
    await page.waitForURL(`${planes.publicUrl}/`);
    await signOut();
    await device.restore(copy);

    await pressPasskey();
    await page.getByRole('heading', { name: 'Not signed in' }).waitFor();

    expect(await isSignedIn()).toBe(false);
  });

  test('when its answer comes a second time, or from another browser', async () => {
    await withPasskey();
    const answer = await sniffAnswer();
    await pressPasskey();
    await page.waitForURL(`${planes.publicUrl}/`);
    const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const headers = { origin: planes.publicUrl, 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ answer: answer() }).toString();
    const post = (more: Record<string, string>) =>
      call(`${planes.publicUrl}/sign-in/passkey`, { method: 'POST', headers: { ...headers, ...more }, body });
    const statuses = [(await post({ cookie: cookies })).status, (await post({})).status];

    expect(answer()).toContain('"signature"');
    expect(statuses).toEqual([422, 422]);
  });

  test('where the device does not verify who holds it', async () => {
    await withPasskey();
    await device.verifiesPeople(false);

    await pressPasskey();
    await page.getByRole('alert').filter({ hasText: 'No passkey was used' }).waitFor();

    expect(await isSignedIn()).toBe(false);
  });

  test('once it is removed', async () => {
    await withPasskey();
    await pressPasskey();
    await page.waitForURL(`${planes.publicUrl}/`);
    await page.goto(`${planes.publicUrl}/account/passkeys`);
    await page.locator('summary', { hasText: 'Remove' }).click();
    await page.getByRole('button', { name: 'Yes, remove it' }).click();
    await page.getByRole('heading', { name: 'Removed' }).waitFor();
    await signOut();

    await pressPasskey();
    await page.getByRole('heading', { name: 'Not signed in' }).waitFor();

    expect(await isSignedIn()).toBe(false);
  });

  test('with the answer of one passkey under the name of another', async () => {
    await withPasskey();
    const answer = await sniffAnswer();
    await pressPasskey();
    await page.waitForURL(`${planes.publicUrl}/`);
    const mine = JSON.parse(answer()) as { id: string; response: { userHandle: string } };
    await planes.store.ledger.factors.ask(HELD, { key: 'test', max: 9, windowSeconds: 60 });
    const [row] = await planes.store.ledger.factors.passkeys(ADA as string as AccountId);
    await planes.store.ledger.factors.addPasskey(
      {
        id: 'Ym9i',
        account: BOB as string as AccountId,
        publicKey: row?.publicKey ?? '',
        counter: 0,
        transports: [],
        name: 'Bob’s',
      },
      HELD,
      { who: BOB, what: 'passkey_added', surface: 'page', site: null, address: null, detail: {} },
    );
    const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`);
    const held = cookies.find((pair) => pair.startsWith('gate-passkey='))?.split('=')[1];

    for (const forged of [
      { ...mine, id: 'Ym9i' },
      { ...mine, id: 'Ym9i', rawId: 'Ym9i' },
    ])
      expect(await planes.identity.passkeys?.prove(JSON.stringify(forged), held)).toBeNull();
  });
});

const HELD = {
  hash: 'hash',
  holder: 'holder',
  kind: 'passkey_add',
  account: BOB as string as AccountId,
  data: null,
  ttlSeconds: 60,
} as const;

describe('over HTTP', () => {
  test.each(['', '{}', 'null', '[]', '{"id":"x"}', '{"id":7}', 'x'.repeat(20_000)])(
    '%.20s is no answer',
    async (answer) => {
      const person = browser(planes);

      expect([400, 422]).toContain((await person.post('/sign-in/passkey', { answer })).status);
    },
  );

  test("a stranger's page asks for nothing and sends nothing", async () => {
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const paths = [
      '/sign-in/passkey',
      '/sign-in/passkey/question',
      '/account/passkeys/add',
      '/account/passkeys/question',
    ];

    for (const path of paths)
      expect([path, (await browser(planes).post(path, {}, foreign)).status]).toEqual([path, 403]);
    expect(planes.store.query('SELECT hash FROM challenges')).toEqual([]);
  });

  test('questions are bounded for an address', async () => {
    const statuses = new Set<number>();
    for (let asked = 0; asked < 301; asked += 1)
      statuses.add((await browser(planes).post('/sign-in/passkey/question', {})).status);

    expect([...statuses]).toEqual([200, 429]);
    expect(planes.store.query('SELECT hash FROM challenges')).toHaveLength(300);
  });

  test('where the address is no name, there are none', async () => {
    const numeric = await startPlanes({ byMail: true, publicUrl: 'http://127.0.0.1:8080' });
    try {
      expect((await browser(numeric).get('/sign-in')).text).not.toContain('passkey');
      expect((await browser(numeric).get('/account/passkeys')).status).toBe(404);
    } finally {
      await numeric.stop();
    }
  });
});
