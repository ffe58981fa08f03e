/**
 * Another site's script can lead a browser to our pages again and again, with its cookies: nothing that is counted is begun by it, so that
 * nobody is kept from their own pages. Whoever presses a link there goes on as from anywhere.
 */
import { describe, expect, test } from '@jest/globals';
import { adminBrowser } from '../fixtures/http/admin-browser.js';
import { withApp } from '../fixtures/http/second-factors.js';
import { call, type Browser } from '../fixtures/http/visitor-client.js';
import { openAtSite, openRelyingSite, planes } from '../fixtures/identity/relying-site.js';

const SCRIPT = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' };
const PRESSED = { ...SCRIPT, 'sec-fetch-user': '?1' };
const AGAIN = '/sign-in/again';

openRelyingSite();

function look(person: Browser, path: string, headers: Readonly<Record<string, string>>) {
  return call(planes.publicUrl + path, { headers: { cookie: person.cookieHeader(), ...headers } });
}

describe('proving again', () => {
  test.each([AGAIN, `${AGAIN}?for=second`])('%s is asked for by a press', async (path) => {
    const { person } = await withApp(planes);
    const before = planes.store.snapshot();

    const led = await look(person, path, SCRIPT);
    const untouched = planes.store.snapshot();
    const pressed = await look(person, path, PRESSED);

    expect([led.status, led.text]).toEqual([200, expect.stringContaining(`href="${path}"`)]);
    expect(untouched).toBe(before);
    expect(pressed.text).toContain('name="number"');
  });

  test('leads nowhere but there, whatever stands behind', async () => {
    const { person } = await withApp(planes);

    const led = await look(person, `${AGAIN}?for=//evil.example`, SCRIPT);

    expect(led.text).toContain(`href="${AGAIN}"`);
    expect(led.text).not.toContain('evil');
  });
});

test('at a site, a browser is led to the page itself, which has the way in', async () => {
  const before = planes.store.snapshot();

  const led = await openAtSite('/.koder-gate/sign-in?back=%2Fshop', { headers: SCRIPT });
  const pressed = await openAtSite('/.koder-gate/sign-in?back=%2Fshop', { headers: PRESSED });

  expect([led.status, led.headers.location, led.headers['set-cookie']]).toEqual([303, '/shop', undefined]);
  expect(planes.store.snapshot()).not.toBe(before);
  expect(pressed.headers.location).toContain('/handoff?');
});

test('at the admin plane, the person says that they want it', async () => {
  const person = adminBrowser(planes);
  const before = planes.store.snapshot();

  const led = await person.visit('/audit', SCRIPT);

  expect([led.status, led.text]).toEqual([200, expect.stringContaining('href="/audit"')]);
  expect(planes.store.snapshot()).toBe(before);
  expect((await person.visit('/audit', PRESSED)).headers.location).toContain('/handoff?');
});
