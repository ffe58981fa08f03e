/** The second factor: who is asked for one, by which way of signing in whatever, what is taken for one, and how often. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import type { Browser as RealBrowser } from 'playwright-core';
import { addAuthenticator } from '../fixtures/browsers/authenticator.js';
import { findBrowser, launchBrowser } from '../fixtures/browsers/browser.js';
import { ADA, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { linkIn } from '../fixtures/http/sent-mails.js';
import { browser, type Answer, type Browser } from '../fixtures/http/visitor-client.js';

const STEP_MS = 30_000;

let planes: Planes;
beforeEach(async () => {
  planes = await startPlanes({ byMail: true });
});
afterEach(() => planes.stop());

function csrfFor(page: Answer, action: string): string {
  return new RegExp(`action="${action}"[^]*?name="csrf" value="([0-9a-f]+)"`).exec(page.text)?.[1] ?? '';
}

/** Fills the form of a page that goes to `action`. */
async function fill(
  person: Browser,
  form: readonly [page: string, action: string],
  fields: Record<string, string> = {},
) {
  const [page, action] = form;
  return person.post(action, { csrf: csrfFor(await person.get(page), action), ...fields });
}

function numberOf(secret: string, atMs = planes.nowMs()): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: atMs });
}

async function byLink(account: string = ADA): Promise<Browser> {
  const person = browser(planes);
  const link = await planes.identity.signInLinks.make(account, 'test');
  await person.post(new URL(link?.url ?? '').pathname, {});
  return person;
}

const APP = '/account/authenticator';
const FACTOR = ['/sign-in/factor', '/sign-in/factor'] as const;

/** Signs in, sets up an app, and answers its secret and the codes. */
async function enrolled(): Promise<{
  readonly secret: string;
  readonly codes: readonly string[];
  readonly first: Browser;
}> {
  const first = await byLink();
  const begun = await fill(first, [APP, `${APP}/begin`]);
  const secret = /secret=([A-Z2-7]{32})/.exec(begun.text)?.[1] ?? '';
  const done = await fill(first, [APP, `${APP}/confirm`], { number: numberOf(secret) });
  const codes = [...done.text.matchAll(/<li><code>([0-9a-z-]{19})<\/code>/g)].map(([, code]) => code ?? '');
  planes.advance(STEP_MS);
  return { secret, codes, first };
}

async function isSignedIn(person: Browser): Promise<boolean> {
  return (await person.get('/')).status === 200;
}

test('whoever has none is asked for none', async () => {
  expect(await isSignedIn(await byLink())).toBe(true);
});

test('an app is confirmed by a number of it, shows ten codes once, and keeps its session', async () => {
  const { codes, first } = await enrolled();

  expect(new Set(codes).size).toBe(10);
  expect(await isSignedIn(first)).toBe(true);
  const again = await first.get('/account/recovery-codes');
  expect(again.text).toContain('10 are not used yet');
  expect(codes.filter((code) => again.text.includes(code))).toEqual([]);
});

describe('whoever has an app is signed in by nothing less', () => {
  test('by an operator’s link, and led back afterwards', async () => {
    const { secret } = await enrolled();
    const { token } = await planes.accessRequest();
    const person = browser(planes);
    await person.get(`/req/${token}`);
    const link = await planes.identity.signInLinks.make(ADA, 'test');
    const pressed = await person.post(new URL(link?.url ?? '').pathname, { next: `/req/${token}` });
    const cookieBefore = person.cookies.get('gate');
    const [home, request] = [await person.get('/'), await person.get(`/req/${token}`)];

    const given = await fill(person, FACTOR, { number: numberOf(secret) });

    expect([pressed.status, pressed.headers.location]).toEqual([303, '/sign-in/factor']);
    expect([home.status, request.status]).toEqual([401, 401]);
    expect([given.status, given.headers.location]).toEqual([303, `/req/${token}`]);
    expect(person.cookies.get('gate')).not.toBe(cookieBefore);
    expect(await isSignedIn(person)).toBe(true);
  });

  test('by a mailed link', async () => {
    const { secret } = await enrolled();
    const person = browser(planes);
    await person.post('/sign-in', { address: ADA });
    await planes.settled();
    const pressed = await person.post(linkIn(planes.mails[0]), {});

    expect(pressed.headers.location).toBe('/sign-in/factor');
    expect(await isSignedIn(person)).toBe(false);
    expect((await fill(person, FACTOR, { number: numberOf(secret) })).status).toBe(303);
    expect(await isSignedIn(person)).toBe(true);
  });

  test('a session that began before, in another browser', async () => {
    const other = await byLink();
    expect(await isSignedIn(other)).toBe(true);

    await enrolled();

    expect(await isSignedIn(other)).toBe(false);
  });

  test.each([APP, '/account/passkeys', '/account/recovery-codes', '/link'])(
    '%s is closed to half a session',
    async (path) => {
      await enrolled();
      const half = await byLink();

      expect((await half.get(path)).status).toBe(401);
    },
  );
});

