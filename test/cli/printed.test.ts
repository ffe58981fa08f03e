/** The verbs against an admin plane on a real socket: what they print, and how they end. */
import { describe, expect, test } from '@jest/globals';
import { run } from '../fixtures/processes/run-cli.js';
import { admin, folder, gate, startAdmin, text } from '../fixtures/processes/cli-at-admin.js';

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

const MORE = { verb: 'pending', args: { page: '2' }, typed: 'pending page 2' };

startAdmin();

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
    admin.answer(200, { ...TABLE, title: '12 requests are pending, page 1 of 2', more: MORE });

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

  test('asks for a reset of factors where it is told to', async () => {
    admin.answer(200, { url: 'http://localhost:8080/sign-in/abc', expiresAt: '2026-05-11T12:10:00.000Z' });

    await gate('sign-in-link', 'ada@example.org', '--reset-factors');

    expect(admin.calls).toMatchObject([{ body: { approver: 'ada@example.org', operator: 'ada', resetFactors: true } }]);
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
  test('says what is in force', async () => {
    admin.answer(200, { problems: [] });

    expect(await gate('reload')).toMatchObject({
      code: 0,
      out: 'sites.toml was read again and is in force.\n',
    });
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
