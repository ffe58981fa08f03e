/** The queue over the admin plane's API: who may, what is parsed, what is answered, and what the audit says. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { ChannelName } from '../../src/approval/brand.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { claimOne, failed, sent } from '../contract/ledger/inputs.js';
import { queued } from '../contract/ledger/message-inputs.js';
import { failedCard, sentCard } from '../contract/ledger/queue-inputs.js';
import { BEARER, get, openAdmin, post } from '../fixtures/http/admin-calls.js';
import { signedInAtAdmin } from '../fixtures/http/admin-browser.js';
import { ADA, OPERATOR } from '../fixtures/http/planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { call } from '../fixtures/http/visitor-client.js';

const ALL = '/api/deliveries';
const PAGE = z.object({
  deliveries: z.array(z.looseObject({ id: z.string(), state: z.string() })),
  next: z.string().nullable(),
});
const POST_CALLS = ['retry', 'cancel'];
const CHANNEL = 'carrier' as ChannelName;

let ledger: Ledger;

openAdmin();
beforeEach(() => {
  ledger = planes.store.ledger;
});

function remove(path: string, headers: Readonly<Record<string, string>> = BEARER) {
  return call(planes.adminUrl + path, { method: 'DELETE', headers });
}

async function listed(query = '') {
  const answer = await get(`${ALL}${query}`);
  expect(answer.status).toBe(200);
  return PAGE.parse(JSON.parse(answer.text));
}

/** Mails that went out, oldest first. */
async function sentMails(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push((await queued(ledger, { channel: CHANNEL })).id);
    const claims = await ledger.deliveries.claim(claimOne(CHANNEL));
    await ledger.deliveries.close(claims.map((claim) => sent(claim)));
  }
  return ids;
}

describe('the list', () => {
  test('pages by its cursor, newest first, and is restricted by every field', async () => {
    const ids = await sentMails(5);
    const card = await failedCard(ledger);

    const first = await listed('?limit=4');
    const second = await listed(`?limit=4&cursor=${first.next ?? ''}`);

    expect([...first.deliveries, ...second.deliveries].map(({ id }) => id)).toEqual([card.id, ...[...ids].reverse()]);
    expect(second.next).toBeNull();
    const byAll = `state=failed&kind=card&channel=${card.transport}&transport=${card.transport}`;
    const found = await listed(`?${byAll}&site=stg.example.org&recipient=RPM&older_than=1s&newer_than=7d`);
    expect(found.deliveries).toEqual([]);
    expect((await listed(`?${byAll}&site=stg.example.org&recipient=RPM&newer_than=7d`)).deliveries).toEqual([
      expect.objectContaining({ id: card.id, state: 'failed', lastReason: 'http_400', site: 'stg.example.org' }),
    ]);
  });

  test.each([
    ['state=lost', 'state must be one of'],
    [
      'kind=letter&limit=0',
      'kind must be one of card, callback, mail, report, digest, mail_callback; limit must be at least 1',
    ],
    ['limit=201', 'limit must be at most 200'],
    ['limit=x', 'limit must be a number'],
    ['older_than=yesterday', 'older_than must be a duration like 30m, 8h or 7d'],
    ['channel=a&channel=b', 'channel must be given once'],
    ['site=', 'site is empty'],
    ['cursor=1%27', 'cursor must be the next of a page'],
    ['sort=id', 'Unrecognized key: "sort"'],
  ])('names every wrong field: %s', async (query, problem) => {
    const answer = await get(`${ALL}?${query}`);

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'bad_query' });
    expect(answer.text.replaceAll('\\"', '"')).toContain(problem);
  });
});

test('one delivery is shown with its attempts; what it says and its keys are not', async () => {
  const { id } = await failedCard(ledger);

  const { status, text } = await get(`${ALL}/${id}`);

  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ id, log: [{ attempt: 1, outcome: 'failed', reason: 'http_400' }] });
  expect(text).not.toMatch(/sealed|token|receipt/i);
  expect((await get(`${ALL}/nowhere`)).status).toBe(404);
});