test('a number counts once, and those of the steps beside it count', async () => {
  const { secret } = await enrolled();
  const [one, other, late] = [await byLink(), await byLink(), await byLink()];
  const number = numberOf(secret);

  expect((await fill(one, FACTOR, { number })).status).toBe(303);
  expect((await fill(other, FACTOR, { number })).status).toBe(422);
  expect((await fill(late, FACTOR, { number: numberOf(secret, planes.nowMs() + STEP_MS) })).status).toBe(303);
});

test.each(['', '12345', '1234567', '１２３４５６', '12345a', '٣٣٣٣٣٣'])('%j is no number', async (number) => {
  await enrolled();

  expect((await fill(await byLink(), FACTOR, { number })).status).toBe(422);
});

test('five are tried for a session and ten for an account, then not even the right one', async () => {
  const { secret } = await enrolled();
  const wrong = async (person: Browser) => (await fill(person, FACTOR, { number: '000000' })).status;
  const statuses: number[] = [];
  const [one, other] = [await byLink(), await byLink()];
  for (let tries = 0; tries < 6; tries += 1) statuses.push(await wrong(one));
  for (let tries = 0; tries < 6; tries += 1) statuses.push(await wrong(other));

  expect(statuses).toEqual([422, 422, 422, 422, 422, 429, 422, 422, 422, 422, 422, 429]);
  expect((await fill(await byLink(), FACTOR, { number: numberOf(secret) })).status).toBe(429);
});

test('twenty uses of one number, and of one code, sign in once each', async () => {
  const { secret, codes } = await enrolled();
  const uses = async (fields: Record<string, string>) => {
    const person = await byLink();
    const csrf = csrfFor(await person.get('/sign-in/factor'), '/sign-in/factor');
    const cookies = person.cookieHeader();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => {
        const same = browser(planes);
        for (const pair of cookies.split('; ')) same.cookies.set(...(pair.split('=') as [string, string]));
        return same.post('/sign-in/factor', { csrf, ...fields });
      }),
    );
    return answers.filter(({ headers }) => String(headers['set-cookie']).includes('gate=')).length;
  };

  expect(await uses({ number: numberOf(secret) })).toBe(1);
  expect(await uses({ code: codes[0] ?? '' })).toBe(1);
});

test('a recovery code signs in once, however it is typed; it is checked without being used, and new ones end the old', async () => {
  const { codes, first } = await enrolled();
  const [code = '', next = ''] = codes;
  const check = ['/account/recovery-codes/check'] as const;
  const shown = await fill(await byLink(), FACTOR, { code: code.toUpperCase().replaceAll('-', ' ') });

  expect(shown.status).toBe(303);
  expect((await fill(await byLink(), FACTOR, { code })).status).toBe(422);
  const renewed = await fill(first, ['/account/recovery-codes', '/account/recovery-codes']);
  const csrf = csrfFor(renewed, check[0]);
  const [, fresh = ''] = /<li><code>([0-9a-z-]{19})<\/code>/.exec(renewed.text) ?? [];
  expect((await first.post(check[0], { csrf, code: fresh })).status).toBe(200);
  expect((await first.post(check[0], { csrf, code: next })).status).toBe(422);
  expect((await fill(await byLink(), FACTOR, { code: next })).status).toBe(422);
  expect((await fill(await byLink(), FACTOR, { code: fresh })).status).toBe(303);
});

test('no secret and no code stands in the database', async () => {
  const { secret, codes } = await enrolled();
  const hex = Secret.fromBase32(secret).hex;

  const all = planes.store.snapshot();

  expect([secret, hex, hex.toLowerCase(), ...codes].filter((text) => all.includes(text))).toEqual([]);
});

