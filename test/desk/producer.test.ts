/** Requests of an external gate: one token is one request, whoever posts it again. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Token } from '../../src/approval/brand.js';
import {
  ANA,
  as,
  BO,
  byId,
  DEV,
  newTapId,
  openedForProducer,
  openFixture,
  OPERATOR,
  producerRequest,
  STG,
  usualDirectory,
  type Fixture,
} from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';

oneDesk();

describe("a producer's request", () => {
  test('for a host of its own promises no grant', async () => {
    const request = await openedForProducer(fixture, { confirmUrl: 'https://jet.example.net/req/1' });

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
    const request = await openedForProducer(fixture, { caller: 'jet/thread 7' });

    const rows = (await fixture.ledger.audit.recent(10)).filter((row) => row.requestId === request.id);
    expect(rows).toMatchObject([{ who: 'jet', what: 'opened', detail: { caller: 'jet/thread 7' } }]);
  });

  test('for our own site promises what the site grants', async () => {
    const request = await openedForProducer(fixture, { host: STG, environment: 'dev' });

    expect(request).toMatchObject({ site: STG, environment: 'stg', grantTtlSeconds: 86_400 });
  });

  test('for our own site, put before somebody who is no approver there, opens no door', async () => {
    const request = await openedForProducer(fixture, { host: DEV, admin: ANA });

    const answer = await fixture.desk.decide({ ...tapOf(request), actor: as(ANA) });

    expect(request).toMatchObject({ site: null, grantTtlSeconds: 0 });
    expect(answer).toMatchObject({ kind: 'decided', decision: { outcome: 'approved', grantedUntilMs: null } });
    expect(await fixture.ledger.grants.find(DEV, request.address)).toBeNull();
  });

  test('has no window: the same visitor may ask for another host', async () => {
    const first = await openedForProducer(fixture);

    const second = await fixture.desk.openForProducer(
      producerRequest({ address: first.address, host: 'other.example.net' }),
    );

    expect(second.kind).toBe('opened');
  });

  test('is told to its callback once it has an outcome', async () => {
    const request = await openedForProducer(fixture);
    await fixture.desk.decide({ ...tapOf(request), actor: as(ANA) });

    expect(await recipientsOf(request.id)).toContainEqual({
      kind: 'callback',
      producer: 'jet',
      url: 'https://jet.example.net/outcome',
    });
  });
});

describe('the same token again', () => {
  test('by the same endpoint for the same approver changes nothing', async () => {
    const post = producerRequest();
    const first = await fixture.desk.openForProducer(post);

    const second = await fixture.desk.openForProducer(post);

    expect(first.kind).toBe('opened');
    expect(second).toMatchObject({ kind: 'known', recipientsAdded: 0 });
    expect(second).toHaveProperty('request.id', (first as { request: { id: string } }).request.id);
  });

  test('for another approver adds that one to the same request', async () => {
    const post = producerRequest();
    const { id } = await openedForProducer(fixture, post);

    const again = await fixture.desk.openForProducer({ ...post, admin: BO });

    expect(again).toMatchObject({ kind: 'known', recipientsAdded: 1, request: { id } });
    expect(await recipientsOf(id)).toHaveLength(2);
  });

  test('by another endpoint adds its channels', async () => {
    const post = producerRequest();
    const { id } = await openedForProducer(fixture, post);

    const again = await fixture.desk.openForProducer({ ...post, endpoint: 'koder_id', notifiers: ['email'] as never });

    expect(again).toMatchObject({ kind: 'known', recipientsAdded: 1 });
    expect(await recipientsOf(id)).toContainEqual({ kind: 'approver', approver: ANA, address: ANA });
  });

  test('by another producer is refused', async () => {
    const post = producerRequest();
    await openedForProducer(fixture, post);

    expect(await fixture.desk.openForProducer({ ...post, producer: 'other' })).toEqual({ kind: 'foreign' });
  });

  test('many times at once is one request', async () => {
    const post = producerRequest();

    const answers = await Promise.all(Array.from({ length: 20 }, () => fixture.desk.openForProducer(post)));

    expect(answers.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'known')).toHaveLength(19);
  });
});

describe('a mute', () => {
  const operators = { actor: OPERATOR, surface: 'cli' };
  const mute = (what: string) => fixture.desk.mute({ ...operators, tapId: newTapId(), what, ttlSeconds: null });

  afterEach(async () => {
    for (const { site, address } of await fixture.ledger.mutes.live())
      await fixture.desk.unmute({ ...operators, tapId: newTapId(), what: address ?? site });
  });

  test('of our own site keeps a producer from asking, whomever it names, and says until when', async () => {
    const muted = await mute(DEV);

    const [ours, others] = [
      await fixture.desk.openForProducer(producerRequest({ host: DEV, admin: BO })),
      await fixture.desk.openForProducer(producerRequest({ host: DEV, admin: ANA })),
    ];

    const { untilMs } = muted as { untilMs: number };
    expect([ours, others]).toEqual([
      { kind: 'muted', untilMs },
      { kind: 'muted', untilMs },
    ]);
    expect((await fixture.desk.openForProducer(producerRequest())).kind).toBe('opened');
  });

  test('adds nobody to a request that is there; the same post again is still known', async () => {
    const post = producerRequest({ host: STG, admin: ANA });
    const { id } = await openedForProducer(fixture, post);
    await mute(STG);

    const more = await fixture.desk.openForProducer({ ...post, admin: BO });
    const same = await fixture.desk.openForProducer(post);

    expect(more.kind).toBe('muted');
    expect(same).toMatchObject({ kind: 'known', recipientsAdded: 0 });
    expect(await recipientsOf(id)).toHaveLength(1);
  });
});

test('an approver at the cap defers the producer', async () => {
  fixture.setDirectory(usualDirectory({ maxPendingPerApprover: 0 }));

  const answer = await fixture.desk.openForProducer(producerRequest());

  expect(answer.kind).toBe('deferred');
});

describe('withdrawing', () => {
  test('ends the request, and says so once', async () => {
    const post = producerRequest();
    const { id } = await openedForProducer(fixture, post);
    const ref = { token: post.token, producer: 'jet' };

    const first = await fixture.desk.withdraw(ref);
    const second = await fixture.desk.withdraw(ref);

    expect(first).toMatchObject({ kind: 'withdrawn', request: { id } });
    expect(second).toMatchObject({ kind: 'already', decision: { outcome: 'withdrawn', by: 'jet' } });
    expect(
      fixture.events.filter((event) => event.event === 'auth_gate.withdrawn' && event.request === id),
    ).toHaveLength(1);
  });

  test('after a decision learns of it', async () => {
    const post = producerRequest();
    const request = await openedForProducer(fixture, post);
    await fixture.desk.decide({ ...tapOf(request), verdict: 'deny', actor: as(ANA) });

    expect(await fixture.desk.withdraw({ token: post.token, producer: 'jet' })).toMatchObject({
      kind: 'already',
      decision: { outcome: 'denied', by: ANA },
    });
  });

  test('is for the producer that opened it', async () => {
    const post = producerRequest();
    await openedForProducer(fixture, post);

    expect(await fixture.desk.withdraw({ token: post.token, producer: 'other' })).toEqual({ kind: 'foreign' });
    expect(await fixture.desk.withdraw({ token: '0'.repeat(32) as Token, producer: 'jet' })).toEqual({
      kind: 'unknown',
    });
  });
});

test('with the database out of reach nothing is taken, and the producer is told', async () => {
  const gone = await openFixture();
  await gone.ledger.close();

  expect(await gone.desk.openForProducer(producerRequest())).toEqual({ kind: 'unavailable' });
  expect(await gone.desk.withdraw({ token: '0'.repeat(32) as Token, producer: 'jet' })).toEqual({
    kind: 'unavailable',
  });
});

async function recipientsOf(id: Parameters<Fixture['ledger']['deliveries']['ofRequest']>[0]) {
  return (await fixture.ledger.deliveries.ofRequest(id)).map(({ recipient }) => recipient);
}

function tapOf(request: Parameters<typeof byId>[0]) {
  return { tapId: 'tap-1', verdict: 'approve', ref: byId(request), surface: 'page' } as const;
}
