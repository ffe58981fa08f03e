/** The page that unbinds a chat account without its help. */
import { describe, expect, test } from '@jest/globals';
import { MAX_LINK_CODES_OF_AN_ACCOUNT as MAX_ATTEMPTS } from '../../src/identity/accounts/form-limits.js';
import { ADA, BOB, HOST } from '../fixtures/http/planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { browser, fieldsOf, signedInBrowser, textOf } from '../fixtures/http/visitor-client.js';
import { ACCOUNT, ada, approversOf, bind, enter, NO_CODE, openLinkPages } from '../fixtures/http/link-pages.js';

openLinkPages();

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
