/** What a mail says, in reading order: its text part and its HTML part are made of the same words. */
import { drillSentence, outcomeSentence, revocationSentence, type CardView } from '../src/approval/card-view.js';
import { MAX_REASON_CODE_POINTS, type Decision } from '../src/approval/request.js';
import { fit } from '../src/base/text/fit.js';
import { emailFacts, unlinked, type Fact } from './email-facts.js';

/** Nothing in here is escaped yet. */
export interface EmailWords {
  readonly title: string;
  readonly lead: string;
  readonly facts: readonly Fact[];
  readonly link: { readonly label: string; readonly url: string } | null;
  readonly notes: readonly string[];
}

const MAX_LEAD_CODE_POINTS = 200;

export function emailWords(view: CardView): EmailWords {
  if (view.state.kind === 'drill') {
    const lead = unlinked(fit(drillSentence(view.state), MAX_LEAD_CODE_POINTS));
    return { title: 'Drill', lead: `${lead}.`, facts: [], link: null, notes: ['Nothing is asked of you.'] };
  }
  const facts = emailFacts(view);
  if (view.state.kind === 'decided') {
    const revoked = revocationSentence(view.state);
    const lead = unlinked(fit(revoked ?? outcomeSentence(view.state), MAX_LEAD_CODE_POINTS));
    const title = revoked === null ? 'Access request closed' : 'Access revoked';
    return { title, lead: `${lead}.`, facts, link: null, notes: whatElse(view.state) };
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

/** Why it was denied; and who had approved what was taken back. */
function whatElse(decision: Decision): readonly string[] {
  const { denial, revocation } = decision;
  return [
    ...(denial === undefined ? [] : [`Reason: ${unlinked(fit(denial.reason, MAX_REASON_CODE_POINTS))}`]),
    ...(revocation === undefined ? [] : [`${unlinked(fit(outcomeSentence(decision), MAX_LEAD_CODE_POINTS))}.`]),
  ];
}
