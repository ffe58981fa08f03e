// Takes the README's pictures from the demo itself: node scripts/screenshots.js (a fresh data folder, free ports).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const PHONE = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 2, timezoneId: 'America/Sao_Paulo' };
const [open, gate, admin, site] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
const ports = { PUBLIC_PORT: open, GATE_PORT: gate, ADMIN_PORT: admin, DEMO_SITE_PORT: site };
const dataDir = mkdtempSync(join(tmpdir(), 'gate-pictures-'));
const demo = spawn(process.execPath, ['dist/run/main.js', 'demo'], {
  env: { ...process.env, ...ports, DATA_DIR: dataDir },
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  await picture(await printed(/http:\S+\/sign-in\/\S+/));
} finally {
  await browser.close();
  demo.kill('SIGTERM');
  rmSync(dataDir, { recursive: true, force: true });
}

async function picture(link) {
  const approver = await browser.newContext(PHONE);
  const inbox = await approver.newPage();
  await inbox.goto(`${link.split('?')[0]}?next=/talk`);
  await inbox.getByRole('button').first().click();
  await inbox.waitForURL('**/talk');
  const visitor = await (await browser.newContext(PHONE)).newPage();
  await visitor.goto(`http://127.0.0.1:${site}/pricing`);
  await inbox.getByRole('button', { name: /approve/i }).waitFor();
  await shoot(visitor, 'pending');
  await shoot(inbox, 'card');
  const mailbox = await (await browser.newContext({ ...PHONE, viewport: { width: 640, height: 640 } })).newPage();
  await mailbox.goto(`http://localhost:${admin}/mailbox`);
  await mailbox.getByText('[Koder Access] 127.0.0.1').click();
  const mail = mailbox.frameLocator('iframe');
  await mail.getByRole('heading', { name: 'Access requested' }).waitFor();
  await shoot(mailbox, 'mail');
  const confirm = await approver.newPage();
  await confirm.goto(await mail.getByRole('link').getAttribute('href'));
  await shoot(confirm, 'confirm');
  await shoot(await consolePage(await approver.storageState()), 'console');
}

/** The approver of the demo is its operator, too. */
async function consolePage(storageState) {
  const context = await browser.newContext({
    ...PHONE,
    viewport: { width: 1200, height: 720 },
    deviceScaleFactor: 1,
    storageState,
  });
  const page = await context.newPage();
  await page.goto(`http://localhost:${admin}/`);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return String(port);
}

function shoot(page, name) {
  return page.screenshot({ path: `docs/images/${name}.png` });
}

function printed(pattern) {
  return new Promise((resolve, reject) => {
    let text = '';
    demo.stdout.on('data', (chunk) => {
      text += chunk;
      const found = pattern.exec(text);
      if (found !== null && text.includes('\nready')) resolve(found[0]);
    });
    demo.on('exit', (code) => reject(new Error(`the demo ended with ${code}`)));
  });
}
