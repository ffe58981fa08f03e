/** One whole reading of the live grants: page after page, each one question to the database. */
import type { Clock } from '../base/clock.js';
import type { Ledger, LivePage } from '../contract/ledger.js';
import type { GrantCopy } from './grant-copy.js';
import type { Hearing } from './hearing.js';

/** How many grants a page looks at: some milliseconds for the database, and less for whoever waits for a check. */
export const PAGE_GRANTS = 2_000;
/** Between two pages; a database that is slow today must still be read through in time. */
const MAX_PAUSE_MS = 50;
/** A page may have to wait for its turn in a burst of requests. */
const PAGE_TIMEOUT_MS = 5_000;

export interface ReadingSeams {
  readonly grants: Pick<Ledger['grants'], 'livePage'>;
  readonly hearing: Pick<Hearing, 'ask'>;
  readonly copy: Pick<GrantCopy, 'beginReading' | 'read' | 'finishReading'>;
  readonly clock: Clock;
}

export interface ReadingWish {
  /** Asked after each page: what was told since a connection was lost is missing from what was read before it. */
  readonly isPointless: () => boolean;
  /** Asked after each page: a reading that nobody waits for leaves half of the database, and of the processor, to whoever does. */
  readonly isUnhurried: () => boolean;
}

/**
 * Answers by how much the database's clock is ahead of our monotonic one, in milliseconds: ours of day may be set at any
 * time. Null when it was not read to its end; then the copy is as it was.
 */
export async function readGrants(
  { grants, hearing, copy, clock }: ReadingSeams,
  { isPointless, isUnhurried }: ReadingWish,
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
    // as if it had looked at its clock when it was asked: a grant ends a moment too early rather than too late
    if (tookMs < quickestMs) aheadMs = page.nowMs - askedMs;
    quickestMs = Math.min(quickestMs, tookMs);
    copy.read(page.groups);
    after = page.next;
    if (isUnhurried()) await new Promise<void>((resolve) => void clock.after(Math.min(tookMs, MAX_PAUSE_MS), resolve));
  }
  copy.finishReading();
  return aheadMs;
}
