/**
 * Takes dead letters and writes them in the background, so that no caller waits for one. A database that is full, slow or out
 * of reach costs letters, which are counted, and never calls.
 */
import type { Clock } from '../../../base/time/clock.js';
import { inTime } from '../../../base/time/in-time.js';
import type { Log } from '../../../base/process/log.js';
import type { DeadLetterLedger, NewDeadLetter } from '../../../contract/dead-letter-ledger.js';
import { sampling, type Tally } from './sampling.js';

/** Letters of up to half a megabyte each wait in memory; more than this means that the database does not keep up. */
const MAX_WRITING = 16;
/** A stop has 5 s for everything. */
const STOP_GRACE_MS = 1_000;

interface PostedLetter extends Omit<NewDeadLetter, 'unrecorded' | 'sealedBody'> {
  readonly status: number;
  /** Called only for a letter that gets a row. */
  readonly sealedBody: () => string | null;
}

export interface DeadLetterBox {
  /** Never throws, never waits. */
  post(letter: PostedLetter): void;
  tallies(): readonly Tally[];
  /** Rows that were to be written and could not be, since the start. */
  lost(): number;
  /** Resolves when what was posted is written or lost, or a second later. */
  stop(): Promise<void>;
}

export interface DeadLetterBoxDeps {
  readonly ledger: Pick<DeadLetterLedger, 'add'>;
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly log: Log;
}

export function deadLetterBox({ ledger, clock, log }: DeadLetterBoxDeps): DeadLetterBox {
  const samples = sampling(clock);
  const writing = new Set<Promise<void>>();
  let lost = 0;

  function lose({ source, reason, callId, unrecorded }: NewDeadLetter): void {
    lost += 1;
    samples.giveBack({ source, reason }, unrecorded + 1);
    log.warn('a dead letter was lost', { source, reason, callId });
  }

  async function write(letter: NewDeadLetter): Promise<void> {
    try {
      await ledger.add(letter);
    } catch {
      lose(letter);
    }
  }

  return {
    post({ status, sealedBody, ...letter }) {
      const { source, reason, callId, address } = letter;
      const unrecorded = samples.take(letter);
      if (unrecorded === null) return;
      log.info('a call was refused', { source, reason, status, callId, address, unrecorded });
      const row: NewDeadLetter = { ...letter, unrecorded, sealedBody: sealedBody() };
      if (writing.size >= MAX_WRITING) return lose(row);
      const written = write(row).finally(() => writing.delete(written));
      writing.add(written);
    },
    tallies: () => samples.tallies(),
    lost: () => lost,
    async stop() {
      await inTime(Promise.all(writing), { clock, ms: STOP_GRACE_MS, late: null });
      const left = samples.tallies().filter(({ unrecorded }) => unrecorded > 0);
      for (const { source, reason, unrecorded } of left)
        log.warn('refused calls left no dead letter', { source, reason, unrecorded });
    },
  };
}
