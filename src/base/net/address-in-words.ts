/** An address as it is kept, for people. */

/** IPv6 is kept as networks; of this one nobody can have another address than that of the machine itself. */
export function addressInWords(kept: string): string {
  return kept === '::/64' ? '::1' : kept;
}
