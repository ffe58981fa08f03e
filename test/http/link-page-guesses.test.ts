/** The page that binds a chat account: guessing is hopeless. */
import { describe, expect, test } from '@jest/globals';
import { MAX_LINK_CODES_OF_AN_ACCOUNT as MAX_ATTEMPTS } from '../../src/identity/accounts/form-limits.js';
import { BOB } from '../fixtures/http/planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { fieldsOf, signedInBrowser } from '../fixtures/http/visitor-client.js';
import {
  ACCOUNT,
  ada,
  approversOf,
  codeFor,
  confirm,
  enter,
  NO_CODE,
  openLinkPages,
} from '../fixtures/http/link-pages.js';

openLinkPages();

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

  test.each([
    ['nonsense', 'nonsense'],
    ['"><b>x', '&quot;&gt;&lt;b&gt;x'],
    [NO_CODE, NO_CODE],
  ])('a code that is none stays in the field, to be mended: %s', async (typed, written) => {
    const wrong = await enter(ada, typed);
    const form = fieldsOf(wrong.text, '/link');

    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain(`value="${written}" aria-invalid="true"`);
    expect(wrong.text).not.toContain('<b>x');
    expect((await ada.post('/link', { ...form, code: await codeFor(ACCOUNT) })).status).toBe(200);
  });

  test('what can be no code is no guess, and says so', async () => {
    for (let tried = 0; tried <= MAX_ATTEMPTS; tried += 1) expect((await enter(ada, 'nonsense')).status).toBe(422);

    expect((await enter(ada, await codeFor(ACCOUNT))).status).toBe(200);
  });
});
