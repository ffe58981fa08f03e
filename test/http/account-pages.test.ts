/** Accounts on the admin plane in a browser: who resets whom, and by what proof. */
import { beforeEach, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import type { AccountId } from '../../src/approval/brand.js';
import { MAX_RESETS_OF_AN_OPERATOR } from '../../src/identity/accounts/form-limits.js';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { ADA, BOB, OPERATOR } from '../fixtures/http/planes.js';
import { BEARER, get } from '../fixtures/http/admin-calls.js';
import { adminBrowser, signedInAtAdmin, type AdminBrowser } from '../fixtures/http/admin-browser.js';
import { withApp } from '../fixtures/http/second-factors.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { browser, call, fieldsOf, signedInBrowser, textOf } from '../fixtures/http/visitor-client.js';

const APP = '/account/authenticator';
const RESET = '/accounts/reset';

openPlanes(() => ({ byMail: true }));

let operator: AdminBrowser;
beforeEach(async () => {
  const person = await signedInBrowser(planes, OPERATOR);
  const begun = await person.post(`${APP}/begin`, fieldsOf((await person.get(APP)).text, `${APP}/begin`));
  const secret = Secret.fromBase32(/secret=([A-Z2-7]{32})/.exec(begun.text)?.[1] ?? '');
  const fields = fieldsOf((await person.get(APP)).text, `${APP}/confirm`);
  await person.post(`${APP}/confirm`, {
    ...fields,
    number: new TOTP({ secret }).generate({ timestamp: planes.nowMs() }),
  });
  operator = adminBrowser(planes, person);
  expect((await operator.follow('/accounts')).status).toBe(200);
});

const pageOf = (account: string) => operator.visit(`/accounts/show?account=${encodeURIComponent(account)}`);

function resets(): number {
  return planes.store.query("SELECT id FROM audit WHERE what = 'factors_reset'").length;
}

test('an operator who has just given a second factor resets another person, under their own name', async () => {
  const ada = await signedInBrowser(planes, ADA);

  const done = await operator.send(RESET, fieldsOf((await pageOf(ADA)).text, RESET));
  const path = /\/sign-in\/[0-9a-f]{64}/.exec(done.text)?.[0] ?? '';

  expect(done.status).toBe(200);
  expect((await ada.get('/')).status).toBe(401);
  expect((await browser(planes).post(path, {})).status).toBe(303);
  expect(planes.mails.map(({ to }) => to)).toEqual([ADA]);
  expect(planes.store.query("SELECT who, surface FROM audit WHERE what = 'factors_reset'")).toEqual([
    { who: `operator:${OPERATOR}`, surface: 'admin_page' },
  ]);
});

test('an operator sees which factors somebody has and where they are signed in, and nobody else’s sessions', async () => {
  await withApp(planes, ADA);
  await planes.identity.sessions.start(
    { kind: 'sign_in_link', hash: sha256Hex((await planes.identity.signInLinks.make(ADA, 'test'))?.secret ?? '') },
    { address: '203.0.113.77', browser: 'Firefox on Linux' },
  );

  const [ada, bob] = [textOf((await pageOf(ADA)).text), textOf((await pageOf(BOB)).text)];

  expect(ada).toMatch(/Factors\s*an authenticator app, 10 recovery codes/);
  expect(ada).toMatch(/Firefox on Linux\s*203\.0\.113\.77\s*\d[^]{16}UTC\s*an operator’s link/);
  expect(ada).toContain('a first factor and an authenticator app');
  expect(bob).toMatch(/Factors\s*none set up/);
  expect(bob).toContain('Signed in nowhere.');
  expect(bob).not.toContain('203.0.113.77');
});

test('nobody resets themselves, neither by a form nor without one', async () => {
  const page = await pageOf(OPERATOR);
  const { csrf = '' } = fieldsOf((await pageOf(ADA)).text, RESET);

  expect(page.text).toContain('Nobody resets themselves');
  expect((await operator.send(RESET, { csrf, account: OPERATOR })).status).toBe(403);
  expect(resets()).toBe(0);
});

test('a proof is of use for five minutes', async () => {
  const fields = fieldsOf((await pageOf(ADA)).text, RESET);
  planes.advance(301_000);

  expect((await operator.send(RESET, fields)).status).toBe(403);
  expect(resets()).toBe(0);
});

test('an operator resets so many in an hour, and then nobody', async () => {
  const fields = fieldsOf((await pageOf(ADA)).text, RESET);
  const by = { account: OPERATOR, network: '198.51.100.0/24' };
  for (let taken = 0; taken < MAX_RESETS_OF_AN_OPERATOR; taken += 1) await planes.identity.formLimits.resets.take(by);

  expect((await operator.send(RESET, fields)).status).toBe(429);
  expect(resets()).toBe(0);
});

test('a form is of this page, of this session and of one account', async () => {
  const fields = fieldsOf((await pageOf(ADA)).text, RESET);
  const approver = await signedInAtAdmin(planes, ADA);

  for (const headers of [{ origin: planes.publicUrl }, { 'sec-fetch-site': 'cross-site' }])
    expect((await operator.send(RESET, fields, headers)).status).toBe(403);
  expect((await operator.send(RESET, { ...fields, account: 'bob@example.org' })).status).toBe(403);
  expect((await approver.send(RESET, fields)).status).toBe(403);
  expect((await approver.visit('/accounts')).status).toBe(403);
  expect((await call(planes.adminUrl + RESET, { method: 'POST', headers: BEARER })).status).toBe(403);
  expect((await get('/accounts')).status).toBe(200);
  expect(resets()).toBe(0);
});

test('the audit says who was reset, and over what', async () => {
  await operator.send(RESET, fieldsOf((await pageOf(ADA)).text, RESET));

  const row = /<tr>(?:(?!<tr>)[^])*factors reset[^]*?<\/tr>/.exec((await operator.visit('/audit')).text)?.[0] ?? '';

  expect(row).toMatch(new RegExp(`${OPERATOR}<[^]*factors reset<[^]*${ADA}<[^]*the admin pages<`));
});

test('whoever has to prove again comes back to the page of that account, and to no other origin', async () => {
  planes.advance(301_000);
  const link =
    /href="([^"]*\/sign-in\/again[^"]*)"/.exec((await pageOf(ADA)).text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const asked = await operator.visit(link);
  const kept = operator.cookies.get('gate-next') ?? '';
  const back = await operator.visit(planes.publicUrl + decodeURIComponent(kept));

  expect(link).toContain(planes.publicUrl);
  expect(asked.text).toContain('Prove that it is you');
  expect(asked.text).toContain('name="number"');
  expect(asked.text).not.toContain('name="code"');
  const place = (path: string): string => `href="${planes.adminUrl}${path}"`;
  expect(back.text).toContain(place(`/accounts/show?${new URLSearchParams({ account: ADA }).toString()}`));
  for (const at of ['https://evil.example/', '//evil.example', '/\\evil.example', '@evil.example', '/.koder-gate//x'])
    expect((await operator.get(`/sign-in/admin?${new URLSearchParams({ at }).toString()}`)).text).toContain(place('/'));
});

test('the account page of an operator leads to these pages, and of nobody else', async () => {
  const ada = await signedInBrowser(planes, ADA);

  expect((await operator.get('/account')).text).toContain(`href="${planes.adminUrl}/"`);
  expect((await ada.get('/account')).text).not.toContain(planes.adminUrl);
});

test('an app is opened on the phone itself; removed, it takes the codes with it, and the page says so', async () => {
  const { person } = await withApp(planes, ADA);
  const shown = await person.get(APP);
  const removed = await person.post(`${APP}/remove`, fieldsOf(shown.text, `${APP}/remove`));
  const codes = await person.get('/account/recovery-codes');
  const begun = await person.post(`${APP}/begin`, fieldsOf((await person.get(APP)).text, `${APP}/begin`));

  expect(shown.text).toMatch(/<details class="danger">\s*<summary>Remove it</);
  expect(removed.text).toContain('recovery codes that you had are gone');
  expect(await planes.identity.secondFactor.of(ADA as string as AccountId)).toMatchObject({ recoveryCodes: 0 });
  expect(codes.text).toContain('Set one up first');
  expect(codes.text).not.toContain('<form method="post" action="/account/recovery-codes"');
  expect(begun.text).toMatch(/href="otpauth:\/\/totp\/[^"]*secret=[A-Z2-7]{32}/);
  expect(begun.text.match(/<span class="group">[A-Z2-7]{4}<\/span>/g)).toHaveLength(8);
});

test('a number that is wrong leaves the field in focus, and the way out is there', async () => {
  const ada = await signedInBrowser(planes, ADA);
  await ada.post(`${APP}/begin`, fieldsOf((await ada.get(APP)).text, `${APP}/begin`));

  const wrong = await ada.post(`${APP}/confirm`, {
    ...fieldsOf((await ada.get(APP)).text, `${APP}/confirm`),
    number: '000000',
  });

  expect(wrong.status).toBe(422);
  expect(wrong.text).toMatch(/id="number"[^>]*autofocus/);
  expect(wrong.text).toContain('>Cancel</a>');
});
