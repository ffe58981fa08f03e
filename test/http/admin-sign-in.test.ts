/** Signing in at the admin plane with a browser: there and back, whom it lets in, and what ends it. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import { ADA, HOST, OPERATOR } from '../fixtures/http/planes.js';
import { openPlanes, planes, reopenPlanes } from '../fixtures/http/one-planes.js';
import { get } from '../fixtures/http/admin-calls.js';
import { adminBrowser, signedInAtAdmin, type AdminBrowser } from '../fixtures/http/admin-browser.js';
import { withApp } from '../fixtures/http/second-factors.js';
import { browser, call, fieldsOf } from '../fixtures/http/visitor-client.js';

const SIGN_OUT = '/session/end';
const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' };

openPlanes();

let operator: AdminBrowser;
beforeEach(async () => {
  operator = adminBrowser(planes, (await withApp(planes, OPERATOR)).person);
});

/** Where the last hop before the admin plane's own page leads: the URL that is good once. */
async function answerFor(person: AdminBrowser, path = '/audit'): Promise<string> {
  const begun = await person.visit(path, NAVIGATION);
  const handed = await person.visit(begun.headers.location ?? '');
  return handed.headers.location ?? '';
}

test('whoever is signed in at the auth host is led there and back to the page they wanted', async () => {
  const begun = await operator.visit('/audit', NAVIGATION);
  const handed = await operator.visit(begun.headers.location ?? '');
  const back = await operator.visit(handed.headers.location ?? '');
  const page = await operator.visit(back.headers.location ?? '');

  expect(begun.headers.location).toMatch(new RegExp(`^${planes.publicUrl}/handoff\\?host=localhost`));
  expect(handed.headers.location).toMatch(new RegExp(`^${planes.adminUrl}/\\.koder-gate/signed-in\\?code=`));
  expect([back.status, back.headers.location, page.status]).toEqual([303, '/audit', 200]);
  expect(page.text).toContain(`>${OPERATOR}</a>`);
});

test('whoever is signed in nowhere signs in first', async () => {
  await reopenPlanes({ secondFactor: 'off' });
  const person = adminBrowser(planes);
  const begun = await person.visit('/', NAVIGATION);
  const asked = await person.visit(begun.headers.location ?? '');
  const link = await planes.identity.signInLinks.make(OPERATOR, 'test');
  const form = await person.get(asked.headers.location ?? '');
  const next = new URL(asked.headers.location ?? '', planes.publicUrl).searchParams.get('next') ?? '';

  const signed = await person.post(new URL(link?.url ?? '').pathname, { next });
  const going = await person.visit(planes.publicUrl + (signed.headers.location ?? ''));
  const page = await person.follow(String(going.headers['refresh']).replace('0; url=', ''));

  expect(asked.headers.location).toMatch(/^\/sign-in\?next=/);
  expect(form.text).toContain('To go on to the admin pages.');
  expect(form.text).not.toContain('only approvers decide');
  expect(page.status).toBe(200);
  expect(page.text).toContain(OPERATOR);
});

test('names of cookies are apart from those of the auth host, and both stay signed in', async () => {
  await operator.follow('/');

  expect([...operator.cookies.keys()].sort()).toEqual(['gate', 'kg-admin']);
  expect((await operator.get('/account')).status).toBe(200);
});

test('under https the cookie is of that host alone', async () => {
  await reopenPlanes({ adminUrl: 'https://gate-admin.example.org' });
  const headers = { host: 'gate-admin.example.org', accept: 'text/html' };

  const begun = await get('/', headers);

  expect(begun.status).toBe(303);
  expect(begun.headers['set-cookie']?.[0]).toMatch(
    /^__Host-kg-s-[0-9a-f]{8}=.*Path=\/; HttpOnly; SameSite=Lax; Secure/,
  );
});

test('by another name of this plane the browser is first led to its own', async () => {
  const { port } = new URL(planes.adminUrl);

  const answer = await operator.visit('/audit?x=1', { host: `127.0.0.1:${port}` });

  expect([answer.status, answer.headers.location]).toEqual([303, `${planes.adminUrl}/audit?x=1`]);
});

