/** `gate service-token` against an admin plane on a real socket: what it sends, what it prints, how it ends. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeAdmin, folderOf, TOKEN, type FakeAdmin } from '../fixtures/http/admin-plane.js';
import { run } from '../fixtures/processes/run-cli.js';

const ID = '4k2m0000000000000000';
const SECRET = `kgst_${'A'.repeat(43)}`;
const LINE = {
  id: ID,
  producer: 'jet',
  site: null as string | null,
  service: null as string | null,
  label: 'staging deploys',
  state: 'live',
  createdAt: '2026-05-11T12:00:00.000Z',
  expiresAt: '2026-08-09T12:00:00.000Z',
  lastUsedAt: null,
  revokedAt: null,
};

let admin: FakeAdmin;
let folder: string;
const gate = (...words: string[]) => run({ folder, columns: 160 }, 'service-token', ...words);

beforeEach(async () => {
  admin = await fakeAdmin();
  folder = folderOf('.gate', { port: admin.port, token: TOKEN });
});

afterEach(async () => {
  await admin.stop();
  rmSync(folder, { recursive: true });
});

describe('mint', () => {
  test('prints the token alone, so that it can be piped, and the rest beside it', async () => {
    admin.answer(200, { ...LINE, token: SECRET });

    const { code, out, err } = await gate('mint', 'jet', '--label', 'staging deploys', '--for', '30d');

    expect({ code, out }).toEqual({ code: 0, out: `${SECRET}\n` });
    expect(err).toBe(`For jet, until 2026-08-09 12:00 UTC. It is shown this once. Its id: ${ID}\n`);
    expect(admin.calls).toMatchObject([
      {
        call: 'POST /v1/service-tokens',
        body: { producer: 'jet', label: 'staging deploys', ttlSeconds: 30 * 86_400, operator: 'ada' },
      },
    ]);
  });

  test.each([
    [[], 90 * 86_400],
    [['--until-revoked'], null],
  ])('%j lives so long', async (words, ttlSeconds) => {
    admin.answer(200, { ...LINE, token: SECRET });

    await gate('mint', 'jet', ...words);

    expect(admin.calls).toMatchObject([{ body: { label: '', ttlSeconds } }]);
  });

  test('prints everything as JSON where asked', async () => {
    admin.answer(200, { ...LINE, token: SECRET });

    const { out, err } = await gate('mint', 'jet', '--json');

    expect(JSON.parse(out)).toEqual({ ...LINE, token: SECRET });
    expect(err).toBe('');
  });

  test("for a site: says whose it is, and sends the site's name", async () => {
    admin.answer(200, { ...LINE, producer: '', site: 'stg.example.org', token: SECRET });

    const { code, out, err } = await gate('mint', '--site', 'stg.example.org', '--name', 'uptime probe');

    expect({ code, out }).toEqual({ code: 0, out: `${SECRET}\n` });
    expect(err).toContain('For the site stg.example.org, until 2026-08-09 12:00 UTC.');
    expect(admin.calls).toMatchObject([
      {
        call: 'POST /v1/site-tokens',
        body: { site: 'stg.example.org', label: 'uptime probe', ttlSeconds: 90 * 86_400, operator: 'ada' },
      },
    ]);
  });

  test('for a service: says whose it is, and sends its name', async () => {
    admin.answer(200, { ...LINE, producer: '', service: 'portal', token: SECRET });

    const { code, out, err } = await gate('mint', '--service', 'portal');

    expect({ code, out }).toEqual({ code: 0, out: `${SECRET}\n` });
    expect(err).toContain('For the service portal, until 2026-08-09 12:00 UTC.');
    expect(admin.calls).toMatchObject([
      {
        call: 'POST /v1/identity-tokens',
        body: { service: 'portal', label: '', ttlSeconds: 90 * 86_400, operator: 'ada' },
      },
    ]);
  });

  test.each([
    [[], 'say for whom'],
    [['jet', '--service', 'portal'], 'say for whom'],
    [['--site', 'stg.example.org', '--service', 'portal'], 'say for whom'],
    [['--service', 'portal', '--until-revoked'], 'always has an end'],
    [['jet', '--site', 'stg.example.org'], 'say for whom'],
    [['--site', 'stg.example.org', '--until-revoked'], 'always has an end'],
    [['jet', '--name', 'a', '--label', 'b'], 'give one'],
  ])('%j is wrong usage, and nothing is sent', async (words, said) => {
    const { code, out, err } = await gate('mint', ...words);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(said);
    expect(admin.calls).toEqual([]);
  });

  test('a gate that knows of no sites is understood', async () => {
    const { site, service, ...former } = LINE;
    admin.answer(200, { ...former, token: SECRET });

    expect([site, service]).toEqual([null, null]);
    expect((await gate('mint', 'jet')).err).toContain('For jet, until');
  });

  test('says why there is none', async () => {
    admin.answer(422, { error: 'There is no [producers.jett] in sites.toml. Did you mean jet?' });

    const { code, out, err } = await gate('mint', 'jett');

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('Did you mean jet?');
  });

  test.each([
    ['--for', 'long'],
    ['--label', 'two\nlines'],
  ])('%s %j is wrong usage, and nothing is sent', async (option, value) => {
    const { code } = await gate('mint', 'jet', option, value);

    expect(code).toBe(2);
    expect(admin.calls).toEqual([]);
  });
});

describe('list', () => {
  test('is a table with what an operator asks about each', async () => {
    const revoked = {
      ...LINE,
      label: '',
      state: 'revoked',
      expiresAt: null,
      lastUsedAt: LINE.createdAt,
      revokedAt: LINE.createdAt,
    };
    const ofSite = { ...LINE, producer: '', site: 'stg.example.org', label: '' };
    admin.answer(200, { tokens: [LINE, revoked, ofSite] });

    const { code, out } = await gate('list');

    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'FOR', 'LABEL', 'STATE', 'CREATED', 'EXPIRES', 'LAST USED', 'REVOKED'],
      [ID, 'jet', 'staging deploys', 'live', '2026-05-11 12:00 UTC', '2026-08-09 12:00 UTC', 'never'],
      [ID, 'jet', 'revoked', '2026-05-11 12:00 UTC', 'never', '2026-05-11 12:00 UTC', '2026-05-11 12:00 UTC'],
      [ID, 'the site stg.example.org', 'live', '2026-05-11 12:00 UTC', '2026-08-09 12:00 UTC', 'never'],
      [''],
    ]);
  });

  test('says how to make one where there is none', async () => {
    admin.answer(200, { tokens: [] });

    expect((await gate('list')).out).toBe(
      'There are none. Make one: gate service-token mint <producer>, or --site <host>, or --service <name>\n',
    );
  });

  test('is an array as JSON', async () => {
    admin.answer(200, { tokens: [LINE] });

    expect(JSON.parse((await gate('list', '--json')).out)).toEqual([LINE]);
  });
});

describe('revoke', () => {
  test('ends one, in the name of the operator', async () => {
    admin.answer(200, { ...LINE, state: 'revoked', revokedAt: LINE.createdAt });

    const { code, out } = await gate('revoke', ID, '--as', 'grace');

    expect({ code, out }).toEqual({ code: 0, out: `Revoked: ${ID} of jet is taken no more.\n` });
    expect(admin.calls).toMatchObject([{ call: `POST /v1/service-tokens/${ID}/revoke`, body: { operator: 'grace' } }]);
  });

  test('an id with a slash stays within its place', async () => {
    admin.answer(404, { error: 'There is none.' });

    const { code } = await gate('revoke', '../reload');

    expect(code).toBe(1);
    expect(admin.calls.map(({ call }) => call)).toEqual(['POST /v1/service-tokens/..%2Freload/revoke']);
  });
});

test('the gate process being down is said, with the cure', async () => {
  await admin.stop();

  const { code, err } = await gate('list');

  expect(code).toBe(69);
  expect(err).toContain('gate serve');
  admin = await fakeAdmin();
});
