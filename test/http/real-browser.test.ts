/** The pages in a real browser: our own forms are taken, a sibling's are not, and a thumb finds every button. */
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { listen } from '../../src/http/shared/listen.js';
import { findBrowser, launchBrowser } from '../fixtures/browsers/browser.js';
import { ADA, OPERATOR, startPlanes, type Planes } from '../fixtures/http/planes.js';

const PHONE = { width: 360, height: 740 };
const MIN_TARGET_PX = 44;

let real: Browser;
let planes: Planes;
let context: BrowserContext;
let page: Page;
/** What the browser complained about: a blocked style, a script, a failed load. */
let complaints: string[];

beforeAll(async () => {
  const place = await findBrowser();
  if (place.kind === 'none') throw new Error(place.why);
  real = await launchBrowser(place);
}, 60_000);
afterAll(() => real.close());
beforeEach(async () => {
  planes = await startPlanes();
  context = await real.newContext({ viewport: PHONE });
  page = await context.newPage();
  complaints = [];
  page.on('console', (message) => void complaints.push(message.text()));
});
afterEach(async () => {
  await context.close();
  await planes.stop();
});

async function signIn(who: string = ADA): Promise<void> {
  const link = await planes.identity.signInLinks.make(who, 'test');
  await page.goto(link?.url ?? '');
  await page.getByRole('button', { name: `Sign in as ${who}` }).click();
}

test('a person opens the link of a card, signs in by another link, and approves', async () => {
  const { token } = await planes.accessRequest();
  await page.goto(`${planes.publicUrl}/req/${token}`);
  const signedOutTitle = await page.getByRole('heading', { level: 1 }).textContent();

  await signIn();
  const backAt = new URL(page.url()).pathname;
  await page.getByRole('button', { name: 'Approve — 7 days' }).click();
  const outcome = await page.getByRole('heading', { level: 1 }).textContent();

  expect(signedOutTitle).toBe('Sign in');
  expect(backAt).toBe(`/req/${token}`);
  expect(new URL(page.url()).pathname).toBe(`/req/${token}`);
  expect(outcome).toBe('Approved');
  expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
});

test('a look by a browser that runs scripts decides nothing and signs nobody in', async () => {
  const { token } = await planes.accessRequest();
  const link = await planes.identity.signInLinks.make(ADA, 'test');
  const before = planes.store.snapshot();

  for (const url of [`${planes.publicUrl}/req/${token}`, link?.url ?? '', `${planes.publicUrl}/`]) {
    await page.goto(url, { waitUntil: 'networkidle' });
  }

  expect(planes.store.snapshot()).toBe(before);
  expect((await context.cookies()).map(({ name }) => name)).toEqual(['gate-next']);
});

test('a person with a code from a chat binds that account, and sees whose it is before', async () => {
  await page.goto(`${planes.publicUrl}/link`);
  await signIn();
  const backAt = new URL(page.url()).pathname;
  const code = await codeOf(planes);

  await page.getByLabel('Code').fill(code.toLowerCase().replace('-', ' '));
  await page.getByRole('button', { name: 'Go on' }).click();
  const asked = await page.locator('main').innerText();
  const tooWidePx = await tooWide(page);
  await page.getByRole('button', { name: 'Yes, bind it to me' }).click();
  const told = await page.locator('main').innerText();

  expect(backAt).toBe('/link');
  for (const fact of ['Slack', 'T024BE7LD', 'U061F7AUR', ADA]) expect(asked).toContain(fact);
  expect(tooWidePx).toBe(0);
  expect(told).toContain(`This account decides as ${ADA} from now on.`);
  expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
});

test('a person with a keyboard alone ends the session of a lost phone', async () => {
  const lost = await real.newContext({ viewport: { width: 390, height: 700 } });
  const phone = await lost.newPage();
  const link = await planes.identity.signInLinks.make(ADA, 'test');
  await phone.goto(link?.url ?? '');
  await phone.getByRole('button', { name: `Sign in as ${ADA}` }).click();
  await page.setViewportSize({ width: 390, height: 700 });
  await signIn();

  await tabTo(page, page.getByRole('link', { name: ADA }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  await tabTo(page, page.getByRole('button', { name: 'End', exact: true }));
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'End', exact: true }).waitFor({ state: 'detached' });
  await phone.reload();

  expect(await tooWide(page)).toBe(0);
  expect(await phone.getByRole('heading', { level: 1 }).textContent()).toBe('Sign in');
  expect(complaints).toEqual([]);
  await lost.close();
});

