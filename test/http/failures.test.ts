/** `/api/failures`, `/api/suppressions` and `/api/pauses`, and their pages, from outside: what they tell, and whose calls change anything. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { claimMessage, queued } from '../contract/ledger/message-inputs.js';
import { failed } from '../contract/ledger/inputs.js';
import { failedCard } from '../contract/ledger/queue-inputs.js';
import { signedInAtAdmin, type AdminBrowser } from '../fixtures/http/admin-browser.js';
import { BEARER, get, post } from '../fixtures/http/admin-calls.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { ADA, OPERATOR } from '../fixtures/http/planes.js';
import { call, fieldsOf } from '../fixtures/http/visitor-client.js';

const BY = { operator: 'grace' };

openPlanes();

async function asJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse((await get(path)).text) as Record<string, unknown>;
}

function remove(path: string, headers: Readonly<Record<string, string>> = BEARER) {
  return call(`${planes.adminUrl}${path}`, { method: 'DELETE', headers });
}

function audited(what: string) {
  return planes.store.query(`SELECT who, detail FROM audit WHERE what = '${what}'`);
}

async function failedMail(): Promise<string> {
  const { ledger } = planes.store;
  const made = await queued(ledger);
  await ledger.deliveries.close([failed(await claimMessage(ledger, made.channel))]);
  return made.id;
}

describe('failures over the API', () => {
  test('are listed page by page, shown, sent again once, and resolved', async () => {
    const card = await failedCard(planes.store.ledger);
    const id = await failedMail();

    const first = await asJson('/api/failures?limit=1');
    const second = await asJson(`/api/failures?limit=1&cursor=${String(first['next'])}`);
    const both = [first, second].flatMap((page) => page['failures'] as { id: string }[]).map((one) => one.id);
    expect([...both].sort()).toEqual([card.id, id].sort());
    expect(second['next']).toBeNull();
    expect(await asJson('/api/failures?kind=card&redriven=false')).toMatchObject({ failures: [{ id: card.id }] });
    expect(await asJson(`/api/failures/${id}`)).toMatchObject({ kind: 'mail', reason: 'http_400', attempts: 1 });

    const again = await post(`/api/failures/${card.id}/retry`, BY);
    const twice = await post(`/api/failures/${card.id}/retry`, BY);
    expect([again.status, twice.status]).toEqual([200, 409]);
    expect(await asJson(`/api/failures/${card.id}`)).toMatchObject({
      redrivenAs: (JSON.parse(again.text) as { id: string }).id,
    });

    expect((await post(`/api/failures/${id}/resolve`, BY)).status).toBe(200);
    expect((await post(`/api/failures/${id}/resolve`, BY)).status).toBe(404);
    expect((await get(`/api/failures/${id}`)).status).toBe(404);
    expect(audited('failure_resolved')).toMatchObject([{ who: 'operator:grace' }]);
  });

  test('a mail whose text no key opens is refused as such, and a query that is wrong with every wrong field', async () => {
    expect(JSON.parse((await post(`/api/failures/${await failedMail()}/retry`, BY)).text)).toMatchObject({
      code: 'sealed',
    });
    const wrong = await get('/api/failures?state=sent&limit=0&nonsense=1');
    expect(wrong.status).toBe(400);
    for (const field of ['state', 'limit', 'nonsense']) expect(wrong.text).toContain(field);
  });
});

describe('suppressions over the API', () => {
  test('are set, listed and lifted, however the address is written', async () => {
    const set = await post('/api/suppressions', { ...BY, address: 'Eve@Example.ORG', for: '2d', note: 'asked us to' });
    expect(JSON.parse(set.text)).toMatchObject({ address: 'eve@example.org', reason: 'by_hand', code: 'asked us to' });
    expect(await asJson('/api/suppressions')).toMatchObject({ suppressions: [{ address: 'eve@example.org' }] });

    const path = `/api/suppressions?address=EVE%40example.org&operator=grace`;
    expect((await remove(path)).status).toBe(200);
    expect((await remove(path)).status).toBe(404);
    expect(audited('suppression_lifted')).toHaveLength(1);
  });

  test.each([{ address: 'nobody' }, { address: 'a@b.c', for: 'ever' }, { address: 'a@b.c', note: 'a\nb' }, {}])(
    'refuses %j',
    async (wrong) => {
      expect((await post('/api/suppressions', { ...BY, ...wrong })).status).toBe(400);
    },
  );
});

describe('pauses over the API', () => {
  test('a channel is paused once, told with who did and why, and resumed once', async () => {
    const body = { ...BY, channel: 'carrier', reason: 'new secret' };
    expect([(await post('/api/pauses', body)).status, (await post('/api/pauses', body)).status]).toEqual([200, 409]);
    expect(await asJson('/api/pauses')).toMatchObject({
      pauses: [{ channel: 'carrier', pausedBy: 'operator:grace', reason: 'new secret', probeAt: null }],
    });
    const path = '/api/pauses?channel=carrier&operator=grace';
    expect([(await remove(path)).status, (await remove(path)).status]).toEqual([200, 409]);
  });

  test('a channel that there is not is refused, with those that there are', async () => {
    const answer = await post('/api/pauses', { ...BY, channel: 'pigeon' });
    expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('carrier, talk')]);
  });
});

test('nothing changes without the bearer', async () => {
  const id = await failedMail();
  const none = { 'content-type': 'application/json' };
  for (const path of [`/api/failures/${id}/retry`, `/api/failures/${id}/resolve`, '/api/suppressions', '/api/pauses'])
    expect((await post(path, { ...BY, channel: 'talk', address: 'a@b.c' }, none)).status).toBe(401);
  expect((await remove('/api/pauses?channel=talk&operator=x', {})).status).toBe(401);
});

describe('the pages', () => {
  let operator: AdminBrowser;
  beforeEach(async () => {
    operator = await signedInAtAdmin(planes, OPERATOR);
  });

  async function press(page: string, path: string) {
    return operator.send(path, fieldsOf((await operator.visit(page)).text, path));
  }

  test('a failure is found, read, sent again and resolved, under the operator’s own name', async () => {
    const { id } = await failedCard(planes.store.ledger);
    expect((await operator.visit('/failures?state=failed&kind=&recipient=')).text).toContain(`href="/failures/${id}"`);
    expect((await operator.visit(`/failures/${id}`)).text).toContain('<code>http_400</code>');

    expect((await press(`/failures/${id}`, `/failures/${id}/retry`)).text).toContain('Sent again');
    expect((await operator.visit(`/failures/${id}`)).text).toMatch(
      /<summary>Resolve it<[^]*Yes, resolve it<[^]*<\/details>/,
    );
    expect((await press(`/failures/${id}`, `/failures/${id}/resolve`)).text).toContain('Resolved');

    expect((await operator.visit(`/failures/${id}`)).status).toBe(404);
    const [entry] = audited('failure_resolved');
    expect(entry).toMatchObject({ who: `operator:${OPERATOR}` });
  });

  test('a mail whose text is erased is not offered again, and one to a suppressed address leads to what lifts it', async () => {
    const id = await failedMail();
    const before = (await operator.visit(`/failures/${id}`)).text;
    planes.store.change(`UPDATE failures SET sealed_payload = NULL, reason = 'suppressed'`);
    const after = (await operator.visit(`/failures/${id}`)).text;

    expect([before, after].map((page) => page.includes('Send it again'))).toEqual([true, false]);
    expect(after).toContain('Its text is erased');
    expect(after).toContain('<a href="/failures/suppressions">this address</a>');
  });

  test('a suppressed address is shown and lifted, and a channel paused and resumed; the queue tells', async () => {
    await post('/api/suppressions', { ...BY, address: 'eve@example.org' });
    const lifted = await press('/failures/suppressions', '/failures/suppressions/lift');
    expect(lifted.text).toContain('Mails go to eve@example.org again.');

    expect((await press('/queue/channels', '/queue/channels/pause')).text).toContain(
      'Nothing is sent over carrier now.',
    );
    expect((await operator.visit('/queue')).text).toMatch(/carrier: <strong>paused<\/strong> by /);
    expect((await press('/queue/channels', '/queue/channels/resume')).status).toBe(200);
    expect((await operator.visit('/queue')).text).not.toContain('<strong>paused</strong>');
  });

  test('a form without its token, one for another act, and somebody who is no operator change nothing', async () => {
    const { id } = await failedCard(planes.store.ledger);
    const fields = fieldsOf((await operator.visit(`/failures/${id}`)).text, `/failures/${id}/retry`);

    expect((await operator.send(`/failures/${id}/resolve`, fields)).status).toBe(403);
    expect((await operator.send(`/failures/${id}/resolve`, {})).status).toBe(403);
    const approver = await signedInAtAdmin(planes, ADA);
    for (const path of ['/failures', `/failures/${id}`, '/failures/suppressions', '/queue/channels'])
      expect((await approver.visit(path)).status).toBe(403);
    expect((await get(`/api/failures/${id}`)).status).toBe(200);
  });
});
