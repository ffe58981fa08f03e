/** What each no of Slack’s means, and what its health says. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { classify } from '../../bots/slack/classify.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import { channel, noticeOf, notify, openNotifier, patience, slack } from '../fixtures/channels/slack-notifier.js';

openNotifier();

test('a missing scope pauses the channel, by its own reason', async () => {
  slack.server.answerInstead('chat.postMessage', { ok: false, error: 'missing_scope', needed: 'chat:write' });

  expect(await notify(noticeOf())).toEqual({ kind: 'refused', scope: 'provider', reason: 'missing_scope' });
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

  test.each(['<https://evil.example|T0GATE>', 'T0GATE\nok', '', 'T'.repeat(41), 'T0 GATE'])(
    'repeats no word of a Slack that is none: a team called %j is unknown',
    async (teamId) => {
      Object.assign(slack.state, { teamId });

      expect(await channel.health(patience())).toEqual({
        kind: 'healthy',
        detail: 'Slack knows the bot, in workspace unknown, by HTTP',
      });
    },
  );

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
