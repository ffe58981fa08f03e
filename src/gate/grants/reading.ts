/** One whole reading of the live grants: page after page, each one question to the database. */
import type { Clock } from '../../base/time/clock.js';
import type { Ledger, LivePage } from '../../contract/ledger.js';
import type { GrantTables } from './grant-tables.js';
import type { Hearing } from './hearing.js';

/** How many grants a page looks at: some milliseconds for the database, and less for whoever waits for a check. */
export const PAGE_GRANTS = 2_000;
/** The longest pause between two pages, so that even a slow database is read through in time. */
const MAX_PAUSE_MS = 50;
/** A page may have to wait for its turn in a burst of requests. */
const PAGE_TIMEOUT_MS = 5_000;

export interface ReadingDeps {
  readonly grants: Pick<Ledger['grants'], 'livePage'>;
  readonly hearing: Pick<Hearing, 'ask'>;
  readonly copy: Pick<GrantTables, 'beginReading' | 'read' | 'finishReading'>;
  readonly clock: Clock;
}

export interface ReadingInput {
  /** Asked after each page: true once a connection was lost, because changes told meanwhile may be missing from earlier pages. */
  readonly isPointless: () => boolean;
  /** Asked after each page: where nobody waits for the reading, it pauses as long as the page took, to leave room for others. */
  readonly isUnhurried: () => boolean;
}

/**
 * Answers by how many milliseconds the database's clock is ahead of our monotonic one (our time of day may be set at any
 * moment). Null when the reading did not reach its end; the copy is then unchanged.
 */
export async function readGrants(
  { grants, hearing, copy, clock }: ReadingDeps,
  { isPointless, isUnhurried }: ReadingInput,
): Promise<number | null> {
  let quickestMs = Infinity;
  let aheadMs = 0;
  copy.beginReading();
  for (let after: number | null = 0; after !== null;) {
    const from: number = after;
    const askedMs = clock.monotonicMs();
    const page: LivePage | null = await hearing.ask(() => grants.livePage(from, PAGE_GRANTS), PAGE_TIMEOUT_MS);
    if (page === null || isPointless()) return null;
    const tookMs = clock.monotonicMs() - askedMs;
    // as if the database had read its clock when we asked: grants may end a moment too early, never too late
    if (tookMs < quickestMs) aheadMs = page.nowMs - askedMs;
    quickestMs = Math.min(quickestMs, tookMs);
    copy.read(page.groups);
    after = page.next;
    if (isUnhurried()) await new Promise<void>((resolve) => void clock.after(Math.min(tookMs, MAX_PAUSE_MS), resolve));
  }
  copy.finishReading();
  return aheadMs;
}
