/** Turns a tap into a decision, or says why not. The ledger guards it: of many taps at once, one wins. */
import { approvalAct, approveNeedsOf, PROOF_GOOD_FOR_SECONDS } from '../../approval/approval-proof.js';
import type { RefusedBecause } from '../../approval/authority.js';
import { channelRefusal, ttlOverChannel } from '../../approval/channel-refusal.js';
import { shortenedFrom } from '../../approval/policy.js';
import type { Decision, RequestRecord } from '../../approval/request.js';
import { policyOfRequest, siteOfRequest, type ChannelPolicy } from '../../approval/site.js';
import type { MissingProof, TapAnswer } from '../../approval/tap-answer.js';
import type { Tap } from '../../contract/desk.js';
import type { DecideOutcome } from '../../contract/ledger.js';
import { tellExpired } from './close.js';
import { denialInShort } from './denial.js';
import { find } from './find.js';
import type { DeskDeps } from '../deps.js';
import { passingBy } from './passing.js';
import { isProofWaived, missingProof } from './proof.js';
import { refuse } from '../authorization/refusal.js';
import { addressRefusal } from './visitor-address.js';

export async function decide(deps: DeskDeps, tap: Tap): Promise<TapAnswer> {
  const attempt = { actor: tap.actor, verb: tap.verdict, surface: tap.surface };
  const found = await find(deps, tap.ref, attempt);
  if (found.kind !== 'found') return found;
  const { request } = found;
  const policy = policyOfRequest(deps.directory(), request, tap.surface);
  const overChannel = channelRefusal(policy, tap.verdict);
  if (overChannel !== null)
    return { ...(await refuse(deps, { ...attempt, request }, overChannel)), openAt: pageOf(deps, request) };
  const why = approvalRefusal(deps, tap, request);
  if (why !== null) return refuse(deps, { ...attempt, request }, why);
  const needs = missingProof(siteOfRequest(deps.directory(), request), tap, found.who);
  // what is decided already is told to whoever may decide, proven or not
  if (needs !== null && request.decision === null) {
    if (tap.actor.kind !== 'chat') return { kind: 'unproven', request, needs };
    const refused = await refuse(deps, { ...attempt, request }, 'second_factor_wanted');
    return { ...refused, openAt: pageOf(deps, request) };
  }
  const ttlSeconds = ttlOf(tap, request, policy);
  const outcome = await write(deps, tap, { request, who: found.who, ttlSeconds });
  if (outcome.kind === 'unproven') return { kind: 'unproven', request, needs: needsAgain(deps, request) };
  if (outcome.kind === 'decided' && !outcome.isRedelivered) announce(deps, outcome);
  if (outcome.kind === 'expired' && outcome.isNew === true) tellExpired(deps, outcome.request);
  const answered = answer(outcome);
  if (answered.kind === 'already')
    return { ...answered, pressed: { verdict: tap.verdict, isOwn: answered.decision.by === found.who } };
  if (answered.kind === 'decided' && ttlSeconds !== null)
    return { ...answered, ...shortenedFrom(tap.ttlSeconds, ttlSeconds) };
  return answered;
}

interface Judged {
  readonly request: RequestRecord;
  readonly who: string;
  readonly ttlSeconds: number | null;
}

function write(deps: DeskDeps, tap: Tap, { request, who, ttlSeconds }: Judged) {
  const { requests } = deps.ledger;
  const site = siteOfRequest(deps.directory(), request);
  const said = {
    ref: { by: 'id', id: request.id },
    tapId: tap.tapId,
    by: who,
    surface: tap.surface,
    callbackTransport: deps.peerTransport,
    ttlSeconds,
  } as const;
  if (tap.verdict === 'deny') return requests.decide({ ...said, outcome: 'denied', denial: denialInShort(tap.denial) });
  const approval = { ...said, outcome: 'approved', denial: null } as const;
  // decided only to learn what it is: without what it needs, nothing that waits comes here
  const { proof } = tap;
  if (proof === undefined || approveNeedsOf(site) === 'session')
    return requests.decide({ ...approval, isProofWaived: isProofWaived(site, tap) });
  const act = approvalAct(request.id, tap.ttlSeconds ?? null);
  return requests.approveByProof(approval, { proof, act, signInGoodForMs: PROOF_GOOD_FOR_SECONDS * 1_000 });
}

/** Of a site that wanted a proof as it was judged. */
function needsAgain(deps: DeskDeps, request: RequestRecord): MissingProof {
  return approveNeedsOf(siteOfRequest(deps.directory(), request)) === 'passkey' ? 'passkey' : 'fresh';
}

function pageOf({ publicUrl }: DeskDeps, { id }: RequestRecord): string {
  return `${publicUrl}/requests/${id}`;
}

/** What is over already is answered as such. */
function approvalRefusal(deps: DeskDeps, { verdict }: Tap, request: RequestRecord): RefusedBecause | null {
  return verdict === 'approve' && request.decision === null ? addressRefusal(deps, request) : null;
}

/** Null for a denial, and where no grant is written. */
function ttlOf(tap: Tap, request: RequestRecord, policy: ChannelPolicy): number | null {
  if (tap.verdict === 'deny' || request.grantTtlSeconds === 0) return null;
  return ttlOverChannel(policy, { ttlSeconds: tap.ttlSeconds ?? null, siteTtlSeconds: request.grantTtlSeconds });
}

function answer(outcome: DecideOutcome): TapAnswer {
  switch (outcome.kind) {
    case 'decided': {
      const { request, decision, grant } = outcome;
      return { kind: 'decided', request, decision, ...passingBy(grant, decision) };
    }
    case 'already': {
      const { request, decision, grant } = outcome;
      if (decision.outcome === 'expired') return { kind: 'expired', request, decision };
      return { kind: 'already', request, decision, ...passingBy(grant, decision) };
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

function announce(deps: DeskDeps, { request, decision, grant }: Extract<DecideOutcome, { kind: 'decided' }>): void {
  const { outcome, by, over } = decision;
  if (outcome !== 'approved' && outcome !== 'denied') return;
  deps.events.emit({
    event: 'auth_gate.decided',
    host: request.host,
    token: request.tokenPrefix,
    request: request.id,
    outcome,
    by,
    over,
  });
  if (outcome === 'denied' || grant === null) return;
  const { id, site, address } = grant;
  const until = new Date(grant.untilMs).toISOString();
  deps.events.emit({ event: 'auth_gate.granted', grant: id, site, address, by, until });
}
