/**
 * An operator on a phone, in a real browser without scripts: why a mail failed, the provider's secret mended and tried, the mail sent again,
 * the rest deleted, all of it in the audit. And an address to which no mail goes, from outside.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import type { BrowserContext, Page } from 'playwright-core';
import { startFakeSmtp, type FakeSmtp } from '../fakes/smtp.js';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { signedInAtAdmin } from '../fixtures/http/admin-browser.js';
import { OPERATOR } from '../fixtures/http/planes.js';
import { browser as visitor } from '../fixtures/http/visitor-client.js';
import type { GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { withDeps } from '../fixtures/processes/with-deps.js';
import { ADA, BOB, JET_TOKEN, SITES } from '../fixtures/sites/sites.js';
import { eventually } from '../fixtures/time/eventually.js';

const BY = { operator: 'grace' };
const ALERTS = 'alerts@example.org';
const SUBJECT = 'The build is red';
const RELAY = '/mail/providers/relay';
const PHONE = { width: 390, height: 844 };

describeInBrowser('a gate with two mail providers', () => {
  let relay: FakeSmtp;
  let fixture: Fixture;
  let gate: GateProcess;
  let adminUrl: string;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    relay = await startFakeSmtp();
    fixture = await openFixture('sqlite', {
      processes: 0,
      sites: `operators = ["${OPERATOR}"]\n${SITES}mail = true\n`,
    });
    gate = await fixture.startWith(withDeps({ courierLimits: { giveUpEveryMs: 200 } }));
    adminUrl = `http://localhost:${String(gate.ports.admin)}`;
    const server = { host: '127.0.0.1', port: relay.port, user: relay.user };
    await tell('/api/mail/providers', { name: 'relay', kind: 'smtp', ...server });
    await tell('/api/mail/secrets', { provider: 'relay', purpose: 'smtp.password', secret: 'a-wrong-one' });
    await tell('/api/mail/mailboxes', { address: ALERTS, provider: 'relay', producers: ['jet'] });
    await signIn();
  }, 60_000);

  afterAll(async () => {
    await context.close();
    await fixture.close();
    await relay.close();
  }, 30_000);

  async function tell(path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    expect((await gate.admin(path, { ...BY, ...body })).status).toBeLessThan(300);
  }

  async function order(to: string): Promise<void> {
    const answer = await fetch(`${gate.publicUrl}/api/v1/mails`, {
      method: 'POST',
      headers: { authorization: `Bearer ${JET_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ to: [to], subject: SUBJECT, text: 'See the log.', mailbox: ALERTS, idempotency_key: `build-42-${to}` },
      }),
    });
    expect([answer.status, await answer.text()]).toEqual([202, expect.any(String)]);
  }

  async function listed(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const [rows] = Object.values((await gate.admin(path)).json as Record<string, unknown>);
    return rows as readonly Readonly<Record<string, unknown>>[];
  }

  /** As if the day were over in which they could have been sent. */
  function dayIsOver(): void {
    const file = new Database(join(gate.dataDir, 'gate.sqlite'));
    const atMs = String(Date.now() - 1_000);
    file.exec(`UPDATE deliveries SET expires_at = ${atMs}, due_at = ${atMs} WHERE sealed_payload IS NOT NULL`);
    file.close();
  }

  async function signIn(): Promise<void> {
    const made = async (approver: string) =>
      (await gate.admin('/v1/sign-in-links', { ...BY, approver })).json as { readonly url: string };
    const { cookies } = await signedInAtAdmin(
      {
        ...{ publicUrl: gate.publicUrl, adminUrl, nowMs: Date.now, advance: () => undefined },
        identity: { signInLinks: { make: made } },
      },
      OPERATOR,
    );
    context = await browser.newContext({ viewport: PHONE, javaScriptEnabled: false });
    await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: adminUrl })));
    page = await context.newPage();
  }

  /** What the page says; it is never moved sideways. */
  async function said(): Promise<string> {
    const beyond = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect([page.url(), beyond]).toEqual([page.url(), 0]);
    return page.locator('main').innerText();
  }

  async function follow(name: string | RegExp): Promise<string> {
    await page.locator('main').getByRole('link', { name, exact: true }).first().click();
    return said();
  }

  async function press(name: string): Promise<string> {
    await page.locator('main').getByRole('button', { name, exact: true }).first().click();
    return said();
  }

  /** By the list of pages, which is behind a button. */
  async function turnTo(name: string): Promise<string> {
    await page.getByRole('button', { name: 'Pages' }).click();
    await page.locator('nav').getByRole('link', { name, exact: true }).click();
    return said();
  }

  test('a failed mail is found, its provider mended, and it arrives; the rest goes, and the audit tells', async () => {
    await order(ADA);
    await eventually('the provider refuses us', async () =>
      (await listed('/api/deliveries')).some(({ lastReason }) => lastReason === 'smtp_535'),
    );
    await order(BOB);
    dayIsOver();
    await eventually('both have failed', async () => (await listed('/api/failures')).length === 2);

    await page.goto(adminUrl);
    expect(await said()).toContain('failed or bounced within a day');
    expect(await follow('2 deliveries')).toContain(BOB);
    await page.getByLabel('Recipient').fill('ada');
    await press('Show');
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.locator('tbody a').first().click();
    expect(await said()).toMatch(/smtp_535[^]*ada@example\.org/);
    expect(await follow('Its delivery, with every attempt')).toMatch(/paused smtp_535[^]*by relay, from alerts@/);

    expect(await page.locator('main').getByRole('link', { name: 'relay', exact: true }).getAttribute('href')).toBe(
      RELAY,
    );
    expect(await turnTo('Mail')).toMatch(/refuses us[^]*smtp_535/);
    await follow('relay');
    await page.getByLabel('Password').fill(relay.password);
    await press('Put it');
    await follow('To the provider, to try it');
    await page.getByLabel('Send a mail to').fill(ADA);
    expect(await press('Try it')).toMatch(/It works[^]*What waited because it refused us is sent now/);

    await follow('To the failures');
    await page.locator('tr', { hasText: ADA }).locator('a').first().click();
    expect(await press('Send it again')).toContain('A new delivery is in its place');
    await eventually('it arrives', () => relay.mails().length === 2);
    expect(relay.mails().map(({ to, subject }) => [to, subject])).toEqual([
      [[ADA], 'A test mail of Koder Gate'],
      [[ADA], SUBJECT],
    ]);
    await page.locator('main p a').first().click();
    await eventually('the queue tells', async () => {
      await page.reload();
      return (await page.locator('.badge').first().innerText()) === 'sent';
    });

    await turnTo('Queue');
    await page.getByLabel('State').selectOption('failed');
    await press('Show');
    expect(await follow('Delete what has ended of these…')).toContain('2 deliveries');
    expect(await press('Delete 2 deliveries')).toContain('2 deliveries are gone');
    await follow('To the queue');
    expect(await listed('/api/deliveries?state=failed')).toEqual([]);
    expect(await turnTo('Failures')).toContain(BOB);

    const audit = await turnTo('Audit');
    for (const what of ['mail secret put', 'mail tested', 'delivery redriven', 'deliveries purged']) {
      const row = page.locator('tr', { hasText: what }).first();
      expect([what, await row.innerText()]).toEqual([what, expect.stringContaining(OPERATOR)]);
    }
    expect(audit).not.toContain(relay.password);
  }, 60_000);

  test('to whom no mail goes reads the same as everybody on the sign-in page, and the doctor says how to lift it', async () => {
    const told = async (address: string) => {
      const person = visitor(gate);
      const { status, headers } = await person.post('/sign-in', { address });
      return [status, headers.location, (await person.get('/sign-in/asked')).text];
    };
    const arrived = (to: string) => eventually(`a mail to ${to}`, () => ours().some((mail) => mail.to.includes(to)));
    const ours = () => fixture.peers.smtp.mails();
    await tell('/api/suppressions', { address: BOB });

    expect(await told(BOB)).toEqual(await told(ADA));
    await arrived(ADA);
    await eventually('it is known why', async () =>
      (await listed('/api/failures?recipient=bob')).some(({ reason }) => reason === 'suppressed'),
    );
    const doctor = await gate.cli('doctor');
    expect(doctor.out + doctor.err).toMatch(/no mail goes to bob@example\.org[^]*gate suppressions lift <address>/);

    expect((await gate.cli('suppressions', 'lift', BOB)).code).toBe(0);
    await told(BOB);
    await arrived(BOB);
    expect(ours().filter(({ to }) => to.includes(BOB))).toHaveLength(1);
  }, 60_000);
});