test('only a visit is led to sign in: what is called by a script, loaded or asked for as JSON is refused', async () => {
  for (const headers of [
    { accept: 'application/json' },
    { accept: '*/*' },
    { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
    { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    { ...NAVIGATION, 'sec-purpose': 'prefetch' },
  ])
    expect((await operator.visit('/v1/doctor', headers)).status).toBe(401);
  expect(planes.store.query('SELECT * FROM handoffs')).toEqual([]);
});

describe('an answer that is brought', () => {
  test('in another browser signs nobody in, and is still good where it was begun', async () => {
    const url = await answerFor(operator);
    const victim = adminBrowser(planes);

    expect((await victim.visit(url)).status).toBe(403);
    expect(victim.cookies.has('kg-admin')).toBe(false);
    expect((await operator.visit(url)).status).toBe(303);
  });

  test('twice, or for a protected host, is refused', async () => {
    const url = await answerFor(operator);
    await operator.visit(url);

    expect((await operator.visit(url)).status).toBe(403);
    const elsewhere = await operator.visit(`${planes.publicUrl}/handoff?host=${HOST}.evil.example&state=x&challenge=x`);
    expect(elsewhere.status).toBe(404);
  });

  test('by HEAD uses nothing up', async () => {
    const url = await answerFor(operator);

    expect((await call(url, { method: 'HEAD', headers: { cookie: operator.cookieHeader() } })).status).toBe(405);
    expect((await operator.visit(url)).status).toBe(303);
  });
});

describe('who is let in', () => {
  test('whoever is neither operator nor approver reads whom it knows, and can sign out', async () => {
    const eve = 'eve-1' as AccountId;
    const audit = { who: eve, what: 'x', surface: 'page', site: null, address: null, detail: {} } as const;
    const key = { issuer: 'https://i.example', subject: '1' };
    const facts = { provider: 'koder', email: null, isEmailVerified: false, name: 'Eve' };
    await planes.store.ledger.identity.addCredential(
      { ...key, ...facts, to: { kind: 'new', account: eve, name: 'Eve' } },
      audit,
    );
    const signed = await planes.identity.sessions.start({ kind: 'credential', ...key, facts });
    const person = adminBrowser(planes, browser(planes));
    person.cookies.set('gate', signed?.cookieValue ?? '');

    const page = await person.follow('/');

    expect(page.status).toBe(403);
    expect(page.text).toContain('You are signed in as <strong>Eve</strong>');
    const out = await person.send(SIGN_OUT, fieldsOf(page.text, SIGN_OUT));
    expect([out.status, person.cookies.has('kg-admin')]).toEqual([303, false]);
  });

  test('an approver sees what is theirs, and is told of what is not', async () => {
    const ada = await signedInAtAdmin(planes, ADA);

    const page = await ada.visit('/metrics');

    expect(page.status).toBe(403);
    expect(page.text).toContain('Only operators of this gate');
    expect((await ada.visit('/')).text).not.toContain('href="/metrics"');
  });
});

describe('it ends', () => {
  test('with the session that it is of', async () => {
    await operator.follow('/');
    await planes.store.ledger.identity.endSessions(
      { by: 'approver', approver: OPERATOR },
      { who: 'x', what: 'x', surface: 'cli', site: null, address: null, detail: {} },
    );

    expect((await operator.visit('/v1/doctor', { accept: 'application/json' })).status).toBe(401);
    const begun = await operator.visit('/', NAVIGATION);
    expect(begun.headers.location).toMatch(/\/handoff\?/);
  });

  test('by itself, here alone, from its own page alone', async () => {
    const page = await operator.follow('/');
    const fields = fieldsOf(page.text, SIGN_OUT);

    for (const headers of [
      { origin: planes.publicUrl },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    ])
      expect((await operator.send(SIGN_OUT, fields, headers)).status).toBe(403);
    expect((await operator.send(SIGN_OUT, { csrf: '0'.repeat(64) })).status).toBe(403);
    const ended = () => planes.store.query("SELECT who, detail FROM audit WHERE what = 'sessions_ended'");
    expect(ended()).toEqual([]);
    const out = await operator.send(SIGN_OUT, fields);

    expect([out.status, out.headers.location]).toEqual([303, '/session/ended']);
    expect((await operator.visit('/session/ended')).status).toBe(200);
    expect((await operator.get('/account')).status).toBe(200);
    const detail = JSON.stringify({ approver: OPERATOR, count: 1, origin: planes.adminUrl });
    expect(ended()).toEqual([{ who: OPERATOR, detail }]);
  });
});
