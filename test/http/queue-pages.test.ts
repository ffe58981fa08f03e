/** The queue on the admin plane in a browser: what it shows, whose forms change it, and what they say of it. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ChannelName } from '../../src/approval/brand.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { claimOne, failed, openInput, opened, sent } from '../contract/ledger/inputs.js';
import { queued } from '../contract/ledger/message-inputs.js';
import { failedCard, queuedCard } from '../contract/ledger/queue-inputs.js';
import { signedInAtAdmin, type AdminBrowser } from '../fixtures/http/admin-browser.js';
import { BEARER, get } from '../fixtures/http/admin-calls.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { ADA, OPERATOR } from '../fixtures/http/planes.js';
import { call, fieldsOf } from '../fixtures/http/visitor-client.js';

const CHANNEL = 'carrier' as ChannelName;

openPlanes();

let ledger: Ledger;
let operator: AdminBrowser;
beforeEach(async () => {
  ({ ledger } = planes.store);
  operator = await signedInAtAdmin(planes, OPERATOR);
});

async function mails(count: number, how: 'sent' | 'failed' = 'sent'): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push((await queued(ledger, { channel: CHANNEL })).id);
    const claims = await ledger.deliveries.claim(claimOne(CHANNEL));
    await ledger.deliveries.close(claims.map((claim) => (how === 'sent' ? sent(claim) : failed(claim))));
  }
  return ids;
}

function states(): readonly string[] {
  return planes.store.query('SELECT state FROM deliveries ORDER BY rowid').map((row) => String(row['state']));
}

/** Ids of the deliveries that a page links to, as it has them. */
function linked(text: string): readonly string[] {
  return [...text.matchAll(/href="\/queue\/([0-9a-z]{20})"/g)].map(([, id = '']) => id);
}

async function press(id: string, act: string) {
  const path = `/queue/${id}/${act}`;
  return operator.send(path, fieldsOf((await operator.visit(`/queue/${id}`)).text, path));
}

describe('the list', () => {
  test('shows 50 a page, newest first, and leads on and back', async () => {
    const ids = [...(await mails(53))].reverse();

    const first = await operator.visit('/queue');
    const older = /href="(\/queue\?[^"]*cursor=[^"]*)"/.exec(first.text)?.[1] ?? '';
    const second = await operator.visit(older.replaceAll('&amp;', '&'));

    expect(linked(first.text)).toEqual(ids.slice(0, 50));
    expect(linked(second.text)).toEqual(ids.slice(50));
    expect(second.text).toContain('>Newest</a>');
    expect(second.text).not.toContain('>Older</a>');
  });

  test('is found by what is filled in, keeps it, and says what it cannot read', async () => {
    const [bad = ''] = await mails(1, 'failed');
    await mails(2);

    const found = await operator.visit(`/queue?state=failed&kind=&channel=${CHANNEL}&recipient=RPM&older_than=`);
    const unread = await operator.visit('/queue?state=lost&older_than=yesterday');

    expect(linked(found.text)).toEqual([bad]);
    expect(found.text).toMatch(/<option value="failed" selected>/);
    expect(found.text).toMatch(/id="recipient"[^>]*value="RPM"/);
    expect(unread.status).toBe(400);
    expect(unread.text).toContain('older_than must be a duration like 30m, 8h or 7d');
  });

  test('escapes what others chose', async () => {
    const recipient = { kind: 'mailbox', address: '<b>@example.org' } as const;
    const { id } = await queued(ledger, { channel: CHANNEL, recipient });

    for (const path of ['/queue?recipient=%3Cb%3E', `/queue/${id}`]) {
      const { text } = await operator.visit(path);
      expect(text).toContain('&lt;b&gt;@example.org');
      expect(text).not.toContain('<b>@');
    }
  });

  test('is for operators, by session or bearer, and nobody else', async () => {
    const { id } = await failedCard(ledger);
    const ada = await signedInAtAdmin(planes, ADA);

    for (const path of ['/queue', `/queue/${id}`, '/queue/delete?state=failed']) {
      expect((await operator.visit(path)).status).toBe(200);
      expect((await get(path)).status).toBe(200);
      expect((await ada.visit(path)).status).toBe(403);
      expect((await call(planes.adminUrl + path)).status).toBe(401);
    }
    expect((await ada.visit('/')).text).not.toContain('href="/queue"');
    expect((await get(`/queue/${id}`)).text).not.toContain('<form method="post"');
  });
});

