/** What somebody who is not signed in gets instead of a page that wants to know who they are: the ways in, and then that page. */
import type { Request, Response } from 'express';
import type { Token } from '../../../approval/brand.js';
import type { PageSender } from '../../shared/pages/page.js';
import type { WayBack } from '../../shared/way-back.js';
import { signInFormPage } from './mail-pages.js';
import { offerOf, type OfferDeps } from './offer.js';

export interface AskToSignInDeps extends OfferDeps {
  readonly wayBack: WayBack;
  readonly sendPage: PageSender;
}

interface At {
  readonly request: Request;
  readonly response: Response;
  /** A path on this host, where signing in leads; null: to where it was to lead before. */
  readonly back: string | null;
  /** Of the request that they came for. */
  readonly token?: Token | null;
}

export function askToSignIn(deps: AskToSignInDeps, { request, response, back, token = null }: At): void {
  if (back !== null) deps.wayBack.keep(response, back);
  deps.sendPage(response, signInFormPage(offerOf(deps, request, { token, back })));
}
