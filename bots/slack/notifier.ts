/**
 * Puts cards before approvers in Slack, and edits them by the bot token. Slack knows no idempotency key: each message
 * carries its delivery's id as metadata, and an attempt after the first looks for it before it posts again.
 */
import { slackCard } from '../../cards/slack.js';
import type { Answer, EditingNotifier, Notice, Receipt, UpdateNotice } from '../../src/contract/notifier.js';
import { refusedMessage } from '../kit/answers.js';
import { classify, classifyPreparation } from './classify.js';
import type { Conversations } from './conversations.js';
import type { SlackWeb, WebAnswer } from './web.js';

/** What of a message is ours to recognise. Metadata is readable by every app of the workspace: no secret is in it. */
const EVENT_TYPE = 'koder_gate_card';
/** A look-up reaches back to before the request, and over so many messages of the conversation. */
const LOOK_BACK_SECONDS = 60;
const LOOK_BACK_MESSAGES = 200;

interface Posted {
  readonly channel: string;
  readonly ts: string;
}

interface Posting {
  readonly notice: Notice;
  /** Tells this message from every other of ours: the delivery, and for a follow-up what it follows. */
  readonly key: string;
  readonly signal: AbortSignal;
}

export function slackNotifier(web: SlackWeb, conversations: Conversations): EditingNotifier {
  async function put(posting: Posting): Promise<Answer> {
    const { notice, signal } = posting;
    const { recipient } = notice;
    if (recipient.kind !== 'approver' && recipient.kind !== 'room') return refusedMessage('recipient_kind');
    const found = await conversations.of(recipient, signal);
    if (found.kind === 'failed') return classifyPreparation(found.answer);
    const { channel } = found;
    const posted = notice.attempt > 1 ? await lookFor(web, { ...posting, channel }) : null;
    // an earlier attempt may have posted an older form of it, so it is edited; if it was deleted meanwhile, it is posted anew
    const edited = posted === null ? null : await edit(posted, posting);
    if (edited !== null && edited.kind !== 'uneditable') return edited;
    const answer = await web.call('chat.postMessage', { args: { channel, ...message(posting) }, signal });
    if (answer.kind === 'no') conversations.forget(recipient);
    return classify(answer, delivered);
  }

  async function edit({ channel, ts }: Posted, posting: Posting): Promise<Answer> {
    const { text, blocks, parse, link_names, metadata } = message(posting);
    const args = { channel, ts, text, blocks, parse, link_names, metadata };
    const answer = await web.call('chat.update', { args, signal: posting.signal });
    return classify(answer, (body) => (body['ts'] === ts ? { kind: 'delivered', receipt: { channel, ts } } : null));
  }

  return {
    updates: 'edit',
    traits: { decides: 'in-chat', isIdempotent: false },
    notify: (notice, signal) => put({ notice, key: notice.deliveryId, signal }),
    followUp: (notice, signal) =>
      put({ notice, key: `${notice.deliveryId}/${String(notice.receipt['ts'] ?? '')}`, signal }),
    update(notice: UpdateNotice, signal: AbortSignal) {
      const posted = readReceipt(notice.receipt);
      return posted === null
        ? Promise.resolve(refusedMessage('receipt_unreadable'))
        : edit(posted, { notice, key: notice.deliveryId, signal });
    },
  };
}

/** Null where the message is not there, or Slack does not say: posting a card twice is better than none at all. */
async function lookFor(web: SlackWeb, input: Posting & { readonly channel: string }): Promise<Posted | null> {
  const { notice, key, channel, signal } = input;
  const args = {
    channel,
    oldest: String(Math.floor(notice.card.openedAtMs / 1_000) - LOOK_BACK_SECONDS),
    limit: LOOK_BACK_MESSAGES,
    include_all_metadata: true,
  };
  const answer = await web.call('conversations.history', { args, signal });
  const ts = answer.kind === 'ok' ? timestampOf(answer, key) : null;
  return ts === null ? null : { channel, ts };
}

function timestampOf({ body }: Extract<WebAnswer, { kind: 'ok' }>, key: string): string | null {
  const messages = Array.isArray(body['messages']) ? (body['messages'] as readonly unknown[]) : [];
  for (const found of messages) {
    const { ts, metadata } = found as {
      ts?: unknown;
      metadata?: { event_type?: unknown; event_payload?: { delivery?: unknown } };
    };
    if (metadata?.event_type === EVENT_TYPE && metadata.event_payload?.delivery === key && typeof ts === 'string') {
      return ts;
    }
  }
  return null;
}

/** `parse: none` and no unfurling: Slack adds nothing of its own to what we wrote. */
function message({ notice, key }: Posting) {
  return {
    ...slackCard(notice.card),
    parse: 'none',
    link_names: false,
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: EVENT_TYPE, event_payload: { delivery: key, revision: notice.card.revision } },
  } as const;
}

function delivered(body: Readonly<Record<string, unknown>>): Answer | null {
  const posted = readReceipt(body);
  return posted === null ? null : { kind: 'delivered', receipt: { ...posted } };
}

function readReceipt(receipt: Receipt | Readonly<Record<string, unknown>>): Posted | null {
  const { channel, ts } = receipt;
  return typeof channel === 'string' && typeof ts === 'string' && channel !== '' && ts !== '' ? { channel, ts } : null;
}
