/** `history`: who did what, over which surface. */
import { surfaceInWords } from '../approval/card-view.js';
import { MIN_PREFIX_CHARACTERS } from '../approval/short-id.js';
import { utcMinute } from '../approval/sentences.js';
import type { CommandAnswer } from '../contract/commands.js';
import type { HistoryEntry } from '../contract/desk.js';
import { drawn, noSuchSite } from './answers.js';
import { isoTime } from './request-data.js';
import type { Verb } from './verb.js';

/** Longer than the least that can be typed: history holds more requests than are pending. */
const SHOWN_ID_CHARACTERS = MIN_PREFIX_CHARACTERS + 4;

export const historyVerb = {
  name: 'history',
  usage: 'history [site]',
  summary: 'Lists what was done and by whom, newest first.',
  example: 'history stg.example.org',
  async run(given) {
    const [site, ...rest] = given.words;
    if (rest.length > 0) return null;
    const answer = await given.desk.history({ actor: given.call.actor, ...(site === undefined ? {} : { site }) });
    return drawn(answer, { seen: historyTable, unknown: () => noSuchSite(given, site ?? '') });
  },
} as const satisfies Verb;

function historyTable(entries: readonly HistoryEntry[]): CommandAnswer {
  return {
    kind: 'table',
    title: 'What was done',
    columns: ['when', 'who', 'what', 'over', 'site', 'address', 'request'],
    rows: entries.map((entry) => [
      utcMinute(entry.atMs),
      entry.who,
      entry.what,
      surfaceInWords(entry.surface),
      entry.site ?? '',
      entry.address ?? '',
      entry.requestId?.slice(0, SHOWN_ID_CHARACTERS) ?? '',
    ]),
    more: null,
    empty: 'Nothing has been done yet.',
    data: entries.map(({ atMs, requestId, ...entry }) => ({ at: isoTime(atMs), ...entry, request: requestId })),
  };
}
