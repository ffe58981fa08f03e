/** Binding a chat account lets it decide for good: it wants a proof of the last ten minutes, and what was typed is not lost on the way. */
import { describe, expect, test } from '@jest/globals';
import { MAX_LINK_CODES_OF_AN_ACCOUNT as MAX_ATTEMPTS } from '../../src/identity/accounts/form-limits.js';
import { planes } from '../fixtures/http/one-planes.js';
import { ACCOUNT, ada, approversOf, bind, codeFor, enter, openLinkPages } from '../fixtures/http/link-pages.js';
import { hiddenOf, numberOf, withApp } from '../fixtures/http/second-factors.js';
import { fieldsOf } from '../fixtures/http/visitor-client.js';

const LATER_MS = 601_000;
const AGAIN = '/sign-in/again';

openLinkPages();

describe('whoever proved it too long ago', () => {
  test('is asked first, and finds the code in the field afterwards, once', async () => {
    const { secret, person } = await withApp(planes);
    const code = await codeFor(ACCOUNT);
    planes.advance(LATER_MS);

    const sent = await enter(person, code);
    const asked = await person.get(AGAIN);
    const number = numberOf(planes, secret);
    const proven = await person.post(AGAIN, { ...hiddenOf(asked, AGAIN, 'number'), number });
    // a proof is written with the database's time
    planes.advance(-LATER_MS);
    const back = await person.get('/link');
    const shown = /name="code"[^>]* value="([^"]*)"/.exec(back.text)?.[1] ?? '';
    const entered = await person.post('/link', { ...fieldsOf(back.text, '/link'), code: shown });

    expect([sent.status, sent.headers.location, sent.text]).toEqual([303, AGAIN, expect.not.stringContaining(code)]);
    expect([proven.status, proven.headers.location]).toEqual([303, '/link']);
    expect(shown).toBe(code);
    expect(back.text).not.toContain('aria-invalid');
    expect(entered.text).toContain(ACCOUNT.subject);
    expect((await person.get('/link')).text).not.toContain(code);
  });

  test('the cookie that keeps it is for no script, and for no longer than the code', async () => {
    const code = await codeFor(ACCOUNT);
    planes.advance(LATER_MS);

    const { headers } = await enter(ada, code);

    const kept = headers['set-cookie']?.find((line) => line.startsWith('gate-code='));
    expect(kept).toMatch(/HttpOnly; SameSite=Lax; Max-Age=600$/);
  });

  test('binds nothing by a page that was drawn before', async () => {
    const page = await enter(ada, await codeFor(ACCOUNT));
    planes.advance(LATER_MS);

    const answer = await ada.post('/link/bind', fieldsOf(page.text, '/link/bind'));

    expect([answer.status, answer.headers.location]).toEqual([303, AGAIN]);
    expect(await approversOf(ACCOUNT)).toEqual([]);
  });

  test('has used up no attempt', async () => {
    const { secret, person } = await withApp(planes);
    const code = await codeFor(ACCOUNT);
    planes.advance(LATER_MS);
    for (let tried = 0; tried <= MAX_ATTEMPTS; tried += 1) expect((await enter(person, code)).status).toBe(303);

    const fields = hiddenOf(await person.get(AGAIN), AGAIN, 'number');
    await person.post(AGAIN, { ...fields, number: numberOf(planes, secret) });
    planes.advance(-LATER_MS);

    expect((await enter(person, code)).status).toBe(200);
  });

  test('unbinds as before', async () => {
    await bind(ada, ACCOUNT);
    planes.advance(LATER_MS);

    const fields = fieldsOf((await ada.get('/link')).text, '/link/unbind');
    const answer = await ada.post('/link/unbind', fields);

    expect(answer.status).toBe(200);
    expect(await approversOf(ACCOUNT)).toEqual([]);
  });

  test.each(['"><script>x', 'nonsense', ''])('a cookie that holds no code is shown nowhere: %j', async (value) => {
    ada.cookies.set('gate-code', value);

    const { text } = await ada.get('/link');

    expect(text).toContain('name="code"');
    expect(text).not.toContain(`script>x`);
    expect(text).not.toContain('nonsense');
  });
});
