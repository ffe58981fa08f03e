/** Passage as people see it: phones and a keyboard, the demo's own proxy, mailbox and inbox, and a provider on an origin of its own. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { CLIENT, startFakeOpenId, type FakeOpenId } from '../fakes/open-id.js';
import { mailedSignInLink } from '../fixtures/browsers/demo-mailbox.js';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { PHONE, press, scrollsSideways } from '../fixtures/browsers/phone.js';
import { freePorts, removeData, startGate, type GateProcess, type Ports } from '../fixtures/processes/gate-process.js';
import { eventually } from '../fixtures/time/eventually.js';

const APPROVER = 'ada@example.org';
const TWELVE_HOURS_SECONDS = 12 * 3_600;
const ANA = { sub: '4711', email: 'ana@example.org', email_verified: true, name: 'Ana Souza' };
const EVE = { sub: '666', email: 'eve@elsewhere.org', email_verified: true, name: 'Eve Nobody' };

const sites = (issuer: string): string => `
[approvers."${APPROVER}"]
email = "${APPROVER}"
talk = "${APPROVER}"

[identity.providers.koder]
kind = "oidc"
title = "Koder ID"
issuer = "${issuer}"
client_id = "${CLIENT.client_id}"
client_secret_env = "SECRET_OF_GATE"

[[sites]]
domains = ["localhost"]
environment = "stg"
allow_proxy_address = true

[sites.auth_gate]
admin = "${APPROVER}"
notifiers = ["talk", "email"]
passage = ["approvers", { provider = "koder", email = "${ANA.email}" }]

[limits]
window_sec = 1
`;

describeInBrowser('a visitor of a site that lets people in by who they are', () => {
  let ports: Ports;
  let dataDir: string;
  let koder: FakeOpenId;
  let demo: GateProcess;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    ports = await freePorts();
    koder = await startFakeOpenId(() => `http://localhost:${String(ports.public)}/sign-in/with/koder/callback`);
    koder.mode = 'button';
    dataDir = mkdtempSync(join(tmpdir(), 'gate-passage-'));
    writeFileSync(join(dataDir, 'sites.toml'), sites(koder.issuer));
    const environment = { SECRET_OF_GATE: CLIENT.client_secret };
    demo = await startGate({ verb: 'demo', sites: '', dataDir, ports, environment });
    await eventually('it has said where everything is', () => /^ready/m.test(demo.printed.out));
  }, 60_000);

  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });

  afterAll(async () => {
    await demo.stop();
    await koder.close();
    removeData(dataDir);
  }, 30_000);

  const atSite = (path: string): string => `http://localhost:${String(ports.demoSite)}${path}`;

  async function phone(): Promise<Page> {
    const context = await browser.newContext(PHONE);
    contexts.push(context);
    return context.newPage();
  }

  async function headingOf(page: Page, name: string): Promise<void> {
    await page.getByRole('heading', { level: 1, name }).waitFor();
    expect(await scrollsSideways(page)).toBe(false);
  }

  /** What waits for an approver. */
  async function waiting(): Promise<readonly { readonly path: string }[]> {
    return JSON.parse((await demo.cli('pending', '--json')).out) as readonly { readonly path: string }[];
  }

  /** All visitors of the demo have one address: what one was granted lets everybody in. */
  async function revokeAll(): Promise<void> {
    const grants = JSON.parse((await demo.cli('grants', '--json')).out) as readonly { readonly id: number }[];
    expect(grants).toHaveLength(1);
    for (const { id } of grants) await demo.cli('revoke', String(id));
  }

  /** At the provider, as whoever sits before it. */
  async function signInWithKoder(page: Page, person: FakeOpenId['person']): Promise<void> {
    koder.person = person;
    await press(page, 'Sign in with Koder ID');
    await press(page, 'It is me');
  }

  async function approversInbox(): Promise<Page> {
    const page = await phone();
    const { out } = await demo.cli('sign-in-link', APPROVER);
    await page.goto(`${/http:\S+\/sign-in\/\S+/.exec(out)?.[0] ?? ''}?next=/talk`);
    await press(page, /^Sign in/);
    await page.waitForURL('**/talk');
    return page;
  }

  test('has the choice, and nothing happens before they choose, however long the page is open', async () => {
    const page = await phone();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));

    const answer = await page.goto(atSite('/pricing?plan=1'));
    await headingOf(page, 'This site is closed');
    const before = asked.length;
    for (let reload = 0; reload < 3; reload += 1) await page.reload();
    const loads = asked.filter((path) => path === '/pricing').length;
    await page.waitForTimeout(3_000);

    expect([answer?.status(), loads]).toEqual([403, 4]);
    expect(asked.filter((path) => path === '/pricing')).toHaveLength(loads);
    expect([before > 0, asked.filter((path) => /sign-in|ask|stream|status/.test(path))]).toEqual([true, []]);
    expect(await page.locator('a.button, a.other').allTextContents()).toEqual(['Sign in', 'Ask for access']);
    for (const box of await page.locator('a.button').all())
      expect((await box.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    expect(await waiting()).toEqual([]);
  }, 60_000);

  test('who is on the list signs in by a mailed link, is in at once for 12 hours, and nobody was asked', async () => {
    const page = await phone();
    await page.goto(atSite('/pricing?plan=1'));

    await press(page, 'Sign in');
    await page.getByLabel('Your e-mail address').fill(APPROVER);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sign-in/asked');
    await page.goto(await mailedSignInLink(page.context(), ports));
    await press(page, `Sign in as ${APPROVER}`);
    await headingOf(page, 'Pricing');
    await page.goto(atSite('/about'));
    await headingOf(page, 'About');

    const { expires = 0 } = (await page.context().cookies(atSite('/'))).find(({ name }) => name === 'kg') ?? {};
    expect(Math.abs(expires - Date.now() / 1_000 - TWELVE_HOURS_SECONDS)).toBeLessThan(120);
    const stranger = await phone();
    expect((await stranger.goto(atSite('/about')))?.status()).toBe(403);
    expect(await waiting()).toEqual([]);
  }, 60_000);

  test('who is on the list by a provider is in at once, where they wanted to go', async () => {
    const page = await phone();
    await page.goto(atSite('/pricing?plan=2'));

    await press(page, 'Sign in');
    await signInWithKoder(page, ANA);
    await page.waitForURL(atSite('/pricing?plan=2'));

    await headingOf(page, 'Pricing');
    expect(await waiting()).toEqual([]);
  }, 60_000);

  test('who is not on it is asked about by name, and the page opens by itself once somebody approves', async () => {
    const inbox = await approversInbox();
    const page = await phone();
    await page.goto(atSite('/about'));

    await press(page, 'Sign in');
    await signInWithKoder(page, EVE);
    await headingOf(page, 'Access pending');
    expect(await page.textContent('main')).toContain(`You are signed in as ${EVE.name}`);
    await inbox.getByText(`${EVE.name} (${EVE.email}, Koder ID)`).first().waitFor();
    expect(await waiting()).toMatchObject([{ path: '/about' }]);
    await press(inbox, /Approve/);

    await page.getByRole('heading', { name: 'About' }).waitFor({ timeout: 10_000 });
    expect(page.url()).toBe(atSite('/about'));
    await revokeAll();
  }, 60_000);

  test('who has no account asks a person, who is told no name', async () => {
    const page = await phone();
    await page.goto(atSite('/pricing'));

    await press(page, 'Ask for access');
    await headingOf(page, 'Access pending');
    expect(await page.textContent('main')).toContain('Have an account? Sign in');
    const inbox = await approversInbox();
    const approve = inbox.getByRole('button', { name: /Approve/ });
    await approve.first().waitFor();
    expect(await approve.count()).toBe(1);
    expect(await inbox.locator('.message').filter({ has: approve }).innerText()).not.toContain('Signed in as');
    await press(inbox, /Approve/);

    await page.getByRole('heading', { name: 'Pricing' }).waitFor({ timeout: 10_000 });
    expect(page.url()).toBe(atSite('/pricing'));
  }, 60_000);
});
