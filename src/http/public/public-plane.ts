/**
 * The public plane: what the internet may reach. Chat callbacks first, because they want raw bytes; then the webhook
 * receiver, then pages for approvers. What is not routed here does not exist here.
 */
import type { Express, Request } from 'express';
import type { Directory } from '../../approval/site.js';
import { networkOf } from '../../base/net/network-of.js';
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import type { Log } from '../../base/process/log.js';
import type { Mount } from '../../contract/mount.js';
import type { Desk } from '../../contract/desk.js';
import type { Identity } from '../../identity/identity.js';
import type { SessionBook } from '../../identity/sessions/session-book.js';
import { loadAssets } from '../shared/assets.js';
import { failures, type Failure } from '../shared/failures.js';
import type { Guard } from './guard/guard.js';
import * as messages from '../shared/pages/message-page.js';
import { pageSender, type Page } from '../shared/pages/page.js';
import { signedIn } from '../shared/signed-in.js';
import { createPlane, mountAll } from '../shared/plane.js';
import { routeAccount } from './account/account-routes.js';
import { chatAccounts } from './account/chat-accounts.js';
import { secondFactorOf } from './account/second-factor.js';
import { signedInWhere } from './account/signed-in-where.js';
import { providersOf } from './account/providers.js';
import { waysOfSigningIn } from './account/ways-of-signing-in.js';
import { whoTheyAre } from './account/who.js';
import { routeAdminWay } from './handoff/admin-way-route.js';
import { routeHandoff } from './handoff/handoff-routes.js';
import { routeDecisions } from './decide-routes.js';
import { routeLinks } from './link-routes.js';
import { routeFactors } from './account/factor-routes.js';
import { routeSetUp } from './account/set-up-routes.js';
import { routePasskeys } from './account/passkey-routes.js';
import { routeSignInLinks } from './sign-in/link-routes.js';
import { routeSignedOut } from './sign-in/signed-out-routes.js';
import { routeProviderLogout } from './sign-in/provider-logout.js';
import { routeProviders } from './sign-in/provider-routes.js';
import { routeSignInMail, type SignInMailDeps } from './sign-in/mail-routes.js';
import { routeAgain } from './sign-in/again-routes.js';
import { routeSecondFactor } from './sign-in/factor-routes.js';
import { routePasskeySignIn } from './sign-in/passkey-routes.js';
import type { ProducerMails } from '../../contract/producer-mails.js';
import type { Endpoint } from '../receiver/acts.js';
import type { Authenticator } from '../receiver/authenticator.js';
import { routeReceiver } from '../receiver/receiver.js';
import { securityHeaders } from '../shared/security-headers.js';
import { wayBack } from '../shared/way-back.js';

export interface PublicPlaneDeps {
  readonly desk: Desk;
  readonly identity: Identity;
  readonly directory: () => Directory;
  /** Who calls the webhook receiver, and where. */
  readonly authenticator: Authenticator;
  readonly endpoints: readonly Endpoint[];
  readonly mails: ProducerMails;
  /** Stands before the webhook receiver; the channels' mounts have it before them already. */
  readonly guard: Guard;
  readonly sessionBook: SessionBook;
  readonly approversAsked: SignInMailDeps['approversAsked'];
  /** Channel inbounds and the embedded inbox. */
  readonly mounts: readonly Mount[];
  /** Whether some channel takes commands: an account there can be bound. */
  readonly hasChats: boolean;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
  /** The same, of the admin plane. */
  readonly adminUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export function createPublicPlane(deps: PublicPlaneDeps): Express {
  const app = createPlane();
  const assets = loadAssets();
  const shared = { ...deps, sendPage: pageSender(assets), wayBack: wayBack(deps.publicUrl) };
  app.use(securityHeaders(deps.publicUrl));
  mountAll(app, deps.mounts);
  app.get('/healthz', (_request, response) => void response.type('text').send('ok\n'));
  assets.route(app);
  routeReceiver(app, deps);
  const signIn = {
    ...shared,
    addressOf: (request: Request) => deps.guard.addressOf(request),
    networkOf: (request: Request) => networkOf(deps.guard.networkOf(request)),
  };
  routeDecisions(app, signIn);
  routePasskeySignIn(app, signIn);
  routePasskeys(app, signIn);
  routeFactors(app, signIn);
  routeSetUp(app, signIn);
  routeSecondFactor(app, signIn);
  routeAgain(app, signIn);
  routeAdminWay(app, shared);
  routeSignInMail(app, signIn);
  routeProviders(app, signIn);
  routeProviderLogout(app, signIn);
  routeSignInLinks(app, signIn);
  routeSignedOut(app, signIn);
  routeHandoff(app, signIn);
  routeLinks(app, signIn);
  routeAccount(app, {
    ...shared,
    sections: [
      whoTheyAre(deps.adminUrl),
      waysOfSigningIn(deps.identity),
      providersOf(signIn),
      secondFactorOf(deps.identity),
      chatAccounts(deps),
      signedInWhere(signIn),
    ],
  });
  app.use(async (request, response) => {
    // what is not there is not there whether or not anybody can say who asks
    const session = await signedIn(deps.identity.sessions, request).catch(() => null);
    shared.sendPage(response, messages.notFoundPage(session));
  });
  app.use(failures(deps.log, (response, failure) => shared.sendPage(response, FAILURE_PAGES[failure]())));
  return app;
}

const FAILURE_PAGES: Readonly<Record<Failure, () => Page>> = {
  unavailable: messages.unavailablePage,
  bad_request: () => messages.notFoundPage(),
  broken: messages.brokenPage,
};
