/** Who somebody is, which operations it may run, and which cards it may see. */
import { describe, expect, test } from '@jest/globals';
import type { ApproverId } from '../../src/approval/brand.js';
import { ANA, as, BO, byId, chat, DEV, newTapId, opened, OPERATOR, STG } from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { bound, roomy } from '../fixtures/desk/accounts.js';

oneDesk(roomy);

describe('who somebody is', () => {
  test.each([
    [OPERATOR, { name: 'operator:root', approvers: [], sites: [STG, DEV], isLinked: false }],
    [as(ANA), { name: ANA, approvers: [ANA], sites: [STG], isLinked: false }],
    [chat('bo'), { name: BO, approvers: [BO], sites: [STG, DEV], isLinked: false }],
    [chat('eve'), { name: 'talk:home:eve', approvers: [], sites: [], isLinked: false }],
  ] as const)('%j', async (actor, value) => {
    expect(await fixture.desk.who(actor)).toEqual({ kind: 'seen', value });
  });

  test('of an approver who has left is refused', async () => {
    expect(await fixture.desk.who(as('gone@example.org' as ApproverId))).toMatchObject({ kind: 'forbidden' });
  });

  test('of a bound account says so', async () => {
    expect(await fixture.desk.who(await bound(BO))).toMatchObject({ value: { name: BO, isLinked: true } });
  });
});

describe('an operation', () => {
  test.each([
    ['doctor', OPERATOR, null],
    ['doctor', as(ANA), 'not_an_operator'],
    ['doctor', chat('eve'), 'not_an_operator'],
    ['drill', OPERATOR, null],
    ['drill', as(ANA), null],
    ['drill', chat('ana'), null],
    ['drill', chat('eve'), 'chat_user_not_linked'],
    ['drill', { kind: 'producer', name: 'jet' }, 'not_an_approver_of_this_site'],
  ] as const)('%s for %j', async (operation, actor, why) => {
    const answer = await fixture.desk.admit({ actor, surface: 'talk', tapId: newTapId(), operation });

    expect(answer).toEqual(why === null ? { kind: 'admitted' } : { kind: 'forbidden', why });
    if (why !== null)
      expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({
        what: 'forbidden',
        detail: { verb: operation, why },
      });
  });
});

describe("a request's cards", () => {
  test('are shown to whoever may see the request, and to nobody else', async () => {
    const request = await opened(fixture, { site: DEV, host: DEV });

    expect(await fixture.desk.deliveries(byId(request), as(BO))).toMatchObject({
      kind: 'seen',
      value: [{ channel: 'talk', recipient: { approver: BO } }],
    });
    expect(await fixture.desk.deliveries(byId(request), as(ANA))).toMatchObject({ kind: 'forbidden' });
    expect(await fixture.desk.deliveries({ by: 'prefix', prefix: request.id }, as(ANA))).toEqual({ kind: 'unknown' });
  });
});
