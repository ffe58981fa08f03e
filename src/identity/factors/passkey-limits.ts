/** How often the question of a passkey is asked for: to sign in, which anybody may ask, and to add one, which nobody does for another. */
import type { AccountId } from '../../approval/brand.js';
import { canonicalAddress } from '../../base/net/address.js';
import type { AttemptLimit } from '../../contract/attempt-limit.js';

/** Whoever asks to sign in. */
export interface Asker {
  readonly address: string;
  /** The address as it is counted with those around it. */
  readonly network: string;
}

/** The narrowest first. */
export type Limits = readonly [AttemptLimit, AttemptLimit?];

const HOUR_SECONDS = 3_600;
/** From one address: each look at the sign-in page asks, for autofill, and offices share an address. */
const MAX_ASKED_AN_HOUR = 300;
/** From one network: so much more that one address of it does not shut out those around it. */
const MAX_ASKED_OF_ONE_NETWORK = 3_000;
/** By one account, to add one: what strangers ask for does not count. */
const MAX_ADDS_ASKED_AN_HOUR = 300;

/** An IPv6 address counts as its /64. */
export function signInLimits({ address, network }: Asker): Limits {
  const counted = canonicalAddress(address) ?? address;
  return [
    { key: `passkey asked from ${counted}`, max: MAX_ASKED_AN_HOUR, windowSeconds: HOUR_SECONDS },
    { key: `passkey asked from all of ${network}`, max: MAX_ASKED_OF_ONE_NETWORK, windowSeconds: HOUR_SECONDS },
  ];
}

export function addingLimit(account: AccountId): AttemptLimit {
  return { key: `passkey to add asked by ${account}`, max: MAX_ADDS_ASKED_AN_HOUR, windowSeconds: HOUR_SECONDS };
}
