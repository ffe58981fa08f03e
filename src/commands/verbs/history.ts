/** `history`: who did what, over which surface. */
import { surfaceInWords } from '../../approval/card-view.js';
import { MIN_PREFIX_CHARACTERS } from '../../approval/short-id.js';
import { utcMinute } from '../../approval/sentences.js';
import type { HistoryEntry } from '../../contract/desk.js';
import { listing } from '../listing.js';
import type { List } from '../paging.js';
import { isoTime } from '../request-data.js';
import type { Verb } from '../verb.js';

/** Longer than the shortest id that can be typed, because history holds more requests than are pending. */
const SHOWN_ID_CHARACTERS = MIN_PREFIX_CHARACTERS + 4;

export const historyVerb = {
  name: 'history',
  usage: 'history [site]',
  summary: 'Lists what was done and by whom, newest first.',
  example: 'history stg.example.org',
  run: (given) => listing(given, 'history', { ask: (scope) => given.desk.history(scope), list: historyList }),
} as const satisfies Verb;

function historyList(entries: readonly HistoryEntry[]): List {
  return {
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
    empty: 'Nothing has been done yet.',
    data: entries.map(({ atMs, requestId, ...entry }) => ({ at: isoTime(atMs), ...entry, request: requestId })),
  };
}
