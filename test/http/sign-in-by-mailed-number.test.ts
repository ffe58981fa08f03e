/** A mailed link that is opened elsewhere shows a number, which is good once in the browser that asked. */
import { describe, expect, test } from '@jest/globals';
import { ask, isSignedIn, numberShown, openMailingPlanes } from '../fixtures/http/mailing-planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { linkIn } from '../fixtures/http/sent-mails.js';
import { browser } from '../fixtures/http/visitor-client.js';

openMailingPlanes();

function other(number: string): string {
  return number === '111111' ? '222222' : '111111';
}

test('however often it is shown, it is the same number', async () => {
  await ask(browser(planes));

  expect(await numberShown()).toBe(await numberShown());
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
