/** A call that proves nothing. One outside the window is told apart, because a clock is wrong then and no key. */
import type { Proof, RefusedCall } from '../../src/contract/inbound.js';

export function refusedProof(reason: RefusedCall): Proof {
  return { kind: 'refused', status: reason === 'outside_window' ? 408 : 401, reason };
}