describe('acting', () => {
  test('retries what failed once, under the operator’s name', async () => {
    const { id } = await failedCard(ledger);

    const done = await post(`${ALL}/${id}/retry`, { operator: 'grace' });
    const again = await post(`${ALL}/${id}/retry`, { operator: 'grace' });

    expect(done.status).toBe(200);
    const made = z.object({ id: z.string(), redriveOf: z.literal(id) }).parse(JSON.parse(done.text));
    expect(again.status).toBe(409);
    expect(again.text).toContain(made.id);
    expect(planes.store.query("SELECT who, surface FROM audit WHERE what = 'delivery_redriven'")).toEqual([
      { who: 'operator:grace', surface: 'cli' },
    ]);
  });

  test('sends nothing again that no key of ours opens', async () => {
    const made = await queued(ledger, { channel: CHANNEL });
    await post(`${ALL}/${made.id}/cancel`, { operator: 'grace' });

    const refused = await post(`${ALL}/${made.id}/retry`, { operator: 'grace' });

    expect(refused.status).toBe(409);
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'sealed' });
    expect(planes.store.query('SELECT id FROM deliveries WHERE redrive_of IS NOT NULL')).toEqual([]);
  });

  test('cancels, and says that an attempt was running', async () => {
    const [waiting, running] = [await queued(ledger, { channel: CHANNEL }), await queued(ledger)];
    await ledger.deliveries.claim(claimOne(running.channel));

    const answers = [
      await post(`${ALL}/${waiting.id}/cancel`, { operator: 'grace' }),
      await post(`${ALL}/${running.id}/cancel`, { operator: 'grace' }),
      await post(`${ALL}/${running.id}/cancel`, { operator: 'grace' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 409]);
    expect(JSON.parse(answers[0]?.text ?? '')).toEqual({ id: waiting.id, before: 'queued', isMaybeUnderWay: false });
    expect(JSON.parse(answers[1]?.text ?? '')).toEqual({ id: running.id, before: 'sending', isMaybeUnderWay: true });
  });

  test('deletes what has ended; what is needed stays, and says why', async () => {
    const [gone] = await sentMails(1);
    const [card, waiting] = [await sentCard(ledger), await queued(ledger)];

    const answers = [];
    for (const id of [gone ?? '', card.id, waiting.id, 'nowhere'])
      answers.push(await remove(`${ALL}/${id}?operator=grace`));

    expect(answers.map(({ status, text }) => [status, (JSON.parse(text) as { code?: string }).code])).toEqual([
      [200, undefined],
      [409, 'still_needed'],
      [409, 'not_ended'],
      [404, 'unknown_delivery'],
    ]);
    expect((await listed()).deliveries.map(({ id }) => id).sort()).toEqual([card.id, waiting.id].sort());
  });

  test('deletes by a filter what a dry run has counted, and nothing without a filter', async () => {
    const ids = await sentMails(120);
    const card = await failedCard(ledger);
    const query = `state=sent&channel=${CHANNEL}&operator=grace`;

    const counted = await remove(`${ALL}?${query}&dry_run=true`);
    expect((await listed('?limit=200')).deliveries).toHaveLength(ids.length + 1);
    const deleted = await remove(`${ALL}?${query}&dry_run=false`);

    expect(JSON.parse(counted.text)).toEqual({ count: 120, isDryRun: true, isMore: false });
    expect(JSON.parse(deleted.text)).toEqual({ count: 120, isDryRun: false, isMore: false });
    expect((await listed()).deliveries.map(({ id }) => id)).toEqual([card.id]);
    const rows = (await ledger.audit.recent(20)).filter(({ what }) => what === 'deliveries_purged');
    const counts = rows.map(({ detail }) => Number(detail['count']));
    expect([Math.max(...counts) <= 50, counts.reduce((sum, count) => sum + count, 0)]).toEqual([true, 120]);
    expect(rows[0]).toMatchObject({ who: 'operator:grace', detail: { filter: 'state=sent channel=carrier' } });
    expect((await remove(`${ALL}?operator=grace`)).text).toContain('name at least one of state, kind');
    expect((await remove(`${ALL}?state=sent`)).text).toContain('operator must be a text');
  });

  test('sends again all that fit, each once, says why others were not, and what it would be before', async () => {
    const cards = [await failedCard(ledger), await failedCard(ledger), await failedCard(ledger)];
    const [again, over] = cards;
    await post(`${ALL}/${again?.id ?? ''}/retry`, { operator: 'grace' });
    planes.store.change(`UPDATE requests SET deadline_at = 1 WHERE id = '${over?.input.id ?? ''}'`);
    const path = `${ALL}/retry?state=failed&kind=card`;

    const before = await post(`${path}&dry_run=true`, { operator: 'grace' });
    expect((await listed()).deliveries).toHaveLength(4);
    const done = await post(path, { operator: 'grace' });
    const twice = await post(path, { operator: 'grace' });

    const answers = [before, done, twice].map(({ text }) => JSON.parse(text) as unknown);
    expect(answers).toEqual([
      { count: 2, refused: {}, isDryRun: true, isMore: false },
      { count: 1, refused: { request_over: 1 }, isDryRun: false, isMore: false },
      { count: 0, refused: { request_over: 1 }, isDryRun: false, isMore: false },
    ]);
    expect((await listed('?state=queued')).deliveries).toHaveLength(2);
    for (const query of ['', '?state=sent', '?state=failed&limit=3'])
      expect((await post(`${ALL}/retry${query}`, { operator: 'grace' })).status).toBe(400);
  });

  test.each(POST_CALLS)('wants a whole body to %s', async (name) => {
    const { id } = await failedCard(ledger);
    const before = planes.store.snapshot();

    for (const body of [{}, { operator: '' }, { operator: 'grace', force: true }, []])
      expect((await post(`${ALL}/${id}/${name}`, body)).status).toBe(400);
    expect(planes.store.snapshot()).toBe(before);
  });
});

