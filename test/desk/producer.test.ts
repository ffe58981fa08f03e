/** Requests of an external gate: one token is one request, whoever posts it again. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Token } from '../../src/approval/brand.js';
import {
  ANA,
  as,
  BO,
  byId,
  DEV,
  newTapId,
  openedForProducer,
  openWorld,
  OPERATOR,
  producerKnock,
  STG,
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

describe("a producer's request", () => {
  test('for a host of its own promises no grant', async () => {
    const request = await openedForProducer(world, { confirmUrl: 'https://jet.example.net/req/1' });

    expect(request).toMatchObject({
      producer: 'jet',
      site: null,
      host: 'app.example.net',
      environment: 'dev',
      path: '/',
      grantTtlSeconds: 0,
      theirConfirmUrl: 'https://jet.example.net/req/1',
    });
    expect(await recipientsOf(request.id)).toEqual([{ kind: 'approver', approver: ANA, address: 'ana' }]);
  });

  test('is on record with the caller that made it', async () => {
    const request = await openedForProducer(world, { caller: 'jet/thread 7' });

    const rows = (await world.ledger.audit.recent(10)).filter((row) => row.requestId === request.id);
    expect(rows).toMatchObject([{ who: 'jet', what: 'opened', detail: { caller: 'jet/thread 7' } }]);
  });

  test('for our own site promises what the site grants', async () => {
    const request = await openedForProducer(world, { host: STG, environment: 'dev' });

    expect(request).toMatchObject({ site: STG, environment: 'stg', grantTtlSeconds: 86_400 });
  });

  test('for our own site, put before somebody who is no approver there, opens no door', async () => {
    const request = await openedForProducer(world, { host: DEV, admin: ANA });

    const answer = await world.desk.decide({ ...tapOf(request), actor: as(ANA) });

    expect(request).toMatchObject({ site: null, grantTtlSeconds: 0 });
    expect(answer).toMatchObject({ kind: 'decided', decision: { outcome: 'approved', grantedUntilMs: null } });
    expect(await world.ledger.grants.find(DEV, request.address)).toBeNull();
  });

  test('has no window: the same visitor may ask for another host', async () => {
    const first = await openedForProducer(world);

    const second = await world.desk.openForProducer(
      producerKnock({ address: first.address, host: 'other.example.net' }),
    );

    expect(second.kind).toBe('opened');
  });

  test('is told to its callback once it has an outcome', async () => {
    const request = await openedForProducer(world);
    await world.desk.decide({ ...tapOf(request), actor: as(ANA) });

    expect(await recipientsOf(request.id)).toContainEqual({
      kind: 'callback',
      producer: 'jet',
      url: 'https://jet.example.net/outcome',
    });
  });
});

describe('the same token again', () => {
  test('by the same endpoint for the same approver changes nothing', async () => {
    const post = producerKnock();
    const first = await world.desk.openForProducer(post);

    const second = await world.desk.openForProducer(post);

    expect(first.kind).toBe('opened');
    expect(second).toMatchObject({ kind: 'known', recipientsAdded: 0 });
    expect(second).toHaveProperty('request.id', (first as { request: { id: string } }).request.id);
  });

  test('for another approver adds that one to the same request', async () => {
    const post = producerKnock();
    const { id } = await openedForProducer(world, post);

    const again = await world.desk.openForProducer({ ...post, admin: BO });

    expect(again).toMatchObject({ kind: 'known', recipientsAdded: 1, request: { id } });
    expect(await recipientsOf(id)).toHaveLength(2);
  });

  test('by another endpoint adds its channels', async () => {
    const post = producerKnock();
    const { id } = await openedForProducer(world, post);

    const again = await world.desk.openForProducer({ ...post, endpoint: 'koder_id', notifiers: ['email'] as never });

    expect(again).toMatchObject({ kind: 'known', recipientsAdded: 1 });
    expect(await recipientsOf(id)).toContainEqual({ kind: 'approver', approver: ANA, address: ANA });
  });

  test('by another producer is refused', async () => {
    const post = producerKnock();
    await openedForProducer(world, post);

    expect(await world.desk.openForProducer({ ...post, producer: 'other' })).toEqual({ kind: 'foreign' });
  });

  test('many times at once is one request', async () => {
    const post = producerKnock();

    const answers = await Promise.all(Array.from({ length: 20 }, () => world.desk.openForProducer(post)));

    expect(answers.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'known')).toHaveLength(19);
  });
});

describe('a mute', () => {
  const operators = { actor: OPERATOR, surface: 'cli' };
  const mute = (what: string) => world.desk.mute({ ...operators, tapId: newTapId(), what, ttlSeconds: null });

  afterEach(async () => {
    for (const { site, address } of await world.ledger.mutes.live())
      await world.desk.unmute({ ...operators, tapId: newTapId(), what: address ?? site });
  });

  test('of our own site keeps a producer from asking, whomever it names, and says until when', async () => {
    const muted = await mute(DEV);

    const [ours, others] = [
      await world.desk.openForProducer(producerKnock({ host: DEV, admin: BO })),
      await world.desk.openForProducer(producerKnock({ host: DEV, admin: ANA })),
    ];

    const { untilMs } = muted as { untilMs: number };
    expect([ours, others]).toEqual([
      { kind: 'muted', untilMs },
      { kind: 'muted', untilMs },
    ]);
    expect((await world.desk.openForProducer(producerKnock())).kind).toBe('opened');
  });

  test('adds nobody to a request that is there; the same post again is still known', async () => {
    const post = producerKnock({ host: STG, admin: ANA });
    const { id } = await openedForProducer(world, post);
    await mute(STG);

    const more = await world.desk.openForProducer({ ...post, admin: BO });
    const same = await world.desk.openForProducer(post);

    expect(more.kind).toBe('muted');
    expect(same).toMatchObject({ kind: 'known', recipientsAdded: 0 });
    expect(await recipientsOf(id)).toHaveLength(1);
  });
});

test('an approver at the cap defers the producer', async () => {
  world.setDirectory(usualDirectory({ maxPendingPerApprover: 0 }));

  const answer = await world.desk.openForProducer(producerKnock());

  expect(answer.kind).toBe('deferred');
});

describe('withdrawing', () => {
  test('ends the request, and says so once', async () => {
    const post = producerKnock();
    const { id } = await openedForProducer(world, post);
    const ref = { token: post.token, producer: 'jet' };

    const first = await world.desk.withdraw(ref);
    const second = await world.desk.withdraw(ref);

    expect(first).toMatchObject({ kind: 'withdrawn', request: { id } });
    expect(second).toMatchObject({ kind: 'already', decision: { outcome: 'withdrawn', by: 'jet' } });
    expect(world.events.filter((event) => event.event === 'auth_gate.withdrawn' && event.request === id)).toHaveLength(
      1,
    );
  });

  test('after a decision learns of it', async () => {
    const post = producerKnock();
    const request = await openedForProducer(world, post);
    await world.desk.decide({ ...tapOf(request), verdict: 'deny', actor: as(ANA) });

    expect(await world.desk.withdraw({ token: post.token, producer: 'jet' })).toMatchObject({
      kind: 'already',
      decision: { outcome: 'denied', by: ANA },
    });
  });

  test('is for the producer that opened it', async () => {
    const post = producerKnock();
    await openedForProducer(world, post);

    expect(await world.desk.withdraw({ token: post.token, producer: 'other' })).toEqual({ kind: 'foreign' });
    expect(await world.desk.withdraw({ token: '0'.repeat(32) as Token, producer: 'jet' })).toEqual({ kind: 'unknown' });
  });
});

test('with the database out of reach nothing is taken, and the producer is told', async () => {
  const gone = await openWorld();
  await gone.close();

  expect(await gone.desk.openForProducer(producerKnock())).toEqual({ kind: 'unavailable' });
  expect(await gone.desk.withdraw({ token: '0'.repeat(32) as Token, producer: 'jet' })).toEqual({
    kind: 'unavailable',
  });
});

async function recipientsOf(id: Parameters<World['ledger']['deliveries']['ofRequest']>[0]) {
  return (await world.ledger.deliveries.ofRequest(id)).map(({ recipient }) => recipient);
}

function tapOf(request: Parameters<typeof byId>[0]) {
  return { id: 'tap-1', verdict: 'approve', ref: byId(request), surface: 'page' } as const;
}
