/** Asking for a link by mail: the answer tells nothing, and only the browser that asked signs in. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GateEvent } from '../../src/events/events.js';
import { ADA, BOB, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { keptLog } from '../fixtures/logs/kept-log.js';
import { linkIn } from '../fixtures/http/sent-mails.js';
import { browser, type Answer, type Browser } from '../fixtures/http/visitor-client.js';

const events: GateEvent[] = [];
let planes: Planes;
beforeEach(async () => {
  events.length = 0;
  planes = await startPlanes({
    byMail: true,
    trustedProxies: ['127.0.0.1/32', '::1/128'],
    onEvent: (event) => events.push(event),
  });
});
afterEach(() => planes.stop());

async function ask(person: Browser, address: string = ADA, from = '198.51.100.7'): Promise<Answer> {
  return posted(person, { address }, from);
}

async function posted(person: Browser, fields: Readonly<Record<string, string>>, from = '198.51.100.7') {
  const answer = await person.post('/sign-in', fields, { 'x-forwarded-for': from });
  await planes.identity.mailedLinks?.settle();
  return answer;
}

/** Those that were queued, and not only prepared. */
function sent(): readonly string[] {
  const queued = planes.store.query('SELECT id FROM deliveries').map(({ id }) => id);
  return planes.mails.filter(({ id }) => queued.includes(id)).map(({ to }) => to);
}

async function isSignedIn(person: Browser): Promise<boolean> {
  return (await person.get('/')).status === 200;
}

/** Opens the newest mail's link elsewhere, and reads the number that is shown there. */
async function numberShown(elsewhere = browser(planes)): Promise<string> {
  const shown = await elsewhere.post(linkIn(planes.mails.at(-1)), {});
  return /class="number">(\d{3} \d{3})</.exec(shown.text)?.[1] ?? '';
}

function other(number: string): string {
  return number === '111111' ? '222222' : '111111';
}

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

test('however often it is shown, it is the same number', async () => {
  await ask(browser(planes));

  expect(await numberShown()).toBe(await numberShown());
});

test('a browser that asks again is signed in by the mail that came first, too', async () => {
  const person = browser(planes);
  await ask(person);
  await ask(person);

  expect((await person.post(linkIn(planes.mails[0]), {})).status).toBe(303);
  expect(await isSignedIn(person)).toBe(true);
});

test('the number that is shown there signs in the browser that asked, once, and leads back', async () => {
  const { token } = await planes.accessRequest();
  const person = browser(planes);
  await person.get(`/req/${token}`);
  await ask(person);
  const number = await numberShown();

  const signed = await person.post('/sign-in/number', { number });
  const again = await person.post('/sign-in/number', { number });

  expect([signed.status, signed.headers.location]).toEqual([303, `/req/${token}`]);
  expect(await isSignedIn(person)).toBe(true);
  expect(again.status).toBe(422);
  expect((await browser(planes).get(linkIn(planes.mails[0]))).status).toBe(404);
});

describe('a number is worth nothing', () => {
  test('before whoever got the mail has asked for it', async () => {
    const person = browser(planes);
    await ask(person);

    expect((await person.post('/sign-in/number', { number: '000000' })).status).toBe(422);
    expect(planes.store.query('SELECT tries FROM mailed_links')).toEqual([{ tries: 0 }]);
  });

  test('in another browser, or in none that asked', async () => {
    const person = browser(planes);
    await ask(person);
    const number = await numberShown();
    const stranger = browser(planes);
    await ask(stranger, 'nobody@example.org');

    expect((await stranger.post('/sign-in/number', { number })).status).toBe(422);
    expect((await browser(planes).post('/sign-in/number', { number })).status).toBe(422);
  });

  test('after five wrong ones, the right one too', async () => {
    const person = browser(planes);
    await ask(person);
    const number = await numberShown();
    for (let wrong = 0; wrong < 5; wrong += 1)
      await person.post('/sign-in/number', { number: other(number.replace(' ', '')) });

    expect((await person.post('/sign-in/number', { number })).status).toBe(422);
    expect(await isSignedIn(person)).toBe(false);
  });

  test.each(['', '12345', '1234567', '１２３４５６', '12345a', "1' OR 1"])('as %j', async (number) => {
    const person = browser(planes);
    await ask(person);
    await numberShown();

    expect((await person.post('/sign-in/number', { number })).status).toBe(422);
    expect(planes.store.query('SELECT tries FROM mailed_links')).toEqual([{ tries: 0 }]);
  });
});

