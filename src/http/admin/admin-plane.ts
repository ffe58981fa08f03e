/**
 * The admin plane, for operators: requests, queue, audit, metrics, and what the CLI talks to. Every call but
 * `/readyz`, and those of services that sign people in (oauth-routes.ts), passes the guard. Nothing of the public plane is here, and nothing of this is there.
 */
import type { Express, RequestHandler } from 'express';
import type { Clock } from '../../base/time/clock.js';
import type { Log } from '../../base/process/log.js';
import type { Secret } from '../../base/crypto/secret.js';
import type { Random } from '../../base/crypto/random.js';
import type { Commands } from '../../contract/commands.js';
import type { AdminServices, ReadTrail, SignedInSessions } from '../../contract/admin.js';
import type { ServiceTokens } from '../../contract/service-tokens.js';
import type { KnownAccounts } from '../../contract/known-accounts.js';
import type { OperatorsMail } from '../../contract/operators-mail.js';
import type { OperatorsFailures } from '../../contract/operators-failures.js';
import type { OperatorsQueue } from '../../contract/operators-queue.js';
import type { Mount } from '../../contract/mount.js';
import type { Ledger } from '../../contract/ledger.js';
import type { Desk } from '../../contract/desk.js';
import type { Identity } from '../../identity/identity.js';
import { routeAccounts } from './api/account-routes.js';
import { callerAddresses } from './access/caller-address.js';
import { routeApi, routeReadiness } from './api/api-routes.js';
import { isSafe, requireCaller, requireKnownHost, requireOperator } from './access/guard.js';
import { refusing } from './access/refusals.js';
import { routeAdminSignIn } from './access/sign-in.js';
import { routeDeadLetters } from './api/dead-letter-routes.js';
import type { DeadLetters } from '../public/guard/dead-letters.js';
import { routeMetrics, routeScraping, type Measured } from './api/metrics.js';
import { routeTelemetry } from './api/telemetry-routes.js';
import type { MailPageDeps } from './console/mail/record-pages.js';
import type { OverviewDeps } from './console/overview/overview-pages.js';
import { routeConsole } from './console/console.js';
import { routeFailures } from './api/failure-routes.js';
import { routeMail } from './api/mail-routes.js';
import { routeQueue } from './api/queue-routes.js';
import { routeOauth } from './api/oauth-routes.js';
import { routeSessions } from './api/session-routes.js';
import { routeOtherwise } from './otherwise.js';
import { routeServiceTokens } from './api/service-token-routes.js';
import { routeSites, type ShowSite } from './api/site-routes.js';
import { loadAssets } from '../shared/assets.js';
import { pageSender } from '../shared/pages/page.js';
import { createPlane, mountAll } from '../shared/plane.js';
import { securityHeaders } from '../shared/security-headers.js';

export interface AdminPlaneDeps extends Measured {
  readonly services: AdminServices;
  readonly identity: Identity;
  readonly desk: Pick<Desk, 'pending' | 'show' | 'deliveries' | 'looks'>;
  readonly commands: Commands;
  readonly trail: ReadTrail;
  readonly deadLetters: DeadLetters;
  readonly queue: OperatorsQueue;
  readonly failures: OperatorsFailures;
  readonly mail: OperatorsMail;
  readonly serviceTokens: ServiceTokens;
  readonly ledger: Measured['ledger'] & OverviewDeps['ledger'] & MailPageDeps['ledger'] & Pick<Ledger, 'subscribe'>;
  /** What carries cards and messages. */
  readonly transports: readonly string[];
  readonly showSite: ShowSite;
  /** One name of each site of sites.toml. */
  readonly siteNames: () => readonly string[];
  readonly sessions: SignedInSessions;
  readonly accounts: KnownAccounts;
  readonly adminToken: Secret;
  /** Of whoever may read `/metrics` and nothing else; null: nobody but operators. */
  readonly metricsToken: Secret | null;
  readonly adminPort: number;
  /** The address that it listens on. */
  readonly adminHost: string;
  /** Origin where browsers reach it, without a trailing slash. */
  readonly adminUrl: string;
  readonly publicUrl: string;
  /** CIDR networks of proxies that say who calls, and of hops before them. */
  readonly trustedProxies: readonly string[];
  readonly edgeNetworks?: readonly string[];
  /** Behind the guard. */
  readonly mounts: readonly Mount[];
  /** Read without the bearer, still under a known Host: the demo's mailbox. What changes something needs the bearer. */
  readonly openMounts?: readonly Mount[];
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'after'>;
  readonly random: Pick<Random, 'hex' | 'fraction'>;
  readonly log: Log;
}

export function createAdminPlane(deps: AdminPlaneDeps): Express {
  const app = createPlane();
  const assets = loadAssets();
  const sendPage = pageSender(assets);
  const addressOf = callerAddresses(deps.trustedProxies, deps.edgeNetworks);
  const { identity, adminUrl, publicUrl } = deps;
  const signIn = { identity, adminUrl, publicUrl, addressOf, sendPage };
  const refuse = refusing(signIn);
  const openMounts = deps.openMounts ?? [];
  app.use(securityHeaders(adminUrl));
  routeReadiness(app, deps.services);
  app.use(requireKnownHost({ host: deps.adminHost, port: deps.adminPort, origin: adminUrl }, refuse));
  assets.route(app);
  for (const mount of openMounts) app.use(mount.path, whenSafe(mount));
  routeOauth(app, { sessions: identity.serviceSessions, refused: identity.refusedSignIns, addressOf, publicUrl });
  routeAdminSignIn(app, signIn);
  routeScraping(app, deps, deps.metricsToken);
  app.use(requireCaller({ ...deps, addressOf, refuse }));
  mountAll(app, [...deps.mounts, ...openMounts]);
  routeApi(app, deps.services, requireOperator(refuse));
  routeDeadLetters(app, deps.deadLetters, requireOperator(refuse));
  routeQueue(app, deps.queue, requireOperator(refuse));
  routeFailures(app, deps.failures, requireOperator(refuse));
  routeMail(app, deps.mail, requireOperator(refuse));
  routeServiceTokens(app, deps.serviceTokens, requireOperator(refuse));
  routeSites(app, deps.showSite, requireOperator(refuse));
  routeSessions(app, deps.sessions, requireOperator(refuse));
  routeAccounts(app, deps.accounts, requireOperator(refuse));
  routeMetrics(app, deps, requireOperator(refuse));
  routeTelemetry(app, { telemetry: deps.ledger.telemetry, clock: deps.clock }, requireOperator(refuse));
  routeConsole(app, { ...deps, addressOf, sendPage }, requireOperator(refuse));
  routeOtherwise(app, { ...deps, sendPage });
  return app;
}

/** An open mount is for reading; anything else goes on to the guard. */
function whenSafe({ app }: Mount): RequestHandler {
  if ('disable' in app) app.disable('x-powered-by');
  return (request, response, next) => (isSafe(request) ? app(request, response, next) : next());
}
