/** What a card of a chat offers besides, on the confirm page too: less time, a reason, and an end to what an approval gave. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ADA, BOB, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { fieldsOf, signedInBrowser, type Browser } from '../fixtures/http/visitor-client.js';

let planes: Planes;
let ada: Browser;
let id: string;
beforeEach(async () => {
  planes = await startPlanes();
  ada = await signedInBrowser(planes);
  ({ id } = await planes.accessRequest());
});
afterEach(() => planes.stop());

const page = async (): Promise<string> => (await ada.get(`/requests/${id}`)).text;

async function answer(fields: Readonly<Record<string, string>>) {
  const action = `/requests/${id}/decide`;
  return ada.post(action, { ...fieldsOf(await page(), action), ...fields });
}

test('every shorter time is one press, and it is what is given', async () => {
  expect(await page()).toContain('Approve — 1 h');

  const { status } = await answer({ verdict: 'approve 3600' });

  const [grant] = planes.store.query('SELECT until - granted_at AS lasts FROM grants');
  expect([status, Number(grant?.['lasts'])]).toEqual([303, 3_600_000]);
});

test('a longer time than the site allows is cut to it', async () => {
  await answer({ verdict: 'approve 99999999' });

  expect(Number(planes.store.query('SELECT until - granted_at AS lasts FROM grants')[0]?.['lasts'])).toBe(604_800_000);
});

test.each(['approve 0', 'approve -1', 'approve 1e3', 'approve 3600 7200x', 'approve ', 'approved'])(
  'the verdict %j is none: nothing changes',
  async (verdict) => {
    const { status } = await answer({ verdict });

    expect([status, planes.store.query('SELECT id FROM grants')]).toEqual([400, []]);
  },
);

test('a denial says why, to the visitor too where it is meant for them', async () => {
  await answer({ verdict: 'deny', reason: 'ask by mail\nfirst', share: 'yes' });

  expect(await page()).toContain('ask by mail first');
  expect(planes.store.query('SELECT denial_reason, is_denial_shared FROM requests')).toEqual([
    { denial_reason: 'ask by mail first', is_denial_shared: 1 },
  ]);
});

test('a reason that was typed and not used does not hinder an approval', async () => {
  expect((await answer({ verdict: 'approve', reason: 'hm' })).status).toBe(303);
  expect(await page()).toContain('Approved');
});

test('Enter in the reason approves nothing: it is a field of several lines', async () => {
  expect(await page()).toContain('<textarea');
  expect(await page()).not.toContain('type="text"');
});

async function revoke(person: Browser): Promise<number> {
  const action = `/requests/${id}/revoke`;
  return (await person.post(action, fieldsOf(await page(), action))).status;
}

test('an approval is revoked where it is looked at, once', async () => {
  await answer({ verdict: 'approve' });
  const first = await revoke(ada);
  const after = await page();

  expect([first, planes.store.query('SELECT id FROM grants WHERE revoked_at IS NULL')]).toEqual([303, []]);
  expect(after).toContain('may pass no more');
  expect(after).not.toContain('/revoke"');
});

test("the form is its session's alone, and who does not decide there revokes nothing", async () => {
  await answer({ verdict: 'approve' });
  const bob = await signedInBrowser(planes, BOB);

  expect([await revoke(bob), await ada.post(`/requests/${id}/revoke`, {}).then(({ status }) => status)]).toEqual([
    403, 403,
  ]);
  expect(planes.store.query('SELECT id FROM grants WHERE revoked_at IS NULL')).toHaveLength(1);
  expect((await ada.get('/')).text).toContain(ADA);
});
