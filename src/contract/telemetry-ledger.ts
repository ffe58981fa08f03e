/**
 * The ledger as it counts what happened: rollups by minute, hour and day. What rows tell already (the audit trail, attempts) is
 * counted from them, each row once; what only a process knows it flushes now and then. Counts are added up by the database, so
 * those of several processes and of several minutes are merged by a sum.
 */

/**
 * Every metric, with the names of its dimensions. Their values are words of this code or of the operator's configuration: never a
 * visitor's address, a path, or a host that a visitor may choose.
 */
export interface MetricDims {
  readonly requests_opened_total: 'by';
  readonly requests_deferred_total: 'reason';
  readonly requests_decided_total: 'outcome' | 'surface';
  readonly decision_seconds: 'outcome' | 'surface';
  /** `provider`, `mailbox`: of mails alone; empty where it is none. */
  readonly attempts_total: 'channel' | 'transport' | 'provider' | 'mailbox' | 'outcome';
  readonly attempt_seconds: 'channel' | 'transport' | 'provider' | 'outcome';
  readonly acceptance_seconds: 'channel' | 'transport' | 'provider';
  readonly queue_depth: 'transport';
  readonly queue_age_seconds: 'transport';
  readonly checks_total: 'verdict';
  readonly refused_calls_total: 'source' | 'reason';
  readonly refusals_total: 'surface' | 'reason';
  readonly sign_ins_total: 'by';
  readonly sign_ins_refused_total: 'reason';
}

export type MetricName = keyof MetricDims;

/** What a metric counted. */
export interface Counted {
  readonly name: MetricName;
  readonly dims: Readonly<Record<string, string>>;
  /** Of a duration (`base/time/log-buckets.ts`); 0 of what is only counted; `SUM_BUCKET` holds the sum of the durations. */
  readonly bucket: number;
  readonly n: number;
}

export interface FlushInput {
  /** Names the process, anew with each start. */
  readonly process: string;
  /** Rises by one with each flush of that process. One that comes again, because its answer was lost, is counted once. */
  readonly sequence: number;
  readonly counts: readonly Counted[];
}

export interface DeriveInput {
  /** At most so many rows of each kind are read. */
  readonly limit: number;
  /**
   * Rows younger than this are left for later: one with a smaller number may still be committed behind them. Longer than any
   * transaction takes.
   */
  readonly settledMs: number;
}

/** How finely a rollup is kept: see `docs/telemetry.md`. */
export type Resolution = 'minute' | 'hour' | 'day';

export interface ReadRollups {
  readonly name: MetricName;
  readonly resolution: Resolution;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** A multiple of the resolution: what lies in one step, as UTC has it, is one. */
  readonly stepMs: number;
  /** More rows than these are not read. */
  readonly limit: number;
}

export interface RollupRow extends Omit<Counted, 'name'> {
  /** When its step begins. */
  readonly atMs: number;
}

/** What a transport has to send whose time has come. */
export interface DueNow {
  readonly transport: string;
  readonly depth: number;
  /** How long the oldest has been due. */
  readonly oldestMs: number;
}

export interface TelemetryLedger {
  /** False: this flush was counted before. */
  flush(input: FlushInput): Promise<boolean>;
  /**
   * Counts what rows tell that were not counted yet, in one transaction with the mark of how far it came: done twice, or broken off,
   * it counts each row once. True: there is more.
   */
  derive(input: DeriveInput): Promise<boolean>;
  /** Notes how many deliveries are due and since when: of each minute the most counts. */
  sampleQueue(): Promise<void>;
  /** Makes hours of minutes and days of hours, anew: done twice it changes nothing. */
  rollUp(): Promise<void>;
  due(): Promise<readonly DueNow[]>;
  /** In the order of time. */
  read(input: ReadRollups): Promise<readonly RollupRow[]>;
  /** What was ever counted; what was sampled is not in it. */
  totals(): Promise<readonly Counted[]>;
}
