/** Taps: who was first, and what follows. */
import { describe, expect, test } from '@jest/globals';
import type { RequestId, Token } from '../../src/approval/brand.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { site } from '../fixtures/sites/directory.js';
import {
  ANA,
  as,
  BO,
  byId,
  chat,
  newTapId,
  opened,
  openedForProducer,
  openFixture,
  OPERATOR,
  producerRequest,
  STG,
  tap,
  usualDirectory,
} from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';

oneDesk();

describe('an approval', () => {
  test('lets the visitor in for as long as the site grants', async () => {
    const request = await opened(fixture);

    const answer = await fixture.desk.decide(tap(request));

    expect(answer).toMatchObject({ kind: 'decided', decision: { outcome: 'approved', by: ANA, over: 'page' } });
    const grant = await fixture.ledger.grants.find(STG, request.address);
    expect(grant).toMatchObject({ site: STG, address: request.address, grantedBy: ANA, requestId: request.id });
    const decision = (answer as { decision: { atMs: number; grantedUntilMs: number } }).decision;
    expect(decision.grantedUntilMs - decision.atMs).toBe(86_400_000);
    expect(grant?.untilMs).toBe(decision.grantedUntilMs);
  });

  test.each([
    [3_600, 3_600],
    [999_999_999, 86_400],
    [0, 86_400],
  ])('for a wished %d s lasts %d s', async (wished, given) => {
    const request = await opened(fixture);

    const answer = await fixture.desk.decide({ ...tap(request), ttlSeconds: wished });

    const decision = (answer as { decision: { atMs: number; grantedUntilMs: number } }).decision;
    expect(decision.grantedUntilMs - decision.atMs).toBe(given * 1_000);
  });

  test('is told with its grant to the event stream', async () => {
    const request = await opened(fixture);

    await fixture.desk.decide(tap(request));

    const grant = await fixture.ledger.grants.find(STG, request.address);
    expect(fixture.events.slice(-2)).toEqual([
      {
        event: 'auth_gate.decided',
        host: STG,
        token: request.tokenPrefix,
        request: request.id,
        outcome: 'approved',
        by: ANA,
        over: 'page',
      },
      {
        event: 'auth_gate.granted',
        grant: grant?.id,
        site: STG,
        address: request.address,
        by: ANA,
        until: new Date(grant?.untilMs ?? 0).toISOString(),
      },
    ]);
  });

  test('by token is the same as by id', async () => {
    const post = producerRequest();
    await openedForProducer(fixture, post);

    const answer = await fixture.desk.decide({
      tapId: 'tap-1',
      verdict: 'approve',
      ref: { by: 'token', token: post.token },
      actor: as(ANA),
      surface: 'page',
    });

    expect(answer).toMatchObject({ kind: 'decided', decision: { grantedUntilMs: null } });
  });
});

test('a database that goes away behind the commit costs an event, and is not told as a failure', async () => {
  const away = await openFixture(usualDirectory(), {
    shaken: (honest) => ({
      ...honest,
      grants: { ...honest.grants, find: () => Promise.reject(new LedgerUnavailable()) },
    }),
  });
  const request = await opened(away);

  const answer = await away.desk.decide(tap(request)).finally(() => away.close());

  expect(answer).toMatchObject({ kind: 'decided', decision: { outcome: 'approved', by: ANA } });
  expect(away.events.map(({ event }) => event)).toContain('auth_gate.decided');
});

test('a denial lets nobody in', async () => {
  const request = await opened(fixture);

  const answer = await fixture.desk.decide({ ...tap(request), verdict: 'deny' });

  expect(answer).toMatchObject({ kind: 'decided', decision: { outcome: 'denied', grantedUntilMs: null } });
  expect(await fixture.ledger.grants.find(STG, request.address)).toBeNull();
});

describe('a denial of an address that passes by a grant', () => {
  test('names the grant, also to who looks later or comes second, until that is revoked', async () => {
    const request = await opened(fixture);
    const operator = { actor: OPERATOR, surface: 'cli' } as const;
    await fixture.desk.grant({ ...operator, tapId: newTapId(), address: request.address, site: STG, ttlSeconds: null });
    const grant = await fixture.ledger.grants.find(STG, request.address);
    const passing = { grant: grant?.id, untilMs: grant?.untilMs };

    const answer = await fixture.desk.decide({ ...tap(request), verdict: 'deny' });
    const again = await fixture.desk.decide({ ...tap(request), verdict: 'deny' });
    const second = await fixture.desk.decide({ ...tap(request, 'tap-2'), actor: as(BO) });
    const shown = await fixture.desk.show(byId(request), as(ANA));

    expect(answer).toMatchObject({ kind: 'decided', passing });
    expect(again).toMatchObject({ kind: 'decided', passing });
    expect(second).toMatchObject({ kind: 'already', passing });
    expect(shown).toMatchObject({ kind: 'seen', value: { passing } });
    await fixture.desk.revoke({ ...operator, tapId: newTapId(), what: String(grant?.id) });
    expect(await fixture.desk.show(byId(request), as(ANA))).not.toHaveProperty('value.passing');
  });
});

