/** What an attacker tries with a handoff, from outside: with what they can begin themselves, and with what they see of another's. */
import { expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import { stateOf, HOST } from '../fixtures/gate/running-gate.js';
import { ADA } from '../fixtures/http/planes.js';
import { call, signedInBrowser, type Browser } from '../fixtures/http/visitor-client.js';
import {
  begin,
  continueAs,
  gate,
  newJar,
  openAtSite,
  openRelyingSite,
  ORIGIN,
  OTHER_HOST,
  planes,
  signedInAtSite,
  whoIs,
  type Jar,
} from '../fixtures/identity/relying-site.js';

openRelyingSite();

const RACERS = 20;
const MAX_AN_HOUR = 600;

async function withCode(jar: Jar): Promise<{ readonly back: string; readonly browser: Browser }> {
  const browser = await signedInBrowser(planes);
  return { back: await continueAs(browser, await begin(jar)), browser };
}

function changed(path: string, change: Readonly<Record<string, string | null>>): string {
  const url = new URL(path, ORIGIN);
  for (const [name, value] of Object.entries(change))
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  return url.pathname + url.search;
}

const queryOf = (path: string, name: string): string => new URL(path, ORIGIN).searchParams.get(name) ?? '';

test('an attacker’s answer that is opened in a victim’s browser signs nobody in, and stays the attacker’s', async () => {
  const [attacker, victim] = [newJar(), newJar()];
  const { back } = await withCode(attacker);

  const opened = await openAtSite(back, { jar: victim });

  expect([opened.status, stateOf(opened), victim.size]).toEqual([403, 'not_signed_in', 0]);
  expect((await openAtSite(back, { jar: attacker })).status).toBe(303);
});

test('a victim who is sent along a handoff that the attacker began gives the attacker nothing', async () => {
  const [attacker, victim] = [newJar(), newJar()];
  const path = await begin(attacker);
  const signedIn = await signedInBrowser(planes);

  const back = await continueAs(signedIn, path);

  // the code is in the victim's browser alone, which holds none of the attacker's
  expect((await openAtSite(back, { jar: victim })).status).toBe(403);
  expect(victim.size).toBe(0);
});

test('a code is good with its own state, its own cookie and our own name alone', async () => {
  const [jar, other] = [newJar(), newJar()];
  const [mine, theirs] = [await withCode(jar), await withCode(other)];
  const wrong = [
    changed(mine.back, { code: queryOf(theirs.back, 'code') }),
    changed(mine.back, { state: queryOf(theirs.back, 'state') }),
    changed(mine.back, { iss: 'https://gate.example.org' }),
    changed(mine.back, { iss: `${planes.publicUrl}/` }),
    changed(mine.back, { iss: null }),
    changed(mine.back, { code: null }),
    `${mine.back}&code=${'0'.repeat(64)}`,
    `${mine.back}&state=${queryOf(mine.back, 'state')}`,
  ];
  const [[name, value] = ['', '']] = [...jar];

  for (const path of wrong) {
    const held: Jar = new Map([[name, value]]);
    expect([path, (await openAtSite(path, { jar: held })).status, held.has('kg')]).toEqual([path, 403, false]);
  }
  const forged: Jar = new Map<string, string>([[name, '0'.repeat(64)]]);
  expect((await openAtSite(mine.back, { jar: forged })).status).toBe(403);
  expect((await openAtSite(mine.back, { jar: new Map([[name, value]]) })).status).toBe(303);
});

test('a code for one host is worth nothing at another, and neither is what the cookie holds', async () => {
  const jar = newJar();
  const { back } = await withCode(jar);

  const elsewhere = await openAtSite(back, { jar: new Map(jar), host: OTHER_HOST });
  await openAtSite(back, { jar });

  expect([elsewhere.status, stateOf(elsewhere)]).toEqual([403, 'not_signed_in']);
  expect((await whoIs(jar))?.account.id).toBe(ADA);
  expect(await whoIs(jar, `http://${OTHER_HOST}`)).toBeNull();
  expect(await whoIs(jar, `https://${HOST}`)).toBeNull();
});

test('of twenty that bring one answer at once, one is signed in', async () => {
  const jar = newJar();
  const { back } = await withCode(jar);

  const jars = Array.from({ length: RACERS }, (): Jar => new Map(jar));
  const answers = await Promise.all(jars.map((held) => openAtSite(back, { jar: held })));

  expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  const found = await Promise.all(jars.map((held) => whoIs(held)));
  expect(found.filter((one) => one !== null)).toHaveLength(1);
});

test('of twenty that go on with one handoff at once, one gets a code', async () => {
  const jar = newJar();
  const [browser, path] = [await signedInBrowser(planes), await begin(jar)];

  const answers = await Promise.all(Array.from({ length: RACERS }, () => browser.get(path)));

  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(RACERS - 1).fill(410)]);
});

test.each([
  'evil.example.org',
  'stg.example.org.evil.org',
  'evilstg.example.org',
  'example.org',
  '*.example.org',
  'stg.example.org@evil.org',
  'evil.org/stg.example.org',
  'evil.org#stg.example.org',
  'stg.example.org%2eevil.org',
  '',
])('nobody is handed on to %j', async (host) => {
  const jar = newJar();
  const browser = await signedInBrowser(planes);
  const path = await begin(jar);

  const answer = await browser.get(changed(path, { host }));

  expect([answer.status, answer.headers.location]).toEqual([404, undefined]);
});

