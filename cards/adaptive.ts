/**
 * Card view -> Adaptive Card 1.5. Pure. Host, path, address, country, browser and deciders come from strangers and
 * from files: they stand in text runs alone, which no client reads as markdown.
 */
import {
  drillSentence,
  outcomeSentence,
  revocationSentence,
  requestStatus,
  type CardState,
  type CardView,
  type RequestStatus,
} from '../src/approval/card-view.js';
import type { Denial } from '../src/approval/request.js';
import { utcMinute } from '../src/approval/sentences.js';
import { shownId } from '../src/approval/short-id.js';
import { fit } from '../src/base/text/fit.js';
import { pendingActions, revokeAction } from './adaptive-actions.js';
import type { AdaptiveCard, ColumnSet, Element, RichTextBlock, TextBlock } from './adaptive-schema.js';

/** Ours: a card is read on a phone. DNS names end at 253 characters (RFC 1035, 2.3.4). */
const MAX_HOST_CODE_POINTS = 253;
const MAX_FACT_CODE_POINTS = 160;
const MAX_SENTENCE_CODE_POINTS = 300;
/** Wide enough for the longest label of ours, narrow enough for a phone of 360 px. */
const LABEL_WIDTH = '76px';

type Pending = Extract<CardState, { kind: 'pending' }>;
type Decided = Extract<CardState, { kind: 'decided' }>;

const HEADINGS = {
  approved: { text: '✓ Approved', color: 'Good' },
  denied: { text: '✗ Denied', color: 'Attention' },
  expired: { text: 'Expired', color: 'Warning' },
  withdrawn: { text: 'Withdrawn' },
  revoked: { text: '✗ Revoked', color: 'Attention' },
} as const satisfies Record<RequestStatus, Pick<TextBlock, 'text' | 'color'>>;

/** A pending card has the buttons that its channel may use; a decided one at most Revoke; a drill none. */
export function adaptiveCard(card: CardView): AdaptiveCard {
  const { state } = card;
  const frame = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.5',
  } as const;
  if (state.kind === 'pending') {
    return {
      ...frame,
      fallbackText: 'Access requested. Open Koder Gate in a browser to decide.',
      body: [
        heading({ text: '🔒 Access requested' }),
        hostLine(card),
        ...facts(card),
        subtle(`Answer by ${readersTime(card.deadlineAtMs)}`, 'Medium'),
        ...whyFewButtons(state),
      ],
      actions: pendingActions(state),
    };
  }
  if (state.kind === 'drill') {
    return {
      ...frame,
      fallbackText: 'This is a drill: there is nothing to decide.',
      body: [heading({ text: '🧪 Drill' }), plainSentence(drillSentence(state))],
    };
  }
  return {
    ...frame,
    fallbackText: 'This access request has been answered.',
    body: [heading(HEADINGS[requestStatus(state)]), hostLine(card), ...outcome(state), ...facts(card)],
    ...(state.isRevocable ? { actions: [revokeAction(card.requestId)] } : {}),
  };
}

/** The same in plain words, for a client that draws no cards. One line; plain text, never markup. */
export function adaptiveText(card: CardView): string {
  const host = fit(card.host, MAX_HOST_CODE_POINTS);
  const { state } = card;
  if (state.kind === 'drill') return fit(drillSentence(state), MAX_SENTENCE_CODE_POINTS);
  if (state.kind === 'decided') return `${host}: ${decidedText(state)}`;
  const from = `${fit(card.address, MAX_FACT_CODE_POINTS)}${card.country === null ? '' : ` (${fit(card.country, MAX_FACT_CODE_POINTS)})`}`;
  return `Access requested: ${host} from ${from}. Decide: ${state.confirmUrl}`;
}

function heading(words: Pick<TextBlock, 'text' | 'color'>): TextBlock {
  return { type: 'TextBlock', style: 'heading', size: 'Large', weight: 'Bolder', wrap: true, ...words };
}

function hostLine(card: CardView): RichTextBlock {
  return {
    type: 'RichTextBlock',
    spacing: 'None',
    inlines: [
      { type: 'TextRun', text: fit(card.host, MAX_HOST_CODE_POINTS), weight: 'Bolder', size: 'Medium' },
      { type: 'TextRun', text: ` · ${card.environment}`, isSubtle: true },
    ],
  };
}

