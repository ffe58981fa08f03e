/** Every plane in a process of its own over one PostgreSQL: signed in at one of them, known at the others, and signed out everywhere at once. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { authGate } from '../../src/gate/auth-gate/middleware.js';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { PHONE, press } from '../fixtures/browsers/phone.js';
import { freePorts, type Ports } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { MARK, portOf, siteApp, stopServer, type Told } from '../fixtures/sites/site-app.js';
import { ADA } from '../fixtures/sites/sites.js';
import { eventually } from '../fixtures/time/eventually.js';

/** Two hosts of one machine, so that each has cookies of its own. */
const [ONE, TWO] = ['localhost', '127.0.0.1'];
/** A commit elsewhere is heard of within this; a hint that was lost would take 30 s. */
const AT_ONCE_MS = 3_000;
const SITES = `
[approvers."${ADA}"]
email = "${ADA}"
talk = "${ADA}"
${[ONE, TWO]
  .map(
    (host) => `
[[sites]]
domains = ["${host}"]
environment = "stg"
allow_proxy_address = true

[sites.auth_gate]
admin = "${ADA}"
notifiers = ["talk", "email"]
passage = ["approvers"]
`,
  )
  .join('')}`;

describeInBrowser('with the planes in processes of their own', () => {
  let fixture: Fixture;
  /** Of the public plane and of the admin plane, which every process is told. */
  let ports: Ports;
  let servers: readonly Server[];
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    fixture = await openFixture('postgres', { processes: 0, sites: SITES });
    ports = await freePorts();
    const others = [await freePorts(), await freePorts()];
    await fixture.startWith({ ports, arguments: ['--roles', 'admin'] });
    await fixture.startWith({ ports, arguments: ['--roles', 'public'] });
    await fixture.startWith({ ports, arguments: ['--roles', 'courier'] });
    const environment = { PUBLIC_URL: `http://localhost:${String(ports.public)}` };
    for (const own of others) await fixture.startWith({ ports: own, environment, arguments: ['--roles', 'gate'] });
    servers = await Promise.all(others.map(({ gate }, at) => serveSite(gate, at === 0 ? ONE : TWO)));
    context = await browser.newContext(PHONE);
    page = await context.newPage();
  }, 120_000);

  afterAll(async () => {
    await context.close();
    servers.forEach(stopServer);
    await fixture.close();
  }, 60_000);

  const siteUrl = (at: 0 | 1, path: string): string => {
    const server = servers[at];
    return `http://${at === 0 ? ONE : TWO}:${String(server === undefined ? 0 : portOf(server))}${path}`;
  };
  const adminUrl = (): string => `http://localhost:${String(ports.admin)}/`;

  /** Once the site itself is shown: which one the gate says it is. */
  async function siteShown(): Promise<string | undefined> {
    await page.getByText(MARK).waitFor();
    return (JSON.parse((await page.textContent('body')) ?? '') as Told).headers['x-gate-site'];
  }

  async function statusOf(url: string): Promise<number | undefined> {
    return (await page.goto(url))?.status();
  }

  test('a link that one process mails signs in at another, and a site of a third lets them in', async () => {
    await page.goto(siteUrl(0, '/closed'));
    await press(page, 'Sign in');
    await page.getByLabel('Your e-mail address').fill(ADA);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sign-in/asked');
    const link = await eventually('the courier has sent it', () =>
      fixture.peers.smtp
        .mails()
        .map(({ textPart }) => /http:\S+\/sign-in\/[0-9a-f]{64}/.exec(textPart)?.[0])
        .find((found) => found !== undefined),
    );
    await page.goto(link);
    await press(page, `Sign in as ${ADA}`);

    expect(await siteShown()).toBe(ONE);
    expect(page.url()).toBe(siteUrl(0, '/closed'));
  }, 60_000);

  test('at the site of a fourth and at the admin plane of a fifth they are not asked again', async () => {
    await page.goto(siteUrl(1, '/closed'));
    await press(page, 'Sign in');
    const site = await siteShown();
    const status = await statusOf(adminUrl());

    expect([site, status, page.url()]).toEqual([TWO, 200, adminUrl()]);
    expect(await page.locator('header').innerText()).toContain(ADA);
    expect([await statusOf(siteUrl(0, '/closed')), await statusOf(siteUrl(1, '/closed'))]).toEqual([200, 200]);
  }, 60_000);

  test('signing out at the auth host ends all of it at once', async () => {
    await page.goto(`http://localhost:${String(ports.public)}/account`);
    await press(page, /^Sign out$/);
    await page.waitForURL('**/signed-out');

    await eventually(
      'every site is closed',
      async () => {
        const statuses = [await statusOf(siteUrl(0, '/closed')), await statusOf(siteUrl(1, '/closed'))];
        return statuses.every((status) => status === 403);
      },
      AT_ONCE_MS,
    );
    await page.goto(adminUrl());
    expect(page.url()).toContain(`http://localhost:${String(ports.public)}/sign-in?next=`);
    expect((await context.cookies()).some(({ name }) => name === 'kg-admin')).toBe(true);
  }, 60_000);
});

async function serveSite(gatePort: number, site: string): Promise<Server> {
  const server = createServer(siteApp);
  authGate({ gateUrl: `http://127.0.0.1:${String(gatePort)}`, site }).guard(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
