/**
 * The admin plane, for operators on loopback: queue, audit, metrics, and what the CLI talks to. Every call but
 * `/readyz` passes the guard. Nothing of the public plane is here, and nothing of this is there.
 */
import type { Express, Request, RequestHandler, Response } from 'express';
import { UNAVAILABLE_SENTENCE } from '../approval/sentences.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Secret } from '../base/secret.js';
import type { AdminServices, ServiceTokens } from '../contract/admin.js';
import type { Mount } from '../contract/channel.js';
import type { Desk } from '../contract/desk.js';
import type { Identity } from '../identity/identity.js';
import { routeApi, routeReadiness } from './admin/api-routes.js';
import { isSafe, requireCaller, requireKnownHost, requireOperator, type Refusal } from './admin/guard.js';
import { routeDeadLetters } from './admin/dead-letter-routes.js';
import type { DeadLetters } from './guard/dead-letters.js';
import type { MetricsLedger, Refusals } from './admin/metrics.js';
import { routeAdminPages } from './admin/page-routes.js';
import { routeServiceTokens } from './admin/service-token-routes.js';
import { loadAssets } from './assets.js';
import { failures, type Failure } from './failures.js';
import { notSignedInToAdmin } from './pages/admin-pages.js';
import { pageSender } from './pages/page.js';
import { createPlane, mountAll } from './plane.js';
import { refusal, send, type Reply } from './reply.js';
import { securityHeaders } from './security-headers.js';

export interface AdminPlaneParts {
  readonly services: AdminServices;
  readonly identity: Identity;
  readonly desk: Pick<Desk, 'pending' | 'history'>;
  readonly ledger: MetricsLedger;
  readonly refusals: Refusals;
  readonly deadLetters: DeadLetters;
  readonly serviceTokens: ServiceTokens;
  readonly adminToken: Secret;
  readonly adminPort: number;
  readonly publicUrl: string;
  /** Behind the guard. */
  readonly mounts: readonly Mount[];
  /** Read without the bearer, still under a known Host: the demo's mailbox. What changes something needs the bearer. */
  readonly openMounts?: readonly Mount[];
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Log;
}

export function createAdminPlane(parts: AdminPlaneParts): Express {
  const app = createPlane();
  const assets = loadAssets();
  const sendPage = pageSender(assets);
  const refuse = (request: Request, response: Response, why: Refusal): void => {
    const isReader = why === 'not_signed_in' && request.accepts(['json', 'html']) === 'html';
    if (isReader) return sendPage(response, notSignedInToAdmin());
    send(response, REFUSALS[why]);
  };
  const openMounts = parts.openMounts ?? [];
  app.use(securityHeaders(''));
  routeReadiness(app, parts.services);
  app.use(requireKnownHost(parts.adminPort, refuse));
  assets.route(app);
  for (const mount of openMounts) app.use(mount.path, whenSafe(mount));
  app.use(requireCaller({ identity: parts.identity, adminToken: parts.adminToken, refuse }));
  mountAll(app, [...parts.mounts, ...openMounts]);
  routeApi(app, parts.services, requireOperator(refuse));
  routeDeadLetters(app, parts.deadLetters, requireOperator(refuse));
  routeServiceTokens(app, parts.serviceTokens, requireOperator(refuse));
  routeAdminPages(app, { ...parts, sendPage });
  app.use((_request, response) => send(response, NOT_FOUND));
  app.use(failures(parts.log, (response, failure) => send(response, FAILURES[failure])));
  return app;
}

/** An open mount is for reading; anything else goes on to the guard. */
function whenSafe({ app }: Mount): RequestHandler {
  if ('disable' in app) app.disable('x-powered-by');
  return (request, response, next) => (isSafe(request) ? app(request, response, next) : next());
}

const REFUSALS: Readonly<Record<Refusal, Reply>> = {
  unknown_host: refusal(403, 'unknown_host', 'Call the admin plane by a loopback name and its own port.'),
  foreign_origin: refusal(403, 'foreign_origin', 'This call comes from a page of another origin. Nothing changed.'),
  not_signed_in: {
    ...refusal(401, 'not_signed_in', 'Send the bearer of DATA_DIR/admin.token, or use the gate CLI.'),
    headers: { 'www-authenticate': 'Bearer realm="koder-gate"' },
  },
  operators_only: refusal(
    403,
    'operators_only',
    'Only an operator may do this: send the bearer of DATA_DIR/admin.token.',
  ),
};

const NOT_FOUND = refusal(404, 'not_found', 'There is nothing here.');

const FAILURES: Readonly<Record<Failure, Reply>> = {
  unavailable: refusal(503, 'unavailable', UNAVAILABLE_SENTENCE),
  bad_request: refusal(400, 'bad_request', 'The request cannot be read.'),
  broken: refusal(500, 'broken', 'Something went wrong on our side; it is written in the log.'),
};
