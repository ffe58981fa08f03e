/** Cards in Slack: where they go, and how they are found again. */
import { describe, expect, test } from '@jest/globals';
import type { Recipient } from '../../src/contract/notifier.js';
import { CASES, DRILLS } from '../fixtures/cards/adaptive-cases.js';
import {
  ADA,
  editing,
  noticeOf,
  notify,
  openNotifier,
  patience,
  slack,
  viewOf,
} from '../fixtures/channels/slack-notifier.js';

const ROOM: Recipient = { kind: 'room', address: 'C0ROOM' };

openNotifier();

describe('a card', () => {
  test('goes to the approver’s own conversation, which is opened once', async () => {
    await notify(noticeOf());
    await notify(noticeOf());

    expect(slack.sees(ADA)).toHaveLength(2);
    expect(slack.server.called('conversations.open')).toBe(1);
  });

  test('goes to a room as it is', async () => {
    slack.room('C0ROOM', 'U0ADA', 'U0BOB');

    await notify({ ...noticeOf(), recipient: ROOM });

    expect(slack.reads('U0BOB')).toHaveLength(1);
    expect(slack.server.called('conversations.open')).toBe(0);
  });

  test('carries its delivery in its metadata, and no secret', async () => {
    const notice = noticeOf();

    await notify(notice);

    const [message] = slack.state.messages;
    expect(message?.metadata).toEqual({
      event_type: 'koder_gate_card',
      event_payload: { delivery: notice.deliveryId, revision: 1 },
    });
  });

  test('whose conversation is gone is sent to a new one the next time', async () => {
    await notify(noticeOf());
    slack.state.directChannels.clear();

    const first = await notify(noticeOf());
    const second = await notify(noticeOf());

    expect([first.kind, second.kind]).toEqual(['refused', 'delivered']);
  });
});

test.each(Object.entries({ ...CASES, ...DRILLS }))(
  'a card of the state %s is taken, and taken as an edit',
  async (_name, card) => {
    const notice = { ...noticeOf(), card };

    const sent = await notify(notice);
    const receipt = sent.kind === 'delivered' ? sent.receipt : {};
    const edited = await editing().update({ ...notice, receipt }, patience());

    expect([sent.kind, edited.kind, slack.server.faults]).toEqual(['delivered', 'delivered', []]);
  },
);

describe('an attempt after an outcome that is not known', () => {
  test('finds the card that stands there already, and does not double it', async () => {
    const notice = noticeOf();
    await slack.behave({ kind: 'reset_after_body' });
    expect((await notify(notice)).kind).toBe('unknown');
    await slack.behave({ kind: 'normal' });

    const answer = await notify({ ...notice, attempt: 2 });

    expect(slack.sees(ADA)).toHaveLength(1);
    expect(answer).toMatchObject({ kind: 'delivered', receipt: { ts: slack.state.messages[0]?.ts } });
  });

  test('draws what stands there as it is now', async () => {
    const notice = noticeOf();
    await slack.behave({ kind: 'reset_after_body' });
    await notify(notice);
    await slack.behave({ kind: 'normal' });

    await notify({ ...notice, attempt: 2, card: viewOf('denied') });

    expect(slack.sees(ADA)[0]?.text).toContain('Denied by rpm@koder.dev');
  });

  test('posts where nothing stands', async () => {
    const notice = noticeOf();
    await slack.behave({ kind: 'hang' });
    const controller = new AbortController();
    const hanging = editing().notify(notice, controller.signal);
    await slack.arrival();
    controller.abort();
    await hanging;
    await slack.behave({ kind: 'normal' });

    await notify({ ...notice, attempt: 2 });

    expect(slack.sees(ADA)).toHaveLength(1);
  });

  test('takes no other delivery’s card for its own', async () => {
    await notify(noticeOf());

    await notify({ ...noticeOf(), attempt: 2 });

    expect(slack.sees(ADA)).toHaveLength(2);
  });

  test('posts where Slack does not let it look: a card twice is better than none', async () => {
    const notice = noticeOf();
    await notify(notice);
    slack.server.answerInstead('conversations.history', { ok: false, error: 'missing_scope' });

    await notify({ ...notice, attempt: 2 });

    expect(slack.sees(ADA)).toHaveLength(2);
  });

  test('a follow-up is looked for by itself, not by the card it follows', async () => {
    const notice = noticeOf();
    const sent = await notify(notice);
    const receipt = sent.kind === 'delivered' ? sent.receipt : {};
    const follow = { ...notice, attempt: 1, card: viewOf('denied'), receipt };
    await slack.behave({ kind: 'reset_after_body' });
    await editing().followUp(follow, patience());
    await slack.behave({ kind: 'normal' });

    await editing().followUp({ ...follow, attempt: 2 }, patience());

    expect(slack.sees(ADA).map(({ buttons }) => buttons)).toEqual([['approve', 'deny'], []]);
  });
});

test('while a conversation is only being opened, nothing stands anywhere: it is deferred', async () => {
  slack.server.answerInstead('conversations.open', { ok: false, error: 'internal_error' });

  expect(await notify(noticeOf())).toEqual({ kind: 'deferred', reason: 'internal_error' });
});
