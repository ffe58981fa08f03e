/** Asking for a link by mail while a stranger asks for as many as they can: whoever asks from where they sign in gets theirs. */
import { beforeEach, expect, test } from '@jest/globals';
import { ask, events, openMailingPlanes, posted, sent, signedInFrom } from '../fixtures/http/mailing-planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { ADA, BOB } from '../fixtures/http/planes.js';
import { browser } from '../fixtures/http/visitor-client.js';

const HOME = '198.51.100.7';

openMailingPlanes();
beforeEach(() => signedInFrom('198.51.100.200'));

/** A stranger with two networks, four times from each. */
async function flood(mailbox: string = ADA): Promise<void> {
  for (const from of ['203.0.113.1', '2001:db8:5::1'])
    for (let asked = 0; asked < 4; asked += 1) await ask(browser(planes), mailbox, from);
}

function mailsTo(mailbox: string): number {
  return sent().filter((to) => to === mailbox).length;
}

test('strangers get three of an approver’s mails, whatever networks they have, and two are left at home', async () => {
  await flood();
  const byStrangers = mailsTo(ADA);

  for (let asked = 0; asked < 3; asked += 1) await ask(browser(planes), ADA, HOME);

  expect([byStrangers, mailsTo(ADA)]).toEqual([3, 5]);
});

test('of a network of IPv6 every address is known', async () => {
  await signedInFrom('2001:db8:7:1::9');
  await flood();

  await ask(browser(planes), ADA, '2001:db8:7:2::1');
  await ask(browser(planes), ADA, '2001:db8:8:1::9');

  expect(mailsTo(ADA)).toBe(4);
});

test('a network knows those alone who signed in there', async () => {
  await flood(BOB);

  await ask(browser(planes), BOB, HOME);

  expect(mailsTo(BOB)).toBe(3);
});

test('a network is not known any more by a session that was ended', async () => {
  const person = await signedInFrom('192.0.2.7');
  await flood();
  await ask(browser(planes), ADA, '192.0.2.7');
  const byThen = mailsTo(ADA);
  await planes.identity.sessions.end(person.cookies.get('gate') ?? '');

  await ask(browser(planes), ADA, '192.0.2.7');

  expect([byThen, mailsTo(ADA)]).toEqual([4, 4]);
});

test('the links of requests do not use up what is left for whoever names the mailbox', async () => {
  for (const visitor of ['203.0.113.7', '192.0.2.7', '192.0.3.7']) {
    const { token } = await planes.accessRequest(visitor);
    for (let pressed = 0; pressed < 3; pressed += 1) await posted(browser(planes), { request: token }, HOME);
  }
  const byRequests = mailsTo(ADA);

  for (let asked = 0; asked < 2; asked += 1) await ask(browser(planes), ADA, HOME);

  expect([byRequests, mailsTo(ADA)]).toEqual([3, 5]);
});

test('pressed elsewhere, the links of requests and what strangers ask for count together', async () => {
  const { token } = await planes.accessRequest();
  for (let pressed = 0; pressed < 2; pressed += 1) await posted(browser(planes), { request: token }, '192.0.2.7');
  await flood();
  const byStrangers = mailsTo(ADA);

  for (let asked = 0; asked < 2; asked += 1) await ask(browser(planes), ADA, HOME);

  expect([byStrangers, mailsTo(ADA)]).toEqual([3, 5]);
});

test('at home the link of a request is worth its two mails in a flood, too, and whoever pressed it elsewhere took none', async () => {
  const { token } = await planes.accessRequest();
  await flood();
  for (let pressed = 0; pressed < 2; pressed += 1) await posted(browser(planes), { request: token }, '192.0.2.7');
  const byStrangers = mailsTo(ADA);

  for (let pressed = 0; pressed < 2; pressed += 1) await posted(browser(planes), { request: token }, HOME);

  expect([byStrangers, mailsTo(ADA)]).toEqual([3, 5]);
});

test('the answer tells nothing of it: not who is an approver, nor from where they sign in', async () => {
  await flood();
  const asked: readonly (readonly [mailbox: string, from: string])[] = [
    [ADA, HOME],
    [ADA, '203.0.113.1'],
    ['stranger@example.net', HOME],
    ['stranger@example.net', '203.0.113.1'],
  ];

  const answers: unknown[] = [];
  for (const [mailbox, from] of asked) {
    const person = browser(planes);
    const { status, headers, text } = await ask(person, mailbox, from);
    const { 'set-cookie': cookies, ...others } = headers;
    const shapes = cookies?.map((line) => line.replace(/=[0-9a-f]{64};/, '=secret;'));
    answers.push({
      status,
      headers: { ...others, date: '' },
      shapes,
      text,
      page: (await person.get('/sign-in/asked')).text,
    });
  }

  expect(answers).toEqual(answers.map(() => answers[0]));
  expect(events.filter(({ event }) => event === 'auth_gate.sign_in_not_mailed')).toHaveLength(6);
});
