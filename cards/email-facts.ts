/** The facts of a request as a mail tells them. Nothing a visitor put into them can become a link. */
import { durationInWords } from '../src/approval/duration.js';
import type { CardView } from '../src/approval/card-view.js';
import { fit } from '../src/base/fit.js';

export interface Fact {
  readonly label: string;
  readonly value: string;
  /** The site's own name: to be copied as it is, so only the HTML part can keep mail programs from making it a link. */
  readonly isHost?: true;
}

/** Ours, for reading: mail itself has no limit here. */
const MAX_HOST_CODE_POINTS = 253;
const MAX_PATH_CODE_POINTS = 300;
const MAX_BROWSER_CODE_POINTS = 120;
const MAX_ADDRESS_CODE_POINTS = 80;

const ADDRESS = /^[\da-f.:/]+$/i;

export function emailFacts(view: CardView): readonly Fact[] {
  const livesSeconds = Math.max(1, Math.round((view.deadlineAtMs - view.openedAtMs) / 1000));
  const from = fit(
    view.country === null ? view.address : `${view.address} (Geo: ${view.country})`,
    MAX_ADDRESS_CODE_POINTS,
  );
  return [
    { label: 'Site', value: `${fit(view.host, MAX_HOST_CODE_POINTS)} (${view.environment})`, isHost: true },
    { label: 'Path', value: unlinked(fit(view.path, MAX_PATH_CODE_POINTS)) },
    // People copy an address into the CLI, so one that is nothing else stays as it is.
    { label: 'Origin IP', value: ADDRESS.test(view.address) ? from : unlinked(from) },
    { label: 'Browser', value: unlinked(fit(view.browser, MAX_BROWSER_CODE_POINTS)) },
    { label: 'Time', value: inUtc(view.openedAtMs) },
    { label: 'Open for', value: `${durationInWords(livesSeconds)}, until ${inUtc(view.deadlineAtMs)}` },
  ];
}

/**
 * Mail programs turn whatever looks like a URL, a host name or a mail address into a link by themselves. A zero-width
 * space where such a thing could begin is invisible to the reader and keeps them from it.
 */
export function unlinked(text: string): string {
  return text.replace(/\.(?=\p{L}{2})|:(?=\/)|@(?=\S)/gu, '$&\u200b');
}

/** `2026-05-11 15:19 UTC`. */
function inUtc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
