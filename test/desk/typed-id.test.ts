/** Requests named by the start of an id. */
import { describe, expect, test } from '@jest/globals';
import type { RequestId } from '../../src/approval/brand.js';
import type { Tap } from '../../src/contract/desk.js';
import { chat, DEV, opened, STG, tap } from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';

oneDesk();

describe('a typed start of an id', () => {
  test('means the one request that begins so', async () => {
    fixture.setIds(['7777aaaaaaaaaaaaaaaa']);
    const request = await opened(fixture);

    expect(await fixture.desk.decide({ ...tap(request), ref: prefix('7777A') })).toMatchObject({
      kind: 'decided',
      request: { id: request.id },
    });
  });

  test('that several have decides none of them', async () => {
    const [one, other] = ['8888aaaaaaaaaaaaaaaa' as RequestId, '8888bbbbbbbbbbbbbbbb' as RequestId];
    await openedWithId(one);
    await openedWithId(other);

    const answer = await fixture.desk.decide({ ...tap({ id: one }), ref: prefix('8888') });

    expect(answer.kind).toBe('ambiguous');
    expect([...(answer as { ids: readonly RequestId[] }).ids].sort()).toEqual([one, other]);
    expect((await fixture.ledger.requests.byId(one))?.decision).toBeNull();
  });

  test("tells nothing about other people's requests", async () => {
    await openedWithId('9999aaaaaaaaaaaaaaaa', DEV);
    await openedWithId('9999bbbbbbbbbbbbbbbb', STG);

    const hidden = await fixture.desk.decide({ ...tap({ id: '' as RequestId }), ref: prefix('9999a') });
    const mine = await fixture.desk.decide({ ...tap({ id: '' as RequestId }), ref: prefix('9999') });

    expect(hidden).toEqual({ kind: 'unknown' });
    expect(mine).toMatchObject({ kind: 'decided', request: { id: '9999bbbbbbbbbbbbbbbb' } });
  });

  test.each(['', '999', '%%%%', 'uuuu'])('has to be one: %p', async (typed) => {
    expect(await fixture.desk.decide({ ...tap({ id: '' as RequestId }), ref: prefix(typed) })).toEqual({
      kind: 'unknown',
    });
  });

  test('is not looked up for a stranger', async () => {
    const request = await opened(fixture);

    expect(
      await fixture.desk.decide({ ...tap(request), ref: prefix(request.id.slice(0, 6)), actor: chat('eve') }),
    ).toEqual({ kind: 'forbidden', why: 'chat_user_not_linked' });
  });
});

function prefix(typed: string): Tap['ref'] {
  return { by: 'prefix', prefix: typed };
}

async function openedWithId(id: string, at = STG): Promise<void> {
  fixture.setIds([id]);
  await opened(fixture, { site: at, host: at });
}
