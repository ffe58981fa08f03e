/** How the verbs find the process that runs, and what they say when none does. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fakeAdmin, folderOf, leave, TOKEN, type FakeAdmin } from '../fixtures/http/admin-plane.js';
import { run } from '../fixtures/processes/run-cli.js';

let admin: FakeAdmin;
const folders: string[] = [];

beforeEach(async () => {
  admin = await fakeAdmin();
  admin.answer(200, { kind: 'text', isOk: true, lines: ['Here.'], data: null });
});

afterEach(async () => {
  await admin.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function held(folder: string): string {
  folders.push(folder);
  return folder;
}

test('in .gate, by the port that the process wrote', async () => {
  const folder = held(folderOf('.gate', { port: admin.port, token: `${TOKEN}\n` }));

  expect(await run({ folder }, 'pending')).toMatchObject({ code: 0, out: 'Here.\n' });
});

test("in the demo's folder, where .gate has none", async () => {
  const folder = held(folderOf('.gate/demo', { port: admin.port, token: TOKEN }));

  expect(await run({ folder }, 'pending')).toMatchObject({ code: 0, out: 'Here.\n' });
});

test('past what a killed process left behind', async () => {
  const gone = await fakeAdmin();
  await gone.stop();
  const folder = held(folderOf('.gate', { port: gone.port, token: 'b'.repeat(64) }));
  leave(join(folder, '.gate/demo'), { port: admin.port, token: TOKEN });

  expect(await run({ folder }, 'pending')).toMatchObject({ code: 0, out: 'Here.\n' });
});

test('in DATA_DIR alone where it is set', async () => {
  const folder = held(folderOf('.gate', { port: admin.port, token: TOKEN }));
  const elsewhere = held(mkdtempSync(join(tmpdir(), 'gate-cli-')));

  const { code, err } = await run({ folder, environment: { DATA_DIR: elsewhere } }, 'pending');

  expect(code).toBe(69);
  expect(err).toContain(`no gate has left its admin.token in ${elsewhere}`);
});

test('by ADMIN_PORT where it is set', async () => {
  const gone = await fakeAdmin();
  await gone.stop();
  const folder = held(folderOf('data', { port: gone.port, token: TOKEN }));

  const environment = { DATA_DIR: 'data', ADMIN_PORT: String(admin.port) };

  expect(await run({ folder, environment }, 'pending')).toMatchObject({ code: 0, out: 'Here.\n' });
});

test('by the .env of the folder, which the environment goes before', async () => {
  const folder = held(folderOf('data', { port: admin.port, token: TOKEN }));
  writeFileSync(join(folder, '.env'), 'DATA_DIR=data\n');

  expect(await run({ folder }, 'pending')).toMatchObject({ code: 0 });
  expect(await run({ folder, environment: { DATA_DIR: 'none' } }, 'pending')).toMatchObject({ code: 69 });
});

test('a wrong token is told, and ends with 69', async () => {
  const folder = held(folderOf('.gate', { port: admin.port, token: 'b'.repeat(64) }));

  const { code, err } = await run({ folder }, 'pending');

  expect(code).toBe(69);
  expect(err).toContain(`127.0.0.1:${String(admin.port)} does not take the token in`);
});

test('nobody there: says what was tried and what to do', async () => {
  const folder = held(mkdtempSync(join(tmpdir(), 'gate-cli-')));

  const { code, out, err } = await run({ folder }, 'pending', '--json');

  expect({ code, out }).toEqual({ code: 69, out: '' });
  expect(err).toContain('no gate has left its admin.token in .gate or .gate/demo');
  expect(err).toContain('Start it with "gate serve" or "gate demo"');
});

test('something else on the port is not taken for a gate', async () => {
  admin.answer(200, '<html>');
  const folder = held(folderOf('.gate', { port: admin.port, token: TOKEN }));

  const { code, err } = await run({ folder }, 'pending');

  expect(code).toBe(69);
  expect(err).toContain('answers, but not as a gate does');
});
