/** At most `max` attempts in the `windowSeconds` that the first begins, counted for all processes. */
export interface AttemptLimit {
  /** What is counted, and for whom. Kept as it is: what nobody should read there is hashed. */
  readonly key: string;
  readonly max: number;
  readonly windowSeconds: number;
}
