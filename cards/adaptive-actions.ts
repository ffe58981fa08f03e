/**
 * The buttons of an Adaptive Card. One tap on Approve gives the longest time that is allowed; what asks for more than a
 * tap (a shorter time, a reason, an end to a grant) opens below the buttons first.
 */
import type { RequestId } from '../src/approval/brand.js';
import type { CardState } from '../src/approval/card-view.js';
import { durationInWords } from '../src/approval/duration.js';
import { MAX_REASON_CODE_POINTS } from '../src/approval/request.js';
import type { Action, ExecuteAction, ShowCardAction } from './adaptive-schema.js';

type Pending = Extract<CardState, { kind: 'pending' }>;

/** Only buttons that the card's channel may use: none that would be refused. */
export function pendingActions(state: Pending): readonly Action[] {
  const open = { type: 'Action.OpenUrl', title: 'Open in browser', url: state.confirmUrl } as const;
  switch (state.may) {
    case 'decide':
      return [approve(state), deny(state), ...approveForLess(state), open];
    case 'deny_only':
      return [deny(state), open];
    case 'link_only':
      return [open];
  }
}

/** Asks for a confirmation, because a slip of the thumb would lock a visitor out. */
export function revokeAction(request: RequestId): ShowCardAction {
  return {
    type: 'Action.ShowCard',
    title: 'Revoke',
    style: 'destructive',
    card: {
      type: 'AdaptiveCard',
      body: [{ type: 'TextBlock', text: 'This locks the visitor out at once.', wrap: true }],
      actions: [
        {
          type: 'Action.Execute',
          title: 'Revoke this access',
          verb: 'revoke',
          style: 'destructive',
          data: { request },
          associatedInputs: 'none',
        },
      ],
    },
  };
}

function approve({ token, approveFor }: Pending): ExecuteAction {
  return {
    type: 'Action.Execute',
    title: approveFor === '' ? 'Approve' : `Approve — ${approveFor}`,
    verb: 'approve',
    style: 'positive',
    data: { token },
    associatedInputs: 'none',
  };
}

function deny({ token }: Pending): ShowCardAction {
  return {
    type: 'Action.ShowCard',
    title: 'Deny',
    style: 'destructive',
    card: {
      type: 'AdaptiveCard',
      body: [
        {
          type: 'Input.Text',
          id: 'reason',
          label: 'Reason, if you want to give one',
          isMultiline: true,
          maxLength: MAX_REASON_CODE_POINTS,
        },
        {
          type: 'Input.Toggle',
          id: 'share',
          title: 'The visitor may read it',
          value: 'false',
          valueOn: 'true',
          valueOff: 'false',
        },
      ],
      actions: [
        {
          type: 'Action.Execute',
          title: 'Deny access',
          verb: 'deny',
          style: 'destructive',
          data: { token },
          associatedInputs: 'auto',
        },
      ],
    },
  };
}

/** All but the longest, which Approve gives already. */
function approveForLess({ token, ttlsSeconds }: Pending): readonly ShowCardAction[] {
  const shorter = ttlsSeconds.slice(0, -1);
  if (shorter.length === 0) return [];
  const actions = shorter.map((seconds): ExecuteAction => ({
    type: 'Action.Execute',
    title: `Approve — ${durationInWords(seconds)}`,
    verb: 'approve',
    style: 'positive',
    data: { token, ttl_seconds: seconds },
    associatedInputs: 'none',
  }));
  return [{ type: 'Action.ShowCard', title: 'Less time…', card: { type: 'AdaptiveCard', body: [], actions } }];
}
