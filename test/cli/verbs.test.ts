/** The verbs against an admin plane on a real socket: what they send, what they print, how they end. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeAdmin, folderOf, TOKEN, type FakeAdmin } from './admin-plane.js';
import { run } from './run.js';

let admin: FakeAdmin;
let folder: string;
const gate = (...words: string[]) => run({ folder }, ...words);
const text = (isOk: boolean, lines: string[], data: unknown = null) => ({ kind: 'text', isOk, lines, data });

beforeEach(async () => {
  admin = await fakeAdmin();
  folder = folderOf('.gate', { port: admin.port, token: TOKEN });
});

afterEach(async () => {
  await admin.stop();
  rmSync(folder, { recursive: true });
});

const PENDING = {
  id: '4k2m0000000000000000',
  site: 'stg.example.org',
  address: '192.0.2.7',
  path: '/a?b=c',
  status: 'pending',
  openedAt: '2026-05-11T12:00:00.000Z',
  expiresAt: '2026-05-11T12:10:00.000Z',
};

const TABLE = {
  kind: 'table',
  title: '1 request is pending',
  columns: ['id', 'site', 'address', 'path', 'browser', 'time left'],
  rows: [['4k2m', 'stg.example.org', '192.0.2.7', `/${'long/'.repeat(30)}`, 'Chrome 148 on Linux', '9 min']],
  more: null,
  empty: 'Nothing is pending.',
  data: [PENDING],
};

describe('every verb sends its line, in the name of the operator', () => {
  test.each([
    [['pending'], 'pending'],
    [['pending', 'stg.example.org'], 'pending stg.example.org'],
    [['show', '4k2m'], 'show 4k2m'],
    [['approve', '4k2m'], 'approve 4k2m'],
    [['approve', '4k2m', '--for', '8h'], 'approve 4k2m for 8h'],
    [['approve', '4k2m', '--for', '8 h'], 'approve 4k2m for 8h'],
    [['deny', '4k2m'], 'deny 4k2m'],
    [['deny', '4k2m', '--because', ' a  "scanner" '], 'deny 4k2m because a  "scanner"'],
    [['deny', '4k2m', '--telling', 'ask by mail'], 'deny 4k2m telling ask by mail'],
    [['pending', '--page', '2'], 'pending page 2'],
    [['grants', 'stg.example.org', '--page', '3'], 'grants stg.example.org page 3'],
    [['history', '--page', '1'], 'history page 1'],
    [['grants'], 'grants'],
    [['grants', 'stg.example.org'], 'grants stg.example.org'],
    [['grant', '192.0.2.7', 'stg.example.org'], 'grant 192.0.2.7 stg.example.org'],
    [['grant', '2001:db8::1', 'stg.example.org', '--for', '1d'], 'grant 2001:db8::1 stg.example.org for 1d'],
    [['revoke', '17'], 'revoke 17'],
    [['revoke', '4k2m'], 'revoke 4k2m'],
    [['extend', '4k2m'], 'extend 4k2m'],
    [['extend', '4k2m', '--for', '2 d'], 'extend 4k2m for 2d'],
    [['mute', 'stg.example.org'], 'mute stg.example.org'],
    [['mute', '192.0.2.7', '--for', '30m'], 'mute 192.0.2.7 for 30m'],
    [['unmute', '192.0.2.7'], 'unmute 192.0.2.7'],
    [['who'], 'who'],
    [['accounts'], 'accounts'],
    [['accounts', 'rpm@koder.dev', '--page', '2'], 'accounts rpm@koder.dev page 2'],
    [['unlink', 'slack:T024BE7LD:U061F7AUR'], 'unlink slack:T024BE7LD:U061F7AUR'],
    [['unlink', 'talk:embedded:rpm', 'rpm@koder.dev'], 'unlink talk:embedded:rpm rpm@koder.dev'],
    [['drill'], 'drill'],
    [['history', 'stg.example.org'], 'history stg.example.org'],
  ])('gate %j', async (words, line) => {
    admin.answer(200, text(true, ['Done.']));

    const { code, out } = await gate(...words);

    expect({ code, out }).toEqual({ code: 0, out: 'Done.\n' });
    expect(admin.calls).toEqual([
      { call: 'POST /v1/commands', body: { line, operator: 'ada' }, host: `127.0.0.1:${String(admin.port)}` },
    ]);
  });

  test('or of whom --as names', async () => {
    admin.answer(200, text(true, ['Done.']));

    await gate('deny', '4k2m', '--as', 'grace');

    expect(admin.calls[0]?.body).toEqual({ line: 'deny 4k2m', operator: 'grace' });
  });
});

describe('wrong usage is told and ends with 2, and nothing is sent', () => {
  test.each([
    [['approve']],
    [['approve', '4k2m', '--for', 'soon']],
    [['approve', '4k2m', '--for', '0h']],
    [['approve', '4k2m for 30d']],
    [['deny', '4k2m\napprove 5abc']],
    [['deny', '4k2m', '--as', 'two words']],
    [['grant', '192.0.2.7']],
    [['deny', '4k2m', '--because', ' ']],
    [['deny', '4k2m', '--because', 'two\nlines']],
    [['deny', '4k2m', '--because', 'a', '--telling', 'b']],
    [['extend', '4k2m', '--for', 'soon']],
    [['mute']],
    [['unmute', 'two words']],
    [['pending', '--page', '0']],
    [['pending', '--page', '1 for 8h']],
    [['link']],
    [['unlink']],
    [['pendign']],
    [['pending', '--yaml']],
    [[]],
  ])('gate %j', async (words) => {
    const { code, out, err } = await gate(...words);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toBe('');
    expect(admin.calls).toEqual([]);
  });
});

describe('answers', () => {
  test('gate pending --json prints exactly the array', async () => {
    admin.answer(200, TABLE);

    const { code, out } = await gate('pending', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([PENDING]);
  });

  test('an empty array is one too', async () => {
    admin.answer(200, { ...TABLE, rows: [], data: [] });

    expect(JSON.parse((await gate('pending', '--json')).out)).toEqual([]);
  });

  test('a table fits 80 columns, and its short cells stay whole', async () => {
    admin.answer(200, TABLE);

    const lines = (await gate('pending')).out.split('\n');

    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^ID +SITE +ADDRESS +PATH +BROWSER +TIME LEFT$/);
    expect(lines[1]).toMatch(/^4k2m +stg\.example\.org +192\.0\.2\.7 +\/long\/.*… +Chrome 148 on L?.*… +9 min$/);
  });

  test('a table is not cut where the output is no terminal', async () => {
    admin.answer(200, TABLE);

    const { out } = await run({ folder, columns: null }, 'pending');

    expect(out).not.toContain('…');
    expect(out).toContain(TABLE.rows[0]?.[3] ?? 'a path');
  });

  test('a time stays whole where other cells give way, in a table of one row too', async () => {
    const columns = ['when', 'who', 'what', 'over', 'site', 'address', 'request'];
    const row = ['2026-05-11 12:00 UTC', 'operator:ada', 'granted', 'the CLI', 'stg.kds.example.org', '192.0.2.7', ''];
    admin.answer(200, { ...TABLE, columns, rows: [row] });

    const lines = (await gate('history')).out.split('\n');

    expect(lines[1]).toContain('2026-05-11 12:00 UTC');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('a page of a table says beside it how to go on', async () => {
    admin.answer(200, { ...TABLE, title: '12 requests are pending, page 1 of 2', more: 'pending page 2' });

    const { code, out, err } = await gate('pending', '--page', '1');

    expect({ code, lines: out.split('\n').length }).toEqual({ code: 0, lines: 3 });
    expect(err).toBe('12 requests are pending, page 1 of 2; more: gate pending --page 2\n');
  });

  test('a drill in which a channel failed is shown whole and ends with 1', async () => {
    const line = { channel: 'talk', isOk: true, detail: 'delivered', tookMs: 12 };
    const columns = ['', 'channel', 'what happened', 'took'];
    const rows = [['ok', 'talk', 'delivered', '12 ms']];
    admin.answer(200, { ...TABLE, columns, rows, data: [line, { ...line, isOk: false }] });

    const failed = await gate('drill');
    admin.answer(200, { ...TABLE, columns, rows, data: [line] });
    const well = await gate('drill');

    expect([failed.code, well.code]).toEqual([1, 0]);
    expect(failed.out).toBe(well.out);
  });

  test('a table without rows says so in words', async () => {
    admin.answer(200, { ...TABLE, rows: [], data: [] });

    expect((await gate('pending')).out).toBe('Nothing is pending.\n');
  });

  test('a refusal goes to standard error and ends with 1', async () => {
    admin.answer(200, text(false, ['Approved by bob over Talk.'], { error: 'already' }));

    expect(await gate('deny', '4k2m')).toEqual({ code: 1, out: '', err: 'Approved by bob over Talk.\n' });
    expect(await gate('deny', '4k2m', '--json')).toEqual({ code: 1, out: '{\n  "error": "already"\n}\n', err: '' });
  });

  test('text from outside moves no cursor, changes no colour and reverses no line', async () => {
    const evil = '/\u001b[2J\u009b31m\u202eexe\r\n\u0007\u2028';
    admin.answer(200, { ...TABLE, rows: [['4k2m', 'h', 'a', evil, 'b', '9']], data: [{ ...PENDING, path: evil }] });

    const table = (await gate('pending')).out;
    const json = (await gate('pending', '--json')).out;
    admin.answer(200, text(true, [evil]));
    const line = (await gate('show', '4k2m')).out;

    for (const printed of [table, json, line]) expect(printed).not.toMatch(/[^\n\P{Cc}]|[\u202e\u2028]/u);
    expect(line).toBe('/\\x1b[2J\\x9b31m\\u202eexe\\x0d\\x0a\\x07\\u2028\n');
    expect((JSON.parse(json) as { path: string }[])[0]?.path).toBe(evil);
  });

  test('an answer in an unknown form is not taken for one', async () => {
    admin.answer(200, { kind: 'picture' });

    expect(await gate('pending')).toMatchObject({ code: 69, out: '' });
  });

  test('a failure of the gate is told with its own words', async () => {
    admin.answer(503, { code: 'unavailable', error: 'The database does not answer.' });

    expect(await gate('pending')).toEqual({
      code: 1,
      out: '',
      err: 'The gate refused: The database does not answer.\n',
    });
  });
});

describe('sign-in-link', () => {
  test('prints the link and until when it holds', async () => {
    const link = { url: 'http://localhost:8080/sign-in/abc', expiresAt: '2026-05-11T12:10:00.000Z' };
    admin.answer(200, link);

    const printed = await gate('sign-in-link', 'ada@example.org');

    expect(printed.out.split('\n')[0]).toBe(link.url);
    expect(printed.out).toContain('until 2026-05-11 12:10 UTC');
    expect(admin.calls).toMatchObject([
      { call: 'POST /v1/sign-in-links', body: { approver: 'ada@example.org', operator: 'ada' } },
    ]);
    expect(JSON.parse((await gate('sign-in-link', 'ada@example.org', '--json')).out)).toEqual(link);
  });

  test('for nobody we know is refused', async () => {
    admin.answer(422, { error: 'There is no [approvers."eve"] in sites.toml.' });

    expect(await gate('sign-in-link', 'eve')).toEqual({
      code: 1,
      out: '',
      err: 'The gate refused: There is no [approvers."eve"] in sites.toml.\n',
    });
  });
});

describe('reload', () => {
  test('says that the file was taken over', async () => {
    admin.answer(200, { problems: [] });

    expect(await gate('reload')).toMatchObject({ code: 0, out: 'sites.toml was read again and taken over.\n' });
    expect(admin.calls).toMatchObject([{ call: 'POST /v1/reload', body: { operator: 'ada' } }]);
  });

  test('prints every problem of a bad file and ends with 78', async () => {
    const problem = { file: 'sites.toml', key: 'limits', problem: 'is \u001b[31modd', cure: 'Even it out.' };
    admin.answer(422, { problems: [problem] });

    const { code, err } = await gate('reload');

    expect(code).toBe(78);
    expect(err).toContain('sites.toml: limits\n  problem: is \\x1b[31modd\n  cure:    Even it out.\n');
    expect(JSON.parse((await gate('reload', '--json')).out)).toEqual({ problems: [problem] });
  });
});

describe('doctor', () => {
  const checks = [
    { name: 'database', isOk: true, detail: 'answers', cure: '' },
    { name: 'channel email', isOk: false, detail: 'refuses our login', cure: 'Mend SMTP_URL.' },
  ];

  test('prints what the process says of itself, with cures, and ends with 1 when something is wrong', async () => {
    admin.answer(200, { checks });

    const { code, out } = await gate('doctor');

    expect(code).toBe(1);
    expect(out).toBe('ok    database: answers\nFAIL  channel email: refuses our login\n      cure: Mend SMTP_URL.\n');
    expect(admin.calls).toMatchObject([{ call: 'GET /v1/doctor' }]);
  });

  test('ends with 0 when all is well', async () => {
    admin.answer(200, { checks: checks.slice(0, 1) });

    const { code, out } = await gate('doctor', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(checks.slice(0, 1));
  });
});
