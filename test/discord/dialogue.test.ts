/** What people do to a card in Discord, through both ways in: they are told the same, whichever way it took. */
import { expect, test } from '@jest/globals';
import { cardView } from '../../src/approval/card-view.js';
import { TRUSTED } from '../../src/approval/site.js';
import type { Shown } from '../fakes/discord-people.js';
import { noticeOf, notifierOf } from '../fixtures/channels/discord.js';
import {
  approver,
  asked,
  decisionOf,
  fixture,
  overBothWays,
  privately,
  stranger,
} from '../fixtures/channels/discord-conversation.js';

overBothWays(() => {
  test('Approve approves, and the second tap learns who did', async () => {
    const { request, card } = await asked();

    const first = await approver.tap(card, 'Approve');
    const second = await approver.tap(card, 'Approve');

    expect(first).toEqual(privately(/^Approved\. 192\.0\.2\.7 may visit stg\.example\.org until /));
    expect(second).toEqual(
      privately(/^Already approved by rpm@koder\.dev over Discord .* That was you, and it stands\.$/),
    );
    expect(await decisionOf(request)).toMatchObject({ outcome: 'approved', by: 'rpm@koder.dev', over: 'discord' });
  });

  test('the menu approves at once, for as long as was picked', async () => {
    const { request, card } = await asked();

    await approver.pick(card, '1 h');

    const decision = await decisionOf(request);
    expect(decision?.grantedUntilMs).toBe((decision?.atMs ?? 0) + 3_600_000);
  });

  test('Deny opens a form, whose reason is kept, and told to the visitor where the approver says so', async () => {
    const { request, card } = await asked();

    const form = formOf(await approver.tap(card, 'Deny'));
    expect(await decisionOf(request)).toBeNull();
    const answer = await approver.submit(form, { reason: ' A scanner. ', readers: 'Tell the visitor, too' });

    expect(answer).toEqual(privately(/^Denied\./));
    expect(await decisionOf(request)).toMatchObject({
      outcome: 'denied',
      denial: { reason: 'A scanner.', isShared: true },
    });
  });

  test('a form without a reason denies without one, and is private unless said otherwise', async () => {
    const [first, second] = [await asked(), await asked()];

    await approver.submit(formOf(await approver.tap(first.card, 'Deny')), { reason: '  ' });
    await approver.submit(formOf(await approver.tap(second.card, 'Deny')), { reason: 'Not today' });

    expect((await decisionOf(first.request))?.denial).toBeUndefined();
    expect((await decisionOf(second.request))?.denial).toEqual({ reason: 'Not today', isShared: false });
  });

  test('a stranger is refused in private, by button, form and command alike', async () => {
    const { request, card } = await asked();

    const answers = [
      await stranger.tap(card, 'Approve'),
      await stranger.submit(formOf(await stranger.tap(card, 'Deny')), {}),
      await stranger.type('approve', { id: request.id }),
    ];

    for (const answer of answers) expect(answer).toEqual(privately(/no approver is known by this chat account/));
    expect(await decisionOf(request)).toBeNull();
  });

  test('Revoke on a decided card ends the grant', async () => {
    const { request, card } = await asked();
    await approver.tap(card, 'Approve');
    const decided = await fixture.gateFixture.ledger.requests.byId(request.id);
    if (decided === null) throw new Error('it is there');
    const view = cardView(decided, { token: null, confirmUrl: '', policy: TRUSTED, nowMs: Date.now() });
    const receipt = { channel: card.channel, message: card.id };
    await notifierOf(fixture.channel).update({ ...noticeOf(view), receipt }, AbortSignal.timeout(5_000));

    const answer = await approver.tap(card, 'Revoke');

    expect(answer).toEqual(privately(/192\.0\.2\.7/));
    expect((await decisionOf(request))?.revocation).toMatchObject({ by: 'rpm@koder.dev' });
  });

  test('a button of another version says what to do instead', async () => {
    const { card } = await asked();
    card.body = {
      ...card.body,
      components: [{ type: 1, components: [{ type: 2, style: 3, label: 'Approve', custom_id: 'gate2:approve:1' }] }],
    };

    expect(await approver.tap(card, 'Approve')).toEqual(privately(/not of this version/));
  });
});

function formOf(shown: Shown) {
  if (shown.kind !== 'form') throw new Error(`a form opens: ${JSON.stringify(shown)}`);
  return shown.form;
}
