/** The console's pages: what each shows to whom, and whose forms change what. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SiteKey, VisitorAddress } from '../../src/approval/brand.js';
import { signedInAtAdmin, type AdminBrowser } from '../fixtures/http/admin-browser.js';
import { BEARER, get } from '../fixtures/http/admin-calls.js';
import { openPlanes, planes, reopenPlanes } from '../fixtures/http/one-planes.js';
import { ADA, BOB, HOST, OPERATOR } from '../fixtures/http/planes.js';
import { fieldsOf } from '../fixtures/http/visitor-client.js';

const ADDRESS = '203.0.113.9';

openPlanes();

let operator: AdminBrowser;
beforeEach(async () => {
  operator = await signedInAtAdmin(planes, OPERATOR);
});

/** The newest first: who, what, over what. */
async function trail(): Promise<readonly string[]> {
  const rows = await planes.store.ledger.audit.recent(10);
  return rows.map(({ who, what, surface }) => `${who} ${what} ${surface}`);
}

async function grantFor(seconds: number, address = ADDRESS): Promise<number> {
  const input = { site: HOST as SiteKey, address: address as VisitorAddress, ttlSeconds: seconds, by: 'test' };
  const audit = { who: 'test', what: 'granted', surface: 'cli', site: HOST, address, detail: {} };
  const grant = await planes.store.ledger.grants.grant({ ...input, replayKey: `test:${address}` }, audit);
  return 'id' in grant ? grant.id : 0;
}

describe('requests', () => {
  test('are listed with their state, found by what is filled in, and told in whole', async () => {
    const { id } = await planes.accessRequest();
    const decided = await planes.accessRequest('203.0.113.8');
    const tap = { actor: { kind: 'approver', approver: ADA }, surface: 'page', tapId: 'a'.repeat(32) } as const;
    await planes.desk.decide({ ...tap, verdict: 'approve', ref: { by: 'token', token: decided.token } });

    const list = (await operator.visit('/requests')).text;
    const found = (await operator.visit('/requests?state=approved&containing=203.0.113.8&environment=')).text;
    const story = (await operator.visit(`/requests/${decided.id}`)).text;

    expect([list.includes(`/requests/${id}"`), list.includes(`/requests/${decided.id}"`)]).toEqual([true, true]);
    expect([found.includes(`/requests/${id}"`), found.includes(`/requests/${decided.id}"`)]).toEqual([false, true]);
    for (const words of [`Approved by ${ADA}`, 'May pass until', 'opened', 'approved', '/queue/'])
      expect(story).toContain(words);
    expect((await operator.visit('/requests?state=lost')).status).toBe(400);
  });

  test('an approver sees those of their sites, and a way to decide; another sees nothing of them', async () => {
    const { id } = await planes.accessRequest();
    const [ada, bob] = [await signedInAtAdmin(planes, ADA), await signedInAtAdmin(planes, BOB)];

    expect((await ada.visit('/requests')).text).toContain(`${planes.publicUrl}/requests/${id}`);
    expect((await ada.visit(`/requests/${id}`)).text).not.toContain('href="/queue/');
    expect((await bob.visit('/requests')).text).not.toContain(HOST);
    expect((await bob.visit(`/requests/${id}`)).status).toBe(403);
    expect((await bob.visit('/audit')).text).not.toContain(HOST);
    expect((await operator.visit('/requests/nothing')).status).toBe(404);
  });
});

