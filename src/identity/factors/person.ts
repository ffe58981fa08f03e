/** Whoever is signed in and changes what they prove themselves by. */
import type { AccountId } from '../../approval/brand.js';

export interface Person {
  readonly account: AccountId;
  /** Hash that names their session. */
  readonly session: string;
  readonly address: string;
}
