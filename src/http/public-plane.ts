/**
 * The public plane: what the internet may reach. Chat callbacks first, because they want raw bytes; then the webhook
 * receiver, then pages for approvers. What is not routed here does not exist here.
 */
import type { Express } from 'express';
import type { Directory } from '../approval/site.js';
import type { Chance } from '../base/chance.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Mount } from '../contract/channel.js';
import type { Desk } from '../contract/desk.js';
import { codeAttempts } from '../identity/attempts.js';
import type { Identity } from '../identity/identity.js';
import { loadAssets } from './assets.js';
import { failures, type Failure } from './failures.js';
import type { Guard } from './guard/guard.js';
import * as messages from './pages/message-page.js';
import { pageSender, type Page } from './pages/page.js';
import { createPlane, mountAll } from './plane.js';
import { routeDecisions } from './public/decide-routes.js';
import { routeLinks } from './public/link-routes.js';
import { routeSignIn } from './public/sign-in-routes.js';
import type { Authenticator } from './receiver/authenticator.js';
import { routeReceiver } from './receiver/receiver.js';
import { securityHeaders } from './security-headers.js';
import { wayBack } from './way-back.js';

export interface PublicPlaneParts {
  readonly desk: Desk;
  readonly identity: Identity;
  readonly directory: () => Directory;
  /** Who calls the webhook receiver. */
  readonly authenticator: Authenticator;
  /** Stands before the webhook receiver; the channels' mounts have it before them already. */
  readonly guard: Guard;
  /** Channel inbounds and the embedded inbox. */
  readonly mounts: readonly Mount[];
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export function createPublicPlane(parts: PublicPlaneParts): Express {
  const app = createPlane();
  const assets = loadAssets();
  const shared = { ...parts, sendPage: pageSender(assets), wayBack: wayBack(parts.publicUrl) };
  app.use(securityHeaders(parts.publicUrl));
  mountAll(app, parts.mounts);
  app.get('/healthz', (_request, response) => void response.type('text').send('ok\n'));
  assets.route(app);
  routeReceiver(app, parts);
  routeDecisions(app, shared);
  routeSignIn(app, shared);
  routeLinks(app, { ...shared, attempts: codeAttempts(parts.clock) });
  app.use((_request, response) => shared.sendPage(response, messages.notFoundPage()));
  app.use(failures(parts.log, (response, failure) => shared.sendPage(response, FAILURE_PAGES[failure]())));
  return app;
}

const FAILURE_PAGES: Readonly<Record<Failure, () => Page>> = {
  unavailable: messages.unavailablePage,
  bad_request: () => messages.notFoundPage(),
  broken: messages.brokenPage,
};
