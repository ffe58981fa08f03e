/**
 * Card view -> Block Kit. Pure. Made for a person with five seconds: one tap on Approve gives the default duration, and
 * the menu beside it, `Approve for…`, decides at once for the one that is picked. A menu that only set what Approve would
 * do later needs two taps, and keeps its state where nobody looks.
 */
import { drillSentence, outcomeSentence, revocationSentence, requestStatus } from '../src/approval/card-view.js';
import type { CardState, CardView, RequestStatus } from '../src/approval/card-view.js';
import { durationInWords } from '../src/approval/duration.js';
import type { Decision } from '../src/approval/request.js';
import { shownId } from '../src/approval/short-id.js';
import { fit } from '../src/base/text/fit.js';
import { bold, dated, lines, plain, plainName, words } from './slack-blocks.js';
import type { Block, Button, Dated, RichText, SlackMessage, StaticSelect } from './slack-blocks.js';

/** What a tap says it is, in `action_id`. The inbound reads these and no others. */
export const SLACK_ACTIONS = {
  approve: 'gate.approve',
  approveFor: 'gate.approve_for',
  deny: 'gate.deny',
  revoke: 'gate.revoke',
  open: 'gate.open',
} as const;

/** Ours: a card is read on a phone. DNS names end at 253 characters (RFC 1035, 2.3.4). */
const MAX_HOST_CODE_POINTS = 253;
const MAX_FACT_CODE_POINTS = 160;
const MAX_SENTENCE_CODE_POINTS = 300;
/** Of a confirmation's 300 (Slack's own bound), shared by a host and an address. */
const MAX_CONFIRMED_CODE_POINTS = 100;

type Pending = Extract<CardState, { kind: 'pending' }>;
type Decided = Extract<CardState, { kind: 'decided' }>;

const HEADINGS = {
  approved: '✓ Approved',
  denied: '✗ Denied',
  expired: 'Expired',
  withdrawn: 'Withdrawn',
  revoked: '✗ Revoked',
} as const satisfies Record<RequestStatus, string>;

/** A pending card has the buttons that its channel may use; a decided one at most Revoke; a drill none. */
export function slackCard(view: CardView): SlackMessage {
  const { state } = view;
  switch (state.kind) {
    case 'pending':
      return {
        text: `Access requested: ${named(view.host)} from ${named(view.address)}`,
        blocks: [
          heading('🔒 Access requested'),
          lines(hostLine(view), ...factLines(view)),
          context(dated(['Asked', view.openedAtMs], ['Answer by', view.deadlineAtMs], ...whyFewButtons(state))),
          { type: 'actions', elements: pendingActions(state) },
        ],
      };
    case 'decided':
      return {
        text: `${HEADINGS[requestStatus(state)]}: ${named(view.host)}`,
        blocks: [
          heading(HEADINGS[requestStatus(state)]),
          lines(hostLine(view), ...decisionLines(state)),
          lines(...factLines(view)),
          context(dated(['Asked', view.openedAtMs], ...decisionTimes(state))),
          ...(state.isRevocable ? [{ type: 'actions', elements: [revokeButton(view, view.requestId)] } as const] : []),
        ],
      };
    case 'drill':
      return {
        text: 'Drill: there is nothing to decide',
        blocks: [heading('🧪 Drill'), lines([bold(fit(drillSentence(state), MAX_SENTENCE_CODE_POINTS))])],
      };
  }
}

/** Ends a live grant, after one question. `value` names the grant to the desk: a request's id, or a grant's number. */
export function revokeButton(what: { readonly host: string; readonly address: string }, value: string): Button {
  const address = fit(what.address, MAX_CONFIRMED_CODE_POINTS);
  const host = fit(what.host, MAX_CONFIRMED_CODE_POINTS);
  return {
    type: 'button',
    action_id: SLACK_ACTIONS.revoke,
    text: plain('Revoke'),
    value,
    style: 'danger',
    confirm: {
      title: plain('Revoke this access?'),
      text: plain(`${address} is locked out of ${host} at once.`),
      confirm: plain('Revoke'),
      deny: plain('Keep'),
      style: 'danger',
    },
  };
}

