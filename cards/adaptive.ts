/**
 * Card view -> Adaptive Card 1.5. Pure. Host, path, address, country, browser and deciders come from strangers and
 * from files: they stand in text runs alone, which no client reads as markdown.
 */
import { drillSentence, outcomeSentence, type CardState, type CardView } from '../src/approval/card-view.js';
import type { Decision, Outcome } from '../src/approval/request.js';
import { fit } from '../src/base/fit.js';
import type {
  AdaptiveCard,
  ColumnSet,
  Element,
  ExecuteAction,
  OpenUrlAction,
  RichTextBlock,
  TextBlock,
} from './adaptive-schema.js';

/** Ours: a card is read on a phone. DNS names end at 253 characters (RFC 1035, 2.3.4). */
const MAX_HOST_CODE_POINTS = 253;
const MAX_FACT_CODE_POINTS = 160;
const MAX_SENTENCE_CODE_POINTS = 300;
/** Wide enough for the longest label of ours, narrow enough for a phone of 360 px. */
const LABEL_WIDTH = '76px';

type Pending = Extract<CardState, { kind: 'pending' }>;

const HEADINGS = {
  approved: { text: '✓ Approved', color: 'Good' },
  denied: { text: '✗ Denied', color: 'Attention' },
  expired: { text: 'Expired', color: 'Warning' },
  withdrawn: { text: 'Withdrawn' },
} as const satisfies Record<Outcome, Pick<TextBlock, 'text' | 'color'>>;

/** Draws a card. A pending one has Approve, Deny and the confirm link; a decided one has no button at all. */
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
      body: [heading({ text: '🔒 Access requested' }), hostLine(card), ...facts(card), answerBy(card)],
      actions: actions(state),
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
    body: [heading(HEADINGS[state.outcome]), hostLine(card), ...outcome(state), ...facts(card)],
  };
}

/** The same in plain words, for a client that draws no cards. One line; plain text, never markup. */
export function adaptiveText(card: CardView): string {
  const host = fit(card.host, MAX_HOST_CODE_POINTS);
  const { state } = card;
  if (state.kind === 'drill') return fit(drillSentence(state), MAX_SENTENCE_CODE_POINTS);
  if (state.kind === 'decided') return `${host}: ${fit(outcomeSentence(state), MAX_SENTENCE_CODE_POINTS)}`;
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
    ['Time', utc(card.openedAtMs)],
  ];
  return rows.flatMap(([label, value], index) =>
    value === null ? [] : [fact(label, value, index === 0 ? 'Medium' : 'Small')],
  );
}

function fact(label: string, value: string, spacing: ColumnSet['spacing']): ColumnSet {
  return {
    type: 'ColumnSet',
    spacing,
    columns: [
      { type: 'Column', width: LABEL_WIDTH, items: [{ type: 'TextBlock', text: label, isSubtle: true, wrap: true }] },
      {
        type: 'Column',
        width: 'stretch',
        items: [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: fit(value, MAX_FACT_CODE_POINTS) }] }],
      },
    ],
  };
}

function answerBy(card: CardView): TextBlock {
  return {
    type: 'TextBlock',
    text: `Answer by ${utc(card.deadlineAtMs)}`,
    isSubtle: true,
    wrap: true,
    spacing: 'Medium',
  };
}

function actions(state: Pending): readonly (ExecuteAction | OpenUrlAction)[] {
  const shared = { type: 'Action.Execute', data: { token: state.token }, associatedInputs: 'none' } as const;
  const title = state.approveFor === '' ? 'Approve' : `Approve — ${state.approveFor}`;
  return [
    { ...shared, title, verb: 'approve', style: 'positive' },
    { ...shared, title: 'Deny', verb: 'deny', style: 'destructive' },
    { type: 'Action.OpenUrl', title: 'Open in browser', url: state.confirmUrl },
  ];
}

function outcome(decision: Decision): readonly Element[] {
  const sentence = plainSentence(outcomeSentence(decision));
  const until = decision.grantedUntilMs === null ? [] : [subtle(`May pass until ${utc(decision.grantedUntilMs)}`)];
  // Nobody answered an expired request: it has no time of an answer.
  const answered = decision.outcome === 'expired' ? [] : [subtle(`Answered ${utc(decision.atMs)}`)];
  return [sentence, ...until, ...answered];
}

function plainSentence(text: string): RichTextBlock {
  return {
    type: 'RichTextBlock',
    spacing: 'Medium',
    inlines: [{ type: 'TextRun', text: fit(text, MAX_SENTENCE_CODE_POINTS), weight: 'Bolder' }],
  };
}

function subtle(text: string): TextBlock {
  return { type: 'TextBlock', text, isSubtle: true, wrap: true, spacing: 'Small' };
}

/** `2026-05-11 15:19 UTC`: the RFC's own wording of a card's time (section 8.2). */
function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
