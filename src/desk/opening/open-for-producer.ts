/**
 * A producer's request, already authenticated and well-formed. The same token again, by another endpoint or for another
 * approver, adds recipients to the same request. A grant follows an approval only where the host is our own site and the
 * approver asked is one of that site's: no producer widens who may let visitors in.
 */
import type { Site } from '../../approval/site.js';
import type { ProducerKnock, ProducerKnockAnswer } from '../../contract/desk.js';
import type { AddOutcome, AuditEntry, OpenOrAdd, OpenOutcome } from '../../contract/ledger.js';
import { orUnavailable, type DeskParts } from '../parts.js';
import { deliveriesTo } from './deliveries.js';
import { namesOf, visitorTexts } from './new-request.js';
import { tellDeferred, tellOpened } from './opening-events.js';
import { withSlots } from './with-slots.js';

/** The RFC's payload (section 6.2) names a host and no path. */
const NO_PATH = '/';

export async function openForProducer(parts: DeskParts, knock: ProducerKnock): Promise<ProducerKnockAnswer> {
  return orUnavailable(parts, 'open_for_producer', async () => {
    const audit = { opened: auditOf(parts, knock, 'opened'), added: auditOf(parts, knock, 'recipients_added') };
    const wish = wishOf(parts, knock);
    const outcome = await withSlots(parts, wish, (firstClaims) =>
      parts.ledger.requests.openOrAdd({ ...wish, firstClaims }, audit),
    );
    return answer(parts, knock, outcome);
  });
}

function answer(parts: DeskParts, knock: ProducerKnock, outcome: OpenOutcome | AddOutcome): ProducerKnockAnswer {
  switch (outcome.kind) {
    case 'opened':
      tellOpened(parts, outcome);
      return { kind: 'opened', request: outcome.request };
    case 'known':
      return { kind: 'known', request: outcome.request, recipientsAdded: outcome.recipientsAdded };
    case 'foreign':
      return outcome;
    case 'cap':
      return deferred(parts, knock, outcome.retryAtMs);
    case 'muted':
      return { kind: 'muted', untilMs: outcome.untilMs };
    case 'token_taken':
      throw new Error('a known token is added to');
    case 'window':
      throw new Error('a producer has no window');
  }
}

function deferred(parts: DeskParts, knock: ProducerKnock, retryAtMs: number): ProducerKnockAnswer {
  tellDeferred(parts, knock);
  return { kind: 'deferred', retryAtMs };
}

function wishOf(parts: DeskParts, knock: ProducerKnock): Omit<OpenOrAdd, 'firstClaims'> {
  const directory = parts.directory();
  const site = ownSite(parts, knock);
  const callbackUrl = directory.producers.get(knock.producer)?.callbackUrl ?? null;
  const deliveries = deliveriesTo(directory, knock.admin, { channels: knock.notifiers, chance: parts.chance });
  return {
    ...namesOf(parts, knock.token),
    ...visitorTexts({ path: NO_PATH, userAgent: knock.userAgent }),
    producer: knock.producer,
    endpoint: knock.endpoint,
    site: site?.key ?? null,
    muteOf: directory.siteOf(knock.host)?.key ?? null,
    host: knock.host,
    environment: site?.environment ?? knock.environment,
    address: knock.address,
    country: knock.country,
    ttlSeconds: knock.ttlSeconds,
    grantTtlSeconds: site?.grantTtlSeconds ?? 0,
    theirConfirmUrl: knock.confirmUrl,
    callback: callbackUrl === null ? null : { producer: knock.producer, url: callbackUrl },
    window: null,
    approvers: [{ id: knock.admin, deliveries }],
    maxPendingPerApprover: directory.maxPendingPerApprover,
  };
}

function ownSite(parts: DeskParts, knock: ProducerKnock): Site | null {
  const site = parts.directory().siteOf(knock.host);
  return site?.approvers.includes(knock.admin) === true ? site : null;
}

function auditOf(parts: DeskParts, knock: ProducerKnock, what: string): AuditEntry {
  return {
    who: knock.producer,
    what,
    surface: knock.endpoint,
    site: ownSite(parts, knock)?.key ?? null,
    address: knock.address,
    detail: { host: knock.host, approver: knock.admin, country: knock.country, caller: knock.caller },
  };
}