describe('grants', () => {
  test('an operator lets an address in by hand, in two steps, and a second press changes nothing', async () => {
    const preview = await operator.visit(`/grants/new?address=${ADDRESS}&site=${HOST}&for=8h`);
    const fields = fieldsOf(preview.text, '/grants');
    const done = await operator.send('/grants', fields);
    const again = await operator.send('/grants', fields);

    expect(await planes.store.ledger.grants.count()).toBe(1);
    expect([done.status, again.status]).toEqual([200, 200]);
    expect(done.text).toContain(`${ADDRESS} may visit ${HOST} until`);
    expect(again.text).toContain('carried out already');
    expect((await trail())[0]).toBe(`operator:${OPERATOR} granted admin_page`);
    expect((await operator.visit(`/grants?containing=${ADDRESS}`)).text).toContain(HOST);
  });

  test('a form changed on its way grants nothing, nor does one of an approver', async () => {
    const preview = await operator.visit(`/grants/new?address=${ADDRESS}&site=${HOST}&for=8h`);
    const fields = fieldsOf(preview.text, '/grants');
    const ada = await signedInAtAdmin(planes, ADA);

    expect((await operator.send('/grants', { ...fields, address: '203.0.113.66' })).status).toBe(403);
    expect((await operator.send('/grants', fields, { origin: planes.publicUrl })).status).toBe(403);
    expect((await ada.send('/grants', fields)).status).toBe(403);
    expect((await ada.visit(`/grants/new?address=${ADDRESS}&site=${HOST}`)).text).not.toContain('Yes, let them in');
    expect(await planes.store.ledger.grants.count()).toBe(0);
  });

  test('a grant is revoked by its own form, and is gone', async () => {
    const id = await grantFor(3_600);
    const path = `/grants/${String(id)}/revoke`;
    const other = await grantFor(3_600, '203.0.113.10');
    const page = await operator.visit(`/grants/${String(id)}`);
    const fields = fieldsOf(page.text, path);

    expect((await operator.send(`/grants/${String(other)}/revoke`, fields)).status).toBe(403);
    expect((await operator.send(path, fields)).text).toContain('Revoked.');
    expect((await operator.visit(`/grants/${String(id)}`)).status).toBe(404);
    expect((await operator.visit(`/grants/${String(other)}`)).status).toBe(200);
    expect((await trail())[0]).toBe(`operator:${OPERATOR} revoked admin_page`);
    expect((await operator.visit('/audit')).text).toMatch(/<dt>until<\/dt>\s*<dd>\s*<time/);
    expect((await operator.visit('/queue?recipient=nobody-there')).text).not.toContain('/queue/delete?');
  });

  test('one of a request is extended, and is never shortened', async () => {
    const { token } = await planes.accessRequest();
    const tap = { actor: { kind: 'approver', approver: ADA }, surface: 'page', tapId: 'b'.repeat(32) } as const;
    await planes.desk.decide({ ...tap, verdict: 'approve', ref: { by: 'token', token }, ttlSeconds: 60 });
    const id = /href="\/grants\/(\d+)"/.exec((await operator.visit('/grants')).text)?.[1] ?? '';
    const path = `/grants/${id}/extend`;
    const press = async (time: string) =>
      operator.send(path, { ...fieldsOf((await operator.visit(`/grants/${id}`)).text, path), for: time });

    expect((await press('8h')).text).toContain('Extended.');
    expect([(await press('1h')).status, (await press('soon')).status]).toEqual([409, 409]);
  });

  test('an approver sees the grants of their sites alone', async () => {
    await grantFor(3_600);

    expect((await (await signedInAtAdmin(planes, ADA)).visit('/grants')).text).toContain(ADDRESS);
    expect((await (await signedInAtAdmin(planes, BOB)).visit('/grants')).text).not.toContain(ADDRESS);
  });
});

test('where the site wants a proof of the moment nobody is let in by hand here, and the page says why', async () => {
  await reopenPlanes({ site: { approveNeeds: 'fresh' } });
  const eva = await signedInAtAdmin(planes, OPERATOR);
  const preview = await eva.visit(`/grants/new?address=${ADDRESS}&site=${HOST}&for=8h`);

  const refused = await eva.send('/grants', fieldsOf(preview.text, '/grants'));

  expect(refused.text).toContain('This site needs a fresh proof for each approval');
  expect(await planes.store.ledger.grants.count()).toBe(0);
});

describe('the audit', () => {
  test('is searched by whole words', async () => {
    const audit = { surface: 'cli', site: HOST, address: null, detail: {} } as const;
    await planes.store.ledger.audit.add({ ...audit, who: 'grace', what: 'key_renewed' }, null);

    expect((await operator.visit('/audit?words=GRACE+key')).text).toContain('key renewed');
    expect((await operator.visit('/audit?words=grac')).text).not.toContain('key renewed');
    expect((await operator.visit('/audit?words=&from=2999-01-01')).text).toContain('Nothing of the kind');
    expect((await operator.visit('/audit?from=monday')).status).toBe(400);
  });

  test('is exported and verified by operators alone', async () => {
    await grantFor(60);
    const csv = await operator.visit('/audit/export?format=csv');
    const lines = (await operator.visit('/audit/export?format=ndjson&to=')).text.trim().split('\n');
    const verified = await operator.send(
      '/audit/verify',
      fieldsOf((await operator.visit('/audit')).text, '/audit/verify'),
    );
    const ada = await signedInAtAdmin(planes, ADA);

    expect(csv.headers['content-disposition']).toBe('attachment; filename="audit.csv"');
    expect(csv.text.split('\r\n')[0]).toContain('number,seal,id,at,who');
    expect(lines.map((line) => (JSON.parse(line) as { what: string }).what)).toContain('granted');
    expect(verified.text).toContain('The trail is whole');
    expect((await ada.visit('/audit/export')).status).toBe(403);
    expect((await ada.visit('/audit')).text).not.toContain('Verify the chain');
  });
});

test('a site is shown as its policy applies, and a drill says what each channel answered', async () => {
  const list = await operator.visit('/sites');
  const shown = await operator.visit(`/sites/show?site=${HOST}`);
  const drilled = await operator.send('/sites/drill', fieldsOf(list.text, '/sites/drill'));

  for (const words of [HOST, '7 days', '10 min', ADA]) expect(shown.text).toContain(words);
  expect(drilled.text).toContain('Every channel took the test card');
  expect((await operator.visit('/sites/show?site=none.example')).status).toBe(404);
  expect((await operator.send('/sites/drill', {})).status).toBe(403);
});

test('what is not there, or does not work, is a page with a way on to people and a problem to programs', async () => {
  const page = await operator.visit('/nowhere');
  const problem = await get('/nowhere', BEARER);
  planes.store.behave('away');
  const away = await operator.visit('/requests');

  expect([page.status, page.text.includes('To the console')]).toEqual([404, true]);
  expect([problem.status, problem.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
  expect([away.status, away.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
});
