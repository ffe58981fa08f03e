/** Every page of the product in a real browser on a phone: times in the reader's own time, rings that are whole, no sideways scrolling. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { eventually } from '../fixtures/time/eventually.js';
import { freePorts, removeData, startGate, type GateProcess, type Ports } from '../fixtures/processes/gate-process.js';

const PHONE = { viewport: { width: 390, height: 700 } };
/** Three hours behind UTC, the year round. */
const READER = { ...PHONE, timezoneId: 'America/Sao_Paulo' };

describeInBrowser('on a phone', () => {
  let ports: Ports;
  let dataDir: string;
  let demo: GateProcess;
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;
  let request: string;

  beforeAll(async () => {
    ports = await freePorts();
    dataDir = mkdtempSync(join(tmpdir(), 'gate-pages-'));
    demo = await startGate({ verb: 'demo', sites: '', dataDir, ports });
    await eventually('it has said where everything is', () => /^ready/m.test(demo.printed.out));
    const context = await browser.newContext(PHONE);
    const page = await context.newPage();
    await page.goto(/http:\S+\/sign-in\/[^?\s]+/.exec(demo.printed.out)?.[0] ?? '');
    await page.getByRole('button').first().click();
    await page.goto(`http://localhost:${String(ports.demoSite)}/pricing`);
    await page.goto(`http://localhost:${String(ports.public)}/`);
    request = (await page.locator('.host a').first().getAttribute('href')) ?? '';
    signedIn = await context.storageState();
  }, 60_000);

  afterAll(async () => {
    await demo.stop();
    removeData(dataDir);
  }, 30_000);

  const at = (plane: keyof Ports, path: string): string => `http://localhost:${String(ports[plane])}${path}`;
  const PAGES: readonly (readonly [string, string, () => string])[] = [
    ["the visitor's page", 'Access pending · localhost', () => at('demoSite', '/pricing')],
    [
      'a page of the gate that is not there',
      'There is nothing here · localhost',
      () => at('demoSite', '/.koder-gate/wait/x'),
    ],
    ['the list', '1 request waits for you · Koder Gate', () => at('public', '/')],
    ['the confirm page', 'localhost · Koder Gate', () => at('public', request)],
    ['the link page', 'Chat accounts · Koder Gate', () => at('public', '/link')],
    ['a spent sign-in link', 'This link does not work any more · Koder Gate', () => at('public', '/sign-in/0')],
    ['a page that is not there', 'There is nothing here · Koder Gate', () => at('public', '/nowhere')],
    ['the inbox', '(1) Koder Gate · Talk', () => at('public', '/talk')],
    ['the overview', 'Overview · Koder Gate', () => at('admin', '/')],
    ['the requests', 'Requests · Koder Gate', () => at('admin', '/requests')],
    ['the failures', 'Failures · Koder Gate', () => at('admin', '/failures')],
    ['the audit', 'Audit · Koder Gate', () => at('admin', '/audit')],
    ['the mailbox', 'Mailbox', () => at('admin', '/mailbox')],
  ];

  async function opened(url: string, options: object): Promise<Page> {
    const context = await browser.newContext({ storageState: signedIn, ...options });
    const page = await context.newPage();
    await page.goto(url);
    if (url.endsWith('/talk') && !('javaScriptEnabled' in options)) await page.locator('.message').waitFor();
    return page;
  }

  test.each(PAGES)('%s has its title, fits the screen, and shows whole focus rings', async (...[, title, url]) => {
    const page = await opened(url(), READER);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    const cut = await page.evaluate(CUT_RINGS);

    expect([await page.title(), overflow, cut]).toEqual([title, 0, []]);
    await page.context().close();
  });

  const DATED = ['the list', 'the confirm page', 'the inbox', 'the requests', 'the audit', 'the mailbox'];
  test.each(PAGES.filter(([name]) => DATED.includes(name)))(
    "%s says times in the reader's own time, with UTC beside it, and in UTC without scripts",
    async (name, ...[, url]) => {
      const page = await opened(url(), READER);
      const local = await page.locator('time').allTextContents();
      const home = await opened(url(), { ...PHONE, timezoneId: 'UTC' });
      const utc = await home.locator('time').allTextContents();
      const plain = await opened(url(), { ...READER, javaScriptEnabled: false });
      const still = await plain.locator('time').allTextContents();

      expect(local.length).toBeGreaterThan(0);
      for (const text of local)
        expect(text).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? GMT-3 \((\d{4}-\d\d-\d\d )?\d\d:\d\d(:\d\d)? UTC\)$/);
      for (const text of [...utc, ...still]) expect(text).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC$/);
      // the inbox draws its messages by a script
      expect(still.length > 0).toBe(name !== 'the inbox');
      for (const one of [page, home, plain]) await one.context().close();
    },
    30_000,
  );
});

/** Of everything that takes the focus: whose ring is cut off by what is around it, or by the window's sides. */
const CUT_RINGS = `(() => {
  const found = [];
  for (const element of document.querySelectorAll('a[href], button, input:not([type=hidden]), [tabindex="0"]')) {
    element.focus({ focusVisible: true });
    if (document.activeElement !== element || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const reach = (parseFloat(style.outlineWidth) || 0) + (parseFloat(style.outlineOffset) || 0);
    const box = element.getBoundingClientRect();
    const sides = (clip) => box.left - reach < clip.left - 0.5 || box.right + reach > clip.right + 0.5;
    const ends = (clip) => box.top - reach < clip.top - 0.5 || box.bottom + reach > clip.bottom + 0.5;
    let isCut = sides({ left: 0, right: innerWidth });
    for (let around = element.parentElement; around !== null && around !== document.body; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const clip = around.getBoundingClientRect();
      // what scrolls can be scrolled to; what only clips cannot
      if (overflowX === 'hidden' || around.scrollWidth <= around.clientWidth) isCut ||= sides(clip);
      if (overflowY === 'hidden' || around.scrollHeight <= around.clientHeight) isCut ||= ends(clip);
      isCut ||= box.left - reach < clip.left - 0.5 && around.scrollLeft === 0;
    }
    if (isCut) found.push(element.outerHTML.slice(0, 120));
  }
  return found;
})()`;
