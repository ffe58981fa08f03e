/** How often a lease is renewed, whoever keeps it. */

/** Two renewals may fail before the lease is lost. */
const RENEWALS_PER_LEASE = 3;

/** After how long the holder asks for it again; as often asks who waits for it. */
export function renewalMs(leaseMs: number): number {
  return leaseMs / RENEWALS_PER_LEASE;
}
