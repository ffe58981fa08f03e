/**
 * The mail: the card view as a subject, a text part and an HTML part. It carries one neutral link to the confirm page
 * and nothing else that a scanner could follow: mail scanners open every link, so nothing here may decide anything.
 */
import type { CardView } from '../src/approval/card-view.js';
import { shownId } from '../src/approval/short-id.js';
import { fit } from '../src/base/text/fit.js';
import { emailHtml } from './email-html.js';
import { emailWords, type EmailWords } from './email-words.js';

export interface EmailCard {
  /** One line, without control characters. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const MAX_SUBJECT_HOST_CODE_POINTS = 120;
const MAX_SUBJECT_ADDRESS_CODE_POINTS = 80;

export function emailCard(view: CardView): EmailCard {
  const words = emailWords(view);
  return {
    subject: subjectOf(view),
    text: emailText(words),
    html: emailHtml(words),
  };
}

/** The same as long as the request lives, so that mail programs keep its mails together. */
function subjectOf({ host, address, requestId, state }: CardView): string {
  const site = `[Koder Access] ${fit(host, MAX_SUBJECT_HOST_CODE_POINTS)}`;
  if (state.kind === 'drill') return site;
  return `${site}: ${fit(address, MAX_SUBJECT_ADDRESS_CODE_POINTS)} asks (${shownId(requestId)})`;
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
