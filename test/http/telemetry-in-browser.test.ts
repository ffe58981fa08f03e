/** The telemetry page in a real browser, without a script: plots with their tables, at every width, in light and dark, by keyboard. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { bucketOf, SUM_BUCKET } from '../../src/base/time/log-buckets.js';
import type { Counted } from '../../src/contract/ledger.js';
import { findBrowser, launchBrowser } from '../fixtures/browsers/browser.js';
import { ADMIN_TOKEN, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { call } from '../fixtures/http/visitor-client.js';

const BEARER = { authorization: `Bearer ${ADMIN_TOKEN}` };

let real: Browser;
let planes: Planes;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  const place = await findBrowser();
  if (place.kind === 'none') throw new Error(place.why);
  real = await launchBrowser(place);
}, 60_000);
afterAll(() => real.close());
beforeEach(async () => {
  planes = await startPlanes();
});
afterEach(async () => {
  await context.close();
  await planes.stop();
});

async function open(width: number, colorScheme: 'light' | 'dark'): Promise<void> {
  context = await real.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    javaScriptEnabled: false,
    extraHTTPHeaders: BEARER,
  });
  page = await context.newPage();
  complaints = [];
  page.on('console', (message) => void complaints.push(message.text()));
  await page.goto(`${planes.adminUrl}/telemetry?range=1h`);
}

function decided(outcome: string, n: number): Counted {
  return { name: 'requests_decided_total', dims: { outcome, surface: 'page' }, bucket: 0, n };
}

async function countSome(): Promise<void> {
  const dims = { outcome: 'approved', surface: 'page' };
  const counts: readonly Counted[] = [
    decided('approved', 1_200),
    decided('denied', 30),
    { name: 'decision_seconds', dims, bucket: bucketOf(90_000_000), n: 1_200 },
    { name: 'decision_seconds', dims, bucket: SUM_BUCKET, n: 108_000_000_000 },
    // nobody answered: no time of a decision
    { name: 'decision_seconds', dims: { ...dims, outcome: 'expired' }, bucket: bucketOf(86_400_000_000), n: 5_000 },
    ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((verdict, index): Counted => ({
      name: 'checks_total',
      dims: { verdict },
      bucket: 0,
      n: 100 - index,
    })),
  ];
  await planes.store.ledger.telemetry.flush({ process: 'p', sequence: 1, counts });
}

async function tooWide(): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

describe.each([390, 768, 1_600])('%i px wide', (width) => {
  test.each(['light', 'dark'] as const)(
    'in %s: nothing is cut off, each plot has its table, and its policy is kept',
    async (scheme) => {
      await countSome();

      await open(width, scheme);

      expect(await tooWide()).toBe(0);
      expect(complaints).toEqual([]);
      expect(await page.locator('svg').count()).toBe(await page.locator('.figures table').count());
      const bars = page.getByRole('img', { name: 'Decisions: approved 1,200, denied 30. The table has the figures.' });
      const [box, times] = [await bars.boundingBox(), await page.locator('.times').first().boundingBox()];
      expect(box?.width).toBeGreaterThan(200);
      expect(times?.y).toBeGreaterThanOrEqual((box?.y ?? 0) + (box?.height ?? 0));
      // what the style sheet says of a bar and a swatch is what is drawn: no colour stands in the page
      const look = (of: string, what: string) =>
        page.evaluate<string>(`getComputedStyle(document.querySelector('${of}')).${what}`);
      const drawn = [await look('.bar.good', 'fill'), await look('.swatch.good', 'backgroundColor')];
      expect(drawn).toEqual(Array(2).fill(scheme === 'light' ? 'rgb(29, 112, 68)' : 'rgb(88, 196, 139)'));
      expect(await page.locator('[style]').count()).toBe(0);
    },
  );
});

test('the table says what the plot shows, and how long decisions took leaves out what nobody decided', async () => {
  await countSome();
  await open(1_600, 'light');

  const cells = async (figures: string): Promise<readonly string[]> => {
    const row = page
      .getByRole('region', { name: `Figures of ${figures}` })
      .locator('tbody tr')
      .filter({ hasText: /1,200|min/ });
    return (await row.first().locator('td').allTextContents()).slice(1);
  };

  expect(await cells('Decisions')).toEqual(['1,200', '30']);
  expect(await cells('Time to decision')).toEqual(['1.5 min', '1.5 min']);
  // eight verdicts: five, and the rest together
  const legend = page.locator('section', { hasText: 'What the gate said' }).locator('.legend li');
  expect(await legend.allTextContents()).toEqual(['a', 'b', 'c', 'd', 'e', 'other']);
});

test('the keyboard reaches every range, every table and the figures as CSV', async () => {
  await countSome();
  await open(390, 'light');
  const reached: string[] = [];

  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    if ((await focused.count()) === 0) break;
    reached.push((await focused.getAttribute('aria-label')) ?? (await focused.innerText()));
  }

  for (const one of ['1 hour', '90 days', 'CSV', 'Figures of Decisions', 'Figures of Time to decision'])
    expect(reached).toContain(one);
  const link = page.getByRole('link', { name: 'CSV' }).first();
  const csv = await call(planes.adminUrl + ((await link.getAttribute('href')) ?? ''), { headers: BEARER });
  expect(csv.text).toContain(',approved,page,1200\r\n');
});

test.each(['1h', '6h', '24h', '7d', '30d', '90d'])('%s has a page, of few steps', async (range) => {
  await countSome();
  await planes.store.ledger.telemetry.rollUp();
  await open(390, 'light');

  const answer = await call(`${planes.adminUrl}/telemetry?range=${range}`, { headers: BEARER });

  expect(answer.status).toBe(200);
  const rows = answer.text.split('Figures of Decisions')[1]?.split('</table>')[0]?.match(/<tr>/g) ?? [];
  expect(rows.length).toBeGreaterThan(24);
  expect(rows.length).toBeLessThan(34);
  expect(answer.text).toContain('Decisions: approved 1,200, denied 30.');
});

test('a range that there is not is a page with a way on', async () => {
  await open(390, 'light');

  const answer = await call(`${planes.adminUrl}/telemetry?range=1y`, { headers: BEARER });

  expect(answer.status).toBe(400);
  expect(answer.text).toContain('There is 1h, 6h, 24h, 7d, 30d, 90d.');
  expect(answer.text).toContain('href="/telemetry"');
});
