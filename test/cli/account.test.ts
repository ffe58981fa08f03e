/** `gate account` against an admin plane on a real socket: what it sends, what it prints, how it ends. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fakeAdmin, folderOf, TOKEN, type FakeAdmin } from '../fixtures/http/admin-plane.js';
import { run } from '../fixtures/processes/run-cli.js';

const ACCOUNT = {
  id: 'rpm@koder.dev',
  name: 'rpm@koder.dev',
  isApprover: true,
  isOperator: true,
  state: 'active',
  mailbox: 'rpm@example.org',
  providers: ['koder'],
  sessions: 2,
};

let admin: FakeAdmin;
let folder: string;
const gate = (...words: string[]) => run({ folder, columns: 160 }, 'account', ...words);

beforeEach(async () => {
  admin = await fakeAdmin();
  folder = folderOf('.gate', { port: admin.port, token: TOKEN });
});

afterEach(async () => {
  await admin.stop();
  rmSync(folder, { recursive: true });
});

test('list has a line for each, with rights, state and sessions', async () => {
  admin.answer(200, { accounts: [ACCOUNT, { ...ACCOUNT, id: 'eve-1', isApprover: false, isOperator: false }] });

  const { code, out } = await gate('list');

  expect(code).toBe(0);
  expect(out).toMatch(/^rpm@koder.dev +rpm@koder.dev +approver, operator +active +2$/m);
  expect(out).toMatch(/^eve-1 +rpm@koder.dev +none +active +2$/m);
  expect(admin.calls).toMatchObject([{ call: 'GET /v1/accounts' }]);
});

test('show says what is known of one', async () => {
  admin.answer(200, { accounts: [ACCOUNT] });

  const { code, out } = await gate('show', 'rpm@koder.dev');

  expect(code).toBe(0);
  for (const line of ['Mail:      rpm@example.org', 'Providers: koder', 'Rights:    approver, operator'])
    expect(out).toContain(`${line}\n`);
  expect(admin.calls).toMatchObject([{ call: 'GET /v1/accounts?account=rpm%40koder.dev' }]);
});

test.each([
  ['disable', 'disabled', 'Disabled: rpm@koder.dev.\n'],
  ['enable', 'active', 'Enabled: rpm@koder.dev.\n'],
])('%s asks for just that, in the name of the operator', async (verb, state, said) => {
  admin.answer(200, { accounts: [{ ...ACCOUNT, state }] });

  const { code, out } = await gate(verb, 'rpm@koder.dev');

  expect({ code, out }).toEqual({ code: 0, out: said });
  const body = { account: 'rpm@koder.dev', state, operator: 'ada' };
  expect(admin.calls).toMatchObject([{ call: 'POST /v1/accounts/state', body }]);
});

test('reset-factors prints the link, until when it works, and whether the person is told', async () => {
  admin.answer(200, { url: 'http://localhost/sign-in/x', expiresAt: '2026-12-02T10:00:00Z', mailedTo: null });

  const { code, out } = await gate('reset-factors', 'rpm@koder.dev');

  expect(code).toBe(0);
  expect(out).toMatch(/^http:\/\/localhost\/sign-in\/x\nFor rpm@koder.dev alone, once, until 2026-12-02 10:00/);
  expect(out).toContain('No mail reaches them');
  const body = { account: 'rpm@koder.dev', operator: 'ada' };
  expect(admin.calls).toMatchObject([{ call: 'POST /v1/accounts/reset-factors', body }]);
});

test('sessions and end-sessions are those of gate sessions, of this account alone', async () => {
  admin.answer(200, { sessions: [] });

  const listed = await gate('sessions', 'rpm@koder.dev');
  const ended = await gate('end-sessions', 'rpm@koder.dev');

  expect([listed.code, listed.out, ended.code]).toEqual([0, 'Nobody is signed in.\n', 0]);
  expect(admin.calls).toMatchObject([
    { call: 'GET /v1/sessions?account=rpm%40koder.dev' },
    { call: 'POST /v1/sessions/end', body: { account: 'rpm@koder.dev', operator: 'ada' } },
  ]);
});

test('--json prints what the gate answered', async () => {
  admin.answer(200, { accounts: [ACCOUNT] });

  expect(JSON.parse((await gate('list', '--json')).out)).toEqual([ACCOUNT]);
});
