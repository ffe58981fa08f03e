/** The views that answer a tap on Deny: a form for the reason, and a page that says how the request stands by now. Pure. */
import { fit } from '../src/base/text/fit.js';
import { MAX_REASON_CODE_POINTS } from '../src/approval/request.js';
import { plain } from './slack-blocks.js';
import type { Block, PlainText } from './slack-blocks.js';

export interface SlackModal {
  readonly type: 'modal';
  readonly callback_id: string;
  readonly title: PlainText;
  readonly submit?: PlainText;
  readonly close: PlainText;
  /** What the submission hands back to us; Slack keeps it from the person's eyes, not from their hands. */
  readonly private_metadata?: string;
  readonly blocks: readonly Block[];
}

export const DENY_FORM = {
  callback: 'gate.deny',
  reason: { block: 'gate.deny.reason', action: 'reason' },
  share: { block: 'gate.deny.share', action: 'share', value: 'share' },
} as const;

/** Slack shows no title beyond 24 characters. */
const TITLE = 'Deny access';
const MAX_SENTENCE_CODE_POINTS = 1_000;

/** Drawn from the tap alone: it has to be Slack's first answer, so nothing is looked up for it. */
export function denyModal(memory: string): SlackModal {
  return {
    type: 'modal',
    callback_id: DENY_FORM.callback,
    title: plain(TITLE),
    submit: plain('Deny'),
    close: plain('Cancel'),
    private_metadata: memory,
    blocks: [
      {
        type: 'input',
        block_id: DENY_FORM.reason.block,
        label: plain('Reason'),
        hint: plain('Kept with the decision. Every approver reads it on the card.'),
        optional: true,
        element: {
          type: 'plain_text_input',
          action_id: DENY_FORM.reason.action,
          multiline: true,
          max_length: MAX_REASON_CODE_POINTS,
        },
      },
      {
        type: 'input',
        block_id: DENY_FORM.share.block,
        label: plain('Visitor'),
        optional: true,
        element: {
          type: 'checkboxes',
          action_id: DENY_FORM.share.action,
          options: [{ text: plain('Share the reason with the visitor'), value: DENY_FORM.share.value }],
        },
      },
    ],
  };
}

/** Replaces the form when the tap on Deny had another result. */
export function answerModal(sentence: string): SlackModal {
  return {
    type: 'modal',
    callback_id: 'gate.answer',
    title: plain(TITLE),
    close: plain('Close'),
    blocks: [{ type: 'section', text: plain(fit(sentence, MAX_SENTENCE_CODE_POINTS)) }],
  };
}
