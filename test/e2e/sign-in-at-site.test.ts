/** Signing in at a protected site: a phone, a keyboard, the demo's own proxy and mailbox, and each of them on a port of its own. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { addAuthenticator } from '../fixtures/browsers/authenticator.js';
import { mailedSignInLink } from '../fixtures/browsers/demo-mailbox.js';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { PHONE, press, scrollsSideways } from '../fixtures/browsers/phone.js';
import { eventually } from '../fixtures/time/eventually.js';
import { freePorts, removeData, startGate, type GateProcess, type Ports } from '../fixtures/processes/gate-process.js';

const APPROVER = 'ada@example.org';
const SITES = `
[approvers."${APPROVER}"]
email = "${APPROVER}"
talk = "${APPROVER}"

[[sites]]
domains = ["localhost"]
environment = "stg"
allow_proxy_address = true

[sites.auth_gate]
admin = "${APPROVER}"
notifiers = ["talk", "email"]
passage = ["approvers"]
`;

describeInBrowser('whoever signs in at a protected site', () => {
  let ports: Ports;
  let dataDir: string;
  let demo: GateProcess;
  let context: BrowserContext;

  beforeAll(async () => {
    ports = await freePorts();
    dataDir = mkdtempSync(join(tmpdir(), 'gate-at-site-'));
    writeFileSync(join(dataDir, 'sites.toml'), SITES);
    demo = await startGate({ verb: 'demo', sites: '', dataDir, ports });
    await eventually('it has said where everything is', () => /^ready/m.test(demo.printed.out));
    context = await browser.newContext(PHONE);
  }, 60_000);

  afterAll(async () => {
    await demo.stop();
    removeData(dataDir);
  }, 30_000);

  const atSite = (path: string): string => `http://localhost:${String(ports.demoSite)}${path}`;
  const signInFor = (back: string): string => atSite(`/.koder-gate/sign-in?back=${encodeURIComponent(back)}`);

  async function held(name: string): Promise<string | undefined> {
    return (await context.cookies()).find((cookie) => cookie.name === name)?.value;
  }

  test('has a link mailed, and is where they wanted to go', async () => {
    const page = await context.newPage();
    const refused: string[] = [];
    page.on('console', (message) => refused.push(message.text()));
    await page.goto(signInFor('/pricing?plan=1'));
    await page.waitForURL(`http://localhost:${String(ports.public)}/sign-in?**`);
    expect(await scrollsSideways(page)).toBe(false);

    await page.getByLabel('Your e-mail address').fill(APPROVER);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sign-in/asked');
    await page.goto(await mailedSignInLink(context, ports));
    await press(page, `Sign in as ${APPROVER}`);
    await page.waitForURL(atSite('/pricing?plan=1'));

    expect(await held('kg')).toMatch(/^[0-9a-f]{64}$/);
    expect((await context.cookies()).filter(({ name }) => name.startsWith('kg-s-'))).toEqual([]);
    expect(refused.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
  }, 60_000);

  test('is not asked again while they are signed in, in four tabs at once', async () => {
    const pages = await Promise.all(
      ['/a', '/b', '/c', '/d'].map(async (back) => ({ back, page: await context.newPage() })),
    );

    await Promise.all(
      pages.map(async ({ back, page }) => {
        await page.goto(signInFor(back));
        expect(page.url()).toBe(atSite(back));
        await page.close(); // each waits on a connection of its own, of which a browser has six a host
      }),
    );
  }, 60_000);

  test('goes on with a passkey that the browser offers by itself, and what came back once is worth nothing', async () => {
    const page = await context.newPage();
    await addAuthenticator(page);
    await page.goto(`http://localhost:${String(ports.public)}/account/passkeys`);
    await page.getByLabel('Name of the new one').fill('My phone');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Passkey added' }).waitFor();
    await press(page, 'Sign out');
    await page.waitForURL(`http://localhost:${String(ports.public)}/signed-out`);
    const answers: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/.koder-gate/signed-in')) answers.push(request.url());
    });

    await page.goto(signInFor('/y')).catch(() => undefined); // the passkey may be faster than the page
    await page.waitForURL(atSite('/y'));
    await page.goto(answers[0] ?? '');

    expect(answers).toHaveLength(2);
    expect(await page.textContent('h1')).toBe('Not signed in');
    expect(await scrollsSideways(page)).toBe(false);
  }, 60_000);

  test('leaves no secret in the log or the events', async () => {
    const value = (await held('kg')) ?? 'nothing';

    expect([demo.printed.out, demo.printed.err].filter((text) => text.includes(value))).toEqual([]);
  });
});
