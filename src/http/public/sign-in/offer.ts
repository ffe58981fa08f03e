/** What the gate offers to somebody who is not signed in. */
import type { Token } from '../../../approval/brand.js';
import type { Identity } from '../../../identity/identity.js';
import type { Offered } from '../../../identity/providers/providers.js';

export interface SignInOffer {
  readonly byMail: boolean;
  readonly byPasskey: boolean;
  /** Each with a button. */
  readonly providers: readonly Offered[];
  /** Of the request that they came for, known or not; null: for none. */
  readonly token: Token | null;
}

export function offerOf({ mailedLinks, passkeys, providers }: Identity, token: Token | null = null): SignInOffer {
  return { byMail: mailedLinks !== null, byPasskey: passkeys !== null, providers: providers.offered(), token };
}
