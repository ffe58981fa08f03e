/** Signing in with Koder ID, Google and GitHub in a real browser at phone size, each provider on an origin of its own. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startFakeGithub, type FakeGithub } from '../fakes/github-oauth.js';
import { CLIENT, startFakeOpenId, type FakeOpenId } from '../fakes/open-id.js';
import { findBrowser, launchBrowser, type BrowserPlace } from '../fixtures/browsers/browser.js';
import { freePorts, removeData, startGate, type GateProcess, type Ports } from '../fixtures/processes/gate-process.js';

const place: BrowserPlace = await findBrowser();
const describeInBrowser = place.kind === 'found' ? describe : describe.skip;
const PHONE = { viewport: { width: 390, height: 700 } };
const ADA = 'ada@koder.dev';

describeInBrowser('whoever has an account somewhere else', () => {
  let browser: Browser;
  let ports: Ports;
  let dataDir: string;
  let gate: GateProcess;
  let koder: FakeOpenId;
  let google: FakeOpenId;
  let github: FakeGithub;

  beforeAll(async () => {
    if (place.kind !== 'found') return;
    browser = await launchBrowser(place);
    ports = await freePorts();
    const callback = (name: string) => () => `http://localhost:${String(ports.public)}/sign-in/with/${name}/callback`;
    koder = await startFakeOpenId(callback('koder'), {
      post_logout_redirect_uris: [`http://localhost:${String(ports.public)}/signed-out`],
    });
    google = await startFakeOpenId(callback('google'));
    github = await startFakeGithub();
    for (const provider of [koder, google, github]) provider.mode = 'button';
    google.person = { sub: '117', email: 'eve@gmail.com', email_verified: true, name: 'Eve of Google' };
    dataDir = mkdtempSync(join(tmpdir(), 'gate-providers-'));
    gate = await startGate({
      sites: sites({ koder: koder.issuer, google: google.issuer, github: github.issuer }),
      environment: {
        SECRET_OF_GATE: CLIENT.client_secret,
        SMTP_URL: 'smtp://127.0.0.1:2525',
        MAIL_FROM: 'gate@example.org',
      },
      dataDir,
      ports,
    });
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await gate.stop();
    for (const provider of [koder, google, github]) await provider.close();
    removeData(dataDir);
  }, 30_000);

  async function phone(): Promise<Page> {
    const page = await (await browser.newContext(PHONE)).newPage();
    await page.goto(`http://localhost:${String(ports.public)}/sign-in?next=/link`);
    return page;
  }

  async function press(page: Page, name: string): Promise<void> {
    const button = page.getByRole('button', { name });
    await button.waitFor();
    await button.click();
  }

  async function scrollsSideways(page: Page): Promise<boolean> {
    return page.evaluate('document.documentElement.scrollWidth > innerWidth');
  }

  test.each([
    ['Koder ID', 'It is me', ADA],
    ['Google', 'It is me', 'Eve of Google'],
    ['GitHub', 'Authorize', 'Mona'],
  ])(
    'signs in with %s, and is where they wanted to go',
    async (title, agree, name) => {
      const page = await phone();
      const refused: string[] = [];
      page.on('console', (message) => refused.push(message.text()));
      const button = page.getByRole('button', { name: `Sign in with ${title}` });
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
      expect(await scrollsSideways(page)).toBe(false);

      await press(page, `Sign in with ${title}`);
      await press(page, agree);
      await page.waitForURL('**/link');

      expect(await page.getByTitle('Your account').textContent()).toBe(name);
      expect(await scrollsSideways(page)).toBe(false);
      expect(refused.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
    },
    60_000,
  );

  test('who goes back from the provider is asked again', async () => {
    const page = await phone();
    await press(page, 'Sign in with Koder ID');
    await page.getByRole('button', { name: 'It is me' }).waitFor();

    await page.goBack();

    await page.getByRole('button', { name: 'Sign in with Koder ID' }).waitFor();
  }, 60_000);

  test('who signs out may sign out at the provider, too, and is back', async () => {
    const page = await phone();
    await press(page, 'Sign in with Koder ID');
    await press(page, 'It is me');
    await page.waitForURL('**/link');

    await press(page, 'Sign out');
    const further = page.getByRole('link', { name: 'Sign out at Koder ID, too' });
    expect((await further.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    await further.click();
    await press(page, 'Yes, sign me out');
    await page.waitForURL('**/signed-out?*');

    expect(await page.getByText('Koder ID has sent you back').isVisible()).toBe(true);
    expect(await scrollsSideways(page)).toBe(false);
  }, 60_000);

  test('who signs out is asked again, and gets in again', async () => {
    const page = await phone();
    await press(page, 'Sign in with GitHub');
    await press(page, 'Authorize');
    await page.waitForURL('**/link');

    await press(page, 'Sign out');

    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByRole('button', { name: 'Sign in with GitHub' }).waitFor();
  }, 60_000);
});

function sites(issuers: Readonly<Record<'koder' | 'google' | 'github', string>>): string {
  const provider = (name: keyof typeof issuers, lines: string): string => `
[identity.providers.${name}]
issuer = "${issuers[name]}"
client_id = "${CLIENT.client_id}"
client_secret_env = "SECRET_OF_GATE"
${lines}`;
  return `
[approvers."${ADA}"]
email = "${ADA}"

[[sites]]
domains = ["stg.example.org"]
environment = "stg"

[sites.auth_gate]
admin = "${ADA}"
${provider('koder', 'kind = "oidc"\ntitle = "Koder ID"\nauthoritative_for = ["koder.dev"]')}
${provider('google', 'kind = "google"')}
${provider('github', 'kind = "github"')}
`;
}
