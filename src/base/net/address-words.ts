/** An IP address as four 32-bit words, for the hot path: nothing is allocated for a look-up. */

/** Where a parse puts its answer. Each reader has one and reuses it. An IPv4 address is in `w0` only. */
export interface AddressWords {
  family: 4 | 6;
  /** Signed 32-bit words, most significant first: as small integers they need no allocation. */
  w0: number;
  w1: number;
  w2: number;
  w3: number;
}

export function addressWords(): AddressWords {
  return { family: 4, w0: 0, w1: 0, w2: 0, w3: 0 };
}
