/** What a process that lasts knows of itself: lines of its outputs that were lost, and faults that nobody caught. */

export interface OutputHealth {
  /** As doctor and metrics call it. */
  readonly name: 'events' | 'log';
  /** Lines, since the start. */
  readonly lost: number;
  /** Why the latest was lost: the system's code, or `not_read`. Null: none was. */
  readonly cause: string | null;
  /** Lines are being lost now. */
  readonly isFailing: boolean;
}

export interface FaultReport {
  readonly count: number;
  readonly lastAtMs: number | null;
  /** The name of the latest and the places it came through; never its message. */
  readonly last: string | null;
}

export interface ProcessHealth {
  outputs(): readonly OutputHealth[];
  faults(): FaultReport;
}
