/**
 * A producer's request, already authenticated and well-formed. The same token again, by another endpoint or for another
 * approver, adds recipients to the same request. A grant follows an approval only where the host is our own site and the
 * approver asked is one of that site's: no producer widens who may let visitors in.
 */
import type { Site } from '../../../approval/site.js';
import type { ProducerRequest, ProducerRequestAnswer } from '../../../contract/desk.js';
import type { AddOutcome, AuditEntry, OpenOrAdd, OpenOutcome } from '../../../contract/ledger.js';
import { networkOf } from '../../../base/net/network-of.js';
import { orUnavailable, type DeskDeps } from '../../deps.js';
import { turnAway } from './turned-away.js';
import { addressRefusal } from '../visitor-address.js';
import { deliveriesTo } from './deliveries.js';
import { namesOf, visitorTexts } from './new-request.js';
import { tellOpened } from './opening-events.js';
import { withSlots } from './with-slots.js';

/** The RFC's payload (section 6.2) names a host and no path. */
const NO_PATH = '/';

export async function openForProducer(deps: DeskDeps, accessRequest: ProducerRequest): Promise<ProducerRequestAnswer> {
  const site = deps.directory().siteOf(accessRequest.host)?.key ?? null;
  const notTheirs = addressRefusal(deps, { site, address: accessRequest.address });
  if (notTheirs !== null) return { kind: notTheirs };
  return orUnavailable(deps, 'open_for_producer', async () => {
    const audit = {
      opened: auditOf(deps, accessRequest, 'opened'),
      added: auditOf(deps, accessRequest, 'recipients_added'),
    };
    const input = inputOf(deps, accessRequest);
    const outcome = await withSlots(deps, input, (firstClaims) =>
      deps.ledger.requests.openOrAdd({ ...input, firstClaims }, audit),
    );
    return answer(deps, accessRequest, outcome);
  });
}

async function answer(
  deps: DeskDeps,
  accessRequest: ProducerRequest,
  outcome: OpenOutcome | AddOutcome,
): Promise<ProducerRequestAnswer> {
  switch (outcome.kind) {
    case 'opened':
      tellOpened(deps, outcome);
      return { kind: 'opened', request: outcome.request };
    case 'known':
      return { kind: 'known', request: outcome.request, recipientsAdded: outcome.recipientsAdded };
    case 'foreign':
      return outcome;
    case 'cap':
      await turnAway(deps, auditOf(deps, accessRequest, 'opened'), outcome);
      return { kind: 'deferred', retryAtMs: outcome.retryAtMs };
    case 'muted':
      await turnAway(deps, auditOf(deps, accessRequest, 'opened'), outcome);
      return { kind: 'muted', untilMs: outcome.untilMs };
    case 'token_taken':
      throw new Error('a known token is added to');
    case 'window':
      throw new Error('a producer has no window');
  }
}

function inputOf(deps: DeskDeps, accessRequest: ProducerRequest): Omit<OpenOrAdd, 'firstClaims'> {
  const directory = deps.directory();
  const site = ownSite(deps, accessRequest);
  const callbackUrl = directory.producers.get(accessRequest.producer)?.callbackUrl ?? null;
  const deliveries = deliveriesTo(directory, accessRequest.admin, {
    channels: accessRequest.notifiers,
    random: deps.random,
  });
  return {
    ...namesOf(deps, accessRequest.token),
    ...visitorTexts({ path: NO_PATH, userAgent: accessRequest.userAgent }),
    producer: accessRequest.producer,
    endpoint: accessRequest.endpoint,
    site: site?.key ?? null,
    muteOf: directory.siteOf(accessRequest.host)?.key ?? null,
    mutePattern: directory.siteOf(accessRequest.host)?.pattern ?? null,
    host: accessRequest.host,
    environment: site?.environment ?? accessRequest.environment,
    address: accessRequest.address,
    country: accessRequest.country,
    ttlSeconds: accessRequest.ttlSeconds,
    grantTtlSeconds: site?.grantTtlSeconds ?? 0,
    theirConfirmUrl: accessRequest.confirmUrl,
    callback: callbackUrl === null ? null : { producer: accessRequest.producer, url: callbackUrl },
    window: null,
    approvers: [{ id: accessRequest.admin, deliveries }],
    maxPendingPerApprover: directory.maxPendingPerApprover,
    network: networkOf(accessRequest.address),
    maxPendingPerNetwork: directory.maxPendingPerNetwork,
  };
}

function ownSite(deps: DeskDeps, accessRequest: ProducerRequest): Site | null {
  const site = deps.directory().siteOf(accessRequest.host);
  return site?.approvers.includes(accessRequest.admin) === true ? site : null;
}

function auditOf(deps: DeskDeps, accessRequest: ProducerRequest, what: string): AuditEntry {
  return {
    who: accessRequest.producer,
    what,
    surface: accessRequest.endpoint,
    site: ownSite(deps, accessRequest)?.key ?? null,
    address: accessRequest.address,
    detail: {
      host: accessRequest.host,
      approver: accessRequest.admin,
      country: accessRequest.country,
      caller: accessRequest.caller,
    },
  };
}