test('an operator on a phone signs in and looks at the admin plane', async () => {
  await planes.stop();
  planes = await startPlanes({ secondFactor: 'off' });
  await planes.accessRequest();
  await page.setViewportSize({ width: 390, height: 700 });
  await signIn(OPERATOR);
  await page.getByRole('heading', { name: 'Your account' }).waitFor();

  await page.goto(planes.adminUrl);
  const queue = await page.locator('main').innerText();
  await page.getByRole('button', { name: 'Pages' }).click();
  await page.getByRole('link', { name: 'Audit' }).click();
  const audit = await page.locator('main').innerText();

  expect(queue).toContain('stg.example.org');
  expect(audit).toContain('signed in');
  expect(await tooWide(page)).toBe(0);
});

test("a page of a sibling host posts with the approver's cookies, and is refused", async () => {
  const { token } = await planes.accessRequest();
  await signIn();
  const seen: (string | undefined)[] = [];
  // another port of localhost is the same site to the browser: SameSite=Lax cookies go along
  const sibling = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<form method="post" action="${planes.publicUrl}/req/${token}">
<input name="verdict" value="approve"><button>Win a prize</button></form>`);
  });
  const listener = await listen((request, response) => sibling.emit('request', request, response), {
    host: '127.0.0.1',
    port: 0,
    variable: 'TEST',
  });
  page.on('request', (request) => void seen.push(request.method()));

  await page.goto(`http://localhost:${String(listener.port)}/`);
  const [answer] = await Promise.all([page.waitForResponse(/\/req\//), page.getByRole('button').click()]);

  expect(answer.status()).toBe(403);
  expect((await answer.request().allHeaders())['cookie']).toContain('gate=');
  expect((await planes.store.requests())[0]?.decision).toBeNull();
  await listener.stop();
});

test('the token leaves to no other origin by the Referer', async () => {
  const { token } = await planes.accessRequest();
  await signIn();
  await page.goto(`${planes.publicUrl}/req/${token}`);
  const referers: (string | undefined)[] = [];
  const other = await listen(
    (request, response) => {
      referers.push(request.headers.referer);
      response.end('elsewhere');
    },
    { host: '127.0.0.1', port: 0, variable: 'TEST' },
  );

  const url = `http://127.0.0.1:${String(other.port)}/`;
  await page.evaluate(`(() => {
    const link = document.createElement('a');
    link.href = '${url}';
    document.body.append(link);
    link.click();
  })()`);
  await page.waitForURL(/127\.0\.0\.1/);

  expect(referers[0]).toBeUndefined();
  await other.stop();
});

test.each(['light', 'dark'] as const)(
  'on a phone nothing is cut and every target is large enough (%s)',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const { token, id } = await planes.accessRequest('2001:db8:aaaa:bbbb::/64');
    await signIn();

    for (const path of ['/', `/req/${token}`, `/requests/${id}`, '/link', '/account', '/nowhere', '/sign-in/0']) {
      await page.goto(planes.publicUrl + path);
      const tooWidePx = await tooWide(page);
      const targets = await page.locator('a:visible, button:visible, input:visible').all();
      const boxes = await Promise.all(targets.map((target) => target.boundingBox()));

      expect({ path, tooWidePx }).toEqual({ path, tooWidePx: 0 });
      expect(boxes.length).toBeGreaterThan(0);
      expect(boxes.filter((box) => (box?.height ?? 0) < MIN_TARGET_PX)).toEqual([]);
    }
  },
);

async function codeOf({ desk }: Planes): Promise<string> {
  const actor = { kind: 'chat', channel: 'slack', workspace: 'T024BE7LD', subject: 'U061F7AUR' } as const;
  const answer = await desk.linkCode({ actor, surface: 'slack', tapId: 'link-1' });
  if (answer.kind !== 'code') throw new Error(`expected a code, got ${answer.kind}`);
  return answer.code;
}

async function tabTo(of: Page, wanted: Locator): Promise<void> {
  for (let pressed = 0; pressed < 40; pressed++) {
    await of.keyboard.press('Tab');
    if ((await wanted.and(of.locator(':focus')).count()) === 1) return;
  }
  throw new Error('Tab does not reach it');
}

/** By how many pixels a page is wider than its window. */
function tooWide(of: Page): Promise<number> {
  return of.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
