/** The confirm page: a post that is not our own form. */
import { describe, expect, test } from '@jest/globals';
import { HOST } from '../fixtures/http/planes.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { fieldsOf, signedInBrowser } from '../fixtures/http/visitor-client.js';

openPlanes();

describe('a post that is not our own form is 403 and changes nothing', () => {
  const foreign: readonly (readonly [string, Record<string, string>])[] = [
    ['from the protected host', { origin: `http://${HOST}`, 'sec-fetch-site': 'cross-site' }],
    ['from a sibling host of the same site', { origin: 'http://sibling.localhost', 'sec-fetch-site': 'same-site' }],
    ['with our origin but fetch metadata that says otherwise', { 'sec-fetch-site': 'same-site' }],
    ['with a null origin', { origin: 'null' }],
    ['with two origins', { origin: 'http://localhost, http://localhost' }],
  ];

  test.each(foreign)('%s', async (_name, headers) => {
    const { id, token } = await planes.accessRequest();
    const ada = await signedInBrowser(planes);
    const list = (await ada.get('/')).text;
    const confirm = fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`);
    const before = planes.store.snapshot();

    const answers = [
      await ada.post(`/req/${token}`, { ...confirm, verdict: 'approve' }, headers),
      await ada.post(
        `/requests/${id}/decide`,
        { ...fieldsOf(list, `/requests/${id}/decide`), verdict: 'approve' },
        headers,
      ),
      await ada.post('/sign-out', fieldsOf(list, '/sign-out'), headers),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(planes.store.snapshot()).toBe(before);
  });

  test.each([
    ['without a CSRF token', {}],
    ['with the token of another form', { csrf: 'sign-out' }],
    ['with the token of another request', { csrf: 'other' }],
  ])('%s', async (_name, { csrf }: { csrf?: string }) => {
    const { token } = await planes.accessRequest();
    const ada = await signedInBrowser(planes);
    const page = (await ada.get(`/req/${token}`)).text;
    const other = (await ada.get('/')).text;
    const fields =
      csrf === 'sign-out'
        ? { csrf: fieldsOf(page, '/sign-out')['csrf'] ?? '' }
        : csrf === 'other'
          ? { csrf: fieldsOf(other, `/requests/${(await planes.store.requests())[0]?.id ?? ''}/decide`)['csrf'] ?? '' }
          : {};
    const before = planes.store.snapshot();

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'approve' });

    expect(answer.status).toBe(403);
    expect(planes.store.snapshot()).toBe(before);
  });

  test("with another session's token", async () => {
    const { token } = await planes.accessRequest();
    const ada = await signedInBrowser(planes);
    const again = await signedInBrowser(planes);
    const fields = fieldsOf((await again.get(`/req/${token}`)).text, `/req/${token}`);

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'approve' });

    expect(answer.status).toBe(403);
    expect((await planes.store.requests())[0]?.decision).toBeNull();
  });

  test('a verdict that is neither approve nor deny is 400', async () => {
    const { token } = await planes.accessRequest();
    const ada = await signedInBrowser(planes);
    const fields = fieldsOf((await ada.get(`/req/${token}`)).text, `/req/${token}`);

    const answer = await ada.post(`/req/${token}`, { ...fields, verdict: 'perhaps' });

    expect(answer.status).toBe(400);
    expect((await planes.store.requests())[0]?.decision).toBeNull();
  });
});
