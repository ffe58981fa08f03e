/** Asking for a link by mail: the answer tells nothing, and nobody gets more mails than the limits say. */
import { expect, test } from '@jest/globals';
import { post } from '../fixtures/http/admin-calls.js';
import { ask, events, openMailingPlanes, posted, sent, signedInFrom } from '../fixtures/http/mailing-planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { ADA, BOB, startPlanes } from '../fixtures/http/planes.js';
import { keptLog } from '../fixtures/logs/kept-log.js';
import { browser } from '../fixtures/http/visitor-client.js';

openMailingPlanes();

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

test('to whom no mail goes any more is asked like everybody, and not told', async () => {
  await post('/api/suppressions', { operator: 'grace', address: ADA });
  const [suppressed, open] = [browser(planes), browser(planes)];

  const answers = [await ask(suppressed, ADA), await ask(open, BOB)];
  const pages = [await suppressed.get('/sign-in/asked'), await open.get('/sign-in/asked')];

  expect(answers.map(({ status, headers }) => [status, headers.location])).toEqual(
    Array(2).fill([303, '/sign-in/asked']),
  );
  expect([suppressed.cookies.size, pages[0]?.text]).toEqual([open.cookies.size, pages[1]?.text]);
  expect(sent()).toEqual([ADA, BOB]);
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
  for (let asked = 0; asked < 7; asked += 1) await signedInFrom(`203.0.${String(asked)}.8`);
  events.length = 0;

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
