/** `gate sessions` against an admin plane on a real socket: what it sends, what it prints, how it ends. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fakeAdmin, folderOf, TOKEN, type FakeAdmin } from '../fixtures/http/admin-plane.js';
import { run } from '../fixtures/processes/run-cli.js';

const ID = '5f0c9a7d3be14826';
const SESSION = {
  id: ID,
  account: 'rpm@koder.dev',
  address: '192.0.2.7',
  browser: 'Chrome 148 on Linux',
  signedInBy: 'mailed_link',
  createdAt: '2026-05-11T08:00:00.000Z',
  lastSeenAt: '2026-05-11T09:30:00.000Z',
  expiresAt: '2026-05-11T20:00:00.000Z',
};

let admin: FakeAdmin;
let folder: string;
const gate = (...words: string[]) => run({ folder, columns: 200 }, 'sessions', ...words);

beforeEach(async () => {
  admin = await fakeAdmin();
  folder = folderOf('.gate', { port: admin.port, token: TOKEN });
});

afterEach(async () => {
  await admin.stop();
  rmSync(folder, { recursive: true });
});

test('list shows whose they are, from where and since when, and when they were seen last', async () => {
  admin.answer(200, { sessions: [SESSION] });

  const { code, out } = await gate('list', '--account', 'rpm@koder.dev');

  expect(code).toBe(0);
  for (const shown of [
    ID,
    'rpm@koder.dev',
    '192.0.2.7',
    'Chrome 148 on Linux',
    'a mailed link',
    '2026-05-11 08:00 UTC',
    '2026-05-11 09:30 UTC',
  ])
    expect(out).toContain(shown);
  expect(admin.calls).toMatchObject([{ call: 'GET /v1/sessions?account=rpm%40koder.dev' }]);
});

test('list shows the address of this machine itself, and not its network', async () => {
  admin.answer(200, { sessions: [{ ...SESSION, address: '::/64' }] });

  expect((await gate('list')).out).toMatch(/ ::1 /);
});

test.each([
  [[ID], { id: ID }],
  [['--account', 'rpm@koder.dev'], { account: 'rpm@koder.dev' }],
  [['--all'], { all: true }],
])('end %j asks for just that, in the name of the operator', async (words, asked) => {
  admin.answer(200, { sessions: [SESSION] });

  const { code, out } = await gate('end', ...words);

  expect({ code, out }).toEqual({ code: 0, out: `Ended: ${ID} of rpm@koder.dev.\n` });
  expect(admin.calls).toMatchObject([{ call: 'POST /v1/sessions/end', body: { ...asked, operator: 'ada' } }]);
});

test.each([[[]], [[ID, '--all']], [['not-an-id']]])('end %j asks for nothing', async (words) => {
  const { code } = await gate('end', ...words);

  expect(code).toBe(2);
  expect(admin.calls).toEqual([]);
});
