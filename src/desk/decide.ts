/** Turns a tap into a decision, or says why not. The ledger guards it: of many taps at once, one wins. */
import { channelRefusal, ttlOverChannel } from '../approval/channel-refusal.js';
import type { Decision, RequestRecord } from '../approval/request.js';
import { policyOfRequest, type ChannelPolicy } from '../approval/site.js';
import type { Tap, TapAnswer } from '../contract/desk.js';
import type { DecideOutcome } from '../contract/ledger.js';
import { tellExpired } from './close.js';
import { denialInShort } from './denial.js';
import { find } from './find.js';
import { orUnavailable, type DeskParts } from './parts.js';
import { refuse } from './refusals/refusal.js';

export async function decide(parts: DeskParts, tap: Tap): Promise<TapAnswer> {
  const attempt = { actor: tap.actor, verb: tap.verdict, surface: tap.surface };
  const found = await find(parts, tap.ref, attempt);
  if (found.kind !== 'found') return found;
  const { request } = found;
  const policy = policyOfRequest(parts.directory(), request, tap.surface);
  const why = channelRefusal(policy, tap.verdict);
  if (why !== null) return refuse(parts, { ...attempt, request }, why);
  const outcome = await parts.ledger.requests.decide({
    ref: { by: 'id', id: request.id },
    tapId: tap.id,
    outcome: tap.verdict === 'approve' ? 'approved' : 'denied',
    by: found.who,
    surface: tap.surface,
    ttlSeconds: ttlSeconds(tap, request, policy),
    denial: tap.verdict === 'deny' ? denialInShort(tap.denial) : null,
  });
  if (outcome.kind === 'decided' && !outcome.isRedelivered) await announce(parts, outcome.request, outcome.decision);
  if (outcome.kind === 'expired' && outcome.isNew === true) tellExpired(parts, outcome.request);
  return answer(outcome);
}

/** Null for a denial, and where no grant is written. */
function ttlSeconds(tap: Tap, request: RequestRecord, policy: ChannelPolicy): number | null {
  if (tap.verdict === 'deny' || request.grantTtlSeconds === 0) return null;
  return ttlOverChannel(policy, { ttlSeconds: tap.ttlSeconds ?? null, siteTtlSeconds: request.grantTtlSeconds });
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
  // the decision is committed: a database that went away since costs this event, and never the answer
  const grant = await orUnavailable(parts, 'find_grant', () => parts.ledger.grants.find(site, address));
  if (grant === null || 'kind' in grant) return;
  const until = new Date(grant.untilMs).toISOString();
  parts.events.emit({ event: 'auth_gate.granted', grant: grant.id, site, address, by, until });
}
