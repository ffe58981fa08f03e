/** Leases: of all processes, one owns a thing for a while, by the database's clock. */

export interface LeaseInput {
  /** `socket:slack` */
  readonly name: string;
  /** Names the process, anew at each start: 128 random bits in hex. */
  readonly owner: string;
}

export interface LeaseLedger {
  /** Takes the lease where it is free, over or the owner's own, and sets its end to so long from now. False: another's. */
  take(input: LeaseInput & { readonly leaseMs: number }): Promise<boolean>;
  giveBack(input: LeaseInput): Promise<void>;
}
