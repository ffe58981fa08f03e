/** How much a soak is: the long one of `npm run soak`, and the short one that runs with the tests. */
import type { MemoryBounds } from './memory.js';
import type { HandleBounds } from './handles.js';

export interface Size {
  readonly loadMs: number;
  readonly checksPerSecond: number;
  readonly requestsPerSecond: number;
  /** Share of requests that somebody taps on. */
  readonly tapShare: number;
  /** Share of calls to every fake that go wrong. */
  readonly faultRate: number;
  /** How long a request waits for its answer. */
  readonly requestTtlSeconds: number;
  /** How often the process is examined and a line is printed. */
  readonly sampleMs: number;
  /** What came before is warming up: memory is judged from here to the end of the load. */
  readonly judgedFromMs: number;
  readonly memory: MemoryBounds;
  readonly handles: HandleBounds;
  /** Whether the last requests are waited for until their time is over as well. */
  readonly waitsForExpiry: boolean;
  /** How long what is due may take when all is healed; what is not done by then has to be listed. */
  readonly settleMs: number;
}

const MINUTE_MS = 60_000;
export const LONG_MINUTES = 15;
/** Ten a second are decided, one in a thousand of what they cause is retried for minutes: that many handles may be under way. */
const HANDLES: HandleBounds = { moreSockets: 16, moreFiles: 4, moreThreads: 2, moreTimers: 24 };

/** What all of the judged time may add: 0.5 and 2 MB a minute in the long form. A shorter one finds steeper leaks alone. */
const FLAT_MB = { heap: 6, resident: 24 } as const;

export function longSize(minutes: number): Size {
  const loadMs = minutes * MINUTE_MS;
  const judgedFromMs = Math.min(3 * MINUTE_MS, loadMs / 3);
  const judgedMinutes = (loadMs - judgedFromMs) / MINUTE_MS;
  return {
    loadMs,
    checksPerSecond: 2_000,
    requestsPerSecond: 20,
    tapShare: 0.5,
    faultRate: 0.01,
    requestTtlSeconds: 60,
    sampleMs: 10_000,
    judgedFromMs,
    memory: { heapMbAMinute: FLAT_MB.heap / judgedMinutes, residentMbAMinute: FLAT_MB.resident / judgedMinutes },
    handles: HANDLES,
    waitsForExpiry: true,
    settleMs: 2 * MINUTE_MS,
  };
}

/**
 * Its rates are wishes: on a busy machine of two cores less comes about, and is told. So short a run says nothing of slow
 * leaks; one of 16 kB a check or 1 MB a request still ends it.
 */
export const SHORT: Size = {
  ...longSize(LONG_MINUTES),
  loadMs: 20_000,
  checksPerSecond: 300,
  requestsPerSecond: 6,
  requestTtlSeconds: 30,
  sampleMs: 1_000,
  judgedFromMs: 6_000,
  memory: { heapMbAMinute: 60, residentMbAMinute: 400 },
  waitsForExpiry: false,
  settleMs: 12_000,
};
