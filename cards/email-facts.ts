/** The facts of a request as a mail tells them. Nothing a visitor put into them can become a link. */
import { durationInWords } from '../src/approval/duration.js';
import type { CardView } from '../src/approval/card-view.js';
import { zonedMinute } from '../src/approval/sentences.js';
import { shownId } from '../src/approval/short-id.js';
import { fit } from '../src/base/text/fit.js';

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
const MAX_PERSON_CODE_POINTS = 160;

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
    { label: 'Address', value: ADDRESS.test(view.address) ? from : unlinked(from) },
    { label: 'Browser', value: unlinked(fit(view.browser, MAX_BROWSER_CODE_POINTS)) },
    ...(view.person === undefined
      ? []
      : [{ label: 'Signed in as', value: unlinked(fit(view.person, MAX_PERSON_CODE_POINTS)) }]),
    { label: 'Time', value: zonedMinute(view.openedAtMs, view.timeZone) },
    {
      label: 'Answer by',
      value: `${zonedMinute(view.deadlineAtMs, view.timeZone)}, within ${durationInWords(livesSeconds)}`,
    },
    { label: 'Request', value: shownId(view.requestId) },
  ];
}

/**
 * Mail programs turn whatever looks like a URL, a host name or a mail address into a link by themselves. A zero-width
 * space where such a thing could begin is invisible to the reader and keeps them from it.
 */
export function unlinked(text: string): string {
  return text.replace(/\.(?=\p{L}{2})|:(?=\/)|@(?=\S)/gu, '$&\u200b');
}
