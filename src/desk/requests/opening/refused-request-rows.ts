/**
 * Which access requests that were turned away get an audit row: in each ten minutes the first of each site, reason and network, up to a
 * few, and then summaries. So in ten minutes a process writes at most `FIRST_ROWS + SUMMARY_ROWS` rows, and two of each site more.
 */
import type { Clock } from '../../../base/time/clock.js';
import { countedTogether } from '../../../base/time/counted-together.js';
import type { AuditEntry, Ledger } from '../../../contract/ledger.js';
import type { Log } from '../../../base/process/log.js';
import { safeStack } from '../../../base/process/safe-stack.js';
import type { Events } from '../../../events/events.js';

export const COUNTED_TOGETHER_MS = 600_000;
export const FIRST_ROWS = 20;
export const SUMMARY_ROWS = 20;
/** Of more networks than these at once only the sum is kept. */
const MAX_COUNTED = 2_000;

/** Access requests that are counted together. `network`: null, of networks that are not told apart. */
interface RefusedRequestKind {
  readonly site: AuditEntry['site'];
  readonly what: 'deferred' | 'muted';
  readonly network: string | null;
  readonly surface: string;
}

export interface RefusedRequestRows {
  /** Whether this access request gets a row of its own; otherwise it is counted. */
  take(accessRequest: RefusedRequestKind): boolean;
  /** Writes what was counted so far, for the last time. */
  settle(): Promise<void>;
}

export interface RefusedRequestRowsDeps {
  readonly ledger: Pick<Ledger, 'audit'>;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
}

export function refusedRequestRows({ ledger, clock, events, log }: RefusedRequestRowsDeps): RefusedRequestRows {
  const write = async (kind: RefusedRequestKind, count: number): Promise<boolean> => {
    try {
      await ledger.audit.add(summaryOf(kind, count), null);
    } catch (error) {
      log.warn('a summary of access requests is not written yet', { error: safeStack(error) });
      return false;
    }
    const { site, what, network } = kind;
    events.emit({ event: 'auth_gate.knocks_counted', site, what, network, count });
    return true;
  };
  return countedTogether<RefusedRequestKind>({
    clock,
    windowMs: COUNTED_TOGETHER_MS,
    maxFirsts: FIRST_ROWS,
    maxSummaries: SUMMARY_ROWS,
    maxKinds: MAX_COUNTED,
    keyOf,
    restOf: (kind) => ({ ...kind, network: null }),
    tell: write,
  });
}

function keyOf({ site, what, network, surface }: RefusedRequestKind): string {
  return JSON.stringify([site, what, network, surface]);
}

/** Named as the rows of single access requests are, so that whoever looks for these finds it. */
function summaryOf({ site, what, network, surface }: RefusedRequestKind, count: number): AuditEntry {
  return { who: 'visitor', what, surface, site, address: network, detail: { count } };
}