test.each([
  ['another site of ours', { host: OTHER_HOST }, 404],
  ['another port of the same host', { host: `${HOST}:8443` }, 410],
  ['another challenge', { challenge: '0'.repeat(64) }, 410],
  ['another state', { state: '0'.repeat(64) }, 410],
  ['no state', { state: null }, 410],
])('a handoff that was begun is not continued with %s', async (_, change, status) => {
  const browser = await signedInBrowser(planes);
  const path = await begin(new Map());

  const answer = await browser.get(changed(path, change));

  expect([answer.status, answer.headers.location]).toEqual([status, undefined]);
});

test.each([
  '//evil.org/x',
  '/\\evil.org',
  '/\t/evil.org',
  '\t//evil.org',
  'https://evil.org/',
  'javascript:alert(1)',
  '/x\r\nset-cookie: a=b',
  '/.koder-gate/sign-in',
  '/.koder-gate/signed-in?code=1',
  '/x/../.koder-gate/sign-in',
  '/x/%2e%2e/.koder-gate/sign-in',
  '/.koder-gate',
  '',
])('nobody comes back to %j', async (back) => {
  const jar = newJar();
  const browser = await signedInBrowser(planes);

  const arrived = await openAtSite(await continueAs(browser, await begin(jar, back)), { jar });

  expect([arrived.status, arrived.headers.location]).toEqual([303, '/']);
  expect(arrived.headers).not.toHaveProperty('a');
});

test.each([
  ['a frame', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
  ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
  ['a script’s call', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
  [
    'a page that is loaded ahead',
    { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-purpose': 'prefetch' },
  ],
])('%s takes no step, at the site or at the auth host', async (_, headers) => {
  const jar = newJar();
  const browser = await signedInBrowser(planes);
  const path = await begin(jar);
  const cookie = browser.cookieHeader();

  const begun = await openAtSite('/.koder-gate/sign-in', { headers });
  const atHost = await call(planes.publicUrl + path, { headers: { ...headers, cookie } });
  const back = await continueAs(browser, path);
  const finished = await openAtSite(back, { jar, headers });

  expect([begun.status, atHost.status, finished.status]).toEqual([403, 403, 403]);
  expect([begun, atHost, finished].map((reply) => reply.headers['set-cookie'])).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect((await openAtSite(back, { jar })).status).toBe(303);
});

test('what a browser loads before anybody wants it takes no step', async () => {
  const reply = await openAtSite('/.koder-gate/sign-in', { headers: { 'sec-purpose': 'prefetch' } });

  expect([reply.status, reply.headers['set-cookie']]).toEqual([403, undefined]);
});

test('a site that replays what it saw of a visitor has nothing at the auth host, and the other way round', async () => {
  const { jar, browser } = await signedInAtSite();
  const value = jar.get('kg') ?? '';

  const replayed = await call(`${planes.publicUrl}/account`, { headers: { cookie: `gate=${value}` } });
  const session = browser.cookies.get('gate') ?? '';

  expect(replayed.status).not.toBe(200);
  expect(await planes.identity.handoff.find({ origin: ORIGIN, cookies: `kg=${session}` })).toBeNull();
});

test('two cookies of one name are none', async () => {
  const { jar } = await signedInAtSite();
  const value = jar.get('kg') ?? '';

  const cookies = `kg=${value}; kg=${'0'.repeat(64)}`;

  expect(await planes.identity.handoff.find({ origin: ORIGIN, cookies })).toBeNull();
});

test('whose account is disabled before they are back is not signed in', async () => {
  const jar = newJar();
  const { back } = await withCode(jar);
  const audit = { who: 'eva', what: 'account_disabled', surface: 'cli', site: null, address: null, detail: {} };
  await planes.store.ledger.identity.setAccountState({ account: ADA as string as AccountId, state: 'disabled' }, audit);

  const reply = await openAtSite(back, { jar });

  expect([reply.status, jar.has('kg')]).toEqual([403, false]);
  expect(planes.store.query('SELECT hash FROM handed_out')).toEqual([]);
});

test('who begins too often is told, and nobody else is', async () => {
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
  const limit = { key: 'handoff begun from 203.0.113.0/24', max: MAX_AN_HOUR, windowSeconds: 3_600 };
  for (let taken = 0; taken < MAX_AN_HOUR; taken += 1) await planes.store.ledger.identity.takeAttempt(limit);

  const [refused, other] = [
    await openAtSite('/.koder-gate/sign-in', from('203.0.113.99')),
    await openAtSite('/.koder-gate/sign-in', from('198.51.100.7')),
  ];

  expect([refused.status, stateOf(refused), other.status]).toEqual([429, 'too_often', 303]);
  expect(gate.fixture.requests).toEqual([]);
});

test('no secret of a handoff stands in the database', async () => {
  const jar = newJar();
  const { back } = await withCode(jar);
  const secrets = [queryOf(back, 'code'), queryOf(back, 'state'), ...jar.values()];
  const before = planes.store.rows();
  await openAtSite(back, { jar });
  const rows = before + planes.store.rows();

  for (const secret of [...secrets, jar.get('kg') ?? '']) {
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(rows.includes(secret)).toBe(false);
  }
});
