/** Bearer tokens that `sites.toml` names (RFC 6750, section 2.1). Needs nothing but memory: works while all else is down. */
import { isSameSecret } from '../../../base/crypto/digest.js';
import type { ProofsOf } from '../../../contract/caller-proofs.js';
import { onlyBearer } from '../../shared/bearer.js';
import { UNKNOWN, type Authenticator } from '../authenticator.js';

/**
 * Several a producer, for rotation. Every token of every producer is compared whatever matched before, so that time tells
 * nothing. The proofs are asked for at each call: a reload takes effect.
 */
export function staticBearers(proofs: ProofsOf<'bearers'>): Authenticator {
  return {
    authenticate({ rawHeaders }) {
      const presented = onlyBearer(rawHeaders);
      const owner = presented === null ? null : ownerOf(presented, proofs());
      if (owner === null) return Promise.resolve(UNKNOWN);
      return Promise.resolve({ kind: 'caller', producer: owner, identity: owner, untilMs: null });
    },
  };
}

function ownerOf(presented: string, proofs: ReturnType<ProofsOf<'bearers'>>): string | null {
  let owner: string | null = null;
  for (const [name, { bearers }] of proofs) {
    for (const bearer of bearers) if (isSameSecret(presented, bearer.reveal())) owner = name;
  }
  return owner;
}
