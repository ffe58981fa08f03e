/** Requests named by the start of an id. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestId } from '../../src/approval/brand.js';
import type { Tap } from '../../src/contract/desk.js';
import { chat, DEV, opened, openWorld, STG, tap, usualDirectory, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

beforeEach(() => {
  world.setDirectory(usualDirectory({ maxPendingPerApprover: 1_000 }));
});

afterAll(() => world.close());

describe('a typed start of an id', () => {
  test('means the one request that begins so', async () => {
    world.setIds(['7777aaaaaaaaaaaaaaaa']);
    const request = await opened(world);

    expect(await world.desk.decide({ ...tap(request), ref: prefix('7777A') })).toMatchObject({
      kind: 'decided',
      request: { id: request.id },
    });
  });

  test('that several have decides none of them', async () => {
    const [one, other] = ['8888aaaaaaaaaaaaaaaa' as RequestId, '8888bbbbbbbbbbbbbbbb' as RequestId];
    await openedWithId(one);
    await openedWithId(other);

    const answer = await world.desk.decide({ ...tap({ id: one }), ref: prefix('8888') });

    expect(answer.kind).toBe('ambiguous');
    expect([...(answer as { ids: readonly RequestId[] }).ids].sort()).toEqual([one, other]);
    expect((await world.ledger.requests.byId(one))?.decision).toBeNull();
  });

  test("tells nothing about other people's requests", async () => {
    await openedWithId('9999aaaaaaaaaaaaaaaa', DEV);
    await openedWithId('9999bbbbbbbbbbbbbbbb', STG);

    const hidden = await world.desk.decide({ ...tap({ id: '' as RequestId }), ref: prefix('9999a') });
    const mine = await world.desk.decide({ ...tap({ id: '' as RequestId }), ref: prefix('9999') });

    expect(hidden).toEqual({ kind: 'unknown' });
    expect(mine).toMatchObject({ kind: 'decided', request: { id: '9999bbbbbbbbbbbbbbbb' } });
  });

  test.each(['', '999', '%%%%', 'uuuu'])('has to be one: %p', async (typed) => {
    expect(await world.desk.decide({ ...tap({ id: '' as RequestId }), ref: prefix(typed) })).toEqual({
      kind: 'unknown',
    });
  });

  test('is not looked up for a stranger', async () => {
    const request = await opened(world);

    expect(
      await world.desk.decide({ ...tap(request), ref: prefix(request.id.slice(0, 6)), actor: chat('eve') }),
    ).toEqual({ kind: 'forbidden', why: 'chat_user_not_linked' });
  });
});

function prefix(typed: string): Tap['ref'] {
  return { by: 'prefix', prefix: typed };
}

async function openedWithId(id: string, at = STG): Promise<void> {
  world.setIds([id]);
  await opened(world, { site: at, host: at });
}
