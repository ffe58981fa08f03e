import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import type { Page } from 'playwright-core';
import { emailEntry } from '../../bots/email/entry.js';
import { createMailbox, type Mailbox } from '../../demo/mailbox/mailbox.js';
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import { CASES, CONFIRM_URL } from '../fixtures/cards/adaptive-cases.js';
import { channelDeps } from '../contract/notifier/fixture.js';
import { findBrowser, launchBrowser } from '../fixtures/browsers/browser.js';

const deps = channelDeps(() => undefined);
const PHONE_WIDTH_PX = 360;
const closers: (() => Promise<unknown>)[] = [];
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailbox-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(folder, { recursive: true });
});

describe('the mailbox', () => {
  test('keeps what the e-mail channel sends, over a restart too', async () => {
    const first = await open();
    await sendCard(first.mailbox, 'pending-stg');
    await first.close();

    const second = await open();
    const list = await fetch(`${second.url}/mailbox`).then((response) => response.text());

    expect(list).toContain('[Koder Access] stg.kds.koder.dev');
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^\d+-[0-9a-f]{8}\.eml$/)]);
  });

  test('shows a mail whole and as it came, and never one that is not there', async () => {
    const { mailbox, url } = await open();
    await sendCard(mailbox, 'pending-nasty-text');
    const id = (await idsOn(`${url}/mailbox`))[0] ?? '';

    const page = await fetch(`${url}/mailbox/${id}`);
    const raw = await fetch(`${url}/mailbox/${id}/raw`);
    const part = await fetch(`${url}/mailbox/${id}/html`);
    const missing = await fetch(`${url}/mailbox/..%2f..%2fetc%2fpasswd`);

    expect(await page.text()).not.toMatch(/<script>alert/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(raw.headers.get('content-type')).toContain('text/plain');
    expect(await raw.text()).toContain('Auto-Submitted: auto-generated');
    expect(part.headers.get('content-security-policy')).toContain('sandbox');
    expect(missing.status).toBe(404);
  });

  test('tells those who watch that a mail came, and lets them go when it stops', async () => {
    const { mailbox, url } = await open();
    const stream = await fetch(`${url}/mailbox/events`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();

    await sendCard(mailbox, 'pending-stg');

    expect(await reader?.read()).toEqual({ done: false, value: 'data: mail\n\n' });
    await mailbox.stop();
    expect((await reader?.read())?.done).toBe(true);
  });

  test('takes any recipient, and no mail beyond its size', async () => {
    const { mailbox } = await open();
    const { createTransport } = await import('nodemailer');
    const client = createTransport({ url: mailbox.smtpUrl, ignoreTLS: true });

    const huge = client.sendMail({ from: 'a@example.org', to: 'b@example.org', text: 'x'.repeat(2 * 1024 * 1024) });

    await expect(huge).rejects.toMatchObject({ responseCode: 552 });
    expect(await readdir(folder)).toEqual([]);
  });
});

const place = await findBrowser();
const inBrowser = place.kind === 'found' ? describe : describe.skip;

inBrowser('in a real browser', () => {
  test('a phone sees the mail arrive by itself, reads it without scrolling sideways, and its one link opens a window', async () => {
    const { mailbox, url } = await open();
    const { page, opened } = await phone(url);
    await page.goto(`${url}/mailbox`);

    await sendCard(mailbox, 'pending-nasty-text');
    await sendCard(mailbox, 'pending-stg');

    await page.getByText('[Koder Access] stg.kds.koder.dev').click();
    const frame = page.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'Access requested' }).waitFor();
    await picture(page, 'mailbox-mail');
    await frame.getByRole('link').click();
    await expect(opened).resolves.toBe(CONFIRM_URL);
    // by boxes: in a frame that runs no scripts nothing can be evaluated
    const boxes = await Promise.all((await frame.locator('td, p, a').all()).map((part) => part.boundingBox()));
    expect(Math.max(...boxes.map((box) => (box?.x ?? 0) + (box?.width ?? 0)))).toBeLessThanOrEqual(PHONE_WIDTH_PX);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});

/** A browser context of 360 x 740, whose windows beyond `url` open nothing but tell where they were to go. */
async function phone(url: string): Promise<{ page: Page; opened: Promise<string> }> {
  if (place.kind === 'none') throw new Error(place.why);
  const browser = await launchBrowser(place);
  closers.push(() => browser.close());
  const context = await browser.newContext({ viewport: { width: PHONE_WIDTH_PX, height: 740 } });
  let tell: (where: string) => void = () => undefined;
  const opened = new Promise<string>((resolve) => (tell = resolve));
  await context.route(
    (where) => !where.href.startsWith(url),
    (route) => {
      tell(route.request().url());
      return route.fulfill({ body: 'elsewhere' });
    },
  );
  return { page: await context.newPage(), opened };
}

/** For the README and for eyes; written only where a folder is named. */
async function picture(page: Page, name: string): Promise<void> {
  const shots = process.env['SCREENSHOTS'];
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

async function open(): Promise<{ mailbox: Mailbox; url: string; close: () => Promise<void> }> {
  const mailbox = await createMailbox({
    folder,
    port: 0,
    clock: systemClock(),
    random: systemRandom(),
    log: deps.log,
  });
  const plane = express();
  plane.use((_request, response, next) => {
    response.set({ 'cross-origin-opener-policy': 'same-origin', 'x-frame-options': 'DENY' }); // as the admin plane does
    next();
  });
  plane.use(mailbox.mount.path, mailbox.mount.app);
  const server = http.createServer(plane).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await mailbox.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  closers.push(close);
  return { mailbox, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, close };
}

async function idsOn(list: string): Promise<readonly string[]> {
  const html = await fetch(list).then((response) => response.text());
  return [...html.matchAll(/href="\/mailbox\/(\d+-[0-9a-f]{8})"/g)].map(([, id = '']) => id);
}

async function sendCard(mailbox: Mailbox, name: string): Promise<void> {
  const environment = { SMTP_URL: mailbox.smtpUrl, MAIL_FROM: 'Koder Gate <gate@koder.dev>' };
  const facts = { publicUrl: deps.publicUrl, isUsed: true, sites: [], producers: [] };
  const { config } = emailEntry.configure(environment, facts);
  const card = CASES[name];
  if (config === null || card === undefined) throw new Error('the test is misconfigured');
  const channel = await emailEntry.load().then(({ open: openChannel }) => openChannel(config, deps));
  const recipient = { kind: 'approver', approver: 'rpm@koder.dev' as ApproverId, address: 'rpm@example.org' } as const;
  const notice = { deliveryId: name, attempt: 1, channel: 'email' as ChannelName, recipient, card };
  expect(await channel.notifier.notify(notice, AbortSignal.timeout(5_000))).toMatchObject({ kind: 'delivered' });
  await channel.stop();
}
