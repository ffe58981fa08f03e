/** Axe (deque.com/axe) on every page of the console and the public pages in a real browser: a phone and a desk, light and dark. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { ChannelName, Token } from '../../src/approval/brand.js';
import { navigationFor } from '../../src/http/admin/console/navigation.js';
import { failedCard } from '../contract/ledger/queue-inputs.js';
import { findBrowser, launchBrowser } from '../fixtures/browsers/browser.js';
import { adminBrowser, type AdminBrowser } from '../fixtures/http/admin-browser.js';
import { ADA, HOST, OPERATOR, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { browser } from '../fixtures/http/visitor-client.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];

let real: Browser;
let planes: Planes;
let requestId: string;
let token: Token;

beforeAll(async () => {
  const place = await findBrowser();
  if (place.kind === 'none') throw new Error(place.why);
  real = await launchBrowser(place);
}, 60_000);
afterAll(() => real.close());
beforeEach(async () => {
  planes = await startPlanes({ secondFactor: 'off' });
  ({ token } = await planes.accessRequest('203.0.113.8'));
  const tap = {
    actor: { kind: 'approver', approver: ADA },
    surface: 'page',
    tapId: 'a'.repeat(32),
  } as const;
  await planes.desk.decide({ ...tap, verdict: 'approve', ref: { by: 'token', token } });
  ({ token, id: requestId } = await planes.accessRequest());
});
afterEach(() => planes.stop());

/** One that failed, an address to which no mail goes, and a channel that stands still. */
async function failures(): Promise<string> {
  const { ledger } = planes.store;
  const audit = { who: OPERATOR, what: 'set', surface: 'cli', site: null, address: null, detail: {} } as const;
  await ledger.suppressions.set({ address: 'eve@example.org', forMs: 60_000, code: 'smtp_550' }, audit);
  await ledger.deliveries.pauseByHand({ transport: 'talk' as ChannelName, reason: 'repair' }, audit);
  return (await failedCard(ledger)).id;
}

interface Fault {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What is serious or worse on the page as it is, each with its first place. Of what differs from light to dark only colours are looked at twice. */
async function faults(page: Page): Promise<readonly string[]> {
  // by the debugger's way in, which the page's own policy for scripts does not bind
  await page.evaluate(`${AXE};0`);
  const found: Fault[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const rules = colorScheme === 'light' ? {} : { runOnly: ['color-contrast'] };
    const options = JSON.stringify({ resultTypes: ['violations'], ...rules });
    found.push(
      ...(await page.evaluate<readonly Fault[]>(`axe.run(document, ${options}).then((found) => found.violations)`)),
    );
  }
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''} ${nodes[0]?.failureSummary ?? ''}`);
}

async function contextOf(person: AdminBrowser, size: (typeof SIZES)[number]) {
  const context = await real.newContext({ viewport: size });
  const cookies = [...person.cookies].map(([name, value]) => ({ name, value, domain: 'localhost', path: '/' }));
  await context.addCookies(cookies);
  return context;
}

async function signedIn(account: string): Promise<AdminBrowser> {
  const person = adminBrowser(planes, browser(planes));
  const link = await planes.identity.signInLinks.make(account, 'test');
  await person.post(new URL(link?.url ?? '').pathname, {});
  await person.follow('/');
  return person;
}

async function walk(context: BrowserContext, urls: readonly string[]): Promise<readonly string[]> {
  const page = await context.newPage();
  const bad: string[] = [];
  for (const url of urls) {
    await page.goto(url);
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    if (wide > 0) bad.push(`${url} is ${String(wide)} px too wide`);
    bad.push(...(await faults(page)).map((fault) => `${url} ${fault}`));
  }
  await context.close();
  return bad;
}

const CASES = SIZES.map((size) => [size.width, size] as const);

test.each(CASES)(
  'no page of the console has a serious fault at %i px, light and dark',
  async (...[, size]) => {
    const operator = await signedIn(OPERATOR);
    const listed = navigationFor(true, null).flatMap(({ links }) => links.map(({ path }) => path));
    const [delivery] = (await planes.store.ledger.queue.look({ filter: {}, after: null, limit: 1, lookAt: 9 })).found;
    const failure = await failures();
    const paths = [
      ...listed,
      `/requests/${requestId}`,
      '/grants/1',
      `/grants/new?address=203.0.113.9&site=${HOST}&for=8h`,
      `/sites/show?site=${HOST}`,
      `/queue/${delivery?.deliveryId ?? ''}`,
      `/failures/${failure}`,
      '/failures/suppressions',
      '/queue/channels',
      '/queue/delete?state=sent',
      `/accounts/show?account=${ADA}`,
      '/requests?state=lost',
      '/nowhere',
    ];

    const bad = await walk(
      await contextOf(operator, size),
      paths.map((path) => planes.adminUrl + path),
    );

    expect(bad).toEqual([]);
  },
  60_000,
);

test.each(CASES)(
  'no public page has a serious fault at %i px, light and dark',
  async (...[, size]) => {
    const ada = await signedIn(ADA);
    const paths = [
      '/',
      `/requests/${requestId}`,
      `/req/${token}`,
      '/account',
      '/account/passkeys',
      '/link',
      '/nowhere',
    ];
    const stranger = await real.newContext({ viewport: size });

    const bad = [
      ...(await walk(
        await contextOf(ada, size),
        paths.map((path) => planes.publicUrl + path),
      )),
      ...(await walk(
        stranger,
        ['/sign-in', '/sign-in/0'].map((path) => planes.publicUrl + path),
      )),
    ];

    expect(bad).toEqual([]);
  },
  60_000,
);
