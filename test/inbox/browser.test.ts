/** The web inbox in a real browser, as a phone of 360 px: what it shows, what it lets be pressed, what it never runs. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { adaptiveCard, adaptiveText } from '../../cards/adaptive.js';
import type { CardView } from '../../src/approval/card-view.js';
import { CASES, CONFIRM_URL, TOKEN } from '../cards/adaptive-cases.js';
import { startTalk, type TalkServerForTest } from '../fakes/talk.js';
import { eventually } from '../e2e/eventually.js';
import { findBrowser, launchBrowser } from '../setup/browser.js';
import { callTalk, startBot, type ToldBot } from './talk-bot.js';

const ADA = 'ada@example.org';
const place = await findBrowser();
const inBrowser = place.kind === 'found' ? describe : describe.skip;
const title = place.kind === 'found' ? 'on a phone' : `on a phone (skipped: ${place.why})`;

inBrowser(title, () => {
  let browser: Browser;
  let bot: ToldBot;
  let talk: TalkServerForTest;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    if (place.kind === 'found') browser = await launchBrowser(place);
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    bot = await startBot();
    talk = await startTalk({ callbackUrl: bot.url });
    context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await context.addCookies([{ name: 'test-user', value: ADA, url: talk.origin }]);
    page = await context.newPage();
    complaints = [];
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${talk.origin}/talk`);
    await page.locator('#connection[data-state="live"]').waitFor();
  });
  afterEach(async () => {
    await context.close();
    await talk.close();
    await bot.close();
    expect(complaints).toEqual([]);
  });

  async function send(name: string, key = 'one'): Promise<string> {
    const drawing = draw(CASES[name]);
    const url = `${talk.origin}/talk/api/v1/messages`;
    return String((await callTalk(url, { method: 'POST', message: { key, to: ADA, ...drawing } })).json['id']);
  }

  async function redraw(id: string, name: string): Promise<void> {
    const url = `${talk.origin}/talk/api/v1/messages/${id}`;
    await callTalk(url, { method: 'PUT', message: { id, ...draw(CASES[name]) } });
  }

  test('a card appears without a reload, with every fact and every button', async () => {
    await send('pending-stg');

    const card = page.locator('.message');
    await card.waitFor();
    for (const fact of ['stg.kds.koder.dev', '/reports/quarter?year=2026', '189.45.12.30', 'BR', 'Chrome 148 on Linux'])
      expect(await card.innerText()).toContain(fact);
    expect(await card.getByRole('button').allInnerTexts()).toEqual(['Approve — 7 d', 'Deny', 'Less time…']);
    expect(await page.title()).toContain('(1)');
  });

  test('all that can be touched is 44 px or more, and nothing is wider than the phone', async () => {
    await send('pending-stg');
    await send('pending-nasty-text', 'two');
    await page.locator('.message').nth(1).waitFor();
    await page.locator('.message').first().getByRole('button', { name: 'Deny' }).tap();

    // Of a checkbox its words are touched: it is no target of its own.
    const boxes = await page
      .locator('button:visible, input:not([type=checkbox]):visible, textarea:visible, .ac-toggleInput label:visible, a')
      .evaluateAll((all) =>
        all.map((one) => {
          const { width, height } = (
            one as unknown as { getBoundingClientRect(): { width: number; height: number } }
          ).getBoundingClientRect();
          return Math.min(width, height);
        }),
      );
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    const inside = await page.evaluate(
      'document.querySelector("#thread").scrollWidth - document.querySelector("#thread").clientWidth',
    );

    expect(boxes.length).toBeGreaterThanOrEqual(13);
    expect(Math.min(...boxes)).toBeGreaterThanOrEqual(44);
    expect([overflow, inside]).toEqual([0, 0]);
  });

  test('nasty text stays text: no element, no link and no script comes of it', async () => {
    await send('pending-nasty-text');
    const card = page.locator('.message');
    await card.waitFor();

    expect(await card.innerText()).toContain(
      '**bold** [click](https://evil.example/) <b>x</b> <script>alert(1)</script>',
    );
    expect(await card.locator('a, b, strong, script, img, code, li').count()).toBe(0);
    expect(await card.getByRole('button').count()).toBe(3);
  });

  test('a tap rests the buttons, shows the private answer, and the final card comes by itself', async () => {
    const id = await send('pending-stg');
    bot.answer({ status: 200, body: JSON.stringify({ isOk: true, text: 'You approved stg.kds.koder.dev.' }) });

    await page.getByRole('button', { name: 'Approve — 7 d' }).tap();

    await page.getByText('You approved stg.kds.koder.dev.').waitFor();
    expect(await page.getByRole('button', { name: 'Deny' }).isDisabled()).toBe(true);
    expect(bot.told).toMatchObject([{ event: { verb: 'approve', user: ADA, message: id, data: { token: TOKEN } } }]);

    await redraw(id, 'approved');
    await page.getByText('Approved by rpm@koder.dev over Talk').waitFor();
    expect(await page.getByRole('button', { name: /approve|deny/i }).count()).toBe(0);
    // What only this person was told stays under the new card.
    expect(await page.getByText('You approved stg.kds.koder.dev.').count()).toBe(1);
    expect(await page.title()).not.toContain('(1)');
  });

  test('a private answer that comes after the final card stands under that card', async () => {
    const id = await send('pending-stg');
    bot.answer({ status: 200, body: JSON.stringify({ isOk: true, text: 'You approved it.' }) });
    await page.route('**/talk/actions', async (route) => {
      const response = await route.fetch();
      await redraw(id, 'approved');
      await page.getByText('Approved by rpm@koder.dev over Talk').waitFor();
      await route.fulfill({ response });
    });

    await page.getByRole('button', { name: 'Approve — 7 d' }).tap();

    await page.locator('.message[data-state="answered"] .private', { hasText: 'You approved it.' }).waitFor();
  });

  test('a tap that changed nothing gives the buttons back', async () => {
    await send('pending-stg');
    bot.answer({ status: 200, body: JSON.stringify({ isOk: false, text: 'Nothing changed. Please tap again.' }) });

    await page.getByRole('button', { name: 'Approve — 7 d' }).tap();

    await page.getByText('Nothing changed. Please tap again.').waitFor();
    expect(await page.getByRole('button', { name: 'Approve — 7 d' }).isEnabled()).toBe(true);
  });

  test('a shorter time is two taps away, and goes with the tap', async () => {
    await send('pending-stg');

    await page.getByRole('button', { name: 'Less time…' }).tap();
    await page.getByRole('button', { name: 'Approve — 8 h' }).tap();

    await page.locator('.private').waitFor();
    expect(bot.told).toMatchObject([{ event: { verb: 'approve', data: { token: TOKEN, ttl_seconds: 28_800 } } }]);
  });

  test('a denial may carry a reason, and says whether the visitor may read it', async () => {
    await send('pending-stg');

    await page.getByRole('button', { name: 'Deny' }).tap();
    await page.getByRole('textbox', { name: /reason/i }).fill('Frozen until Monday.');
    await page.getByText('The visitor may read it').tap();
    await page.getByRole('button', { name: 'Deny access' }).tap();

    await page.locator('.private').waitFor();
    const data = { token: TOKEN, reason: 'Frozen until Monday.', share: 'true' };
    expect(bot.told).toMatchObject([{ event: { verb: 'deny', data } }]);
  });

  test('what a button opens is brought into view, on a phone that is too short for it', async () => {
    await page.setViewportSize({ width: 360, height: 560 });
    await send('pending-stg');
    const last = page.getByRole('button', { name: 'Deny access' });

    await page.getByRole('button', { name: 'Deny' }).tap();

    const gap = `document.querySelector('#composer').getBoundingClientRect().top -
      Array.from(document.querySelectorAll('.message button')).at(-1).getBoundingClientRect().bottom`;
    await eventually('the last button is in view', async () => Number(await page.evaluate(gap)) >= 0, 5_000);
    expect(await last.isVisible()).toBe(true);
  });

  test('a denial needs no reason', async () => {
    await send('pending-deny-only');

    await page.getByRole('button', { name: 'Deny' }).tap();
    await page.getByRole('button', { name: 'Deny access' }).tap();

    await page.locator('.private').waitFor();
    expect(bot.told).toMatchObject([{ event: { verb: 'deny', data: { token: TOKEN, share: 'false' } } }]);
  });

  test('Revoke asks once more, and a card that offers only this waits for nobody', async () => {
    await send('approved');
    await page.locator('.message[data-state="answered"]').waitFor();

    await page.getByRole('button', { name: 'Revoke', exact: true }).tap();
    expect(bot.told).toEqual([]);
    await page.getByRole('button', { name: 'Revoke this access' }).tap();

    await page.locator('.private').waitFor();
    expect(bot.told).toMatchObject([{ event: { verb: 'revoke', data: { request: '4k2m7w9x3c5v8b1n6q0z' } } }]);
    expect(await page.title()).not.toContain('(1)');
  });

  test('“Open in browser” opens the confirm link in a tab of its own, and decides nothing', async () => {
    await send('pending-stg');
    await context.route('https://gate.example.org/**', (route) => route.fulfill({ body: 'confirm' }));

    const [opened] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'Open in browser' }).tap(),
    ]);

    await opened.waitForURL(CONFIRM_URL);
    expect(await opened.evaluate('window.opener')).toBeNull();
    expect(bot.told).toEqual([]);
  });

  test('a line is answered in the thread, as plain text', async () => {
    bot.answer({ status: 200, body: JSON.stringify({ isOk: true, text: 'Pending requests\n• 4k2m · <b>x</b>' }) });

    await page.getByRole('textbox').fill('/gate pending');
    await page.getByRole('button', { name: 'Send' }).tap();

    const answer = page.locator('.private');
    await answer.waitFor();
    expect(await answer.innerText()).toContain('• 4k2m · <b>x</b>');
    expect(await answer.locator('b').count()).toBe(0);
  });

  test('what was missed while the stream was cut comes with the next one, without a reload', async () => {
    await send('pending-stg');
    await page.locator('.message').waitFor();

    talk.cut();
    await page.locator('#connection[data-state="reconnecting"]').waitFor();
    await send('denied', 'two');

    await page.getByText('Denied by rpm@koder.dev over Email').waitFor();
    await page.locator('#connection[data-state="live"]').waitFor();
    expect(await page.locator('.message').count()).toBe(2);
    complaints = complaints.filter((line) => !line.includes('net::ERR_')); // the cut itself
  });
});

function draw(view: CardView | undefined): { revision: number; text: string; card: object } {
  if (view === undefined) throw new Error('there is such a case');
  return { revision: view.revision, text: adaptiveText(view), card: adaptiveCard(view) };
}
