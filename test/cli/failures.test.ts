/** `gate failures`, `gate suppressions` and `gate queue pause|resume` against an admin plane on a real socket. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fakeAdmin, folderOf, TOKEN, type FakeAdmin } from '../fixtures/http/admin-plane.js';
import { run } from '../fixtures/processes/run-cli.js';

let admin: FakeAdmin;
let folder: string;
const gate = (...words: string[]) => run({ folder, columns: 200 }, ...words);
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
const FAILURE = {
  ...{
    id: ID,
    kind: 'mail',
    state: 'bounced',
    channel: 'mail',
    recipient: 'ada@x\u001b[31m',
    site: null,
    request: null,
  },
  ...{ about: 'account:ada', reason: 'dsn_5.1.1', attempts: 1, madeAt: '2026-05-11T12:00:00.000Z' },
  ...{ failedAt: '2026-05-11T12:01:00.000Z', redrivenAs: null, resendUntil: '2026-05-18T12:01:00.000Z' },
};

test('failures are listed, and one is shown, harmless to the terminal', async () => {
  admin.answer(200, { failures: [FAILURE], next: '17.abc' });
  const listed = await gate('failures', 'list', '--state', 'bounced', '--recipient', 'ada', '--redriven', 'false');
  admin.answer(200, FAILURE);
  const shown = await gate('failures', 'show', ID);

  expect(listed.out).toMatch(
    new RegExp(`\n${ID} +2026-05-11 12:01 UTC +bounced +mail +mail +ada@x\\\\x1b\\[31m +dsn_5\\.1\\.1`),
  );
  expect(listed.out).toContain('\nMore: the same with --cursor 17.abc\n');
  expect(shown.out).toContain('Text kept until: 2026-05-18 12:01 UTC\n');
  expect(calls()).toEqual(['GET /api/failures?state=bounced&recipient=ada&redriven=false', `GET /api/failures/${ID}`]);
});

test('a failure is sent again, and resolved', async () => {
  admin.answer(200, { id: 'new', redriveOf: ID });
  const again = await gate('failures', 'retry', ID, '--as', 'grace');
  admin.answer(200, { id: ID });
  const resolved = await gate('failures', 'resolve', ID, '--as', 'grace');

  expect([again.out, resolved.out]).toEqual(['Sent again as new.\n', `Resolved: ${ID}.\n`]);
  expect(calls()).toEqual([`POST /api/failures/${ID}/retry`, `POST /api/failures/${ID}/resolve`]);
});

test('a refusal is told, and the exit code says no', async () => {
  admin.answer(409, { error: 'Its time is over.' });

  const { code, err } = await gate('failures', 'retry', ID);

  expect([code, err]).toEqual([1, 'The gate refused: Its time is over.\n']);
});

test('an address is suppressed, listed and lifted', async () => {
  const line = { address: 'eve@example.org', reason: 'by_hand', code: null, setBy: 'operator:grace' };
  const one = { ...line, since: '2026-05-11T12:00:00.000Z', until: '2026-05-13T12:00:00.000Z' };
  admin.answer(200, one);
  const added = await gate(
    'suppressions',
    'add',
    'Eve@example.org',
    '--for',
    '2d',
    '--note',
    'asked us to',
    '--as',
    'x',
  );
  admin.answer(200, { suppressions: [one], next: null });
  const listed = await gate('suppressions', 'list');
  admin.answer(200, { address: 'eve@example.org' });
  const lifted = await gate('suppressions', 'lift', 'eve@example.org', '--as', 'x');

  expect(added.out).toBe('No mail goes to eve@example.org until 2026-05-13 12:00 UTC.\n');
  expect(listed.out).toMatch(
    /\neve@example\.org +by hand +operator:grace +2026-05-11 12:00 UTC +2026-05-13 12:00 UTC\n/,
  );
  expect(lifted.out).toBe('Mails go to eve@example.org again.\n');
  expect(calls()).toEqual([
    'POST /api/suppressions',
    'GET /api/suppressions',
    'DELETE /api/suppressions?address=eve%40example.org&operator=x',
  ]);
});

test('a channel is paused and resumed', async () => {
  admin.answer(200, { channel: 'mail' });
  const paused = await gate('queue', 'pause', 'mail', '--reason', 'new secret', '--as', 'x');
  const resumed = await gate('queue', 'resume', 'mail', '--as', 'x');

  expect(paused.out).toBe('Paused: mail. What waits is kept; go on with: gate queue resume mail\n');
  expect(resumed.out).toBe('Resumed: mail. What waits is sent.\n');
  expect(calls()).toEqual(['POST /api/pauses', 'DELETE /api/pauses?channel=mail&operator=x']);
});
