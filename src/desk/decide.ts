/** A tap becomes a decision, or learns why not. The guard is the ledger's: of many taps at once, one wins. */
import { cappedTtlSeconds } from '../approval/policy.js';
import type { Decision, RequestRecord } from '../approval/request.js';
import type { Tap, TapAnswer } from '../contract/desk.js';
import type { DecideOutcome } from '../contract/ledger.js';
import { tellExpired } from './close.js';
import { find } from './find.js';
import { orUnavailable, type DeskParts } from './parts.js';

export async function decide(parts: DeskParts, tap: Tap): Promise<TapAnswer> {
  return orUnavailable(parts.log, 'decide', async () => {
    const found = await find(parts, tap.ref, { actor: tap.actor, verb: tap.verdict, surface: tap.surface });
    if (found.kind !== 'found') return found;
    const outcome = await parts.ledger.requests.decide({
      ref: { by: 'id', id: found.request.id },
      tapId: tap.id,
      outcome: tap.verdict === 'approve' ? 'approved' : 'denied',
      by: found.who,
      surface: tap.surface,
      ttlSeconds: ttlSeconds(tap, found.request),
      denial: tap.verdict === 'deny' ? (tap.denial ?? null) : null,
    });
    if (outcome.kind === 'decided' && !outcome.isRedelivered) await announce(parts, outcome.request, outcome.decision);
    if (outcome.kind === 'expired' && outcome.isNew === true) tellExpired(parts, outcome.request);
    return answer(outcome);
  });
}

/** Null for a denial, and where no grant is written. */
function ttlSeconds(tap: Tap, request: RequestRecord): number | null {
  if (tap.verdict === 'deny' || request.grantTtlSeconds === 0) return null;
  return cappedTtlSeconds(tap.ttlSeconds ?? null, request.grantTtlSeconds);
}

function answer(outcome: DecideOutcome): TapAnswer {
  switch (outcome.kind) {
    case 'decided':
      return { kind: 'decided', request: outcome.request, decision: outcome.decision };
    case 'already': {
      const { request, decision } = outcome;
      return { kind: decision.outcome === 'expired' ? 'expired' : 'already', request, decision };
    }
    case 'expired':
      return { kind: 'expired', request: outcome.request, decision: expiry(outcome.request) };
    case 'unknown':
      return { kind: 'unknown' };
  }
}

/** The deadline refused the tap; the clock may not have written the expiry yet. */
function expiry(request: RequestRecord): Decision {
  if (request.decision !== null) return request.decision;
  return { outcome: 'expired', by: 'clock', over: 'clock', atMs: request.deadlineAtMs, grantedUntilMs: null };
}

async function announce(parts: DeskParts, request: RequestRecord, decision: Decision): Promise<void> {
  const { outcome, by, over, grantedUntilMs } = decision;
  if (outcome !== 'approved' && outcome !== 'denied') return;
  parts.events.emit({
    event: 'auth_gate.decided',
    host: request.host,
    token: request.tokenPrefix,
    request: request.id,
    outcome,
    by,
    over,
  });
  if (grantedUntilMs === null || request.site === null) return;
  const { site, address } = request;
  // The decision stands: a database that went away since costs an event, never the answer.
  const grant = await orUnavailable(parts.log, 'find_grant', () => parts.ledger.grants.find(site, address));
  if (grant === null || 'kind' in grant) return;
  const until = new Date(grant.untilMs).toISOString();
  parts.events.emit({ event: 'auth_gate.granted', grant: grant.id, site, address, by, until });
}
