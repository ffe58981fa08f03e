/** How often a passkey may be asked for: strangers do not shut out those around them, nor whoever is signed in. */
import { expect, test } from '@jest/globals';
import { openMailingPlanes, signedInFrom } from '../fixtures/http/mailing-planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { BOB } from '../fixtures/http/planes.js';
import { hiddenOf } from '../fixtures/http/second-factors.js';
import { browser, type Browser } from '../fixtures/http/visitor-client.js';

openMailingPlanes();

async function askedFrom(from: string): Promise<number> {
  return (await browser(planes).post('/sign-in/passkey/question', {}, { 'x-forwarded-for': from })).status;
}

/** Asks until there are no more, and answers how many there were. */
async function usedUpFrom(from: string): Promise<number> {
  for (let asked = 0; ; asked += 1) if ((await askedFrom(from)) !== 200) return asked;
}

async function adding(person: Browser, from: string): Promise<number> {
  const { csrf = '' } = hiddenOf(await person.get('/account/passkeys'), '/account/passkeys/add', 'answer');
  return (await person.post('/account/passkeys/question', { csrf }, { 'x-forwarded-for': from })).status;
}

test('one address gets 300 an hour, and those around it get theirs', async () => {
  expect(await usedUpFrom('203.0.113.1')).toBe(300);

  expect([await askedFrom('203.0.113.1'), await askedFrom('203.0.113.2')]).toEqual([429, 200]);
}, 30_000);

test('of IPv6 a /64 counts as one address', async () => {
  expect(await usedUpFrom('2001:db8:5:1::1')).toBe(300);

  expect([await askedFrom('2001:db8:5:1::2'), await askedFrom('2001:db8:5:2::1')]).toEqual([429, 200]);
}, 30_000);

test('a network gets 3,000 an hour, and the next one its own', async () => {
  const { passkeys } = planes.identity;
  if (passkeys === null) throw new Error('localhost has passkeys');
  const askers = Array.from({ length: 3_000 }, (_, index) => `203.0.113.${String(100 + (index % 10))}`);
  const asked = await Promise.all(
    askers.map((address) => passkeys.askToSignIn(undefined, { address, network: '203.0.113.0/24' })),
  );
  expect(asked.filter((question) => question !== null)).toHaveLength(3_000);

  expect([await askedFrom('203.0.113.1'), await askedFrom('203.0.114.1')]).toEqual([429, 200]);
}, 30_000);

test('whoever is signed in adds one, however much is asked for where they are', async () => {
  const person = await signedInFrom('203.0.113.1');
  await usedUpFrom('203.0.113.1');

  expect(await adding(person, '203.0.113.1')).toBe(200);
}, 30_000);

test('an account asks for 300 to add an hour, wherever it does, and others for theirs', async () => {
  const [person, other] = [await signedInFrom('203.0.113.1'), await signedInFrom('203.0.113.1', BOB)];
  const statuses: number[] = [];

  for (let asked = 0; asked < 301; asked += 1) statuses.push(await adding(person, `198.51.${String(asked % 200)}.7`));

  expect(statuses.indexOf(429)).toBe(300);
  expect(await adding(other, '203.0.113.1')).toBe(200);
}, 60_000);
