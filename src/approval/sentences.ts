/**
 * One sentence per answer to a tap, the same on every surface: card replies, confirm page, CLI. Handles, addresses and
 * hosts may be untrusted text: a dialect escapes what it draws.
 */
import type { RefusedBecause } from './authority.js';
import { outcomeSentence, revocationSentence, surfaceInWords } from './card-view.js';
import { durationInWords } from './duration.js';
import type { Shortened } from './policy.js';
import type { Decision, Passing, Pressed, RequestRecord } from './request.js';
import type { TapAnswer } from './tap-answer.js';

export const UNKNOWN_SENTENCE = 'There is no such request.';
export const UNAVAILABLE_SENTENCE =
  'Nothing changed, as far as the gate knows: it cannot reach its database. Try again.';
const UNPROVEN_SENTENCE =
  'Not decided: this site needs a fresh proof for each approval. Open the request in a browser to give it.';
export const EXPIRED_SENTENCE = 'Expired: nobody answered in time; this is not a refusal.';

/** `Approved. 203.0.113.7 may visit stg.example.org until 2026-05-02 14:30 UTC.` */
export function tapSentence(answer: TapAnswer): string {
  switch (answer.kind) {
    case 'decided':
      return [decidedSentence(answer), ...shortenedSentences(answer.shortened)].join(' ');
    case 'already':
      return [alreadySentence(answer.decision), ...pressedSentences(answer), ...passingSentences(answer)].join(' ');
    case 'expired':
      return EXPIRED_SENTENCE;
    case 'unknown':
      return UNKNOWN_SENTENCE;
    case 'ambiguous':
      return ambiguousSentence(answer.ids);
    case 'forbidden':
      return refusalSentence(answer.why, answer.openAt);
    case 'unproven':
      return UNPROVEN_SENTENCE;
    case 'unavailable':
      return UNAVAILABLE_SENTENCE;
  }
}

/** Of the beginning of an id. */
export function ambiguousSentence(ids: readonly string[]): string {
  return `More than one request has an id that begins like this: ${ids.join(', ')}. Type more of it.`;
}

/** Why this person may not. `openAt`: where they may. */
export function refusalSentence(why: RefusedBecause, openAt?: string): string {
  return openAt === undefined ? reasonSentence(why) : `${reasonSentence(why)} ${openAt}`;
}

/** The same of a grant that no request leads to, or of its end: where that is given instead. */
export function grantRefusalSentence(why: RefusedBecause, verb: 'grant' | 'extend'): string {
  if (why === 'channel_may_not_approve') return `${NOT_LET_IN} ${INSTEAD[verb]}`;
  if (why === 'second_factor_wanted') return `${BY_TWO_FACTORS} ${INSTEAD[verb]}`;
  return why === 'approval_needs_proof' ? `${BY_PROOF_ALONE} ${INSTEAD[verb]}` : reasonSentence(why);
}

const NOT_LET_IN = 'Over this channel a visitor of this site can be refused, not let in.';
const BY_PROOF_ALONE = 'This site needs a fresh proof for each approval.';
const BY_TWO_FACTORS = 'This site wants two factors of whoever decides, and you signed in by one.';
const INSTEAD = {
  grant: 'Ask the visitor to open the site, and approve the request in a browser; or have an operator run gate grant.',
  extend: 'Have an operator run gate extend; or, when the time is over, approve the next request in a browser.',
} as const;

/** A closed list, so that no surface invents its own words. */
function reasonSentence(why: RefusedBecause): string {
  switch (why) {
    case 'not_an_approver_of_this_site':
      return 'You may not decide here: you are not an approver of this site.';
    case 'chat_user_not_linked':
      return 'You may not decide here: no approver is known by this chat account. Bind it by /gate link, or have an operator add its address.';
    case 'chat_user_linked_to_several':
      return 'You may not decide here: several approvers share this chat account. An operator has to give each their own.';
    case 'not_an_operator':
      return 'Only an operator may do this.';
    case 'foreign_workspace':
      return 'You may not decide here: this account belongs to another workspace.';
    case 'chat_user_is_guest':
      return 'You may not decide here: guests of a workspace decide nothing.';
    case 'chat_user_is_deactivated':
      return 'You may not decide here: this account is deactivated.';
    case 'channel_may_not_approve':
      return `${NOT_LET_IN} Open the request in a browser to approve it.`;
    case 'channel_may_not_decide':
      return 'Over this channel nothing is decided for this site. Open the request in a browser.';
    case 'approval_needs_proof':
      return `${BY_PROOF_ALONE} Open the request in a browser to approve it.`;
    case 'second_factor_wanted':
      return `${BY_TWO_FACTORS} Open the request in a browser to give the other.`;
    case 'address_of_a_proxy':
      return 'Nobody can be let in by this address: it is this machine’s own or a proxy’s, and everybody behind that would be let in with it. An operator should see gate doctor; where it is meant, the site says allow_proxy_address = true.';
    case 'address_of_nobody':
      return 'Nobody can be let in by this address: no single visitor can have it.';
  }
}

