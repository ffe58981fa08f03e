/** What people who may do nothing can make this installation write down: a little a minute, however often they try. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/approval/request.js';
import { CODES_A_PROCESS, CODES_AN_ACCOUNT, CODES_WINDOW_SECONDS } from '../../src/desk/accounts/codes.js';
import { REFUSALS_WINDOW_MS, ROWS_AN_ACCOUNT, ROWS_A_PROCESS } from '../../src/desk/authorization/refusal-rows.js';
import { commandsOf, callOf, linesOf } from '../fixtures/commands/typing.js';
import { manualClock, type ManualClock } from '../fixtures/time/manual-clock.js';
import {
  as,
  ANA,
  byId,
  chat,
  DEV,
  newTapId,
  opened,
  openFixture,
  uncapped,
  type Fixture,
} from '../fixtures/desk/desk.js';

const MANY = 200;
/** More than any test here makes. */
const ALL_ROWS = 10_000;

let clock: ManualClock;
let fixture: Fixture;

beforeEach(async () => {
  clock = manualClock();
  fixture = await openFixture(uncapped(), { clock });
});
afterEach(() => fixture.close());

describe('an account that nobody is known by', () => {
  test('leaves one row a minute, however often it asks, and the rest is counted and told', async () => {
    await askOften(chat('eve'), MANY);

    const rows = await refusals();
    await clock.advance(REFUSALS_WINDOW_MS);

    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ who: 'talk:home:eve', detail: { verb: 'pending', why: 'chat_user_not_linked' } });
    expect(counted()).toEqual([{ event: 'auth_gate.refusals_counted', who: 'talk:home:eve', count: MANY - 1 }]);
  });

  test('is written down anew in the next minute, and what was counted is not told twice', async () => {
    await askOften(chat('eve'), 2);
    await clock.advance(REFUSALS_WINDOW_MS);
    await askOften(chat('eve'), 1);
    await clock.advance(REFUSALS_WINDOW_MS);

    expect(await refusals()).toHaveLength(2);
    expect(counted()).toHaveLength(1);
  });

  test('is named with each request that it tries to decide, up to a handful a minute', async () => {
    const requests = [];
    for (let index = 0; index < ROWS_AN_ACCOUNT + 3; index += 1) requests.push(await opened(fixture));

    for (const request of requests)
      for (const verdict of ['approve', 'approve'] as const)
        await fixture.desk.decide({
          tapId: newTapId(),
          verdict,
          ref: byId(request),
          actor: chat('eve'),
          surface: 'talk',
        });

    const named = new Set((await refusals()).map(({ requestId }) => requestId));
    expect(named.size).toBe(ROWS_AN_ACCOUNT);
  });

  test('takes nothing from others: each has rows of their own', async () => {
    await askOften(chat('eve'), MANY);
    await askOften(chat('mallory'), 1);

    expect((await refusals()).map(({ who }) => who).sort()).toEqual(['talk:home:eve', 'talk:home:mallory']);
  });
});

test('many accounts are no way around it: all together have so many rows a minute, and every count is told', async () => {
  for (let index = 0; index < ROWS_A_PROCESS + 30; index += 1) await askOften(chat(`eve${String(index)}`), 1);

  await clock.advance(REFUSALS_WINDOW_MS);

  expect(await refusals()).toHaveLength(120);
  expect(counted().reduce((sum, { count }) => sum + count, 0)).toBe(30);
});

test('more accounts than can be told apart are counted together, and none of them is forgotten', async () => {
  for (let index = 0; index < 1_050; index += 1) await askOften(chat(`eve${String(index)}`), 1);

  await clock.advance(REFUSALS_WINDOW_MS);

  const told = counted();
  expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(1_050 - ROWS_A_PROCESS);
  expect(told).toContainEqual({ event: 'auth_gate.refusals_counted', who: null, count: 50 });
});

test('every refused verb counts alike, of approvers, too', async () => {
  for (let index = 0; index < MANY; index += 1) await fixture.desk.grants({ actor: as(ANA), site: DEV });

  expect(await refusals()).toHaveLength(1);
});

describe('link codes', () => {
  test('are given so many times in ten minutes to an account; then it is told to wait, and nothing is written', async () => {
    const account = chat('eve', 'slack');
    for (let index = 0; index < CODES_AN_ACCOUNT; index += 1) expect(await codeFor(account)).toBe('code');
    const before = (await fixture.ledger.audit.recent(ALL_ROWS)).length;

    const answers = [await codeFor(account), await codeFor(account)];
    const told = linesOf(await commandsOf(fixture).run(callOf('link', account, 'slack')));
    const after = (await fixture.ledger.audit.recent(ALL_ROWS)).length;
    await clock.advance(CODES_WINDOW_SECONDS * 1_000);

    expect(answers).toEqual(['too_many', 'too_many']);
    expect(told).toEqual(['There were too many codes lately. Use the last one, or ask again in 10 min.']);
    expect(after).toBe(before);
    expect(await codeFor(account)).toBe('code');
  });

  test('are kept from nobody else by one who asks too often', async () => {
    for (let index = 0; index < MANY; index += 1) await codeFor(chat('eve', 'slack'));

    expect(await codeFor(chat('ada', 'slack'))).toBe('code');
  });

  test('are given so many times to all accounts together', async () => {
    const kinds: string[] = [];
    for (let index = 0; index < CODES_A_PROCESS + 5; index += 1) kinds.push(await codeFor(chat(`U${String(index)}`)));

    expect(kinds.filter((kind) => kind === 'code')).toHaveLength(CODES_A_PROCESS);
    expect(kinds.slice(-5)).toEqual(Array.from({ length: 5 }, () => 'too_many'));
  });
});

async function askOften(actor: Actor, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) await fixture.desk.pending({ actor });
}

async function codeFor(actor: Actor): Promise<string> {
  return (await fixture.desk.linkCode({ actor, surface: 'slack', tapId: newTapId() })).kind;
}

async function refusals() {
  return (await fixture.ledger.audit.recent(ALL_ROWS)).filter(({ what }) => what === 'forbidden');
}

function counted() {
  return fixture.events.flatMap((event) => (event.event === 'auth_gate.refusals_counted' ? [event] : []));
}
