/** The other verbs of `/gate` over the real desk, its help, and what it makes of slips. */
import { describe, expect, test } from '@jest/globals';
import { ANA, as, BO, chat, DEV, opened, openFixture, OPERATOR, someone, STG } from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { callOf, CHECKS, commandsOf, linesOf, roomy, run, tableOf } from '../fixtures/commands/typing.js';

oneDesk(roomy);

describe('grants by hand', () => {
  test('are made, listed and revoked', async () => {
    const address = someone();

    const granted = await run(`grant ${address} ${STG} for 1d`, as(ANA));
    const listed = tableOf(await run('grants', as(ANA)));
    const revoked = await run(`revoke ${address}`, as(ANA));

    expect(linesOf(granted)[0]).toMatch(new RegExp(`^Granted\\. ${address} may visit ${STG} until \\d{4}-`));
    expect(listed.rows.map(([, , found]) => found)).toContain(address);
    expect(listed.data).toContainEqual(expect.objectContaining({ site: STG, address, grantedBy: ANA, request: null }));
    expect(linesOf(revoked)[0]).toMatch(
      new RegExp(`^Revoked\\. ${address} may no longer visit ${STG} \\(grant \\d+\\)`),
    );
    expect(await fixture.ledger.grants.find(STG, address)).toBeNull();
  });

  test.each([
    ['grant nonsense stg.example.org', 'bad_address'],
    ['grant 10.0.0.1 nowhere.example.org', 'unknown_site'],
    ['grant 10.0.0.1 stg.example.org for ever', 'bad_duration'],
    ['revoke 10.255.255.254', 'unknown'],
  ])('`%s` fails as %s', async (line, error) => {
    expect(await run(line)).toMatchObject({ isOk: false, data: { error } });
  });

  test("are refused at somebody else's site", async () => {
    expect(await run(`grant 10.0.0.1 ${DEV}`, as(ANA))).toMatchObject({ isOk: false, data: { error: 'forbidden' } });
  });
});

test('history names the account that it was done to', async () => {
  const about = { surface: 'cli', site: null, address: null } as const;
  const reset = { ...about, who: 'operator:root', what: 'factors_reset', detail: { approver: ANA } };
  await fixture.ledger.audit.add(reset, null);
  await fixture.ledger.audit.add({ ...reset, what: 'account_disabled', detail: { account: BO } }, null);

  const answer = tableOf(await run('history', OPERATOR));

  expect(answer.rows.slice(0, 2).map(([, , what]) => what)).toEqual([
    `account_disabled: ${BO}`,
    `factors_reset: ${ANA}`,
  ]);
  expect((answer.data as unknown[]).slice(0, 2)).toMatchObject([{ whom: BO }, { whom: ANA }]);
});

test('history tells who did what, newest first', async () => {
  const request = await opened(fixture);
  await run(`deny ${request.id}`, chat('bo'), 'talk');

  const answer = tableOf(await run(`history ${STG}`));

  expect(answer.rows[0]?.slice(1)).toEqual([BO, 'denied', 'Talk', STG, request.address, request.id.slice(0, 6)]);
  expect((answer.data as unknown[])[0]).toMatchObject({ who: BO, what: 'denied', request: request.id });
});

describe('doctor', () => {
  test('shows operators what was found and what to do', async () => {
    const answer = tableOf(await run('doctor', OPERATOR));

    expect(answer.title).toBe('1 of 2 need care');
    expect(answer.rows[1]).toEqual(['FAIL', 'talk', 'does not answer', 'Look at TALK_API_URL.']);
    expect(answer.data).toEqual(CHECKS);
  });

  test.each([as(ANA), chat('ana')])('is not for $kind', async (actor) => {
    expect(await run('doctor', actor)).toMatchObject({ isOk: false, data: { why: 'not_an_operator' } });
    expect(tableOf(await run('help', actor)).rows.flat()).not.toContain('doctor');
  });
});

describe('help', () => {
  test.each(['', '   ', 'help', 'HELP', '/help', '?', '--help', 'help /gate'])('%p shows every verb', async (line) => {
    const typed = tableOf(await run(line)).rows.map(([usage]) => usage?.split(' ')[0]);

    expect(typed).toEqual([
      'pending',
      'show',
      'approve',
      'deny',
      'grants',
      'grant',
      'revoke',
      'extend',
      'history',
      'mute',
      'unmute',
      'who',
      'accounts',
      'unlink',
      'doctor',
      'drill',
      'help',
    ]);
  });

  test('explains one verb', async () => {
    expect(linesOf(await run('help approve'))).toEqual([
      'Let the visitor in, for as long as the site allows or shorter.',
      'Usage: approve <id> [for 8h]',
      'For example: approve 4k2m for 8h',
    ]);
  });
});

describe('a slip of the finger', () => {
  test.each([
    ['aprove 4k2m', 'approve'],
    ['apporve 4k2m', 'approve'],
    ['dney 4k2m', 'deny'],
    ['grnts', 'grants'],
    ['pendign', 'pending'],
  ])('`%s` is answered with %s', async (line, verb) => {
    expect(linesOf(await run(line))[0]).toContain(`Did you mean ${verb}?`);
  });

  test.each(['help /approve', 'help gate approve', 'help /gate approve', '/help approve'])(
    '%p is understood by who types the slash, or the whole line',
    async (line) => {
      expect(linesOf(await run(line))).toEqual(linesOf(await run('help approve')));
    },
  );

  test('that is near nothing is answered with help', async () => {
    expect(linesOf(await run('xyzzyxyzzy'))[0]).toContain('Type help');
  });

  test('never does what was probably meant', async () => {
    const request = await opened(fixture);

    await run(`aprove ${request.id}`);

    expect((await fixture.ledger.requests.byId(request.id))?.decision).toBeNull();
  });
});

test('with the database out of reach every verb says that nothing changed', async () => {
  const gone = await openFixture();
  const request = await opened(gone);
  await gone.ledger.close();
  const lines = [`approve ${request.id}`, 'pending', `grant 10.0.0.1 ${STG}`, 'revoke 10.0.0.1', 'history', 'grants'];

  for (const line of lines) {
    const answer = await commandsOf(gone).run(callOf(line));

    expect(answer).toMatchObject({ isOk: false, data: { error: 'unavailable' } });
    expect(linesOf(answer)[0]).toMatch(/^Nothing changed/);
  }
});
