/** What the gate offers to somebody who is not signed in. */
import type { Request } from 'express';
import type { Token } from '../../../approval/brand.js';
import type { Identity } from '../../../identity/identity.js';
import type { Offered } from '../../../identity/providers/providers.js';
import type { RelyingOrigin } from '../../../identity/handoff/relying-origins.js';
import type { WayBack } from '../../shared/way-back.js';
import { handoffGoal } from '../handoff/handoff-path.js';
import { lastWay } from './last-way.js';

export interface SignInOffer {
  readonly byMail: boolean;
  readonly byPasskey: boolean;
  /** Each with a button. */
  readonly providers: readonly Offered[];
  /** Of the request that they came for, known or not; null: for none. */
  readonly token: Token | null;
  /** Where signing in leads, of our origins; null: it stays at this one. */
  readonly goal: RelyingOrigin | null;
  /** The way by which this browser signed in last, perhaps none of these; it stands first. */
  readonly first: string | null;
}

export interface OfferDeps {
  readonly identity: Pick<Identity, 'mailedLinks' | 'passkeys' | 'providers' | 'relyingOrigins'>;
  readonly wayBack: Pick<WayBack, 'kept'>;
  readonly publicUrl: string;
}

/** `back`: the path on this host where signing in leads; null or absent: what was kept. */
export function offerOf(
  { identity: { mailedLinks, passkeys, providers, relyingOrigins }, publicUrl, wayBack }: OfferDeps,
  request: Request,
  { token = null, back = null }: { readonly token?: Token | null; readonly back?: string | null } = {},
): SignInOffer {
  return {
    byMail: mailedLinks !== null,
    byPasskey: passkeys !== null,
    providers: providers.offered(),
    token,
    goal: handoffGoal(relyingOrigins, back ?? wayBack.kept(request)),
    first: lastWay(publicUrl, request),
  };
}
