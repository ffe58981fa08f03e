/** The page that binds a chat account: by a code, by its owner's own eyes, and by nothing else. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChatUser } from '../../src/approval/request.js';
import { MAX_ATTEMPTS } from '../../src/identity/attempts.js';
import { ADA, BOB, HOST, startPlanes, type Planes } from './planes.js';
import { browser, fieldsOf, signedInBrowser, type Browser } from './visitor-client.js';

const ACCOUNT: ChatUser = { kind: 'chat', channel: 'slack', workspace: 'T024BE7LD', subject: 'U061F7AUR' };
const NO_CODE = '4K2M7-W9X3C';

let planes: Planes;
let ada: Browser;
beforeEach(async () => {
  planes = await startPlanes();
  ada = await signedInBrowser(planes);
});
afterEach(() => planes.stop());

describe('an approver with a code', () => {
  test('sees whose account it is before anything is bound, and then that it is bound and how to undo it', async () => {
    const code = await codeFor(ACCOUNT);

    const asked = await enter(ada, code);
    const boundTooEarly = await approversOf(ACCOUNT);
    const bound = await confirm(ada, asked.text);

    expect(asked.status).toBe(200);
    expect(textOf(asked.text)).toContain('Is this account yours?');
    for (const fact of ['Slack', ACCOUNT.workspace, ACCOUNT.subject, ADA]) expect(textOf(asked.text)).toContain(fact);
    expect(boundTooEarly).toEqual([]);
    expect(bound.status).toBe(200);
    expect(textOf(bound.text)).toContain(`This account decides as ${ADA} from now on.`);
    expect(textOf(bound.text)).toContain('/gate unlink');
    expect(await approversOf(ACCOUNT)).toEqual([ADA]);
  });

  test.each([
    ['in lower case', (code: string) => code.toLowerCase()],
    ['without its dash', (code: string) => code.replace('-', '')],
    ['with spaces', (code: string) => ` ${code.split('').join(' ')} `],
  ])('may type it %s', async (_how, typed) => {
    const asked = await enter(ada, typed(await codeFor(ACCOUNT)));

    expect(textOf(asked.text)).toContain(ACCOUNT.subject);
  });

  test('uses it once', async () => {
    const code = await codeFor(ACCOUNT);
    const asked = (await enter(ada, code)).text;
    await confirm(ada, asked);

    const again = await confirm(ada, asked);
    const entered = await enter(ada, code);

    expect([again.status, entered.status]).toEqual([422, 422]);
    expect(textOf(again.text)).toContain('No such code');
  });

  test('is warned where the account speaks for somebody else already', async () => {
    const bob = await signedInBrowser(planes, BOB);
    await confirm(bob, (await enter(bob, await codeFor(ACCOUNT))).text);

    const asked = await enter(ada, await codeFor(ACCOUNT));

    expect(textOf(asked.text)).toContain(`It already speaks for ${BOB}.`);
  });

  test('finds the page from the list of requests', async () => {
    expect((await ada.get('/')).text).toContain('href="/link"');
  });
});

test('names of accounts are words, whatever stands in them', async () => {
  const hostile = { ...ACCOUNT, workspace: '"><b>', subject: '<script>alert(1)</script>' };

  const asked = await enter(ada, await codeFor(hostile));

  expect(asked.text).not.toContain('<script');
  expect(asked.text).not.toContain('<b>');
  expect(asked.text).toContain('&lt;script&gt;');
});

test('who is not signed in is sent to sign in and comes back; a post does nothing', async () => {
  const code = await codeFor(ACCOUNT);
  const stranger = browser(planes);

  const looked = await stranger.get('/link');
  const posted = await stranger.post('/link', { code });
  const bound = await stranger.post('/link/bind', { code });
  const link = await planes.identity.signInLink(ADA, 'test');
  const path = new URL(link?.url ?? '').pathname;
  const signed = await stranger.post(path, fieldsOf((await stranger.get(path)).text, path));

  expect([looked.status, posted.status, bound.status]).toEqual([401, 401, 401]);
  expect(posted.text).not.toContain(ACCOUNT.subject);
  expect(signed.headers.location).toBe('/link');
  expect(await approversOf(ACCOUNT)).toEqual([]);
});

describe('looking changes nothing', () => {
  test.each(['GET', 'HEAD', 'OPTIONS'])('%s', async (method) => {
    await bind(ada, ACCOUNT);
    const code = await codeFor(ACCOUNT);
    const before = planes.store.snapshot();

    for (const path of ['/link', `/link?code=${code}`, '/link/bind', `/link/bind?code=${code}`, '/link/unbind'])
      await fetch(planes.publicUrl + path, { method, headers: { cookie: ada.cookieHeader() } });

    expect(planes.store.snapshot()).toBe(before);
  });
});

describe('a post that is not our own form is 403 and binds nothing', () => {
  const foreign: readonly (readonly [string, Record<string, string>])[] = [
    ['from a protected host', { origin: `http://${HOST}`, 'sec-fetch-site': 'cross-site' }],
    ['from a sibling of the same site', { origin: 'http://sibling.localhost', 'sec-fetch-site': 'same-site' }],
    ['with our origin but fetch metadata that says otherwise', { 'sec-fetch-site': 'same-site' }],
    ['with a null origin', { origin: 'null' }],
  ];

  test.each(foreign)('%s', async (_name, headers) => {
    const code = await codeFor(ACCOUNT);
    const form = fieldsOf((await ada.get('/link')).text, '/link');
    const asked = fieldsOf((await enter(ada, code)).text, '/link/bind');

    const entered = await ada.post('/link', { ...form, code }, headers);
    const bound = await ada.post('/link/bind', asked, headers);

    expect([entered.status, bound.status]).toEqual([403, 403]);
    expect(await approversOf(ACCOUNT)).toEqual([]);
  });

  test.each([
    ['no CSRF token', () => ''],
    ['the token of the first form', (first: string) => first],
    ['the token of another code', (_first: string, other: string) => other],
  ])('with %s', async (_name, csrfOf) => {
    const [code, otherCode] = [await codeFor(ACCOUNT), await codeFor({ ...ACCOUNT, subject: 'U2' })];
    const first = fieldsOf((await ada.get('/link')).text, '/link')['csrf'] ?? '';
    const other = fieldsOf((await enter(ada, otherCode)).text, '/link/bind')['csrf'] ?? '';

    const answer = await ada.post('/link/bind', { code, csrf: csrfOf(first, other) });

    expect(answer.status).toBe(403);
    expect(await approversOf(ACCOUNT)).toEqual([]);
  });

  test("with another session's token", async () => {
    const code = await codeFor(ACCOUNT);
    const asked = fieldsOf((await enter(ada, code)).text, '/link/bind');
    const bob = await signedInBrowser(planes, BOB);

    expect((await bob.post('/link/bind', asked)).status).toBe(403);
    expect(await approversOf(ACCOUNT)).toEqual([]);
  });
});

describe('an account that is bound already', () => {
  test('stands on the page of its approver alone, and one press unbinds it', async () => {
    await bind(ada, ACCOUNT);
    const bob = await signedInBrowser(planes, BOB);

    const page = (await ada.get('/link')).text;
    const others = (await bob.get('/link')).text;
    const unbound = await ada.post('/link/unbind', fieldsOf(page, '/link/unbind'));

    for (const fact of ['Slack', ACCOUNT.workspace, ACCOUNT.subject]) expect(textOf(page)).toContain(fact);
    expect(textOf(others)).toContain('None is bound here.');
    expect(others).not.toContain(ACCOUNT.subject);
    expect(unbound.status).toBe(200);
    expect(textOf(unbound.text)).toContain(`is not bound to ${ADA} any more`);
    expect(await approversOf(ACCOUNT)).toEqual([]);
    expect((await ada.get('/link')).text).not.toContain('/link/unbind');
  });

  test('is unbound by a press that comes twice with the same answer', async () => {
    await bind(ada, ACCOUNT);
    const fields = fieldsOf((await ada.get('/link')).text, '/link/unbind');

    const statuses = [await ada.post('/link/unbind', fields), await ada.post('/link/unbind', fields)];

    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('is unbound even when no more codes may be tried', async () => {
    await bind(ada, ACCOUNT);
    for (let tried = 0; tried < MAX_ATTEMPTS; tried += 1) await enter(ada, NO_CODE);

    const answer = await ada.post('/link/unbind', fieldsOf((await ada.get('/link')).text, '/link/unbind'));

    expect(answer.status).toBe(200);
    expect(await approversOf(ACCOUNT)).toEqual([]);
  });

  test('stays bound whatever another approver posts', async () => {
    await bind(ada, ACCOUNT);
    const bob = await signedInBrowser(planes, BOB);
    await bind(bob, { ...ACCOUNT, subject: 'U2' });
    const adas = fieldsOf((await ada.get('/link')).text, '/link/unbind');
    const bobs = fieldsOf((await bob.get('/link')).text, '/link/unbind');

    const answers = [
      await bob.post('/link/unbind', adas),
      await bob.post('/link/unbind', { ...bobs, account: adas['account'] ?? '' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(await approversOf(ACCOUNT)).toEqual([ADA]);
  });

  test('stays bound by a post that is not our own form, or that nobody signed in sends', async () => {
    await bind(ada, ACCOUNT);
    const fields = fieldsOf((await ada.get('/link')).text, '/link/unbind');

    const answers = [
      await ada.post('/link/unbind', fields, { origin: `http://${HOST}`, 'sec-fetch-site': 'cross-site' }),
      await ada.post('/link/unbind', fields, { 'sec-fetch-site': 'same-site' }),
      await ada.post('/link/unbind', { ...fields, csrf: '' }),
      await browser(planes).post('/link/unbind', fields),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 401]);
    expect(await approversOf(ACCOUNT)).toEqual([ADA]);
  });

  test('stays bound while the database is away, and the page says so', async () => {
    await bind(ada, ACCOUNT);
    const fields = fieldsOf((await ada.get('/link')).text, '/link/unbind');
    planes.store.behave('away');

    const answer = await ada.post('/link/unbind', fields);
    planes.store.behave('well');

    expect(answer.status).toBe(503);
    expect(await approversOf(ACCOUNT)).toEqual([ADA]);
  });
});

describe('guessing is hopeless', () => {
  test('after ten codes in ten minutes none is looked up any more, not even a right one, in no session of the same person', async () => {
    const code = await codeFor(ACCOUNT);
    const statuses: number[] = [];
    for (let tried = 0; tried < MAX_ATTEMPTS; tried += 1) statuses.push((await enter(ada, NO_CODE)).status);

    const refused = await enter(ada, code);
    const elsewhere = await enter(await signedInBrowser(planes), code);
    const bob = await enter(await signedInBrowser(planes, BOB), code);

    expect(new Set(statuses)).toEqual(new Set([422]));
    expect([refused.status, elsewhere.status, bob.status]).toEqual([429, 429, 200]);
    expect(refused.headers['retry-after']).toBe('600');
    expect(refused.text).not.toContain(ACCOUNT.subject);
  });

  test('binding counts, too', async () => {
    const asked = (await enter(ada, await codeFor(ACCOUNT))).text;
    for (let tried = 1; tried < MAX_ATTEMPTS; tried += 1) await enter(ada, NO_CODE);

    expect((await confirm(ada, asked)).status).toBe(429);
    expect(await approversOf(ACCOUNT)).toEqual([]);
  });

  test('what can be no code is no guess, and says so', async () => {
    for (let tried = 0; tried <= MAX_ATTEMPTS; tried += 1) expect((await enter(ada, 'nonsense')).status).toBe(422);

    expect((await enter(ada, await codeFor(ACCOUNT))).status).toBe(200);
  });
});

test('with the database away nothing is bound, and the page says so', async () => {
  const code = await codeFor(ACCOUNT);
  const form = fieldsOf((await ada.get('/link')).text, '/link');
  planes.store.behave('away');

  expect((await ada.post('/link', { ...form, code })).status).toBe(503);
});

async function codeFor(actor: ChatUser): Promise<string> {
  tapIds += 1;
  const answer = await planes.desk.linkCode({ actor, surface: actor.channel, tapId: `link-${String(tapIds)}` });
  if (answer.kind !== 'code') throw new Error(`expected a code, got ${answer.kind}`);
  return answer.code;
}

let tapIds = 0;

async function enter(person: Browser, code: string) {
  return person.post('/link', { ...fieldsOf((await person.get('/link')).text, '/link'), code });
}

async function bind(person: Browser, account: ChatUser): Promise<void> {
  await confirm(person, (await enter(person, await codeFor(account))).text);
}

function confirm(person: Browser, page: string) {
  return person.post('/link/bind', fieldsOf(page, '/link/bind'));
}

async function approversOf(actor: ChatUser) {
  const answer = await planes.desk.who(actor);
  return answer.kind === 'seen' ? answer.value.approvers : answer;
}

/** What a person reads: the page without its tags, its lines run together. */
function textOf(page: string): string {
  return page.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
}
