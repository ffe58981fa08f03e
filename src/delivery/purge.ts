/** Removes many deliveries by a filter, in batches so small that no writer waits long for one of them; or counts them. */
import type { Clock } from '../base/time/clock.js';
import type { AuditEntry, DeliveryFilter, QueueCursor, QueueLedger } from '../contract/ledger.js';
import type { PurgeAnswer } from '../contract/operators-queue.js';

/** At once. */
const MAX_PURGED = 10_000;
/** A batch is one transaction, and holds SQLite's one writer so long. */
const BATCH = { first: 25, most: 50 } as const;
/** Where a batch took longer than this, the next one is half of it. It is measured with its waiting, so rather too long than too short. */
const BOUND_MS = 20;
/** Where it took less, the next one is a little more. */
const ROOM_MS = BOUND_MS / 4;

export interface Purge {
  purge(filter: DeliveryFilter, audit: AuditEntry): Promise<PurgeAnswer>;
  preview(filter: DeliveryFilter): Promise<PurgeAnswer>;
}

export interface PurgeDeps {
  readonly ledger: Pick<QueueLedger, 'removable' | 'remove'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Rows that one call looks at. */
  readonly lookAt: number;
}

/** How many go in the next batch, by how long the one before took. */
export function nextBatch(size: number, tookMs: number): number {
  if (tookMs > BOUND_MS) return Math.max(1, Math.floor(size / 2));
  return tookMs < ROOM_MS ? Math.min(BATCH.most, size + 5) : size;
}

export function createPurge({ ledger, clock, lookAt }: PurgeDeps): Purge {
  /** Ids of those that fit, a batch at a time, until the last or one more than may be removed at once. */
  async function* batches(filter: DeliveryFilter): AsyncGenerator<readonly string[]> {
    let after: QueueCursor | null = null;
    for (let left = MAX_PURGED + 1; left > 0;) {
      const limit = Math.min(left, lookAt);
      const looked: Awaited<ReturnType<QueueLedger['removable']>> = await ledger.removable({
        filter,
        after,
        limit,
        lookAt,
      });
      yield looked.found;
      left -= looked.found.length;
      after = looked.next;
      if (after === null) return;
    }
  }

  async function fitting(filter: DeliveryFilter): Promise<readonly string[]> {
    const ids: string[] = [];
    for await (const batch of batches(filter)) ids.push(...batch);
    return ids;
  }

  return {
    async purge(filter, audit) {
      const ids = await fitting(filter);
      const now = ids.slice(0, MAX_PURGED);
      const detail = { ...audit.detail, filter: filterText(filter) };
      let count = 0;
      let size: number = BATCH.first;
      for (let first = 0; first < now.length;) {
        const batch = now.slice(first, first + size);
        const beganMs = clock.monotonicMs();
        count += (await ledger.remove({ ids: batch, filter }, { ...audit, detail })).length;
        first += batch.length;
        size = nextBatch(size, clock.monotonicMs() - beganMs);
      }
      return { count, isDryRun: false, isMore: ids.length > MAX_PURGED };
    },
    async preview(filter) {
      const { length } = await fitting(filter);
      return { count: Math.min(length, MAX_PURGED), isDryRun: true, isMore: length > MAX_PURGED };
    },
  };
}

/** For the audit: `state=failed olderThanMs=2592000000`. */
function filterText(filter: DeliveryFilter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => `${name}=${String(value)}`).join(' ');
}
