/** The order of the test files: those that take long begin first, so that none is left to one worker at the end. */
import Sequencer from '@jest/test-sequencer';

/** Longest first; files that keep the processor busy stand between files that wait. */
const LONG = [
  'upgrade/upgrade',
  'e2e/audit',
  'e2e/backup',
  'faults/episodes',
  'e2e/demo',
  'e2e/connections',
  'http/guard/mutations',
  'slack/mutations',
  'e2e/data-folder',
  'e2e/instances',
  'soak/soak',
  'e2e/cross-site',
  'e2e/pages-in-browser',
  'contract/ledger/ledger',
  'gate/waiting-in-browser',
  'inbox/browser',
  'http/real-browser',
  'e2e/links',
  'ledger/postgres',
  'maintenance/maintenance',
];

export default class LongestFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    return sorted.toSorted((one, other) => placeOf(one.path) - placeOf(other.path));
  }
}

function placeOf(path) {
  const place = LONG.findIndex((name) => path.endsWith(`/${name}.test.js`));
  return place === -1 ? LONG.length : place;
}
