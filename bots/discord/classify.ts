/** What Discord's answer means for a delivery, in our four words (Discord, “Opcodes and Status Codes”, JSON error codes). */
import { fieldsOf } from '../../src/base/text/fields.js';
import type { Answer, Receipt } from '../../src/contract/notifier.js';
import { deferred, harmless, withoutAnswer } from '../kit/answers.js';
import type { ApiAnswer } from './api.js';

type Meaning =
  | { readonly kind: 'deferred'; readonly retryAfterMs?: number }
  | { readonly kind: 'refused'; readonly scope: 'message' | 'recipient' | 'provider' }
  | { readonly kind: 'uneditable' };

const RECIPIENT: Meaning = { kind: 'refused', scope: 'recipient' };
const PROVIDER: Meaning = { kind: 'refused', scope: 'provider' };
const MESSAGE: Meaning = { kind: 'refused', scope: 'message' };
const LATER: Meaning = { kind: 'deferred' };

/** By Discord's own code. What is not here is the message's fault, unless its status says otherwise. */
const BY_CODE: Readonly<Record<number, Meaning>> = {
  10003: RECIPIENT, // unknown channel
  10004: RECIPIENT, // unknown guild
  10013: RECIPIENT, // unknown user
  20009: RECIPIENT, // explicit content may not be sent to them
  50001: RECIPIENT, // missing access to the channel
  50007: RECIPIENT, // takes no direct messages from us
  50008: RECIPIENT, // no text channel
  50013: RECIPIENT, // missing permissions in the channel
  50033: RECIPIENT, // invalid recipient
  50083: RECIPIENT, // an archived thread
  50278: RECIPIENT, // shares no server with the bot
  20016: LATER, // slow mode
  20028: LATER, // the channel is written to too fast
  // Edits of messages that are older than an hour are scarce.
  30046: { kind: 'deferred', retryAfterMs: 600_000 },
  40003: { kind: 'deferred', retryAfterMs: 60_000 }, // opens direct messages too fast
  40004: LATER, // sending is switched off for a while
  130000: LATER, // overloaded
  40001: PROVIDER, // unauthorized
  40333: PROVIDER, // not let through by Discord's front
  50014: PROVIDER, // invalid token
  60003: PROVIDER, // the owner's account needs a second factor
  10008: { kind: 'uneditable' }, // deleted
  50005: { kind: 'uneditable' }, // another author's
};

/** `edited`: the receipt of the message to be edited; null for a new one. A 200 that does not name the message is not believed. */
export function classify(answer: ApiAnswer, edited: Receipt | null): Answer {
  if (answer.kind !== 'ok') return failed(answer, edited !== null);
  const { id, channel_id: channel } = fieldsOf(answer.body);
  const isNamed = isId(id) && isId(channel);
  if (!isNamed || (edited !== null && edited['message'] !== id)) return { kind: 'unknown', reason: 'answer_malformed' };
  return { kind: 'delivered', receipt: { channel, message: id } };
}

/** For a call that shows nothing to anybody. */
export function classifyHarmless(answer: Exclude<ApiAnswer, { kind: 'ok' }>): Answer {
  return harmless(failed(answer, false));
}

/** A snowflake, or what a stand-in of Discord uses for one. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^\w{1,32}$/.test(value);
}

function failed(answer: Exclude<ApiAnswer, { kind: 'ok' }>, isEdit: boolean): Answer {
  switch (answer.kind) {
    case 'not_sent':
    case 'no_answer':
      return withoutAnswer(answer);
    case 'broken':
      return { kind: 'unknown', reason: `http_${String(answer.status)}` };
    case 'limited':
      return deferred('http_429', answer.retryAfterMs);
    case 'refused':
      return refused(answer, isEdit);
  }
}

function refused({ status, code }: Extract<ApiAnswer, { kind: 'refused' }>, isEdit: boolean): Answer {
  // 0 is Discord's “general error”, which its status explains.
  const known = code === null || code === 0 ? undefined : BY_CODE[code];
  const reason = code === null || code === 0 ? `http_${String(status)}` : `discord_${String(code)}`;
  if (known?.kind === 'uneditable') return isEdit ? { kind: 'uneditable', reason } : { ...MESSAGE, reason };
  if (known !== undefined) return { ...known, reason };
  return { ...byStatus(status, code), reason };
}

/** A 403 or a 404 without a code comes from something that is not Discord's API: the address is wrong, or a front is in between. */
function byStatus(status: number, code: number | null): Extract<Meaning, { kind: 'deferred' | 'refused' }> {
  if (status === 401 || status < 400) return { kind: 'refused', scope: 'provider' };
  if ((status === 403 || status === 404) && (code === null || code === 0))
    return { kind: 'refused', scope: 'provider' };
  if (status === 408) return { kind: 'deferred' };
  return { kind: 'refused', scope: 'message' };
}