describe('one delivery', () => {
  test('is shown with every attempt and why it failed', async () => {
    const { id } = await failedCard(ledger);

    const { text } = await operator.visit(`/queue/${id}`);

    expect(text).toContain(`Delivery ${id}`);
    expect(text).toMatch(/failed <code>http_400<\/code>\s*<span class="hint">13 ms<\/span>/);
    expect((await operator.visit('/queue/nowhere')).status).toBe(404);
  });

  test('that failed is sent again under the operator’s own name; each page names the other', async () => {
    const { id } = await failedCard(ledger);

    const done = await press(id, 'retry');

    expect(done.status).toBe(200);
    const [made = ''] = linked(done.text).filter((one) => one !== id);
    expect((await operator.visit(`/queue/${id}`)).text).toContain(`/queue/${made}`);
    expect((await operator.visit(`/queue/${made}`)).text).toContain(`/queue/${id}`);
    expect(planes.store.query("SELECT who, surface FROM audit WHERE what = 'delivery_redriven'")).toEqual([
      { who: `operator:${OPERATOR}`, surface: 'admin_page' },
    ]);
  });

  test('that is being sent is cancelled, and it is said that it may be under way', async () => {
    const { id } = await queued(ledger, { channel: CHANNEL });
    await ledger.deliveries.claim(claimOne(CHANNEL));

    const done = await press(id, 'cancel');

    expect(done.text).toContain('It may be under way');
    expect(states()).toEqual(['cancelled']);
  });

  test('is deleted once that is said twice; what nobody may do any more is refused with the reason', async () => {
    const [id = ''] = await mails(1);
    const page = await operator.visit(`/queue/${id}`);
    expect(page.text).toMatch(/<details>\s*<summary>Delete it<\/summary>/);

    expect((await press(id, 'delete')).text).toContain('is gone');
    const again = await operator.send(`/queue/${id}/delete`, fieldsOf(page.text, `/queue/${id}/delete`));

    expect(again.status).toBe(404);
    expect(states()).toEqual([]);
  });

  test('of a request that was decided meanwhile is not sent again, and the page says why', async () => {
    const card = await failedCard(ledger);
    const path = `/queue/${card.id}/retry`;
    const fields = fieldsOf((await operator.visit(`/queue/${card.id}`)).text, path);
    planes.store.change(`UPDATE requests SET deadline_at = 1 WHERE id = '${card.input.id}'`);

    const done = await operator.send(path, fields);

    expect(done.status).toBe(409);
    expect(done.text).toContain('a card of it would ask for nothing');
  });
});

describe('many', () => {
  test('are deleted by a filter after a page has said how many', async () => {
    await mails(3);
    const kept = await queuedCard(ledger);

    const preview = await operator.visit(`/queue/delete?state=sent&channel=${CHANNEL}`);
    expect(preview.text).toContain('<strong>3 deliveries</strong>');
    expect(states()).toHaveLength(4);
    const done = await operator.send('/queue/delete', fieldsOf(preview.text, '/queue/delete'));

    expect(done.text).toContain('3 deliveries are gone');
    expect((await operator.visit('/queue')).text).toContain(kept.id);
    expect(states()).toEqual(['queued']);
  });

  test('are sent again by a filter after a page has said how many, and it says why others were not', async () => {
    const [good, over] = [await failedCard(ledger), await failedCard(ledger)];
    planes.store.change(`UPDATE requests SET deadline_at = 1 WHERE id = '${over.input.id}'`);

    const list = await operator.visit('/queue?state=failed');
    expect(list.text).toContain('href="/queue/retry?state=failed"');
    const preview = await operator.visit('/queue/retry?state=failed');
    expect(preview.text).toContain('<strong>2 deliveries</strong>');
    const done = await operator.send('/queue/retry', fieldsOf(preview.text, '/queue/retry'));

    expect(done.text).toContain('1 delivery is sent again');
    expect(done.text).toMatch(/request over<\/dt>\s*<dd>1 delivery/);
    expect((await operator.visit(`/queue/${good.id}`)).text).toContain('Sent again as');
    expect((await operator.visit('/queue/retry?state=sent')).status).toBe(400);
    expect((await operator.visit('/queue?state=sent')).text).not.toContain('/queue/retry');
  });

  test('are not deleted without a filter', async () => {
    expect((await operator.visit('/queue/delete')).status).toBe(400);
    expect((await operator.visit('/queue')).text).not.toContain('/queue/delete');
  });
});

test('a form is of this page, of this session, of one act, one delivery and one filter', async () => {
  const [one = '', other = ''] = await mails(2, 'failed');
  await ledger.requests.open(openInput(), opened);
  const approver = await signedInAtAdmin(planes, ADA);
  const path = `/queue/${one}/delete`;
  const fields = fieldsOf((await operator.visit(`/queue/${one}`)).text, path);
  const bulk = fieldsOf((await operator.visit('/queue/delete?state=failed')).text, '/queue/delete');
  const before = states();

  for (const headers of [{ origin: planes.publicUrl }, { 'sec-fetch-site': 'cross-site' }])
    expect((await operator.send(path, fields, headers)).status).toBe(403);
  expect((await operator.send(path, {})).status).toBe(403);
  expect((await operator.send(`/queue/${other}/delete`, fields)).status).toBe(403);
  expect((await operator.send(`/queue/${one}/retry`, fields)).status).toBe(403);
  expect((await operator.send('/queue/delete', { ...bulk, state: 'sent' })).status).toBe(403);
  expect((await operator.send('/queue/delete', { csrf: bulk['csrf'] ?? '' })).status).toBe(403);
  expect((await operator.send('/queue/retry', bulk)).status).toBe(403);
  expect((await approver.send(path, fields)).status).toBe(403);
  expect((await call(planes.adminUrl + path, { method: 'POST', headers: BEARER })).status).toBe(403);
  for (const act of ['retry', 'cancel', 'delete'])
    expect((await operator.visit(`/queue/${one}/${act}`)).status).toBe(404);

  expect(states()).toEqual(before);
});
