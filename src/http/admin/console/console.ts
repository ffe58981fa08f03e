/**
 * The console: the pages of the admin plane, behind its guard. Each page has a module of its own, and a line in `navigation.ts`. Pages
 * for operators alone take `guard`; the others show an approver what is of their own sites. All of them work without a script.
 */
import type { Express, RequestHandler } from 'express';
import { routeAccountPages, type AccountPageDeps } from './accounts/account-pages.js';
import { routeAuditPages, type AuditPageDeps } from './audit/audit-pages.js';
import { routeDeadLetterPages, type DeadLetterPageDeps } from './dead-letters/dead-letter-pages.js';
import { routeFailurePages, type FailurePageDeps } from './failures/failure-pages.js';
import { routeGrantPages, type GrantPageDeps } from './grants/grant-pages.js';
import { routeMailPages, type MailPageDeps } from './mail/mail-pages.js';
import { routeLive, type LiveDeps } from './live/live-routes.js';
import { routeOverview, type OverviewDeps } from './overview/overview-pages.js';
import { routeQueuePages, type QueuePageDeps } from './queue/queue-pages.js';
import { routeSitePages, type SitePageDeps } from './sites/site-pages.js';
import { routeRequestPages, type RequestPageDeps } from './requests/request-pages.js';
import { routeTelemetryPages, type TelemetryPageDeps } from './telemetry/telemetry-pages.js';

export type ConsoleDeps = AccountPageDeps &
  AuditPageDeps &
  DeadLetterPageDeps &
  LiveDeps &
  FailurePageDeps &
  GrantPageDeps &
  MailPageDeps &
  SitePageDeps &
  TelemetryPageDeps &
  OverviewDeps &
  QueuePageDeps &
  RequestPageDeps;

export function routeConsole(app: Express, deps: ConsoleDeps, guard: RequestHandler): void {
  routeLive(app, deps);
  routeOverview(app, deps);
  routeRequestPages(app, deps);
  routeGrantPages(app, deps);
  routeSitePages(app, deps, guard);
  routeFailurePages(app, deps, guard);
  routeQueuePages(app, deps, guard);
  routeTelemetryPages(app, deps, guard);
  routeDeadLetterPages(app, deps, guard);
  routeMailPages(app, deps, guard);
  routeAuditPages(app, deps, guard);
  routeAccountPages(app, deps, guard);
}