test("a stranger's page, and a form of another session, give nothing", async () => {
  const { secret, first } = await enrolled();
  const half = await byLink();
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

  expect((await half.post('/sign-in/factor', { number: numberOf(secret) }, foreign)).status).toBe(403);
  expect((await half.post('/sign-in/factor', { number: numberOf(secret), csrf: '0' })).status).toBe(403);
  expect((await first.post(`${APP}/remove`, {}, foreign)).status).toBe(403);
  expect((await first.post('/account/recovery-codes', { csrf: '0' })).status).toBe(403);
});

test('where it is required, whoever has none sets one up before anything else', async () => {
  await planes.stop();
  planes = await startPlanes({ byMail: true, secondFactor: 'required' });
  const person = await byLink();

  expect(await isSignedIn(person)).toBe(false);
  expect((await person.get('/sign-in/factor')).text).toContain('Set up a second factor');
  const { first } = await enrolled();
  expect(await isSignedIn(first)).toBe(true);
  expect(await isSignedIn(person)).toBe(false);
  expect((await person.get(APP)).status).toBe(401);
});

test('whoever lost all of it is let in by a link that resets it; whoever found it is not', async () => {
  const { secret, codes, first } = await enrolled();
  const half = await byLink();

  const link = await planes.identity.signInLinks.make(ADA, 'root', true);
  const person = browser(planes);
  await person.post(new URL(link?.url ?? '').pathname, {});

  expect(await isSignedIn(person)).toBe(true);
  expect(await isSignedIn(first)).toBe(false);
  for (const typed of [{ number: numberOf(secret) }, { code: codes[0] ?? '' }])
    expect((await fill(half, FACTOR, typed)).headers.location).not.toBe('/');
  expect(await isSignedIn(half)).toBe(false);
  expect(planes.store.query("SELECT who, detail FROM audit WHERE what = 'factors_reset'")).toEqual([
    {
      who: 'operator:root',
      detail: JSON.stringify({ approver: ADA, before: 'totp 1, recovery_codes 10', after: 'none' }),
    },
  ]);
});

test('where it is off, nobody is asked', async () => {
  await planes.stop();
  planes = await startPlanes({ byMail: true, secondFactor: 'off' });
  await enrolled();

  expect(await isSignedIn(await byLink())).toBe(true);
});

describe('in a real browser at phone size', () => {
  let real: RealBrowser;
  beforeAll(async () => {
    const place = await findBrowser();
    if (place.kind === 'none') throw new Error(place.why);
    real = await launchBrowser(place);
  }, 60_000);
  afterAll(() => real.close());

  test('an app is set up by its picture’s secret, and asked for; so is a passkey', async () => {
    const context = await real.newContext({ viewport: { width: 390, height: 740 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => void complaints.push(message.text()));
    await addAuthenticator(page);
    const fits = async () =>
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const signIn = async () => {
      const link = await planes.identity.signInLinks.make(ADA, 'test');
      await page.goto(link?.url ?? '');
      await page.getByRole('button', { name: `Sign in as ${ADA}` }).click();
    };
    await signIn();
    await page.goto(`${planes.publicUrl}${APP}`);
    await page.getByRole('button', { name: 'Set one up' }).click();
    expect((await page.getByRole('img', { name: 'The secret as a QR code' }).boundingBox())?.width).toBeGreaterThan(
      200,
    );
    await fits();
    const secret = (await page.locator('code').first().textContent()) ?? '';
    await page.getByLabel('The number that it shows').fill(numberOf(secret));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    await fits();
    const downloads = page.waitForEvent('download');
    await page.getByText('Download', { exact: true }).click();
    expect((await downloads).suggestedFilename()).toBe('koder-gate-recovery-codes.txt');
    planes.advance(STEP_MS);

    await context.clearCookies();
    await signIn();
    await page.waitForURL('**/sign-in/factor');
    await fits();
    await page.keyboard.type(numberOf(secret));
    await page.keyboard.press('Enter');
    await page.waitForURL(`${planes.publicUrl}/`);

    await page.goto(`${planes.publicUrl}/account/passkeys`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('heading', { name: 'Passkey added' }).waitFor();
    await context.clearCookies();
    await signIn();
    await page.waitForURL('**/sign-in/factor');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL(`${planes.publicUrl}/`);

    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
    await context.close();
  }, 60_000);
});
