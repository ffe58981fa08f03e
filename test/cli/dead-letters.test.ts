/** `gate dead-letters` against an admin plane on a real socket: what it sends, what it prints, how it ends. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeAdmin, folderOf, TOKEN, type FakeAdmin } from '../fixtures/http/admin-plane.js';
import { run } from '../fixtures/processes/run-cli.js';

let admin: FakeAdmin;
let folder: string;
const gate = (...words: string[]) => run({ folder, columns: 120 }, 'dead-letters', ...words);

beforeEach(async () => {
  admin = await fakeAdmin();
  folder = folderOf('.gate', { port: admin.port, token: TOKEN });
});

afterEach(async () => {
  await admin.stop();
  rmSync(folder, { recursive: true });
});

const LETTER = {
  id: 42,
  at: '2026-05-11T12:00:00.000Z',
  source: 'slack',
  reason: 'signature_wrong',
  callId: '4k2m0000000000000000',
  address: '203.0.113.7',
  headers: { 'content-type': 'application/json', 'user-agent': 'x\u001b[31m' },
  bodyBytes: 120,
  bodyHash: 'ab'.repeat(32),
  isSigned: false,
  unrecorded: 7,
  redriven: null,
};

describe('the list', () => {
  test('is a table, and says how to see more', async () => {
    admin.answer(200, { letters: [LETTER], before: 42 });

    const { code, out } = await gate();

    expect(code).toBe(0);
    expect(out).toMatch(/^ID +WHEN +SOURCE +REASON +FROM +SIGNED +UNRECORDED +REDRIVEN\n/);
    expect(out).toMatch(/\n42 +2026-05-11 12:00 UTC +slack +signature_wrong +203\.0\.113\.7 +no +and 7 before\n/);
    expect(out).toContain('\nMore: gate dead-letters --before 42\n');
    expect(admin.calls.map(({ call }) => call)).toEqual(['GET /v1/dead-letters']);
  });

  test('goes on from where it ended', async () => {
    admin.answer(200, { letters: [], before: null });

    expect(await gate('--before', '42')).toMatchObject({ code: 0, out: 'No call was refused.\n' });
    expect(admin.calls.map(({ call }) => call)).toEqual(['GET /v1/dead-letters?before=42']);
  });

  test('is for machines, too', async () => {
    const page = { letters: [LETTER], before: null };
    admin.answer(200, page);

    expect(JSON.parse((await gate('--json')).out)).toEqual(page);
  });
});

describe('one of them', () => {
  test('is shown without its body, and harmless to the terminal', async () => {
    admin.answer(200, LETTER);

    const { code, out } = await gate('show', '42');

    expect(code).toBe(0);
    expect(out).toContain(`body        120 bytes, sha256 ${'ab'.repeat(32)}`);
    expect(out).toContain('header      user-agent: x\\x1b[31m');
    expect(admin.calls.map(({ call }) => call)).toEqual(['GET /v1/dead-letters/42']);
  });

  test('shows its body to whom asks for it, by name', async () => {
    admin.answer(200, { ...LETTER, base64: Buffer.from('{"a":"\u001b[2J"}').toString('base64') });

    const { code, out } = await gate('show', '42', '--body', '--as', 'grace');

    expect(code).toBe(0);
    expect(out).toContain('{"a":"\\x1b[2J"}');
    expect(admin.calls).toMatchObject([
      { call: 'GET /v1/dead-letters/42' },
      { call: 'POST /v1/dead-letters/42/body', body: { operator: 'grace' } },
    ]);
  });

  test('that is none is said so', async () => {
    admin.answer(404, { code: 'unknown_letter', error: 'There is no such dead letter.' });

    expect(await gate('show', '43')).toMatchObject({
      code: 1,
      err: 'The gate refused: There is no such dead letter.\n',
    });
  });
});

describe('redriving', () => {
  test('says that it was carried out', async () => {
    admin.answer(200, { isDone: true, outcome: 'done' });

    expect(await gate('redrive', '42')).toMatchObject({ code: 0, out: 'Carried out.\n' });
    expect(admin.calls).toMatchObject([{ call: 'POST /v1/dead-letters/42/redrive', body: { operator: 'ada' } }]);
  });

  test('says why it was not, and ends with 1', async () => {
    admin.answer(200, { isDone: false, outcome: 'not_yours' });

    expect(await gate('redrive', '42')).toMatchObject({ code: 1, err: 'Not carried out: not_yours.\n' });
  });

  test('of what is unsigned is refused, for machines as JSON', async () => {
    admin.answer(409, { code: 'unsigned', error: 'This call did not prove who made it.' });

    const { code, out } = await gate('redrive', '42', '--json');

    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({ error: 'This call did not prove who made it.' });
  });
});

test.each([[['show']], [['show', 'x']], [['redrive', '0']], [['redrive', '-1']], [['--before', '1.5']]])(
  'wrong usage ends with 2, and nothing is sent: %j',
  async (words) => {
    expect((await gate(...words)).code).toBe(2);
    expect(admin.calls).toEqual([]);
  },
);
