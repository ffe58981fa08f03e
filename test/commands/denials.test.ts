/** What is said of a denial, and by show of a request and its cards. */
import { describe, expect, test } from '@jest/globals';
import { utcMinute } from '../../src/approval/sentences.js';
import type { DeliveryRecord } from '../../src/contract/ledger.js';
import { cardLines } from '../../src/commands/cards.js';
import { requestRecord } from '../fixtures/desk/request-record.js';
import { site } from '../fixtures/sites/directory.js';
import { ANA, as, BO, chat, opened, OPERATOR, STG } from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { linesOf, roomy, run } from '../fixtures/commands/typing.js';

oneDesk(roomy);

describe('a denial', () => {
  test.each([
    ['because', false, 'Reason (for approvers alone): it “looks” like  a bot'],
    ['telling', true, 'Reason (the visitor reads it, too): it “looks” like  a bot'],
  ])('%s … says who reads the reason, and keeps it as typed', async (word, isShared, line) => {
    const request = await opened(fixture);

    const answer = await run(`deny ${request.id} ${word} it “looks” like  a bot`, chat('ana'), 'talk');

    expect(linesOf(answer)).toEqual([`Denied. ${request.address} may not visit ${STG}.`, line]);
    const decision = (await fixture.ledger.requests.byId(request.id))?.decision;
    expect(decision?.denial).toEqual({ reason: 'it “looks” like  a bot', isShared });
  });

  test('of who passes by a grant says by which and how to end it, and so does show', async () => {
    const request = await opened(fixture);
    await run(`grant ${request.address} ${STG}`, OPERATOR, 'cli');
    const grant = await fixture.ledger.grants.find(STG, request.address);
    const number = String(grant?.id);
    const until = utcMinute(grant?.untilMs ?? 0);

    const answer = await run(`deny ${request.id}`, OPERATOR, 'cli');

    const standing = `${request.address} may still pass until ${until} by grant ${number}: gate revoke ${number}`;
    expect(linesOf(answer)).toEqual([`Denied. ${standing}`]);
    expect(answer).toMatchObject({ data: { passing: { grant: grant?.id } } });
    expect(linesOf(await run(`show ${request.id}`))).toContain(standing);
    await run(`revoke ${number}`, OPERATOR, 'cli');
    expect(linesOf(await run(`show ${request.id}`))).not.toContain(standing);
  });

  test('that says because and no more is asked to say it, and denies nothing', async () => {
    const request = await opened(fixture);

    expect(await run(`deny ${request.id} because`)).toMatchObject({ isOk: false, data: { error: 'usage' } });
    expect((await fixture.ledger.requests.byId(request.id))?.decision).toBeNull();
  });
});

describe('show', () => {
  test('tells the reason, and who ended what was granted', async () => {
    const [denied, revoked] = [await opened(fixture), await opened(fixture)];
    await run(`deny ${denied.id} telling ask by mail`, as(BO), 'page');
    await run(`approve ${revoked.id}`, as(ANA), 'page');
    await run(`revoke ${revoked.id}`, as(BO), 'page');

    const [ofDenied, ofRevoked] = [await run(`show ${denied.id}`), await run(`show ${revoked.id}`)];

    expect(linesOf(ofDenied)).toContain('Reason (the visitor reads it, too): ask by mail');
    expect(ofDenied.data).toMatchObject({ decision: { reason: 'ask by mail', isReasonShared: true } });
    expect(linesOf(ofRevoked)).toContain(`Revoked by ${BO}`);
    expect(linesOf(ofRevoked).find((line) => line.startsWith('Status:'))).toMatch(
      new RegExp(`^Status: revoked at .* UTC\\. Approved by ${ANA} over the confirm page at .* UTC$`),
    );
    expect(ofRevoked.data).toMatchObject({ decision: { outcome: 'approved', revokedBy: BO } });
  });

  test('lists whom the request was put before, over what, and how that stands; addresses stay where they are', async () => {
    fixture.setDirectory(roomy([site(STG, { approvers: [ANA, BO], notifiers: ['talk'] as never })]));
    const request = await opened(fixture);

    const answer = await run(`show ${request.id}`, chat('ana'), 'talk');

    const cards = linesOf(answer).filter((line) => line.startsWith('Card: '));
    expect(cards).toHaveLength(2);
    expect(cards.join('\n')).toMatch(new RegExp(`^Card: ${ANA} over Talk: (is being sent|waits to be sent)$`, 'm'));
    expect(answer.data).toMatchObject({ cards: [{ channel: 'talk' }, { channel: 'talk' }] });
    expect(JSON.stringify(answer.data)).not.toContain('"address":"ana"');
  });

  test('tells a card that reached nobody from a request that nobody answered', async () => {
    fixture.setDirectory(roomy([site(STG, { approvers: [ANA], notifiers: ['talk'] as never })]));
    const request = await opened(fixture);
    for (const claim of fixture.taken.filter((taken) => taken.request.id === request.id)) {
      const { deliveryId, claimToken, attemptId } = claim;
      const closing = { deliveryId, claimToken, attemptId, tookMs: 5, kind: 'failed' } as const;
      await fixture.ledger.deliveries.close([{ ...closing, scope: 'recipient', reason: 'http_404' }]);
    }

    const lines = linesOf(await run(`show ${request.id}`));

    expect(lines).toContain('Status: pending; no card could be delivered, so nobody was asked');
    expect(lines).toContain(`Card: ${ANA} over Talk: not delivered (http_404)`);
  });
});

test('cards are named by whom they are for: an approver, a room, a consumer’s approver, a producer', () => {
  const delivery = (facts: Partial<DeliveryRecord>): DeliveryRecord => ({
    deliveryId: 'd',
    kind: 'card',
    requestId: requestRecord({}).id,
    channel: 'slack' as never,
    transport: 'slack' as never,
    state: 'sent',
    wantedRevision: 1,
    drawnRevision: 1,
    lastReason: null,
    attempts: 1,
    isMaybeDuplicate: false,
    isCardLost: false,
    about: null,
    recipient: { kind: 'room', address: 'C024BE91L' },
    ...facts,
  });
  const url = 'https://user:secret@example.net/in';

  const lines = cardLines(requestRecord({}), [
    delivery({}),
    delivery({ channel: 'koder_id' as never, recipient: { kind: 'consumer', approver: ANA, url } }),
    delivery({ channel: 'webhook' as never, recipient: { kind: 'callback', producer: 'jet', url } }),
  ]);

  expect(lines).toEqual([
    'Card: the room over Slack: delivered',
    `Card: ${ANA} over Koder Id: delivered`,
    'Callback: jet: delivered',
  ]);
});
