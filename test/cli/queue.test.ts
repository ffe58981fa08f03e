/** `gate queue` against an admin plane on a real socket: what it sends, what it prints, how it ends. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeAdmin, folderOf, TOKEN, type FakeAdmin } from '../fixtures/http/admin-plane.js';
import { run } from '../fixtures/processes/run-cli.js';

let admin: FakeAdmin;
let folder: string;
const gate = (...words: string[]) => run({ folder, columns: 160 }, 'queue', ...words);
const calls = () => admin.calls.map(({ call }) => call);

beforeEach(async () => {
  admin = await fakeAdmin();
  folder = folderOf('.gate', { port: admin.port, token: TOKEN });
});

afterEach(async () => {
  await admin.stop();
  rmSync(folder, { recursive: true });
});

const ID = 'k3m9v0000000000000x7';
const LINE = {
  ...{ id: ID, kind: 'card', state: 'failed', channel: 'chat', transport: 'chat', recipient: 'ada@x\u001b[31m' },
  ...{ site: 'stg.example.org', request: '4k2m0000000000000000', about: null, attempts: 2, lastReason: 'http_400' },
  ...{ isMaybeDuplicate: false, createdAt: '2026-05-11T12:00:00.000Z', dueAt: null },
  ...{ provider: null, mailbox: null },
  ...{ endsAt: '2026-05-11T12:10:00.000Z', redriveOf: null, redrivenAs: 'n3w00000000000000000' },
};
const ATTEMPT = {
  ...{ task: 'notify', attempt: 2, startedAt: '2026-05-11T12:01:00.000Z', endedAt: '2026-05-11T12:01:01.000Z' },
  ...{ outcome: 'failed', reason: 'http_400', tookMs: 13, clientRequestId: null, providerRequestId: 'p-1' },
  ...{ provider: 'ops', mailbox: 'gate@example.org' },
};

describe('the list', () => {
  test('is a table, and says how to see more', async () => {
    admin.answer(200, { deliveries: [LINE], next: '17.abc' });

    const { code, out } = await gate('list');

    expect(code).toBe(0);
    expect(out).toMatch(/^ID +MADE +STATE +CHANNEL +KIND +RECIPIENT +SITE +ATTEMPTS +LAST REASON\n/);
    expect(out).toMatch(new RegExp(`\n${ID} +2026-05-11 12:00 UTC +failed +chat +card +ada@x\\\\x1b\\[31m +stg\\.`));
    expect(out).toContain('\nMore: the same with --cursor 17.abc\n');
    expect(calls()).toEqual(['GET /api/deliveries']);
  });

  test('asks for what is wanted, and is for machines, too', async () => {
    const page = { deliveries: [LINE], next: null };
    admin.answer(200, page);
    const wanted = ['--state', 'failed', '--kind', 'card', '--channel', 'chat', '--transport', 'chat', '--limit', '5'];
    const more = ['--site', 'a.b', '--recipient', 'ada', '--older-than', '8h', '--newer-than', '7d', '--cursor', '1.x'];

    const { out } = await gate('list', '--json', ...wanted, ...more);

    expect(JSON.parse(out)).toEqual(page);
    const query =
      'state=failed&kind=card&channel=chat&transport=chat&site=a.b&recipient=ada&older_than=8h&newer_than=7d';
    expect(calls()).toEqual([`GET /api/deliveries?${query}&cursor=1.x&limit=5`]);
  });

  test('that is empty says so', async () => {
    admin.answer(200, { deliveries: [], next: null });

    expect(await gate('list')).toMatchObject({ code: 0, out: 'No delivery fits.\n' });
  });
});

test('one is shown with its attempts, and harmless to the terminal', async () => {
  admin.answer(200, { ...LINE, log: [ATTEMPT] });

  const { code, out } = await gate('show', ID);

  expect(code).toBe(0);
  expect(out).toContain('State:         failed\n');
  expect(out).toContain('Recipient:     ada@x\\x1b[31m\n');
  expect(out).toContain('Sent again as: n3w00000000000000000\n');
  expect(out).toMatch(/\n2026-05-11 12:01 UTC +2 +notify +failed +http_400 +13 ms +ops, from gate@example.org +p-1\n/);
  expect(calls()).toEqual([`GET /api/deliveries/${ID}`]);
});

describe('acting', () => {
  test('sends again, and says as what', async () => {
    admin.answer(200, { id: 'new', redriveOf: ID });

    expect(await gate('retry', ID, '--as', 'grace')).toMatchObject({ code: 0, out: 'Sent again as new.\n' });
    expect(admin.calls).toMatchObject([{ call: `POST /api/deliveries/${ID}/retry`, body: { operator: 'grace' } }]);
  });

  test('sends again all that fit, or says how many that would be', async () => {
    admin.answer(200, { count: 3, refused: {}, isDryRun: true, isMore: false });
    const counted = await gate('retry', '--state', 'failed', '--site', 'a.b', '--dry-run');
    admin.answer(200, { count: 2, refused: { request_over: 1 }, isDryRun: false, isMore: true });
    const done = await gate('retry', '--state', 'failed', '--site', 'a.b');

    expect(counted).toMatchObject({ code: 0, out: 'Would be sent again: 3.\n' });
    const said = 'Sent again: 2. There are more that fit. Not sent: 1 (request_over).\n';
    expect(done).toMatchObject({ code: 0, out: said });
    const query = 'POST /api/deliveries/retry?state=failed&site=a.b&dry_run=';
    expect(admin.calls).toMatchObject([
      { call: `${query}true`, body: { operator: 'ada' } },
      { call: `${query}false`, body: { operator: 'ada' } },
    ]);
  });

  test('cancels, and says that it may arrive all the same', async () => {
    admin.answer(200, { id: ID, before: 'sending', isMaybeUnderWay: true });

    const { code, out } = await gate('cancel', ID);

    expect([code, out]).toEqual([0, `Cancelled: ${ID}. An attempt was running: it may arrive all the same.\n`]);
    expect(admin.calls).toMatchObject([{ call: `POST /api/deliveries/${ID}/cancel`, body: { operator: 'ada' } }]);
  });

  test('deletes one', async () => {
    admin.answer(200, { id: ID });

    expect(await gate('delete', ID)).toMatchObject({ code: 0, out: `Deleted: ${ID}.\n` });
    expect(calls()).toEqual([`DELETE /api/deliveries/${ID}?operator=ada`]);
  });

  test('counts with --dry-run, and deletes without', async () => {
    admin.answer(200, { count: 10_000, isDryRun: true, isMore: true });
    const counted = await gate('purge', '--state', 'failed', '--older-than', '30d', '--dry-run');
    admin.answer(200, { count: 12, isDryRun: false, isMore: false });
    const deleted = await gate('purge', '--state', 'failed', '--older-than', '30d');

    expect(counted).toMatchObject({ code: 0, out: 'Would be deleted: 10,000. There are more that fit.\n' });
    expect(deleted).toMatchObject({ code: 0, out: 'Deleted: 12.\n' });
    const query = 'DELETE /api/deliveries?state=failed&older_than=30d&dry_run=';
    expect(calls()).toEqual([`${query}true&operator=ada`, `${query}false&operator=ada`]);
  });

  test('that is refused says why and ends with 1', async () => {
    admin.answer(409, { code: 'request_over', error: 'Its request is decided.' });

    expect(await gate('retry', ID)).toMatchObject({ code: 1, err: 'The gate refused: Its request is decided.\n' });
    expect(JSON.parse((await gate('delete', ID, '--json')).out)).toEqual({ error: 'Its request is decided.' });
  });
});

test.each([
  [['show']],
  [['show', '../x']],
  [['retry', 'a b']],
  [['retry']],
  [['retry', '--state', 'sent']],
  [['retry', ID, '--state', 'failed']],
  [['retry', ID, '--dry-run']],
  [['purge']],
  [['purge', '--dry-run']],
  [['list', '--state', 'lost']],
  [['list', '--older-than', 'yesterday']],
  [['list', '--limit', '0']],
])('wrong usage ends with 2, and nothing is sent: %j', async (words) => {
  expect((await gate(...words)).code).toBe(2);
  expect(admin.calls).toEqual([]);
});
