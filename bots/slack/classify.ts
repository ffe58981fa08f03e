/**
 * What Slack's answer means for a delivery, by one table of its error names (docs.slack.dev/reference/methods: those of
 * conversations.open, chat.postMessage and chat.update). A name that is not here is a message that will never do.
 */
import type { Answer } from '../../src/contract/notifier.js';
import { deferred, harmless, withoutAnswer } from '../kit/answers.js';
import type { FailedAnswer, WebAnswer } from './web.js';

type Class =
  /** Nothing happened; later it will work. */
  | 'retry'
  /** Something broke on Slack's side: the message may stand there. */
  | 'unsure'
  | 'recipient'
  | 'provider'
  | 'message'
  /** To an edit alone: this message can be edited no more. */
  | 'uneditable';

const NAMES: Readonly<Record<Class, readonly string[]>> = {
  retry: [
    'ratelimited',
    'rate_limited',
    'message_limit_exceeded',
    'service_unavailable',
    'team_added_to_org',
    'external_channel_migrating',
    'update_failed',
  ],
  unsure: ['internal_error', 'fatal_error', 'request_timeout'],
  recipient: [
    'channel_not_found',
    'user_not_found',
    'users_not_found',
    'user_disabled',
    'user_not_visible',
    'cannot_dm_bot',
    'not_in_channel',
    'is_archived',
    'is_inactive',
    'messages_tab_disabled',
    'restricted_action',
    'restricted_action_non_threadable_channel',
    'restricted_action_read_only_channel',
    'restricted_action_thread_locked',
    'restricted_action_thread_only_channel',
    'posting_to_channel_denied',
    'cannot_reply_to_message',
    'invalid_user_combination',
  ],
  provider: [
    'invalid_auth',
    'not_authed',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'missing_scope',
    'no_permission',
    'not_allowed_token_type',
    'org_login_required',
    'two_factor_setup_required',
    'ekm_access_denied',
    'access_denied',
    'accesslimited',
    'app_access_restricted',
    'enterprise_is_restricted',
    'team_access_not_granted',
    'team_not_found',
    'unknown_method',
    'method_deprecated',
    'deprecated_endpoint',
  ],
  message: [
    'invalid_blocks',
    'invalid_blocks_format',
    'msg_blocks_too_long',
    'msg_too_long',
    'no_text',
    'metadata_too_large',
    'metadata_must_be_sent_from_app',
    'invalid_metadata_format',
    'invalid_metadata_schema',
    'invalid_arg_name',
    'invalid_array_arg',
    'invalid_arguments',
    'too_many_attachments',
    'markdown_text_conflict',
  ],
  uneditable: ['message_not_found', 'cant_update_message', 'edit_window_closed'],
};

const CLASS_OF: ReadonlyMap<string, Class> = new Map(
  Object.entries(NAMES).flatMap(([name, errors]) => errors.map((error) => [error, name as Class] as const)),
);

/** For a call that posts or edits a message. `taken` reads the receipt from Slack's answer, or null where there is none in it. */
export function classify(answer: WebAnswer, taken: (body: Readonly<Record<string, unknown>>) => Answer | null): Answer {
  switch (answer.kind) {
    case 'ok':
      return taken(answer.body) ?? { kind: 'unknown', reason: 'answer_malformed' };
    case 'no':
      return saidNo(answer.error);
    case 'busy':
      return deferred('http_429', answer.retryAfterMs);
    case 'http':
      return byStatus(answer.status);
    case 'not_sent':
    case 'no_answer':
      return withoutAnswer(answer);
  }
}

/** For a call that only prepares a message: even if its outcome is unknown, no message was posted. */
export function classifyPreparation(answer: FailedAnswer): Answer {
  return harmless(classify(answer, () => null));
}

function saidNo(error: string): Answer {
  const found = CLASS_OF.get(error);
  switch (found) {
    case 'retry':
      return deferred(error);
    case 'unsure':
      return { kind: 'unknown', reason: error };
    case 'uneditable':
      return { kind: 'uneditable', reason: error };
    case 'recipient':
    case 'provider':
    case 'message':
      return { kind: 'refused', scope: found, reason: error };
    case undefined:
      return { kind: 'refused', scope: 'message', reason: 'slack_error_unknown' };
  }
}

/** Slack itself answers 200 or 429. Any other status comes from something in between, or from an outage at Slack. */
function byStatus(status: number): Answer {
  const reason = `http_${String(status)}`;
  if (status >= 500) return { kind: 'unknown', reason };
  if (status === 408) return deferred(reason);
  return { kind: 'refused', scope: 'provider', reason };
}