/** `Reason (for approvers alone): a scanner`; null where nothing was said. */
export function denialSentence({ denial }: Decision): string | null {
  if (denial === undefined) return null;
  return `Reason (${denial.isShared ? 'the visitor reads it, too' : 'for approvers alone'}): ${denial.reason}`;
}

/** `2026-05-02 14:30 UTC`: always UTC, so that people in different places read the same time. */
export function utcMinute(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * For one reader whose zone is known: `2026-05-02 11:30 America/Sao_Paulo (2026-05-02 14:30 UTC)`. Without a zone, UTC alone.
 */
export function zonedMinute(atMs: number, timeZone: string | undefined): string {
  if (timeZone === undefined) return utcMinute(atMs);
  // the Swedish form is the ISO one: 2026-05-02 11:30
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(atMs);
  return `${local} ${timeZone} (${utcMinute(atMs)})`;
}

/** `192.0.2.99 may still pass until 2026-05-02 14:30 UTC by grant 5: gate revoke 5` */
export function passingSentence({ address }: Pick<RequestRecord, 'address'>, { grant, untilMs }: Passing): string {
  const number = String(grant);
  return `${address} may still pass until ${utcMinute(untilMs)} by grant ${number}: gate revoke ${number}`;
}

function passingSentences({
  request,
  passing,
}: Extract<TapAnswer, { kind: 'decided' | 'already' }>): readonly string[] {
  return passing === undefined ? [] : [passingSentence(request, passing)];
}

function decidedSentence({ request, decision, passing }: Extract<TapAnswer, { kind: 'decided' }>): string {
  if (passing !== undefined) return `Denied. ${passingSentence(request, passing)}`;
  if (decision.outcome === 'denied') return `Denied. ${request.address} may not visit ${request.host}.`;
  if (decision.grantedUntilMs === null)
    return `Approved. ${request.producer} will let ${request.address} visit ${request.host}.`;
  return `Approved. ${request.address} may visit ${request.host} until ${utcMinute(decision.grantedUntilMs)}.`;
}

/** `You asked for 30 days; at most 7 days is allowed here, so 7 days applies.` Nothing where what was asked for was given. */
export function shortenedSentences(shortened: Shortened | undefined): readonly string[] {
  if (shortened === undefined) return [];
  const most = durationInWords(shortened.allowedSeconds);
  return [
    `You asked for ${durationInWords(shortened.askedSeconds)}; at most ${most} is allowed here, so ${most} applies.`,
  ];
}

/** `Your Deny did not count.` */
export function didNotCount(verdict: Pressed['verdict']): string {
  return `Your ${verdict === 'approve' ? 'Approve' : 'Deny'} did not count`;
}

/** Whether the request stands as this person pressed, and by this person: then a second press is no news. */
export function isAsPressed({ isOwn, verdict }: Pressed, { outcome }: Decision): boolean {
  return isOwn && outcome === (verdict === 'approve' ? 'approved' : 'denied');
}

/** Whether what the tap asked for is so: by this tap, or by the same person before. */
export function isAsAsked(answer: TapAnswer): boolean {
  if (answer.kind !== 'already') return answer.kind === 'decided';
  const { pressed, decision } = answer;
  return pressed !== undefined && decision.revocation === undefined && isAsPressed(pressed, decision);
}

/** What became of a press that came second: the same person's own once more is told calmly, any other plainly. */
function pressedSentences({
  decision,
  pressed,
}: {
  readonly decision: Decision;
  readonly pressed?: Pressed;
}): readonly string[] {
  if (pressed === undefined || decision.outcome === 'expired') return [];
  if (isAsPressed(pressed, decision))
    return [decision.revocation === undefined ? 'That was you, and it stands.' : 'That was you.'];
  return [`${didNotCount(pressed.verdict)}${pressed.isOwn ? ': you had decided already' : ''}.`];
}

/** `Already denied by rpm@koder.dev over Talk at 2026-05-02 14:30 UTC.` */
function alreadySentence(decision: Decision): string {
  const at = utcMinute(decision.atMs);
  const revoked = revocationSentence(decision);
  switch (decision.outcome) {
    case 'approved':
    case 'denied':
      return [
        `Already ${decision.outcome} by ${decision.by} over ${surfaceInWords(decision.over)} at ${at}.`,
        ...(revoked === null ? [] : [`${revoked} since.`]),
      ].join(' ');
    case 'withdrawn':
      return `${outcomeSentence(decision)} at ${at}. Nothing is left to decide.`;
    case 'expired':
      return EXPIRED_SENTENCE;
  }
}
