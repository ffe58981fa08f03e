/** What is said of longer times, of what changed nothing, of mutes and of drills. */
import { describe, expect, test } from '@jest/globals';
import { utcMinute } from '../../src/approval/sentences.js';
import { ANA, as, BO, chat, DEV, opened, someone, STG } from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { linesOf, roomy, run, tableOf } from '../fixtures/commands/typing.js';

oneDesk(roomy);

test('extend says until when', async () => {
  const request = await opened(fixture);
  await run(`approve ${request.id} for 1m`);

  const answer = await run(`extend ${request.id.slice(0, 9)} for 2h`, chat('bo'), 'talk');

  const untilMs = (await fixture.ledger.grants.find(STG, request.address))?.untilMs ?? 0;
  expect(linesOf(answer)).toEqual([`Extended. ${request.address} may visit ${STG} until ${utcMinute(untilMs)}.`]);
  expect(answer.data).toMatchObject({ request: request.id, site: STG });
});

describe('a longer time than is allowed is not cut in silence', () => {
  const CUT = 'You asked for 30 days; at most 24 h is allowed here, so 24 h applies.';

  test('approve', async () => {
    const request = await opened(fixture);

    const answer = await run(`approve ${request.id} for 30d`);

    expect(answer).toMatchObject({ isOk: true });
    expect(linesOf(answer)[0]).toMatch(new RegExp(`^Approved\\. .* UTC\\. ${CUT}$`));
  });

  test('grant', async () => {
    const answer = await run(`grant ${someone()} ${STG} for 30d`);

    expect(answer).toMatchObject({
      isOk: true,
      data: { shortened: { askedSeconds: 2_592_000, allowedSeconds: 86_400 } },
    });
    expect(linesOf(answer)[1]).toBe(CUT);
  });

  test('extend', async () => {
    const request = await opened(fixture);
    await run(`approve ${request.id} for 1m`);

    const answer = await run(`extend ${request.id} for 30d`);

    expect(answer).toMatchObject({
      isOk: true,
      data: { shortened: { askedSeconds: 2_592_000, allowedSeconds: 86_400 } },
    });
    expect(linesOf(answer)[1]).toBe(CUT);
  });

  test('mute', async () => {
    const address = someone();

    const answer = await run(`mute ${address} for 30d`, as(BO), 'page');
    await run(`unmute ${address}`, as(BO), 'page');

    expect(linesOf(answer)[1]).toBe('You asked for 30 days; at most 7 days is allowed here, so 7 days applies.');
  });

  test('and what was given whole is not remarked upon', async () => {
    const request = await opened(fixture);

    expect(linesOf(await run(`approve ${request.id} for 24h`))[0]).not.toContain('You asked');
    expect(linesOf(await run(`grant ${someone()} ${STG}`))).toHaveLength(1);
  });
});

describe('where nothing changed', () => {
  test('extend fails, says until when the grant runs, and writes nothing', async () => {
    const request = await opened(fixture);
    await run(`approve ${request.id} for 3h`);
    const before = (await fixture.ledger.grants.find(STG, request.address))?.untilMs ?? 0;
    const [newest] = await fixture.ledger.audit.recent(1);

    const answer = await run(`extend ${request.id} for 1h`);

    expect(answer).toMatchObject({ isOk: false, data: { error: 'unchanged' } });
    expect(linesOf(answer)[0]).toMatch(
      new RegExp(`^Nothing changed: .* may visit ${STG} until ${utcMinute(before)} already`),
    );
    expect(await fixture.ledger.audit.recent(1)).toEqual([newest]);
  });

  test('grant fails in the same way', async () => {
    const address = someone();
    await run(`grant ${address} ${STG} for 3h`);
    const granted = await fixture.ledger.grants.find(STG, address);
    const [newest] = await fixture.ledger.audit.recent(1);

    const answer = await run(`grant ${address} ${STG} for 1h`);

    expect(answer).toMatchObject({ isOk: false, data: { error: 'unchanged' } });
    expect(linesOf(answer)[0]).toMatch(/^Nothing changed: /);
    expect(await fixture.ledger.grants.find(STG, address)).toEqual(granted);
    expect(await fixture.ledger.audit.recent(1)).toEqual([newest]);
  });
});

describe('mute and unmute', () => {
  test('say what, where and until when', async () => {
    const address = someone();

    const muted = await run(`mute ${address} for 30m`, as(BO), 'page');
    const unmuted = await run(`unmute ${address}`, as(BO), 'page');

    expect(linesOf(muted)[0]).toMatch(
      new RegExp(
        `^Muted\\. No cards from ${address} on ${DEV}, ${STG} until .* UTC; visitors who ask are told that no requests are taken\\.$`,
      ),
    );
    expect(muted.data).toMatchObject({ sites: [DEV, STG], address, until: expect.stringMatching(/Z$/) });
    expect(linesOf(unmuted)).toEqual([`Cards from ${address} on ${DEV}, ${STG} are sent again.`]);
  });

  test.each([
    ['mute nowhere.example.org', '“nowhere.example.org” is neither a site nor an address.'],
    ['unmute stg.example.org', '“stg.example.org” is not muted.'],
  ])('`%s` is answered “%s”', async (line, words) => {
    expect(linesOf(await run(line))[0]).toContain(words);
  });

  test.each(['mute', 'mute a b', 'unmute', 'mute stg.example.org for ever'])('`%s` mutes nothing', async (line) => {
    expect(await run(line)).toMatchObject({ isOk: false });
    expect(await fixture.ledger.mutes.live()).toEqual([]);
  });
});

test('drill tells channel by channel what happened and how long it took', async () => {
  const answer = tableOf(await run('drill', as(ANA), 'page'));

  expect(answer.title).toBe('1 of 2 channels failed');
  expect(answer.rows).toEqual([
    ['ok', 'talk', 'delivered and redrawn', '42 ms'],
    ['FAIL', 'email', 'smtp_550', '12 ms'],
  ]);
});
