/** Taps: who was first, and what follows. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestId, Token } from '../../src/approval/brand.js';
import { site } from './directory.js';
import {
  ANA,
  as,
  BO,
  chat,
  opened,
  openedForProducer,
  openWorld,
  OPERATOR,
  producerKnock,
  STG,
  tap,
  usualDirectory,
  type World,
} from './world.js';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

beforeEach(() => {
  world.setDirectory(usualDirectory({ maxPendingPerApprover: 1_000 }));
});

afterAll(() => world.close());

describe('an approval', () => {
  test('lets the visitor in for as long as the site grants', async () => {
    const request = await opened(world);

    const answer = await world.desk.decide(tap(request));

    expect(answer).toMatchObject({ kind: 'decided', decision: { outcome: 'approved', by: ANA, over: 'page' } });
    const grant = await world.ledger.grants.find(STG, request.address);
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
    const request = await opened(world);

    const answer = await world.desk.decide({ ...tap(request), ttlSeconds: wished });

    const decision = (answer as { decision: { atMs: number; grantedUntilMs: number } }).decision;
    expect(decision.grantedUntilMs - decision.atMs).toBe(given * 1_000);
  });

  test('is told with its grant to the event stream', async () => {
    const request = await opened(world);

    await world.desk.decide(tap(request));

    const grant = await world.ledger.grants.find(STG, request.address);
    expect(world.events.slice(-2)).toEqual([
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
    const post = producerKnock();
    await openedForProducer(world, post);

    const answer = await world.desk.decide({
      id: 'tap-1',
      verdict: 'approve',
      ref: { by: 'token', token: post.token },
      actor: as(ANA),
      surface: 'page',
    });

    expect(answer).toMatchObject({ kind: 'decided', decision: { grantedUntilMs: null } });
  });
});

test('a denial lets nobody in', async () => {
  const request = await opened(world);

  const answer = await world.desk.decide({ ...tap(request), verdict: 'deny' });

  expect(answer).toMatchObject({ kind: 'decided', decision: { outcome: 'denied', grantedUntilMs: null } });
  expect(await world.ledger.grants.find(STG, request.address)).toBeNull();
});

describe('the first tap decides', () => {
  test('and a second learns who did, over what and when', async () => {
    const request = await opened(world);
    await world.desk.decide({ ...tap(request), verdict: 'deny' });

    const second = await world.desk.decide({ ...tap(request, 'tap-2'), actor: as(BO) });

    expect(second).toMatchObject({ kind: 'already', decision: { outcome: 'denied', by: ANA, over: 'page' } });
  });

  test('of a hundred at once, from every kind of actor', async () => {
    const request = await opened(world);
    const actors = [as(ANA), as(BO), chat('ana'), chat('bo'), OPERATOR];

    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        world.desk.decide({
          ...tap(request, `tap-${String(index)}`),
          verdict: index % 2 === 0 ? 'approve' : 'deny',
          actor: actors[index % actors.length] ?? OPERATOR,
        }),
      ),
    );

    expect(answers.filter(({ kind }) => kind === 'decided')).toHaveLength(1);
    const bys = new Set(answers.map((answer) => ('decision' in answer ? answer.decision.by : answer.kind)));
    expect(bys.size).toBe(1);
    const told = world.events.filter((event) => event.event === 'auth_gate.decided' && event.request === request.id);
    expect(told).toHaveLength(1);
  });

  test('and the same tap delivered again is answered as it was, and told once', async () => {
    const request = await opened(world);

    const first = await world.desk.decide(tap(request));
    const again = await world.desk.decide(tap(request));

    expect(again).toEqual(first);
    const told = world.events.filter((event) => event.event === 'auth_gate.decided' && event.request === request.id);
    expect(told).toHaveLength(1);
  });

  test('unless the deadline was earlier', async () => {
    world.setDirectory(usualDirectory({ sites: [site(STG, { approvers: [ANA], requestTtlSeconds: 0 })] }));
    const request = await opened(world);

    const answer = await world.desk.decide(tap(request));

    expect(answer).toMatchObject({ kind: 'expired', decision: { outcome: 'expired', by: 'clock' } });
    expect(await world.ledger.grants.find(STG, request.address)).toBeNull();
  });

  test('and an expiry that late taps found out is told once', async () => {
    world.setDirectory(usualDirectory({ sites: [site(STG, { approvers: [ANA], requestTtlSeconds: 0 })] }));
    const request = await opened(world);

    await Promise.all(
      Array.from({ length: 10 }, (_, index) => world.desk.decide(tap(request, `tap-${String(index)}`))),
    );
    await world.desk.expire();

    const told = world.events.filter((event) => event.event === 'auth_gate.expired' && event.request === request.id);
    expect(told).toHaveLength(1);
  });
});

test('a request that nobody opened is unknown', async () => {
  expect(await world.desk.decide(tap({ id: '0'.repeat(20) as RequestId }))).toEqual({ kind: 'unknown' });
  expect(
    await world.desk.decide({ ...tap({ id: '' as RequestId }), ref: { by: 'token', token: '0'.repeat(32) as Token } }),
  ).toEqual({ kind: 'unknown' });
});

test('with the database out of reach nothing changed, and the tap says so', async () => {
  const gone = await openWorld();
  const request = await opened(gone);
  await gone.close();

  expect(await gone.desk.decide(tap(request))).toEqual({ kind: 'unavailable' });
  expect(gone.events.filter((event) => event.event === 'auth_gate.decided')).toEqual([]);
});
