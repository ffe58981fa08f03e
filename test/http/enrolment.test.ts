/** An enrolment link: what a reset by `gate account reset-factors` takes, how its link is used, and where it leads. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import type { AccountId } from '../../src/approval/brand.js';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { ADA, BOB } from '../fixtures/http/planes.js';
import { openPlanes, planes, reopenPlanes } from '../fixtures/http/one-planes.js';
import { post } from '../fixtures/http/admin-calls.js';
import { browser, signedInBrowser, textOf, type Browser } from '../fixtures/http/visitor-client.js';

openPlanes(() => ({ byMail: true }));

const LINK = z.object({ url: z.url(), expiresAt: z.iso.datetime(), mailedTo: z.string().nullable() });

async function reset(account: string = ADA) {
  const answer = await post('/v1/accounts/reset-factors', { account, operator: 'root' });
  expect(answer.status).toBe(200);
  const link = LINK.parse(JSON.parse(answer.text));
  return { ...link, path: new URL(link.url).pathname };
}

async function used(path: string): Promise<Browser> {
  const person = browser(planes);
  const answer = await person.post(path, {});
  expect(answer.status).toBe(303);
  return person;
}

test.each(['offered', 'required'] as const)(
  'where a second factor is %s, the link leads to setting one up',
  async (secondFactor) => {
    await reopenPlanes({ byMail: true, secondFactor });
    const { path } = await reset();

    const person = await used(path);

    expect((await person.get('/')).status).not.toBe(200);
    expect((await person.get('/sign-in/factor')).text).toContain('Set up a second factor');
    expect((await person.get('/account/authenticator')).status).toBe(200);
  },
);

test('where it is off, the link signs in', async () => {
  await reopenPlanes({ byMail: true, secondFactor: 'off' });

  expect((await (await used((await reset()).path)).get('/')).status).toBe(200);
});

test('it lives for a day, is used once, and looking spends nothing', async () => {
  const { path, expiresAt } = await reset();
  expect(Date.parse(expiresAt) - planes.nowMs()).toBeGreaterThan(86_390_000);
  expect((await browser(planes).get(path)).text).toContain(`Sign in as ${ADA}`);

  await used(path);

  expect((await browser(planes).post(path, {})).status).toBe(404);
  expect((await browser(planes).get(path)).status).toBe(404);
});

test('one that is opened when its day is over says so, and what to do; by nobody is it taken for a mistyped one', async () => {
  const secret = systemRandom().hex(32);
  const over = { account: ADA as string as AccountId, hash: sha256Hex(secret), ttlSeconds: -1, notice: null };
  const audit = { who: 'operator:root', what: 'factors_reset', surface: 'cli', site: null, address: null, detail: {} };
  await planes.store.ledger.identity.resetAccount(over, audit);
  const path = `/sign-in/${secret}`;

  const [looked, pressed] = [await browser(planes).get(path), await browser(planes).post(path, {})];
  const unknown = await browser(planes).get(`/sign-in/${'0'.repeat(64)}`);

  for (const { status, text } of [looked, pressed]) {
    expect(status).toBe(404);
    expect(textOf(text)).toMatch(/24 hours, and these are over.*gate account reset-factors.*mailed link/);
  }
  expect(textOf(unknown.text)).not.toContain('24 hours, and');
});

test('a reset ends every session, the link mailed before it, and what is asked for by mail meanwhile', async () => {
  const ada = await signedInBrowser(planes);
  const bob = await signedInBrowser(planes, BOB);

  const { path } = await reset();

  expect((await ada.get('/')).status).toBe(401);
  expect((await bob.get('/')).status).toBe(200);
  const link = await planes.identity.signInLinks.make(ADA, 'root');
  expect((await browser(planes).post(path, {})).status).toBe(404);
  expect((await browser(planes).post(new URL(link?.url ?? '').pathname, {})).status).toBe(303);
});

test('the person is told, by whom and without the link', async () => {
  const { path, mailedTo } = await reset();

  const [mail] = planes.mails;
  expect(mailedTo).toBe(ADA);
  expect(mail?.to).toBe(ADA);
  expect(mail?.subject).toContain('was reset');
  expect(mail?.text).toContain('operator:root');
  expect(mail?.text).not.toContain(path.slice(-64));
});

test('it stands in the audit trail, and its secret nowhere', async () => {
  const { path } = await reset();

  expect(planes.store.query("SELECT who, surface, detail FROM audit WHERE what = 'factors_reset'")).toEqual([
    {
      who: 'operator:root',
      surface: 'cli',
      detail: JSON.stringify({ approver: ADA, before: 'none', after: 'none' }),
    },
  ]);
  expect(planes.store.snapshot()).not.toContain(path.slice(-64));
});

test('whom nobody knows is nobody to reset, and without the bearer nobody resets', async () => {
  const before = planes.store.snapshot();

  expect((await post('/v1/accounts/reset-factors', { account: 'nobody', operator: 'root' })).status).toBe(404);
  expect((await post('/v1/accounts/reset-factors', { account: ADA, operator: 'root' }, {})).status).toBe(401);
  expect(planes.store.snapshot()).toBe(before);
});
