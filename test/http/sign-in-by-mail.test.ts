/** A mailed link signs in the browser that asked for it, once, and no other. */
import { expect, test } from '@jest/globals';
import { ask, isSignedIn, numberShown, openMailingPlanes } from '../fixtures/http/mailing-planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { ADA, startPlanes } from '../fixtures/http/planes.js';
import { linkIn } from '../fixtures/http/sent-mails.js';
import { browser } from '../fixtures/http/visitor-client.js';

openMailingPlanes();

test('the page asks for an address, and the mail signs in the browser that asked', async () => {
  const person = browser(planes);
  const form = await person.get('/req/0123456789abcdef0123456789abcdef');

  const asked = await ask(person);
  const path = linkIn(planes.mails[0]);
  const page = await person.get(path);
  const pressed = await person.post(path, { next: '/req/0123456789abcdef0123456789abcdef' });

  expect([form.status, asked.status, asked.headers.location]).toEqual([401, 303, '/sign-in/asked']);
  expect(planes.mails.map(({ to }) => to)).toEqual([ADA]);
  expect(page.text).toContain(`Sign in as ${ADA}`);
  expect([pressed.status, pressed.headers.location]).toEqual([303, '/req/0123456789abcdef0123456789abcdef']);
  expect(await isSignedIn(person)).toBe(true);
  expect((await browser(planes).get(path)).status).toBe(404);
});

test('looking at a link changes nothing, here or elsewhere', async () => {
  const person = browser(planes);
  await ask(person);
  const path = linkIn(planes.mails[0]);
  const before = planes.store.snapshot();

  await person.get(path);
  await browser(planes).get(path);
  await browser(planes).get(path);

  expect(planes.store.snapshot()).toBe(before);
});

test('opened elsewhere it signs nobody in, and says who asked', async () => {
  await ask(browser(planes));
  const elsewhere = browser(planes);
  const path = linkIn(planes.mails[0]);

  const page = await elsewhere.get(path);
  const pressed = await elsewhere.post(path, {});

  expect(page.text).toContain('Asked for somewhere else');
  expect(page.text).toContain('198.51.100.7');
  expect(pressed.status).toBe(200);
  expect(await isSignedIn(elsewhere)).toBe(false);
});

test('a browser that asks again is signed in by the mail that came first, too', async () => {
  const person = browser(planes);
  await ask(person);
  await ask(person);

  expect((await person.post(linkIn(planes.mails[0]), {})).status).toBe(303);
  expect(await isSignedIn(person)).toBe(true);
});

test.each(['/sign-in', '/sign-in/number'])("a stranger's page cannot post to %s", async (path) => {
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

  const answer = await browser(planes).post(path, { address: ADA, number: '123456' }, foreign);

  expect(answer.status).toBe(403);
  expect(planes.mails).toEqual([]);
});

test('a link that somebody else asked for signs nobody in who follows it: not even whoever got the mail', async () => {
  const attacker = browser(planes);
  await ask(attacker, ADA);
  const victim = browser(planes);

  await victim.post(linkIn(planes.mails[0]), {});

  expect([await isSignedIn(victim), await isSignedIn(attacker)]).toEqual([false, false]);
});

test('twenty uses of one link, and of one number, sign in once', async () => {
  const person = browser(planes);
  await ask(person);
  const number = await numberShown();
  const cookies = person.cookieHeader();
  const path = linkIn(planes.mails[0]);

  const uses = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const same = browser(planes);
      for (const pair of cookies.split('; ')) same.cookies.set(...(pair.split('=') as [string, string]));
      return index % 2 === 0 ? same.post(path, {}) : same.post('/sign-in/number', { number });
    }),
  );

  expect(uses.filter(({ status }) => status === 303)).toHaveLength(1);
});

test('a link is over when an operator ends the sessions of its account', async () => {
  const person = browser(planes);
  await ask(person);
  const audit = { who: 'operator:eva', what: 'sessions_ended', surface: 'cli', site: null, address: null, detail: {} };
  await planes.store.ledger.identity.endSessions({ by: 'approver', approver: ADA }, audit);

  expect((await person.post(linkIn(planes.mails[0]), {})).status).toBe(404);
});

test('no secret stands in the database, and the audit trail tells of the mail', async () => {
  const person = browser(planes);
  await ask(person);
  const number = await numberShown();
  const secret = linkIn(planes.mails[0]).split('/').at(-1) ?? 'no link';

  const all = planes.store.snapshot();

  expect(
    [secret, number.replace(' ', ''), person.cookies.get('gate-asked') ?? ''].filter((it) => all.includes(it)),
  ).toEqual([]);
  expect(planes.store.query("SELECT who, what, detail FROM audit WHERE what = 'sign_in_mailed'")).toEqual([
    { who: 'visitor', what: 'sign_in_mailed', detail: JSON.stringify({ approver: ADA }) },
  ]);
});

test('where no channel sends mail, the page names the operator, and there is nothing to post to', async () => {
  const without = await startPlanes();
  try {
    expect((await browser(without).get('/sign-in')).text).toContain(
      'Ask the operator of this gate for a sign-in link.',
    );
    expect((await browser(without).post('/sign-in', { address: ADA })).status).toBe(404);
  } finally {
    await without.stop();
  }
});
