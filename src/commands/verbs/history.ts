/** `history`: who did what, over which surface. */
import { surfaceInWords } from '../../approval/card-view.js';
import { shownId } from '../../approval/short-id.js';
import { utcMinute } from '../../approval/sentences.js';
import type { HistoryEntry } from '../../contract/desk.js';
import { listing } from '../listing.js';
import { PAGE, SITE } from '../parameters.js';
import type { List } from '../paging.js';
import { isoTime } from '../request-data.js';
import { defineVerb } from '../verb.js';

export const historyVerb = defineVerb({
  name: 'history',
  summary: 'list what was done and by whom, newest first',
  parameters: { site: SITE, page: PAGE },
  examples: [{ site: 'stg.example.org' }],
  run: (args, given) =>
    listing(given, args, { verb: 'history', ask: (scope) => given.desk.history(scope), list: historyList }),
});

function historyList(entries: readonly HistoryEntry[]): List {
  return {
    title: 'What was done',
    columns: ['when', 'who', 'what', 'over', 'site', 'address', 'request'],
    rows: entries.map((entry) => [
      utcMinute(entry.atMs),
      entry.who,
      entry.whom === null ? entry.what : `${entry.what}: ${entry.whom}`,
      surfaceInWords(entry.surface),
      entry.site ?? '',
      entry.address ?? '',
      entry.requestId === null ? '' : shownId(entry.requestId),
    ]),
    empty: 'Nothing has been done yet.',
    data: entries.map(({ atMs, requestId, ...entry }) => ({ at: isoTime(atMs), ...entry, request: requestId })),
  };
}
