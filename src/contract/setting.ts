/** One variable of the environment or one key of `sites.toml`, in words for its reader; docs/configuration.md is made of these. */
export interface Setting {
  /** What it does, in whole sentences. */
  readonly meaning: string;
  /** Unit and bounds, or the form that a value has: `seconds, 60 to 31,536,000`. */
  readonly form: string;
  /** What holds where it is not said. Absent: it has to be said, or nothing follows from its absence. */
  readonly default?: string;
  /** A right value as it is written in the file. */
  readonly example?: string;
  /** Which part of the gate reads it. Absent: the same as its table. */
  readonly readBy?: string;
  /** It holds networks: `ALLOW_WIDE_NETWORKS` may name it. */
  readonly holdsNetworks?: true;
}
