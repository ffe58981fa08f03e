/** A visitor's knock: one request in a window, put before every approver of the site who is not at the cap. */
import type { Site } from '../../approval/site.js';
import type { Knock, KnockAnswer } from '../../contract/desk.js';
import type { AuditEntry, OpenOutcome, OpenRequest } from '../../contract/ledger.js';
import { orUnavailable, type DeskParts } from '../parts.js';
import { askedBySite } from './deliveries.js';
import { namesOf, newToken, visitorTexts } from './new-request.js';
import { tellDeferred, tellOpened } from './opening-events.js';
import { withSlots } from './with-slots.js';

/** The producer's name of our own gate. */
const OWN_GATE = 'gate';

export async function open(parts: DeskParts, knock: Knock): Promise<KnockAnswer> {
  const site = parts.directory().siteOf(knock.site);
  if (site === undefined) return { kind: 'unavailable' }; // a reload took the site away between the check and the knock
  return orUnavailable(parts, 'open', async () => {
    const wish = wishOf(parts, knock, site);
    const audit = auditOf(knock);
    const outcome = await withSlots(parts, wish, (firstClaims) =>
      parts.ledger.requests.open({ ...wish, firstClaims }, audit),
    );
    return answer(parts, knock, outcome);
  });
}

async function answer(parts: DeskParts, knock: Knock, outcome: OpenOutcome): Promise<KnockAnswer> {
  switch (outcome.kind) {
    case 'opened':
      tellOpened(parts, outcome);
      return { kind: 'opened', request: outcome.request };
    case 'window':
      return { kind: 'waiting', request: await latestHere(parts, knock, outcome), retryAtMs: outcome.untilMs };
    case 'cap':
      tellDeferred(parts, knock);
      return { kind: 'deferred', retryAtMs: outcome.retryAtMs };
    case 'muted':
      return { kind: 'muted', untilMs: outcome.untilMs };
    case 'token_taken':
      throw new Error('128 random bits came twice');
  }
}

/** With one window over all sites, it may belong to a request for another site; this page must show only its own site's. */
async function latestHere(parts: DeskParts, knock: Knock, outcome: Extract<OpenOutcome, { kind: 'window' }>) {
  if (outcome.request?.site === knock.site) return outcome.request;
  return parts.ledger.requests.latestOf(knock.site, knock.address);
}

function wishOf(parts: DeskParts, knock: Knock, site: Site): Omit<OpenRequest, 'firstClaims'> {
  const directory = parts.directory();
  const windowKey = directory.windowScope === 'site' ? `${knock.address} ${site.key}` : knock.address;
  return {
    ...namesOf(parts, newToken(parts)),
    ...visitorTexts(knock),
    producer: OWN_GATE,
    endpoint: null,
    site: site.key,
    host: knock.host,
    environment: site.environment,
    address: knock.address,
    country: knock.country,
    ttlSeconds: site.requestTtlSeconds,
    grantTtlSeconds: site.grantTtlSeconds,
    theirConfirmUrl: null,
    callback: null,
    window: { key: windowKey, seconds: directory.windowSeconds },
    approvers: askedBySite(directory, site, parts.chance),
    maxPendingPerApprover: directory.maxPendingPerApprover,
  };
}

function auditOf(knock: Knock): AuditEntry {
  return {
    who: 'visitor',
    what: 'opened',
    surface: OWN_GATE,
    site: knock.site,
    address: knock.address,
    detail: { host: knock.host, country: knock.country },
  };
}
