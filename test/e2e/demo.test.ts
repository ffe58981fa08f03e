/** The demo as its first user sees it: a visitor and an approver, two browser contexts, one real headless browser. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { SAMPLE_SITES } from '../../demo/sample-sites.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { browser, describeInBrowser } from '../fixtures/browsers/in-browser.js';
import { eventually } from '../fixtures/time/eventually.js';
import { freePorts, removeData, startGate, type GateProcess, type Ports } from '../fixtures/processes/gate-process.js';

const inShell = promisify(execFile);
const byNumber = (one: number, other: number): number => one - other;

describeInBrowser('npm run demo', () => {
  let ports: Ports;
  let dataDir: string;
  let demo: GateProcess;
  let approver: BrowserContext;
  let inbox: Page;

  const start = async (): Promise<GateProcess> => {
    const started = await startGate({ verb: 'demo', sites: '', dataDir, ports });
    await eventually('it has said where everything is', () => /^ready/m.test(started.printed.out));
    return started;
  };
  const siteUrl = (path: string): string => `http://127.0.0.1:${String(ports.demoSite)}${path}`;

  beforeAll(async () => {
    ports = await freePorts();
    dataDir = mkdtempSync(join(tmpdir(), 'gate-demo-'));
    demo = await start();
    approver = await browser.newContext({ viewport: { width: 360, height: 740 } });
    inbox = await approver.newPage();
  }, 60_000);

  afterAll(async () => {
    await demo.stop();
    removeData(dataDir);
  }, 30_000);

  test('prints its addresses and one line that begins with ready', () => {
    const lines = demo.printed.out.split('\n');

    expect(lines.filter((line) => line.startsWith('ready'))).toHaveLength(1);
    expect(demo.printed.out).toContain(siteUrl('/'));
  });

  test('says in order where the visitor goes, where the approver decides, and only then what the operator can do', async () => {
    const { out } = demo.printed;
    const [mailbox, talk] = [`localhost:${String(ports.admin)}/mailbox`, `localhost:${String(ports.public)}/talk\n`];
    const places = [siteUrl('/'), mailbox, 'a link mailed there', talk, 'the operator', '/sign-in/', 'sign-in-link'];
    const signedOut = await fetch(`http://${talk.trim()}`, { headers: { accept: 'text/html' } });

    expect(places.map((place) => out.indexOf(place))).toEqual(
      places.map((place) => out.indexOf(place)).toSorted(byNumber),
    );
    expect(places.filter((place) => !out.includes(place))).toEqual([]);
    expect(await signedOut.text()).toContain('href="/sign-in"');
  });

  test('can be visited as localhost, too', async () => {
    const answer = await fetch(`http://localhost:${String(ports.demoSite)}/`, { headers: { accept: 'text/html' } });

    expect([answer.status, (await answer.text()).includes('No such site')]).toEqual([403, false]);
  });

  test('prints commands that reach it as they stand, whatever its ports and its folder', async () => {
    const hint = /^ +(.*npx gate sign-in-link \S+)$/m.exec(demo.printed.out)?.[1] ?? '';
    const main = join(packageRoot(), 'dist/run/main.js');
    const typed = hint.replace('npx gate', `${process.execPath} ${main}`);
    const { stdout } = await inShell('sh', ['-c', typed], { env: { PATH: process.env['PATH'] ?? '' }, cwd: tmpdir() });

    expect(hint).toContain(`DATA_DIR=${dataDir} `);
    expect(stdout).toContain(`http://localhost:${String(ports.public)}/sign-in/`);
  });

  test('a visitor waits, the approver taps, and the page opens what was first asked for by itself', async () => {
    // of an approver's links only the newest is good, and another was made since the demo printed one
    const { out } = await demo.cli('sign-in-link', 'ada@example.org');
    await inbox.goto(`${/http:\S+\/sign-in\/\S+/.exec(out)?.[0] ?? ''}?next=/talk`);
    await inbox.getByRole('button').first().click();
    await inbox.waitForURL('**/talk');
    const visitor = await (await browser.newContext()).newPage();

    const blocked = await visitor.goto(siteUrl('/pricing?draft=2'));
    expect(blocked?.status()).toBe(403);
    expect(await visitor.textContent('body')).toContain('Access pending');
    const approve = inbox.getByRole('button', { name: /approve/i });
    await approve.waitFor();
    expect(await inbox.textContent('body')).toContain('/pricing?draft=2');
    expect((await approve.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    const confirm = await confirmLinkInTheMailbox();
    await approve.click();
    await visitor.getByRole('heading', { name: 'Pricing' }).waitFor({ timeout: 5_000 });

    expect(new URL(visitor.url()).pathname + new URL(visitor.url()).search).toBe('/pricing?draft=2');
    await inbox.getByText('Approved by ada@example.org over Talk').waitFor();
    const page = await approver.newPage();
    await page.goto(confirm);
    expect(await page.textContent('body')).toContain('ada@example.org');
    expect(await page.getByRole('button', { name: /approve/i }).count()).toBe(0);
  }, 60_000);

  test('stopped and started again, it has the state it had and says how to revoke', async () => {
    expect(await demo.stop()).toBe(0);
    expect(demo.printed.out).toMatch(/\nStopping \(SIGTERM\).*\nStopped\.\n$/);
    demo = await start();

    expect(demo.printed.out).toMatch(/127\.0\.0\.1 may visit 127\.0\.0\.1 until .*npx gate revoke 1/);
    expect((await fetch(siteUrl('/'))).status).toBe(200);
    expect((await demo.cli('revoke', '1')).code).toBe(0);
    expect((await fetch(siteUrl('/'))).status).toBe(403);
  }, 60_000);

  test('whoever chooses Koder ID is who they say there, and may sign out there, too', async () => {
    const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
    await page.goto(`http://localhost:${String(ports.public)}/sign-in?next=/account`);

    await page.getByRole('button', { name: 'Sign in with Koder ID' }).click();
    await page.getByRole('button', { name: 'Vera' }).click();
    await page.waitForURL('**/account');

    expect(await page.getByTitle('Your account').textContent()).toBe('Vera');
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('link', { name: 'Sign out at Koder ID, too' }).click();
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await page.getByText('Koder ID has sent you back').waitFor();
    expect(demo.printed.err).toBe('');
  }, 60_000);

  test('the approver is known by Koder ID from the first time on, also after a restart', async () => {
    for (const time of ['first', 'second']) {
      await demo.stop();
      demo = await start();
      const page = await (await browser.newContext()).newPage();
      await page.goto(`http://localhost:${String(ports.public)}/sign-in?next=/account`);

      await page.getByRole('button', { name: 'Sign in with Koder ID' }).click();
      await page.getByRole('button', { name: 'Ada' }).click();
      await page.waitForURL('**/account');

      expect([time, await page.getByTitle('Your account').textContent()]).toEqual([time, 'ada@example.org']);
    }
  }, 60_000);

  test('reloads over several windows leave one request', async () => {
    await demo.stop();
    removeData(dataDir);
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'sites.toml'), SAMPLE_SITES.replace('window_sec = 20', 'window_sec = 1'));
    demo = await start();
    const untilMs = Date.now() + 3_500;
    const visitor = await (await browser.newContext()).newPage();

    let reloads = 0;
    for (; reloads < 10 || Date.now() < untilMs; reloads += 1) {
      await visitor.goto(siteUrl('/about'));
      expect(await visitor.textContent('body')).toContain('Access pending');
    }

    await visitor.close();
    expect(JSON.parse((await demo.cli('pending', '--json')).out)).toHaveLength(1);
  }, 60_000);

  test('a denied visitor is told so, and a tap of the card says who', async () => {
    await demo.stop();
    removeData(dataDir);
    demo = await start();
    // of an approver's links only the newest is good, and another was made since the demo printed one
    const { out } = await demo.cli('sign-in-link', 'ada@example.org');
    await inbox.goto(`${/http:\S+\/sign-in\/\S+/.exec(out)?.[0] ?? ''}?next=/talk`);
    await inbox.getByRole('button').first().click();
    await inbox.waitForURL('**/talk');
    const visitor = await (await browser.newContext()).newPage();
    await visitor.goto(siteUrl('/about'));

    await inbox.getByRole('button', { name: 'Deny', exact: true }).click();
    await inbox.getByRole('button', { name: 'Deny access' }).click();

    await visitor
      .getByText(/denied|refused/i)
      .first()
      .waitFor({ timeout: 5_000 });
    await inbox.getByText('Denied by ada@example.org over Talk').waitFor();
    expect((await fetch(siteUrl('/about'))).status).toBe(403);
  }, 60_000);

  async function confirmLinkInTheMailbox(): Promise<string> {
    const mailbox = await (await browser.newContext()).newPage();
    await mailbox.goto(`http://localhost:${String(ports.admin)}/mailbox`);
    await mailbox.getByText('[Koder Access] 127.0.0.1').first().click();
    const link = mailbox
      .locator('body')
      .getByText(/\/req\/[0-9a-f]{32}/)
      .first();
    const confirm = /http:\S+\/req\/[0-9a-f]{32}/.exec((await link.textContent()) ?? '')?.[0];
    if (confirm === undefined) throw new Error('the mail has no confirm link');
    return confirm;
  }
});
