/** `/gate` over the real desk: what is typed, what it does, and what it answers to people and to machines. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestRecord } from '../../src/approval/request.js';
import { utcMinute } from '../../src/approval/sentences.js';
import { systemClock } from '../../src/base/clock.js';
import { createCommands } from '../../src/commands/commands.js';
import type { CommandAnswer, CommandCall } from '../../src/contract/commands.js';
import type { Check } from '../../src/contract/admin.js';
import { approver, site } from '../desk/directory.js';
import {
  ANA,
  as,
  BO,
  chat,
  DEV,
  opened,
  openWorld,
  OPERATOR,
  someone,
  STG,
  usualDirectory,
  type World,
} from '../desk/world.js';

const CHECKS: readonly Check[] = [
  { name: 'database', isOk: true, detail: 'answers', cure: '' },
  { name: 'talk', isOk: false, detail: 'does not answer', cure: 'Look at TALK_API_URL.' },
];

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

beforeEach(() => {
  world.setDirectory(roomy());
});

afterAll(() => world.close());

describe('pending', () => {
  test('prints exactly the fixed keys for machines, newest first', async () => {
    const first = await opened(world);
    const second = await opened(world);

    const answer = await run('pending');

    expect((answer.data as unknown[]).slice(0, 2)).toEqual([dataOf(second), dataOf(first)]);
  });

  test('shows people a start of the id that can be typed back', async () => {
    const request = await opened(world);

    const answer = tableOf(await run(`pending ${STG}`));
    const row = answer.rows.find(([, , address]) => address === request.address);

    expect(answer.columns[0]).toBe('id');
    expect(row?.[0]?.length).toBeGreaterThanOrEqual(4);
    expect(request.id.startsWith(row?.[0] ?? 'x')).toBe(true);
    expect(row?.slice(1, 5)).toEqual([STG, request.address, '/reports?month=5', 'Chrome 148 on Linux']);
    expect(row?.[5]).toMatch(/^(9|10) min$/);
    expect(linesOf(await run(`show ${row?.[0] ?? ''}`))[0]).toBe(`Request: ${request.id}`);
  });

  test('is an empty list for machines and a sentence for people', async () => {
    const quiet = await openWorld();
    const answer = tableOf(await createCommands({ ...partsOf(quiet) }).run(callOf('pending')));

    expect(answer.rows).toEqual([]);
    expect(answer.data).toEqual([]);
    expect(answer.empty).toBe('Nothing is pending.');
    await quiet.close();
  });

  test('of a site that nobody knows names the one that was probably meant', async () => {
    expect(linesOf(await run('pending stgg.example.org'))).toEqual([
      'No site is called “stgg.example.org”. Did you mean stg.example.org?',
    ]);
  });

  test('does not give away the names of sites that one does not decide for', async () => {
    world.setDirectory(roomy([site('secret.example.org', { approvers: [BO] }), site(STG, { approvers: [ANA] })]));

    expect(linesOf(await run('pending secrett.example.org', as(ANA)))).toEqual([
      'No site is called “secrett.example.org”.',
    ]);
  });
});

describe('approve', () => {
  test('decides, and says who may visit what until when', async () => {
    const request = await opened(world);

    const answer = await run(`approve ${request.id.slice(0, 8)} for 8h`, chat('ana'), 'talk');

    const grant = await world.ledger.grants.find(STG, request.address);
    expect(answer).toMatchObject({ kind: 'text', isOk: true });
    expect(linesOf(answer)).toEqual([
      `Approved. ${request.address} may visit ${STG} until ${utcMinute(grant?.untilMs ?? 0)}.`,
    ]);
    expect(answer.data).toMatchObject({ answer: 'decided', outcome: 'approved', by: ANA, over: 'talk' });
    expect(answer.data).toHaveProperty('request.status', 'approved');
    const decided = await world.ledger.requests.byId(request.id);
    expect((grant?.untilMs ?? 0) - (decided?.decision?.atMs ?? 0)).toBe(8 * 3_600_000);
  });

  test('without a duration lasts as long as the site allows', async () => {
    const request = await opened(world);

    await run(`approve ${request.id}`);

    const decided = await world.ledger.requests.byId(request.id);
    expect((decided?.decision?.grantedUntilMs ?? 0) - (decided?.decision?.atMs ?? 0)).toBe(86_400_000);
  });

  test('second learns who was first, and is no success', async () => {
    const request = await opened(world);
    await run(`deny ${request.id}`, OPERATOR);

    const answer = await run(`approve ${request.id}`, as(ANA));

    expect(answer).toMatchObject({ isOk: false, data: { answer: 'already', outcome: 'denied', by: 'operator:root' } });
    expect(linesOf(answer)[0]).toMatch(/^Already denied by operator:root over the CLI at /);
  });

  test('of the same platform event delivered again is a success again', async () => {
    const request = await opened(world);
    const call = { ...callOf(`approve ${request.id}`), tapId: 'event-1' };

    const [first, again] = [await commands().run(call), await commands().run(call)];

    expect(first).toMatchObject({ isOk: true });
    expect(again).toEqual(first);
  });

  test.each(['for', 'for ever', 'for 0h', 'for -1h', 'for 8x'])(
    '%s is no duration, and decides nothing',
    async (wish) => {
      const request = await opened(world);

      const answer = await run(`approve ${request.id} ${wish}`);

      expect(answer).toMatchObject({ isOk: false, data: { error: 'bad_duration' } });
      expect((await world.ledger.requests.byId(request.id))?.decision).toBeNull();
    },
  );

  test('by a stranger is refused with the reason, and decides nothing', async () => {
    const request = await opened(world);

    const answer = await run(`approve ${request.id}`, chat('eve'), 'talk');

    expect(answer).toMatchObject({ isOk: false, data: { error: 'forbidden', why: 'chat_user_not_linked' } });
    expect((await world.ledger.requests.byId(request.id))?.decision).toBeNull();
  });

  test.each(['approve', 'approve a b', 'deny', 'deny a b', 'show', 'revoke', 'grant 10.0.0.1', 'doctor now'])(
    '`%s` is answered with how to type it',
    async (line) => {
      const answer = await run(line);

      expect(answer).toMatchObject({ isOk: false, data: { error: 'usage' } });
      expect(linesOf(answer)[0]).toMatch(/^Usage: /);
    },
  );

  test('of what nobody opened says so', async () => {
    expect(await run('approve 0000')).toMatchObject({ isOk: false, data: { error: 'unknown' } });
    expect(linesOf(await run('approve 00'))[0]).toContain('at least four characters');
  });

  test('of a start that several have names them, and decides none', async () => {
    world.setIds(['5555aaaaaaaaaaaaaaaa', '5555bbbbbbbbbbbbbbbb']);
    const first = await openedAlone();
    await openedAlone();

    const answer = await run('approve 5555');

    expect(answer).toMatchObject({ isOk: false, data: { error: 'ambiguous' } });
    expect(linesOf(answer)[0]).toContain(first.id);
    expect((await world.ledger.requests.byId(first.id))?.decision).toBeNull();
  });
});

describe('show', () => {
  test('tells how a request ended', async () => {
    const request = await opened(world);
    await run(`deny ${request.id}`, as(BO), 'page');

    const answer = await run(`show ${request.id}`);

    expect(linesOf(answer).at(-1)).toMatch(/^Status: Denied by bo@example.org over the confirm page at /);
    expect(answer.data).toMatchObject({
      id: request.id,
      status: 'denied',
      producer: 'gate',
      decision: { outcome: 'denied', by: BO, over: 'page' },
    });
  });
});

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
    expect(await world.ledger.grants.find(STG, address)).toBeNull();
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

test('history tells who did what, newest first', async () => {
  const request = await opened(world);
  await run(`deny ${request.id}`, chat('bo'), 'talk');

  const answer = tableOf(await run(`history ${STG}`));

  expect(answer.rows[0]?.slice(1)).toEqual([BO, 'denied', 'Talk', STG, request.address, request.id.slice(0, 8)]);
  expect((answer.data as unknown[])[0]).toMatchObject({ who: BO, what: 'denied', request: request.id });
});

describe('doctor', () => {
  test('shows operators what was found and what to do', async () => {
    const answer = tableOf(await run('doctor', OPERATOR));

    expect(answer.title).toBe('1 of 2 need care');
    expect(answer.rows[1]).toEqual(['ill', 'talk', 'does not answer', 'Look at TALK_API_URL.']);
    expect(answer.data).toEqual(CHECKS);
  });

  test.each([as(ANA), chat('ana')])('is not for $kind', async (actor) => {
    expect(await run('doctor', actor)).toMatchObject({ isOk: false, data: { why: 'not_an_operator' } });
    expect(tableOf(await run('help', actor)).rows.flat()).not.toContain('doctor');
  });
});

describe('help', () => {
  test.each(['', '   ', 'help', 'HELP'])('%p shows every verb', async (line) => {
    const typed = tableOf(await run(line)).rows.map(([usage]) => usage?.split(' ')[0]);

    expect(typed).toEqual([
      'pending',
      'show',
      'approve',
      'deny',
      'grants',
      'grant',
      'revoke',
      'history',
      'doctor',
      'help',
    ]);
  });

  test('explains one verb', async () => {
    expect(linesOf(await run('help approve'))).toEqual([
      'Lets the visitor in, for as long as the site allows or shorter.',
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

  test('that is near nothing is answered with help', async () => {
    expect(linesOf(await run('xyzzyxyzzy'))[0]).toContain('Type help');
  });

  test('never does what was probably meant', async () => {
    const request = await opened(world);

    await run(`aprove ${request.id}`);

    expect((await world.ledger.requests.byId(request.id))?.decision).toBeNull();
  });
});

test('with the database out of reach every verb says that nothing changed', async () => {
  const gone = await openWorld();
  const request = await opened(gone);
  await gone.close();
  const lines = [`approve ${request.id}`, 'pending', `grant 10.0.0.1 ${STG}`, 'revoke 10.0.0.1', 'history', 'grants'];

  for (const line of lines) {
    const answer = await createCommands(partsOf(gone)).run(callOf(line));

    expect(answer).toMatchObject({ isOk: false, data: { error: 'unavailable' } });
    expect(linesOf(answer)[0]).toMatch(/^Nothing changed/);
  }
});

function roomy(sites = [site(STG, { approvers: [ANA, BO] }), site(DEV, { approvers: [BO] })]) {
  return usualDirectory({
    sites,
    maxPendingPerApprover: 1_000,
    approvers: [approver(ANA, { talk: 'ana' }), approver(BO, { talk: 'bo' })],
  });
}

function partsOf(from: World) {
  return { desk: from.desk, directory: () => from.directory(), clock: systemClock() };
}

function commands() {
  return createCommands({ ...partsOf(world), doctor: () => Promise.resolve(CHECKS) });
}

let lastTap = 0;

function callOf(line: string, actor: CommandCall['actor'] = OPERATOR, surface = 'cli'): CommandCall {
  lastTap += 1;
  return { line, actor, surface, tapId: `tap-${String(lastTap)}` };
}

function run(line: string, ...who: [actor?: CommandCall['actor'], surface?: string]): Promise<CommandAnswer> {
  return commands().run(callOf(line, ...who));
}

function tableOf(answer: CommandAnswer): Extract<CommandAnswer, { kind: 'table' }> {
  if (answer.kind !== 'table') throw new Error(`expected a table, got ${answer.lines.join(' ')}`);
  return answer;
}

function linesOf(answer: CommandAnswer): readonly string[] {
  if (answer.kind !== 'text') throw new Error('expected text, got a table');
  return answer.lines;
}

/** Its address is new, so that no window stands in the way. */
function openedAlone(): Promise<RequestRecord> {
  return opened(world, { address: someone() });
}

function dataOf(request: RequestRecord) {
  return {
    id: request.id,
    site: STG,
    address: request.address,
    path: '/reports?month=5',
    status: 'pending',
    openedAt: new Date(request.openedAtMs).toISOString(),
    expiresAt: new Date(request.deadlineAtMs).toISOString(),
  };
}
