/** Mail records in a real browser without scripts: the secret is mended, the provider tried, a real mail arrives; at a phone's width, too. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { mailProbe } from '../../bots/email/probe.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import { createMailRecords } from '../../src/mail/records/mail-records.js';
import { startFakeSmtp, type FakeSmtp } from '../fakes/smtp.js';
import { findBrowser, launchBrowser } from '../fixtures/browsers/browser.js';
import { signedInAtAdmin } from '../fixtures/http/admin-browser.js';
import { MAIL_RING, operatorsMail } from '../fixtures/http/mail-records.js';
import { OPERATOR, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

const WIDTHS = [390, 768, 1_600];
const EVA = { who: 'operator:eva', surface: 'cli' } as const;
const clock = systemClock();
const log = keptLog();

let real: Browser;
let planes: Planes;
let smtp: FakeSmtp;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const place = await findBrowser();
  if (place.kind === 'none') throw new Error(place.why);
  real = await launchBrowser(place);
}, 60_000);
afterAll(() => real.close());
beforeEach(async () => {
  smtp = await startFakeSmtp();
  planes = await startPlanes({
    mail: {
      probe: {
        test(of, signal) {
          const { ledger } = planes.store;
          const records = createMailRecords({ ledger, ring: MAIL_RING, sources: () => [], clock, log });
          return mailProbe({ records, ownName: 'gate.test', clock, random: systemRandom(), log }).test(of, signal);
        },
      },
    },
  });
  const mail = operatorsMail(planes.store.ledger, () => ({ sites: [], siteOf: () => undefined, producers: new Map() }));
  const relay = { name: 'relay', kind: 'smtp', host: '127.0.0.1', port: smtp.port, user: smtp.user };
  await mail.addProvider(relay, EVA);
  await mail.putSecret({ provider: 'relay', purpose: 'smtp.password', secret: 'a-wrong-one' }, EVA);
  const long = `${'a-long-name-'.repeat(5)}@mail.example.org`;
  for (const address of ['gate@example.org', long]) await mail.addMailbox({ address, provider: 'relay' }, EVA);
  const { cookies } = await signedInAtAdmin(planes, OPERATOR);
  context = await real.newContext({ javaScriptEnabled: false });
  await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: planes.adminUrl })));
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  await planes.stop();
  await smtp.close();
});

/** The page itself is never moved sideways: a wide table is, within its frame. */
async function expectToFit(): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const beyond = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect([width, beyond]).toEqual([width, 0]);
  }
}

async function tryWith(to: string): Promise<string> {
  await page.getByLabel('Send a mail to').fill(to);
  await page.getByRole('button', { name: 'Try it' }).click();
  await expectToFit();
  return page.locator('main').innerText();
}

test('an operator reads why no mail goes out, puts the right secret, and sees a real mail arrive', async () => {
  await smtp.behave('bad_credentials');
  await page.goto(`${planes.adminUrl}/mail`);
  await expectToFit();
  await page.getByRole('link', { name: 'relay', exact: true }).click();
  await expectToFit();
  expect(await tryWith('ada@example.org')).toMatch(/It does not work[^]*smtp_535/);

  await smtp.behave('normal');
  await page.getByRole('link', { name: 'Back' }).click();
  await page.getByLabel('Password').fill(smtp.password);
  await page.getByRole('button', { name: 'Put it' }).first().click();
  await expectToFit();
  await page.getByRole('link', { name: 'To the provider, to try it' }).click();
  expect(await page.content()).not.toContain(smtp.password);

  expect(await tryWith('ada@example.org')).toMatch(/It works[^]*the server took the mail/);
  expect(smtp.mails()).toMatchObject([{ to: ['ada@example.org'], subject: 'A test mail of Koder Gate' }]);
});

test('on a phone all fields of a form stand below each other, and links on a line of their own are not indented', async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${planes.adminUrl}/mail/new/smtp`);
  await page.getByText('More', { exact: true }).click();

  const narrow = await page.evaluate<readonly string[]>(`(() => {
    const { width } = document.querySelector('form.roomy').getBoundingClientRect();
    const fields = [...document.querySelectorAll('form.roomy .field')];
    return fields.filter((field) => field.getBoundingClientRect().width < width - 1).map(({ name }) => name);
  })()`);
  await page.goto(`${planes.adminUrl}/mail`);
  const [first, second] = await page.locator('.aside').first().locator('a').all();

  expect(narrow).toEqual([]);
  expect((await second?.boundingBox())?.x).toBe((await first?.boundingBox())?.x);
});