function facts(card: CardView): readonly ColumnSet[] {
  const rows: readonly (readonly [string, string | null])[] = [
    ['Path', card.path],
    ['Address', card.address],
    ['Country', card.country],
    ['Browser', card.browser],
    ['Signed in as', card.person ?? null],
    ['Request', shownId(card.requestId)],
  ];
  const drawn = rows.flatMap(([label, value], index) =>
    value === null ? [] : [fact(label, verbatim(value), index === 0 ? 'Medium' : 'Small')],
  );
  return [...drawn, fact('Time', { type: 'TextBlock', text: readersTime(card.openedAtMs), wrap: true }, 'Small')];
}

function verbatim(value: string): RichTextBlock {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: fit(value, MAX_FACT_CODE_POINTS) }] };
}

/** For a `TextBlock`: the time in the reader's own zone and language (adaptivecards.io, “Text features”), UTC beside it. */
function readersTime(atMs: number): string {
  const at = `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  return `{{DATE(${at}, SHORT)}} {{TIME(${at})}} (${utcMinute(atMs)})`;
}

function fact(label: string, value: RichTextBlock | TextBlock, spacing: ColumnSet['spacing']): ColumnSet {
  return {
    type: 'ColumnSet',
    spacing,
    columns: [
      { type: 'Column', width: LABEL_WIDTH, items: [{ type: 'TextBlock', text: label, isSubtle: true, wrap: true }] },
      {
        type: 'Column',
        width: 'stretch',
        items: [value],
      },
    ],
  };
}

function whyFewButtons({ may }: Pending): readonly TextBlock[] {
  switch (may) {
    case 'decide':
      return [];
    case 'deny_only':
      return [subtle('To let the visitor in, open the request in a browser', 'Small')];
    case 'link_only':
      return [subtle('This site is decided in a browser', 'Small')];
  }
}

function outcome(decision: Decided): readonly Element[] {
  const { outcome, atMs, grantedUntilMs, denial, revocation } = decision;
  const told = revocationSentence(decision);
  return [
    plainSentence(outcomeSentence(decision)),
    // an expired request was not answered, so it has no time of an answer
    ...(outcome === 'expired' ? [] : [subtle(`Answered ${readersTime(atMs)}`, 'Small')]),
    ...(denial === undefined ? [] : [denialLine(denial)]),
    ...(grantedUntilMs === null || told !== null
      ? []
      : [subtle(`May pass until ${readersTime(grantedUntilMs)}`, 'Small')]),
    ...(told === null || revocation === undefined
      ? []
      : [plainSentence(told), subtle(`Revoked ${readersTime(revocation.atMs)}`, 'Small')]),
  ];
}

function denialLine({ reason, isShared }: Denial): RichTextBlock {
  const label = isShared ? 'Reason (the visitor reads it, too): ' : 'Reason (for approvers alone): ';
  return {
    type: 'RichTextBlock',
    spacing: 'Small',
    inlines: [
      { type: 'TextRun', text: label, isSubtle: true },
      { type: 'TextRun', text: fit(reason, MAX_SENTENCE_CODE_POINTS) },
    ],
  };
}

function decidedText(decision: Decided): string {
  const revoked = revocationSentence(decision);
  const reason = decision.denial === undefined ? [] : [`Reason: ${decision.denial.reason}`];
  return [...(revoked === null ? [] : [revoked]), outcomeSentence(decision), ...reason]
    .map((sentence) => fit(sentence, MAX_SENTENCE_CODE_POINTS))
    .join('. ');
}

function plainSentence(text: string): RichTextBlock {
  return {
    type: 'RichTextBlock',
    spacing: 'Medium',
    inlines: [{ type: 'TextRun', text: fit(text, MAX_SENTENCE_CODE_POINTS), weight: 'Bolder' }],
  };
}

function subtle(text: string, spacing: 'Small' | 'Medium'): TextBlock {
  return { type: 'TextBlock', text, isSubtle: true, wrap: true, spacing };
}
