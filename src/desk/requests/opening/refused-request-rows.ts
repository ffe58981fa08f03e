/**
 * Which access requests that were turned away get an audit row. In each ten minutes, which begin with such an access request,
 * the first of each site, reason and network gets one, up to a few; all others are counted, and when the ten minutes are over
 * the counts are written: a summary of each of the networks that asked most, and one of all the rest of a site and reason. What
 * cannot be written is counted on. Each process counts for itself. `fixedWindows` of base/time would forget at the end what is
 * told here, and begins a window for each key.
 *
 * So in ten minutes a process writes at most `FIRST_ROWS + SUMMARY_ROWS` rows, and two of each site more.
 */
import type { Clock } from '../../../base/time/clock.js';
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

interface Tally {
  readonly kind: RefusedRequestKind;
  count: number;
}

export interface RefusedRequestRowsDeps {
  readonly ledger: Pick<Ledger, 'audit'>;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
}

export function refusedRequestRows({ ledger, clock, events, log }: RefusedRequestRowsDeps): RefusedRequestRows {
  let counted = new Map<string, Tally>();
  let firstRows = 0;
  let cancel: (() => void) | null = null;

  const countOn = (kind: RefusedRequestKind, count: number): void => {
    const kept = counted.has(keyOf(kind)) || counted.size < MAX_COUNTED ? kind : { ...kind, network: null };
    const tally = counted.get(keyOf(kept));
    if (tally === undefined) counted.set(keyOf(kept), { kind: kept, count });
    else tally.count += count;
    cancel ??= clock.after(COUNTED_TOGETHER_MS, () => void tell());
  };
  const write = async ({ kind, count }: Tally): Promise<void> => {
    try {
      await ledger.audit.add(summaryOf(kind, count), null);
    } catch (error) {
      log.warn('a summary of access requests is not written yet', { error: safeStack(error) });
      return countOn(kind, count);
    }
    const { site, what, network } = kind;
    events.emit({ event: 'auth_gate.knocks_counted', site, what, network, count });
  };
  const tell = async (): Promise<void> => {
    cancel?.();
    cancel = null;
    const tallies = [...counted.values()].filter(({ count }) => count > 0);
    counted = new Map();
    firstRows = 0;
    for (const tally of mostAndRest(tallies)) await write(tally);
  };

  return {
    take(accessRequest) {
      const isFirst = !counted.has(keyOf(accessRequest)) && counted.size < MAX_COUNTED && firstRows < FIRST_ROWS;
      if (isFirst) firstRows += 1;
      countOn(accessRequest, isFirst ? 0 : 1);
      return isFirst;
    },
    async settle() {
      await tell();
      cancel?.();
    },
  };
}

function keyOf({ site, what, network, surface }: RefusedRequestKind): string {
  return JSON.stringify([site, what, network, surface]);
}

/** The networks that asked most, each by itself, and the others of each site and reason as one. */
function mostAndRest(tallies: readonly Tally[]): readonly Tally[] {
  const named = tallies.filter(({ kind }) => kind.network !== null).sort((one, other) => other.count - one.count);
  const rest = new Map<string, Tally>();
  for (const { kind, count } of [...named.slice(SUMMARY_ROWS), ...tallies.filter((one) => one.kind.network === null)]) {
    const whole = { ...kind, network: null };
    const before = rest.get(keyOf(whole))?.count ?? 0;
    rest.set(keyOf(whole), { kind: whole, count: before + count });
  }
  return [...named.slice(0, SUMMARY_ROWS), ...rest.values()];
}

/** Named as the rows of single access requests are, so that whoever looks for these finds it. */
function summaryOf({ site, what, network, surface }: RefusedRequestKind, count: number): AuditEntry {
  return { who: 'visitor', what, surface, site, address: network, detail: { count } };
}
