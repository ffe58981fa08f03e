/** `pending`, `show`, `approve`, `deny` over the real desk. */
import { describe, expect, test } from '@jest/globals';
import type { RequestRecord } from '../../src/approval/request.js';
import { utcMinute } from '../../src/approval/sentences.js';
import { site } from '../fixtures/sites/directory.js';
import { ANA, as, BO, chat, opened, openFixture, OPERATOR, someone, STG } from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { callOf, commandsOf, linesOf, roomy, run, tableOf } from '../fixtures/commands/typing.js';

oneDesk(roomy);

describe('pending', () => {
  test('prints exactly the fixed keys for machines, newest first', async () => {
    const first = await opened(fixture);
    const second = await opened(fixture);

    const answer = await run('pending');

    expect((answer.data as unknown[]).slice(0, 2)).toEqual([dataOf(second), dataOf(first)]);
  });

  test('shows people a start of the id that can be typed back', async () => {
    const request = await opened(fixture);

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
    const quiet = await openFixture();
    const answer = tableOf(await commandsOf(quiet).run(callOf('pending')));

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
    fixture.setDirectory(roomy([site('secret.example.org', { approvers: [BO] }), site(STG, { approvers: [ANA] })]));

    expect(linesOf(await run('pending secrett.example.org', as(ANA)))).toEqual([
      'No site is called “secrett.example.org”.',
    ]);
  });
});

describe('approve', () => {
  test('decides, and says who may visit what until when', async () => {
    const request = await opened(fixture);

    const answer = await run(`approve ${request.id.slice(0, 8)} for 8h`, chat('ana'), 'talk');

    const grant = await fixture.ledger.grants.find(STG, request.address);
    expect(answer).toMatchObject({ kind: 'text', isOk: true });
    expect(linesOf(answer)).toEqual([
      `Approved. ${request.address} may visit ${STG} until ${utcMinute(grant?.untilMs ?? 0)}.`,
    ]);
    expect(answer.data).toMatchObject({ answer: 'decided', outcome: 'approved', by: ANA, over: 'talk' });
    expect(answer.data).toHaveProperty('request.status', 'approved');
    const decided = await fixture.ledger.requests.byId(request.id);
    expect((grant?.untilMs ?? 0) - (decided?.decision?.atMs ?? 0)).toBe(8 * 3_600_000);
  });

  test('without a duration lasts as long as the site allows', async () => {
    const request = await opened(fixture);

    await run(`approve ${request.id}`);

    const decided = await fixture.ledger.requests.byId(request.id);
    expect((decided?.decision?.grantedUntilMs ?? 0) - (decided?.decision?.atMs ?? 0)).toBe(86_400_000);
  });

  test('second learns who was first, and is no success', async () => {
    const request = await opened(fixture);
    await run(`deny ${request.id}`, OPERATOR);

    const answer = await run(`approve ${request.id}`, as(ANA));

    expect(answer).toMatchObject({ isOk: false, data: { answer: 'already', outcome: 'denied', by: 'operator:root' } });
    expect(linesOf(answer)[0]).toMatch(/^Already denied by operator:root over the CLI at /);
  });

  test('of the same platform event delivered again is a success again', async () => {
    const request = await opened(fixture);
    const call = { ...callOf(`approve ${request.id}`), tapId: 'event-1' };

    const [first, again] = [await commandsOf(fixture).run(call), await commandsOf(fixture).run(call)];

    expect(first).toMatchObject({ isOk: true });
    expect(again).toEqual(first);
  });

  test.each(['for', 'for ever', 'for 0h', 'for -1h', 'for 8x'])(
    '%s is no duration, and decides nothing',
    async (input) => {
      const request = await opened(fixture);

      const answer = await run(`approve ${request.id} ${input}`);

      expect(answer).toMatchObject({ isOk: false, data: { error: 'bad_duration' } });
      expect((await fixture.ledger.requests.byId(request.id))?.decision).toBeNull();
    },
  );

  test('by a stranger is refused with the reason, and decides nothing', async () => {
    const request = await opened(fixture);

    const answer = await run(`approve ${request.id}`, chat('eve'), 'talk');

    expect(answer).toMatchObject({ isOk: false, data: { error: 'forbidden', why: 'chat_user_not_linked' } });
    expect((await fixture.ledger.requests.byId(request.id))?.decision).toBeNull();
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
    fixture.setIds(['5555aaaaaaaaaaaaaaaa', '5555bbbbbbbbbbbbbbbb']);
    const first = await openedAlone();
    await openedAlone();

    const answer = await run('approve 5555');

    expect(answer).toMatchObject({ isOk: false, data: { error: 'ambiguous' } });
    expect(linesOf(answer)[0]).toContain(first.id);
    expect((await fixture.ledger.requests.byId(first.id))?.decision).toBeNull();
  });
});

describe('show', () => {
  test('tells how a request ended', async () => {
    const request = await opened(fixture);
    await run(`deny ${request.id}`, as(BO), 'page');

    const answer = await run(`show ${request.id}`);

    expect(linesOf(answer).at(-1)).toMatch(/^Status: Denied by bo@example.org over the confirm page at /);
    expect(answer.data).toMatchObject({
      id: request.id,
      status: 'denied',
      producer: 'gate',
      decision: { outcome: 'denied', by: BO, over: 'page', at: expect.stringMatching(/Z$/), grantedUntil: null },
    });
  });
});

function openedAlone(): Promise<RequestRecord> {
  return opened(fixture, { address: someone() });
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
