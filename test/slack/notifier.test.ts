/** Cards in Slack: where they go, how they are found again, and what each no of Slack's means. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { classify } from '../../bots/slack/classify.js';
import type { ChannelName } from '../../src/approval/brand.js';
import type { CardView } from '../../src/approval/card-view.js';
import { systemChance } from '../../src/base/chance.js';
import { packageRoot } from '../../src/base/package-root.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Answer, EditingNotifier, Notice, Recipient } from '../../src/contract/notifier.js';
import { CASES, DRILLS } from '../cards/adaptive-cases.js';
import { channelSeams } from '../contract/notifier/scene.js';
import { openSlackAt } from '../contract/stages/slack.js';
import { startFakeSlack, type FakeSlack } from '../fakes/slack.js';

const ADA: Recipient = { kind: 'approver', approver: 'ada@example.org' as never, address: 'T0GATE:U0ADA' };
const ROOM: Recipient = { kind: 'room', address: 'C0ROOM' };

let slack: FakeSlack;
let channel: OpenChannel;

beforeEach(async () => {
  slack = await startFakeSlack();
  slack.people({ id: 'U0ADA' }, { id: 'U0BOB' });
  channel = await openSlackAt(
    slack.apiUrl,
    channelSeams(() => undefined),
  );
});

afterEach(async () => {
  await channel.stop();
  await slack.close();
});

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

test('a missing scope pauses the channel, by its own reason', async () => {
  slack.server.answerInstead('chat.postMessage', { ok: false, error: 'missing_scope', needed: 'chat:write' });

  expect(await notify(noticeOf())).toEqual({ kind: 'refused', scope: 'provider', reason: 'missing_scope' });
});

test('while a conversation is only being opened, nothing stands anywhere: it is deferred', async () => {
  slack.server.answerInstead('conversations.open', { ok: false, error: 'internal_error' });

  expect(await notify(noticeOf())).toEqual({ kind: 'deferred', reason: 'internal_error' });
});

describe('each no of Slack’s has its class', () => {
  test.each([
    ['ratelimited', { kind: 'deferred' }],
    ['fatal_error', { kind: 'unknown' }],
    ['user_disabled', { kind: 'refused', scope: 'recipient' }],
    ['is_archived', { kind: 'refused', scope: 'recipient' }],
    ['token_revoked', { kind: 'refused', scope: 'provider' }],
    ['msg_too_long', { kind: 'refused', scope: 'message' }],
    ['message_not_found', { kind: 'uneditable' }],
    ['cant_update_message', { kind: 'uneditable' }],
    ['edit_window_closed', { kind: 'uneditable' }],
  ])('%s', (error, expected) => {
    expect(classify({ kind: 'no', error }, () => null)).toMatchObject({ ...expected, reason: error });
  });

  test('a word that is not in the table reaches no row: it is ours instead', () => {
    const answer = classify({ kind: 'no', error: 'something_new' }, () => null);

    expect(answer).toEqual({ kind: 'refused', scope: 'message', reason: 'slack_error_unknown' });
  });

  const reference = join(packageRoot(), '..', 'shared', 'specs', 'slack', 'slack-api-ref', 'docs.slack.dev', 'methods');
  const ifThere = existsSync(reference) ? test : test.skip;
  ifThere.each(['chat.postMessage', 'chat.update', 'conversations.open'])(
    'no word of the vendor’s reference for %s that concerns us is unknown (without the reference: skipped)',
    (method) => {
      const { errors } = JSON.parse(readFileSync(join(reference, `${method}.json`), 'utf8')) as {
        errors: Record<string, unknown>;
      };
      const unknown = Object.keys(errors).filter((error) => {
        const answer = classify({ kind: 'no', error }, () => null);
        return 'reason' in answer && answer.reason === 'slack_error_unknown';
      });

      expect(unknown.filter((error) => !NOT_OURS.test(error))).toEqual([]);
    },
  );
});

/** About files, attachments, drafts, broadcasts, streams and several users at once: no card of ours has any of it. */
const NOT_OURS =
  /file|attachment|clip_|canvas|lists_sharing|as_user|draft|duplicate|broadcast|stream|behalf|contact_cards|block_mismatch|users|channel_type/;

describe('health', () => {
  test('names the workspace and the way in', async () => {
    expect(await channel.health(patience())).toEqual({
      kind: 'healthy',
      detail: 'Slack knows the bot, in workspace T0GATE, by HTTP',
    });
  });

  test('says which scopes are missing', async () => {
    slack.server.scopes = ['chat:write', 'commands'];

    expect(await channel.health(patience())).toMatchObject({
      kind: 'unhealthy',
      detail: 'the bot lacks im:history, im:write, users:read',
    });
  });

  test('tells a bad token from a Slack out of reach', async () => {
    slack.server.isRefusingCredentials = true;
    const refused = await channel.health(patience());
    await slack.behave({ kind: 'refuse_connection' });
    const unreached = await channel.health(patience());

    expect(refused).toMatchObject({ detail: 'Slack refuses the bot: invalid_auth' });
    expect(unreached).toMatchObject({ detail: 'no answer from Slack: refused' });
  });
});

function noticeOf(): Notice {
  const deliveryId = systemChance().id();
  const card = { ...viewOf('pending-stg'), openedAtMs: Date.now() };
  return { deliveryId, attempt: 1, channel: 'slack' as ChannelName, recipient: ADA, card };
}

function viewOf(name: string): CardView {
  const view = CASES[name];
  if (view === undefined) throw new Error(`there is a case ${name}`);
  return view;
}

function editing(): EditingNotifier {
  if (channel.notifier.updates !== 'edit') throw new Error('slack edits');
  return channel.notifier;
}

function notify(notice: Notice): Promise<Answer> {
  return editing().notify(notice, patience());
}

function patience(): AbortSignal {
  return AbortSignal.timeout(5_000);
}
