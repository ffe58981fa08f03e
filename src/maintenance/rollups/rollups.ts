/** Counts what the audit trail and the attempts tell, a batch at a time, samples the queue, and makes hours and days of minutes. */
import type { TelemetryLedger } from '../../contract/telemetry-ledger.js';
import { leasedTurns, type LeasedTurns, type TurnDeps } from '../leased-turns.js';

const FIRST_AFTER_MS = 3_000;
const EVERY_MS = 30_000;
const PAUSE_MS = 50;
/** Rows a batch: some milliseconds of the one writer of SQLite. */
const BATCH = 300;
/** Longer than a transaction may take: every statement of one, and the waits in between, end within seconds. */
const SETTLED_MS = 15_000;

export interface RollupsDeps extends TurnDeps {
  readonly telemetry: Pick<TelemetryLedger, 'derive' | 'sampleQueue' | 'rollUp'>;
}

export function createRollups({ telemetry, ...deps }: RollupsDeps): LeasedTurns {
  return leasedTurns(
    {
      name: 'rollups',
      firstAfterMs: FIRST_AFTER_MS,
      everyMs: EVERY_MS,
      pauseMs: PAUSE_MS,
      isDue: () => Promise.resolve(true),
      async turn({ mayGoOn }) {
        await telemetry.sampleQueue();
        while (await telemetry.derive({ limit: BATCH, settledMs: SETTLED_MS })) if (!(await mayGoOn())) return;
        await telemetry.rollUp();
      },
    },
    deps,
  );
}
