/** What the gate offers to somebody who is not signed in. */
import type { Request } from 'express';
import type { Token } from '../../../approval/brand.js';
import type { Identity } from '../../../identity/identity.js';
import type { Offered } from '../../../identity/providers/providers.js';
import { lastWay } from './last-way.js';

export interface SignInOffer {
  readonly byMail: boolean;
  readonly byPasskey: boolean;
  /** Each with a button. */
  readonly providers: readonly Offered[];
  /** Of the request that they came for, known or not; null: for none. */
  readonly token: Token | null;
  /** The way by which this browser signed in last, perhaps none of these; it stands first. */
  readonly first: string | null;
}

export interface OfferDeps {
  readonly identity: Pick<Identity, 'mailedLinks' | 'passkeys' | 'providers'>;
  readonly publicUrl: string;
}

export function offerOf(
  { identity: { mailedLinks, passkeys, providers }, publicUrl }: OfferDeps,
  request: Request,
  token: Token | null = null,
): SignInOffer {
  return {
    byMail: mailedLinks !== null,
    byPasskey: passkeys !== null,
    providers: providers.offered(),
    token,
    first: lastWay(publicUrl, request),
  };
}
