/** An approver with a phone, a mail's link and nobody to ask: real browsers at phone size, the demo's own mailbox, a keyboard alone. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { eventually } from '../fixtures/time/eventually.js';
import { freePorts, removeData, startGate, type GateProcess, type Ports } from '../fixtures/processes/gate-process.js';

const PHONE = { viewport: { width: 390, height: 700 } };
const APPROVER = 'ada@example.org';

describeInBrowser('whoever opens the link of a mail and is not signed in', () => {
  let ports: Ports;
  let dataDir: string;
  let demo: GateProcess;
  /** The confirm link of a request, as every mail of it has it. */
  let confirm: string;

  beforeAll(async () => {
    ports = await freePorts();
    dataDir = mkdtempSync(join(tmpdir(), 'gate-mailed-'));
    demo = await startGate({ verb: 'demo', sites: '', dataDir, ports });
    await eventually('it has said where everything is', () => /^ready/m.test(demo.printed.out));
    const visitor = await phone();
    await visitor.goto(`http://localhost:${String(ports.demoSite)}/pricing`);
    confirm = await inTheMailbox('[Koder Access]', /http:\S+\/req\/[0-9a-f]{32}/);
  }, 60_000);

  afterAll(async () => {
    await demo.stop();
    removeData(dataDir);
  }, 30_000);

  async function phone(context?: BrowserContext): Promise<Page> {
    return (context ?? (await browser.newContext(PHONE))).newPage();
  }

  /** What the newest mail with such a subject says. */
  async function inTheMailbox(subject: string, wanted: RegExp): Promise<string> {
    const page = await phone();
    await page.goto(`http://localhost:${String(ports.admin)}/mailbox`);
    await page.getByText(subject).first().click();
    await page.locator('body').getByText(wanted).first().waitFor();
    const found = wanted.exec((await page.textContent('body')) ?? '')?.[0];
    await page.close();
    if (found === undefined) throw new Error(`no mail ${subject} says it`);
    return found;
  }

  async function mailedLink(before: string): Promise<string> {
    let link = before;
    await eventually('the mail is there', async () => {
      link = await inTheMailbox('Sign in to Koder Gate', /http:\S+\/sign-in\/[0-9a-f]{64}/).catch(() => before);
      return link !== before;
    });
    return link;
  }

  async function scrollsSideways(page: Page): Promise<boolean> {
    return page.evaluate('document.documentElement.scrollWidth > innerWidth');
  }

  /** The button has the focus already: Enter is all there is to do. */
  async function press(page: Page, name: string | RegExp): Promise<void> {
    const button = page.getByRole('button', { name });
    await button.waitFor();
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    const focused = page.locator('button:focus').filter({ hasText: name });
    for (let tabs = 0; tabs < 9 && (await focused.count()) === 0; tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
  }

  let newest = '';

  test('has a link mailed without typing a word, and is back at the request', async () => {
    const page = await phone();
    const first = await page.goto(confirm);
    expect([first?.status(), await scrollsSideways(page)]).toEqual([401, false]);
    await press(page, 'Mail a link to whoever was asked');
    await page.waitForURL('**/sign-in/asked');
    expect(await scrollsSideways(page)).toBe(false);

    newest = await mailedLink(newest);
    await page.goto(newest);
    await press(page, `Sign in as ${APPROVER}`);
    await page.waitForURL(confirm);

    expect(await page.getByRole('button', { name: /approve/i }).count()).toBe(1);
  }, 60_000);

  test('opens it on another device, and types the number where it was asked for', async () => {
    const desk = await phone();
    await desk.goto(confirm);
    await desk.getByLabel('Or your e-mail address').fill(APPROVER.toUpperCase());
    await desk.keyboard.press('Enter');
    await desk.waitForURL('**/sign-in/asked');

    newest = await mailedLink(newest);
    const other = await phone();
    await other.goto(newest);
    expect(await other.textContent('body')).toContain('Asked for somewhere else');
    await press(other, 'Show the number');
    const number = (await other.locator('.number').textContent()) ?? '';
    expect([number, await scrollsSideways(other)]).toEqual([expect.stringMatching(/^\d{3} \d{3}$/), false]);

    await desk.getByLabel('Number').fill('000000');
    await press(desk, 'Sign in');
    await desk.getByRole('alert').waitFor();
    await desk.getByLabel('Number').fill(number);
    await press(desk, 'Sign in');
    await desk.waitForURL(confirm);
    await other.goto(confirm);

    expect(await desk.getByRole('button', { name: /approve/i }).count()).toBe(1);
    expect(await other.getByRole('button', { name: /approve/i }).count()).toBe(0);
  }, 60_000);

  test('writes no secret to the log or the events', () => {
    const secret = newest.split('/').at(-1) ?? '';

    expect(secret).toHaveLength(64);
    expect([demo.printed.out, demo.printed.err].filter((text) => text.includes(secret))).toEqual([]);
  });
});