/** Approve and Deny; `ref` names the request to the desk. */
export function decisionButtons(
  ref: string,
  { may, approveFor, ttlsSeconds }: Pick<Pending, 'may' | 'approveFor' | 'ttlsSeconds'>,
): readonly (Button | StaticSelect)[] {
  if (may === 'link_only') return [];
  const approve: Button = {
    type: 'button',
    action_id: SLACK_ACTIONS.approve,
    text: plain(approveFor === '' ? 'Approve' : `Approve — ${approveFor}`),
    value: ref,
    style: 'primary',
  };
  const deny: Button = {
    type: 'button',
    action_id: SLACK_ACTIONS.deny,
    text: plain('Deny'),
    value: ref,
    style: 'danger',
  };
  if (may === 'deny_only') return [deny];
  return [approve, deny, ...durationMenu(ref, ttlsSeconds)];
}

/** A menu of one duration would only repeat the button. */
function durationMenu(ref: string, ttlsSeconds: readonly number[]): readonly StaticSelect[] {
  if (ttlsSeconds.length < 2) return [];
  const options = ttlsSeconds.map((seconds) => ({
    text: plain(durationInWords(seconds)),
    value: `${ref}:${String(seconds)}`,
  }));
  return [{ type: 'static_select', action_id: SLACK_ACTIONS.approveFor, placeholder: plain('Approve for…'), options }];
}

function pendingActions(state: Pending): readonly (Button | StaticSelect)[] {
  const open: Button = {
    type: 'button',
    action_id: SLACK_ACTIONS.open,
    text: plain('Open in browser'),
    url: state.confirmUrl,
  };
  return [...decisionButtons(state.token, state), open];
}

function whyFewButtons({ may }: Pending): readonly (readonly [string])[] {
  switch (may) {
    case 'decide':
      return [];
    case 'deny_only':
      return [['To let the visitor in, open the request in a browser']];
    case 'link_only':
      return [['This site is decided in a browser']];
  }
}

function heading(text: string): Block {
  return { type: 'header', text: plain(text) };
}

function context(text: Dated): Block {
  return { type: 'context', elements: [text] };
}

export function hostLine(view: Pick<CardView, 'host' | 'environment'>): readonly RichText[] {
  return [bold(fit(view.host, MAX_HOST_CODE_POINTS)), words(` · ${view.environment}`)];
}

function factLines(view: CardView): readonly (readonly RichText[])[] {
  const facts: readonly (readonly [string, string | null])[] = [
    ['Path', view.path],
    ['Address', view.address],
    ['Country', view.country],
    ['Browser', view.browser],
    ['Signed in as', view.person ?? null],
    ['Request', shownId(view.requestId)],
  ];
  return facts.flatMap(([label, value]) =>
    value === null ? [] : [[words(`${label}: `), words(fit(value, MAX_FACT_CODE_POINTS))]],
  );
}

function decisionLines(decision: Decided): readonly (readonly RichText[])[] {
  const { denial } = decision;
  const told = revocationSentence(decision);
  return [
    ...(told === null ? [] : [[bold(fit(told, MAX_SENTENCE_CODE_POINTS))]]),
    [bold(fit(outcomeSentence(decision), MAX_SENTENCE_CODE_POINTS))],
    ...(denial === undefined ? [] : [denialLine(denial)]),
  ];
}

function decisionTimes({ outcome, atMs, grantedUntilMs, revocation }: Decided): readonly (readonly [string, number])[] {
  return [
    // an expired request was not answered, so it has no time of an answer
    ...(outcome === 'expired' ? [] : [['Answered', atMs] as const]),
    ...(grantedUntilMs === null || revocation !== undefined ? [] : [['May pass until', grantedUntilMs] as const]),
    ...(revocation === undefined ? [] : [['Revoked', revocation.atMs] as const]),
  ];
}

function denialLine({ reason, isShared }: NonNullable<Decision['denial']>): readonly RichText[] {
  const seenBy = isShared ? 'the visitor reads it, too' : 'for approvers alone';
  return [words(`Reason (${seenBy}): `), words(fit(reason, MAX_SENTENCE_CODE_POINTS))];
}

/** The heading for notifications, which show nothing else of the card. */
function named(text: string): string {
  return plainName(fit(text, MAX_HOST_CODE_POINTS));
}
