/** How often what passed without a grant, for the metrics of this process. Sites and patterns are those of `sites.toml`. */
import type { Site } from '../../approval/site.js';
import type { PassTally } from '../../contract/admin.js';
import type { SiteEntry } from './site-entry.js';
import type { Without } from './without-grant.js';

export interface Passes {
  passed(entry: SiteEntry, without: Without): void;
  /** A token was shown that opens nothing here. */
  refused(entry: SiteEntry): void;
  tallies(): readonly PassTally[];
}

/** Visitors may ask for any host that fits a pattern, so that these are counted together. */
function nameOf({ key, pattern }: Pick<Site, 'key' | 'pattern'>): string {
  return pattern ?? key;
}

/** Reloads may bring new patterns for ever; what comes after so many is counted under no name. */
const MAX_TALLIES = 2_000;

export function passes(): Passes {
  const held = new Map<string, { tally: Omit<PassTally, 'count'>; count: number }>();
  const count = (tally: Omit<PassTally, 'count'>): void => {
    const key = `${tally.kind} ${tally.site} ${tally.pattern}`;
    const known = held.get(key);
    if (known !== undefined) known.count += 1;
    else if (held.size < MAX_TALLIES || tally.site === '') held.set(key, { tally, count: 1 });
    else count({ ...tally, site: '', pattern: '' });
  };
  return {
    passed({ site }, without) {
      const pattern = without.kind === 'open_path' ? without.path.text : '';
      count({ kind: without.kind, site: nameOf(site), pattern });
    },
    refused: ({ site }) => count({ kind: 'wrong_token', site: nameOf(site), pattern: '' }),
    tallies: () => [...held.values()].map((one) => ({ ...one.tally, count: one.count })),
  };
}
