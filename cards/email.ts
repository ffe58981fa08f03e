/**
 * The mail: the card view as a subject, a text part and an HTML part. It carries one neutral link to the confirm page
 * and nothing else that a scanner could follow: mail scanners open every link, so nothing here may decide anything.
 */
import { drillSentence, outcomeSentence, revocationSentence, type CardView } from '../src/approval/card-view.js';
import { MAX_REASON_CODE_POINTS, type Decision } from '../src/approval/request.js';
import { fit } from '../src/base/fit.js';
import { emailFacts, unlinked, type Fact } from './email-facts.js';
import { emailHtml } from './email-html.js';

export interface EmailCard {
  /** One line, without control characters. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What both parts say, in reading order. Nothing in here is escaped yet. */
export interface EmailWords {
  readonly title: string;
  readonly lead: string;
  readonly facts: readonly Fact[];
  readonly link: { readonly label: string; readonly url: string } | null;
  readonly notes: readonly string[];
}

const MAX_SUBJECT_HOST_CODE_POINTS = 120;
const MAX_LEAD_CODE_POINTS = 200;

export function emailCard(view: CardView): EmailCard {
  const words = wordsOf(view);
  return {
    subject: `[Koder Access] ${fit(view.host, MAX_SUBJECT_HOST_CODE_POINTS)}`,
    text: emailText(words),
    html: emailHtml(words),
  };
}

function wordsOf(view: CardView): EmailWords {
  if (view.state.kind === 'drill') {
    const lead = unlinked(fit(drillSentence(view.state), MAX_LEAD_CODE_POINTS));
    return { title: 'Drill', lead: `${lead}.`, facts: [], link: null, notes: ['Nothing is asked of you.'] };
  }
  const facts = emailFacts(view);
  if (view.state.kind === 'decided') {
    const lead = unlinked(fit(outcomeSentence(view.state), MAX_LEAD_CODE_POINTS));
    return { title: 'Access request closed', lead: `${lead}.`, facts, link: null, notes: whatElse(view.state) };
  }
  return {
    title: 'Access requested',
    lead: 'A visitor is waiting for your decision.',
    facts,
    link: { label: 'Review request →', url: view.state.confirmUrl },
    notes: [
      'The link only opens the request. You decide there, signed in.',
      ...(view.state.approveFor === '' ? [] : [`An approval lets this address in for ${view.state.approveFor}.`]),
      'If you do nothing, the request expires and nobody gets in.',
    ],
  };
}

/** Why it was denied, and who ended the grant before its time. */
function whatElse(decision: Decision): readonly string[] {
  const { denial } = decision;
  const revoked = revocationSentence(decision);
  return [
    ...(denial === undefined ? [] : [`Reason: ${unlinked(fit(denial.reason, MAX_REASON_CODE_POINTS))}`]),
    ...(revoked === null ? [] : [`${unlinked(fit(revoked, MAX_LEAD_CODE_POINTS))}.`]),
  ];
}

function emailText({ title, lead, facts, link, notes }: EmailWords): string {
  const width = Math.max(0, ...facts.map(({ label }) => label.length)) + 2;
  const lines = [
    `${title}.`,
    lead,
    ...(facts.length === 0 ? [] : ['']),
    ...facts.map(({ label, value }) => `${label.padEnd(width)}${value}`),
    ...(link === null ? [] : ['', link.label, link.url]),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ];
  return `${lines.join('\n')}\n`;
}