test('is for operators alone, and changed by the bearer alone', async () => {
  const { id } = await failedCard(ledger);
  const [ada, operator] = [await signedInAtAdmin(planes, ADA), await signedInAtAdmin(planes, OPERATOR)];
  const before = planes.store.query('SELECT id, state FROM deliveries');

  for (const path of [ALL, `${ALL}/${id}`]) {
    expect((await call(planes.adminUrl + path)).status).toBe(401);
    expect((await ada.visit(path, { accept: 'application/json' })).status).toBe(403);
    expect((await operator.visit(path, { accept: 'application/json' })).status).toBe(200);
  }
  const own = { origin: planes.adminUrl, 'sec-fetch-site': 'same-origin', cookie: operator.cookieHeader() };
  for (const headers of [{}, own]) {
    expect((await remove(`${ALL}/${id}?operator=x`, headers)).status).toBe('origin' in headers ? 403 : 401);
    expect((await remove(`${ALL}?state=failed&operator=x`, headers)).status).toBe('origin' in headers ? 403 : 401);
    const many = await post(`${ALL}/retry?state=failed`, { operator: 'x' }, headers);
    expect(many.status).toBe('origin' in headers ? 403 : 401);
    for (const name of POST_CALLS)
      expect((await post(`${ALL}/${id}/${name}`, { operator: 'x' }, headers)).status).toBe(
        'origin' in headers ? 403 : 401,
      );
  }

  expect(planes.store.query('SELECT id, state FROM deliveries')).toEqual(before);
});

test('a failed attempt is read in the list as it is in the log', async () => {
  const { id } = await queued(ledger, { channel: CHANNEL });
  const claims = await ledger.deliveries.claim(claimOne(CHANNEL));
  await ledger.deliveries.close(claims.map((claim) => failed(claim)));

  const [line] = (await listed('?state=failed')).deliveries;

  expect(line).toMatchObject({ id, state: 'failed', attempts: 1, recipient: 'rpm@example.org', dueAt: null });
});