describe('the first tap decides', () => {
  test('and a second learns who did, over what and when', async () => {
    const request = await opened(fixture);
    await fixture.desk.decide({ ...tap(request), verdict: 'deny' });

    const second = await fixture.desk.decide({ ...tap(request, 'tap-2'), actor: as(BO) });

    expect(second).toMatchObject({
      kind: 'already',
      decision: { outcome: 'denied', by: ANA, over: 'page' },
      pressed: { verdict: 'approve', isOwn: false },
    });
  });

  test('and who decided is known again on every surface', async () => {
    const request = await opened(fixture);
    await fixture.desk.decide(tap(request));

    const second = await fixture.desk.decide({
      ...tap(request, 'tap-2'),
      verdict: 'deny',
      actor: chat('ana'),
      surface: 'talk',
    });

    expect(second).toMatchObject({ kind: 'already', pressed: { verdict: 'deny', isOwn: true } });
  });

  test('of a hundred at once, from every kind of actor', async () => {
    const request = await opened(fixture);
    const actors = [as(ANA), as(BO), chat('ana'), chat('bo'), OPERATOR];

    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        fixture.desk.decide({
          ...tap(request, `tap-${String(index)}`),
          verdict: index % 2 === 0 ? 'approve' : 'deny',
          actor: actors[index % actors.length] ?? OPERATOR,
        }),
      ),
    );

    expect(answers.filter(({ kind }) => kind === 'decided')).toHaveLength(1);
    const bys = new Set(answers.map((answer) => ('decision' in answer ? answer.decision.by : answer.kind)));
    expect(bys.size).toBe(1);
    const told = fixture.events.filter((event) => event.event === 'auth_gate.decided' && event.request === request.id);
    expect(told).toHaveLength(1);
  });

  test('and the same tap delivered again is answered as it was, and told once', async () => {
    const request = await opened(fixture);

    const first = await fixture.desk.decide(tap(request));
    const again = await fixture.desk.decide(tap(request));

    expect(again).toEqual(first);
    const told = fixture.events.filter((event) => event.event === 'auth_gate.decided' && event.request === request.id);
    expect(told).toHaveLength(1);
  });

  test('unless the deadline was earlier', async () => {
    fixture.setDirectory(usualDirectory({ sites: [site(STG, { approvers: [ANA], requestTtlSeconds: 0 })] }));
    const request = await opened(fixture);

    const answer = await fixture.desk.decide(tap(request));

    expect(answer).toMatchObject({ kind: 'expired', decision: { outcome: 'expired', by: 'clock' } });
    expect(await fixture.ledger.grants.find(STG, request.address)).toBeNull();
  });

  test('and an expiry that late taps found out is told once', async () => {
    fixture.setDirectory(usualDirectory({ sites: [site(STG, { approvers: [ANA], requestTtlSeconds: 0 })] }));
    const request = await opened(fixture);

    await Promise.all(
      Array.from({ length: 10 }, (_, index) => fixture.desk.decide(tap(request, `tap-${String(index)}`))),
    );
    await fixture.desk.expire();

    const told = fixture.events.filter((event) => event.event === 'auth_gate.expired' && event.request === request.id);
    expect(told).toHaveLength(1);
  });
});

test('a request that nobody opened is unknown', async () => {
  expect(await fixture.desk.decide(tap({ id: '0'.repeat(20) as RequestId }))).toEqual({ kind: 'unknown' });
  expect(
    await fixture.desk.decide({
      ...tap({ id: '' as RequestId }),
      ref: { by: 'token', token: '0'.repeat(32) as Token },
    }),
  ).toEqual({ kind: 'unknown' });
});

test('with the database out of reach nothing changed, and the tap says so', async () => {
  const gone = await openFixture();
  const request = await opened(gone);
  await gone.ledger.close();

  expect(await gone.desk.decide(tap(request))).toEqual({ kind: 'unavailable' });
  expect(gone.events.filter((event) => event.event === 'auth_gate.decided')).toEqual([]);
});
