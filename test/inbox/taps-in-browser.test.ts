/** The web inbox in a real browser: what it lets be pressed, and what follows. */
import { expect, test } from '@jest/globals';
import { CASES, CONFIRM_URL, TOKEN } from '../fixtures/cards/adaptive-cases.js';
import { eventually } from '../fixtures/time/eventually.js';
import { callTalk } from '../fixtures/channels/talk-bot.js';
import { ADA, bot, context, draw, onAPhone, page, send, talk } from '../fixtures/browsers/inbox.js';

async function redraw(id: string, name: string): Promise<void> {
  const url = `${talk.origin}/talk/api/v1/messages/${id}`;
  await callTalk(url, { method: 'PUT', message: { id, ...draw(CASES[name]) } });
}

onAPhone(() => {
  test('a tap rests the buttons, shows the private answer, and the final card comes by itself', async () => {
    const id = await send('pending-stg');
    bot.answer({ status: 200, body: JSON.stringify({ isOk: true, text: 'You approved stg.kds.koder.dev.' }) });

    await page.getByRole('button', { name: 'Approve — 7 days' }).tap();

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

    await page.getByRole('button', { name: 'Approve — 7 days' }).tap();

    await page.locator('.message[data-state="answered"] .private', { hasText: 'You approved it.' }).waitFor();
  });

  test('a tap that changed nothing gives the buttons back', async () => {
    await send('pending-stg');
    bot.answer({ status: 200, body: JSON.stringify({ isOk: false, text: 'Nothing changed. Please tap again.' }) });

    await page.getByRole('button', { name: 'Approve — 7 days' }).tap();

    await page.getByText('Nothing changed. Please tap again.').waitFor();
    expect(await page.getByRole('button', { name: 'Approve — 7 days' }).isEnabled()).toBe(true);
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
});
