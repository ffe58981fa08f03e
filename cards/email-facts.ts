/** The facts of a request as a mail tells them. None of them can become a link, whatever a visitor put into them. */
import { durationInWords } from '../src/approval/duration.js';
import type { CardView } from '../src/approval/card-view.js';
import { fit } from '../src/base/fit.js';

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Ours, for reading: mail itself has no limit here. */
const MAX_HOST_CODE_POINTS = 253;
const MAX_PATH_CODE_POINTS = 300;
const MAX_BROWSER_CODE_POINTS = 120;
const MAX_ADDRESS_CODE_POINTS = 80;

export function emailFacts(view: CardView): readonly Fact[] {
  const livesSeconds = Math.max(1, Math.round((view.deadlineAtMs - view.openedAtMs) / 1000));
  const from = view.country === null ? view.address : `${view.address} (Geo: ${view.country})`;
  return [
    { label: 'Site', value: `${unlinked(fit(view.host, MAX_HOST_CODE_POINTS))} (${view.environment})` },
    { label: 'Path', value: unlinked(fit(view.path, MAX_PATH_CODE_POINTS)) },
    // An address is ours, in canonical form, and people copy it: it stays as it is.
    { label: 'Origin IP', value: fit(from, MAX_ADDRESS_CODE_POINTS) },
    { label: 'Browser', value: unlinked(fit(view.browser, MAX_BROWSER_CODE_POINTS)) },
    { label: 'Time', value: inUtc(view.openedAtMs) },
    { label: 'Open for', value: `${durationInWords(livesSeconds)}, until ${inUtc(view.deadlineAtMs)}` },
  ];
}

/**
 * Mail programs turn whatever looks like a URL, a host name or a mail address into a link by themselves. A zero-width
 * space after each dot, colon and at-sign is invisible to the reader and keeps them from it.
 */
function unlinked(text: string): string {
  return text.replace(/[.:@](?=\S)/gu, '$&\u200b');
}

/** `2026-05-11 15:19 UTC`. */
function inUtc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