test('the answer is the same whoever is named, to the last byte', async () => {
  const [known, unknown] = [browser(planes), browser(planes)];

  const answers = [await ask(known, ADA), await ask(unknown, 'stranger@example.net')];
  const pages = [await known.get('/sign-in/asked'), await unknown.get('/sign-in/asked')];

  expect(answers.map(({ status, headers }) => [status, headers.location])).toEqual([
    [303, '/sign-in/asked'],
    [303, '/sign-in/asked'],
  ]);
  expect(known.cookies.size).toBe(unknown.cookies.size);
  expect(pages[0]?.text).toBe(pages[1]?.text);
  expect(planes.mails.map(({ to }) => to)).toEqual([ADA]);
});

test('a mailbox is found however it is spelled', async () => {
  await ask(browser(planes), `  ${ADA.toUpperCase()} `);
  await ask(browser(planes), 'ada＠example.org');

  expect(planes.mails.map(({ to }) => to)).toEqual([ADA, ADA]);
});

test.each([
  '',
  'ada',
  'ada@',
  '@example.org',
  'ada@example.org@evil.example',
  'ada@exa mple.org',
  'a\u0000@example.org',
])('%j is no address: nothing is sent, and the page says so', async (address) => {
  const answer = await ask(browser(planes), address);

  expect(answer.status).toBe(422);
  expect(answer.text).toContain('This is no e-mail address. Nothing was sent.');
  expect(planes.mails).toEqual([]);
});

test('a request knows whom it asked: nothing is typed, and a token that names none is answered alike', async () => {
  const { token } = await planes.accessRequest();
  const [one, other] = [browser(planes), browser(planes)];
  const forms = [await one.get(`/req/${token}`), await other.get('/req/0123456789abcdef0123456789abcdef')];

  const known = await posted(one, { request: token });
  const unknown = await posted(other, { request: '0123456789abcdef0123456789abcdef' });

  expect(forms[0]?.text.replaceAll(token, '')).toBe(forms[1]?.text.replaceAll('0123456789abcdef0123456789abcdef', ''));
  expect([known.status, known.headers.location]).toEqual([unknown.status, unknown.headers.location]);
  expect(planes.mails.map(({ to }) => to)).toEqual([ADA]);
});

test('a mailbox gets five mails an hour, whoever asks; others get theirs, and the answer does not change', async () => {
  for (let asked = 0; asked < 7; asked += 1)
    expect((await ask(browser(planes), ADA, `203.0.${String(asked)}.7`)).status).toBe(303);
  await ask(browser(planes), BOB);

  expect(sent()).toEqual([ADA, ADA, ADA, ADA, ADA, BOB]);
  const told = ['203.0.5.7', '203.0.6.7'].map((address) => ({
    event: 'auth_gate.sign_in_not_mailed',
    account: ADA,
    address,
  }));
  expect(events).toEqual(told);
});

test('a stranger alone does not use up the mails of an approver', async () => {
  for (let asked = 0; asked < 7; asked += 1) await ask(browser(planes), ADA, `203.0.113.${String(asked)}`);
  await ask(browser(planes), ADA, '198.51.100.7');

  expect(sent()).toEqual([ADA, ADA, ADA, ADA]);
});

test('by the link of one request two are mailed to each, and by that of a past one none', async () => {
  const { token } = await planes.accessRequest();
  for (let asked = 0; asked < 4; asked += 1)
    await posted(browser(planes), { request: token }, `203.0.${String(asked)}.7`);
  planes.advance(700_000);
  await posted(browser(planes), { request: token });

  expect(sent()).toEqual([ADA, ADA]);
  expect(planes.mails[0]?.text).toContain('perhaps a colleague is about to answer it');
});

test('from one network thirty are asked for an hour, and then the page says so', async () => {
  for (let asked = 0; asked < 30; asked += 1)
    await ask(browser(planes), `person${String(asked)}@example.net`, `198.51.100.${String(asked)}`);

  const answer = await ask(browser(planes));

  expect([answer.status, answer.headers['retry-after']]).toEqual([429, '3600']);
  expect(sent()).toEqual([]);
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

test('a proxy that does not say who calls is told of: all behind it would count as one', async () => {
  const log = keptLog();
  const publicUrl = 'https://gate.example.org';
  const silent = await startPlanes({ byMail: true, trustedProxies: ['127.0.0.1/32', '::1/128'], log, publicUrl });
  try {
    await browser(silent).post('/sign-in', { address: ADA }, { origin: publicUrl });
    await silent.identity.mailedLinks?.settle();

    expect(log.lines).toEqual([expect.stringContaining('does not say who calls: have it set X-Forwarded-For')]);
  } finally {
    await silent.stop();
  }
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
