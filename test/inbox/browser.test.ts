/** The web inbox in a real browser: what it shows, and what it never runs. */
import { expect, test } from '@jest/globals';
import { browser } from '../fixtures/browsers/in-browser.js';
import { ADA, bot, expectCut, onAPhone, page, send, talk } from '../fixtures/browsers/inbox.js';

onAPhone(() => {
  test('without scripts it claims no connection, shows no form, and says where to decide', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    await plain.addCookies([{ name: 'test-user', value: ADA, url: talk.origin }]);
    const still = await plain.newPage();
    await still.goto(`${talk.origin}/talk`);

    expect(await still.locator('#connection').textContent()).toBe('');
    expect(await still.locator('#composer, #empty').filter({ visible: true }).count()).toBe(0);
    expect(await still.locator('noscript').textContent()).toContain('needs JavaScript, so it is not connected');
    expect(await still.getByRole('link', { name: 'the list of pending requests' }).getAttribute('href')).toBe('/');
    await plain.close();
  });

  test('a card appears without a reload, with every fact and every button', async () => {
    await send('pending-stg');

    const card = page.locator('.message');
    await card.waitFor();
    for (const fact of ['stg.kds.koder.dev', '/reports/quarter?year=2026', '189.45.12.30', 'BR', 'Chrome 148 on Linux'])
      expect(await card.innerText()).toContain(fact);
    expect(await card.getByRole('button').allInnerTexts()).toEqual(['Approve — 7 days', 'Deny', 'Less time…']);
    expect(await page.title()).toContain('(1)');
  });

  test('times are those of the device, with UTC beside them', async () => {
    const far = await browser.newContext({ timezoneId: 'America/Sao_Paulo', locale: 'en-US' });
    await far.addCookies([{ name: 'test-user', value: ADA, url: talk.origin }]);
    const theirs = await far.newPage();
    await theirs.goto(`${talk.origin}/talk`);
    await send('pending-stg');

    const card = theirs.locator('.message');
    await card.waitFor();
    const text = (await card.innerText()).replace(/\s/g, ' ');
    expect(text).toContain('Answer by Mon, May 11, 2026 12:29 PM (2026-05-11 15:29 UTC)');
    expect(text).toContain('May 11, 2026 12:19 PM (2026-05-11 15:19 UTC)');
    expect(text).not.toContain('{{');
    await far.close();
  });

  test('what was approved and taken back is called revoked, and not approved', async () => {
    await send('revoked');

    const heading = page.locator('.message').getByText('Revoked', { exact: false }).first();
    await heading.waitFor();
    expect(await heading.innerText()).toBe('✗ Revoked');
    expect(await page.locator('.message').innerText()).not.toContain('✓ Approved');
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
    expectCut();
  });
});
