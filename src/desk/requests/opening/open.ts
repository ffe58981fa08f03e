/** A visitor's access request: one request in a window, put before every approver of the site who is not at the cap. */
import type { Site } from '../../../approval/site.js';
import type { AccessRequest, AccessRequestAnswer } from '../../../contract/desk.js';
import type { AuditEntry, OpenOutcome, OpenRequest } from '../../../contract/ledger.js';
import { networkOf } from '../../../base/net/network-of.js';
import { orUnavailable, type DeskDeps } from '../../deps.js';
import { turnAway } from './turned-away.js';
import { addressRefusal } from '../visitor-address.js';
import { askedBySite } from './deliveries.js';
import { namesOf, newToken, visitorTexts } from './new-request.js';
import { tellOpened } from './opening-events.js';
import { personText } from './person-text.js';
import { withSlots } from './with-slots.js';

/** The producer's name of our own gate. */
const OWN_GATE = 'gate';

export async function open(deps: DeskDeps, accessRequest: AccessRequest): Promise<AccessRequestAnswer> {
  const site = deps.directory().siteOf(accessRequest.site);
  if (site === undefined) return { kind: 'unavailable' }; // a reload took the site away between the check and the access request
  const notTheirs = addressRefusal(deps, accessRequest);
  if (notTheirs !== null) return { kind: notTheirs };
  return orUnavailable(deps, 'open', async () => {
    const input = inputOf(deps, accessRequest, site);
    const audit = auditOf(accessRequest);
    const outcome = await withSlots(deps, input, (firstClaims) =>
      deps.ledger.requests.open({ ...input, firstClaims }, audit),
    );
    return answer(deps, accessRequest, outcome);
  });
}

async function answer(
  deps: DeskDeps,
  accessRequest: AccessRequest,
  outcome: OpenOutcome,
): Promise<AccessRequestAnswer> {
  switch (outcome.kind) {
    case 'opened':
      tellOpened(deps, outcome);
      return { kind: 'opened', request: outcome.request };
    case 'window':
      return { kind: 'waiting', request: await latestHere(deps, accessRequest, outcome), retryAtMs: outcome.untilMs };
    case 'cap':
      await turnAway(deps, auditOf(accessRequest), outcome);
      return { kind: 'deferred', retryAtMs: outcome.retryAtMs };
    case 'muted':
      await turnAway(deps, auditOf(accessRequest), outcome);
      return { kind: 'muted', untilMs: outcome.untilMs };
    case 'token_taken':
      throw new Error('128 random bits came twice');
  }
}

/** With one window over all sites, it may belong to a request for another site; this page must show only its own site's. */
async function latestHere(
  deps: DeskDeps,
  accessRequest: AccessRequest,
  outcome: Extract<OpenOutcome, { kind: 'window' }>,
) {
  if (outcome.request?.site === accessRequest.site) return outcome.request;
  return deps.ledger.requests.latestOf(accessRequest.site, accessRequest.address);
}

function inputOf(deps: DeskDeps, accessRequest: AccessRequest, site: Site): Omit<OpenRequest, 'firstClaims'> {
  const directory = deps.directory();
  const windowKey = directory.windowScope === 'site' ? `${accessRequest.address} ${site.key}` : accessRequest.address;
  return {
    ...namesOf(deps, newToken(deps)),
    ...visitorTexts(accessRequest),
    ...(accessRequest.person === undefined ? {} : { person: personText(accessRequest.person) }),
    producer: OWN_GATE,
    endpoint: null,
    site: site.key,
    mutePattern: site.pattern ?? null,
    host: accessRequest.host,
    environment: site.environment,
    address: accessRequest.address,
    country: accessRequest.country,
    ttlSeconds: site.requestTtlSeconds,
    grantTtlSeconds: site.grantTtlSeconds,
    theirConfirmUrl: null,
    callback: null,
    window: { key: windowKey, seconds: directory.windowSeconds },
    approvers: askedBySite(deps, site),
    maxPendingPerApprover: directory.maxPendingPerApprover,
    network: networkOf(accessRequest.address),
    maxPendingPerNetwork: directory.maxPendingPerNetwork,
  };
}

function auditOf(accessRequest: AccessRequest): AuditEntry {
  return {
    who: 'visitor',
    what: 'opened',
    surface: OWN_GATE,
    site: accessRequest.site,
    address: accessRequest.address,
    detail: { host: accessRequest.host, country: accessRequest.country },
  };
}
