/**
 * What a site wants beside who somebody is: a second factor of whoever decides by a session of ours, a proof of this
 * moment for each approval.
 */
import { approveNeedsOf, isProofEnough } from '../../approval/approval-proof.js';
import type { RefusedBecause } from '../../approval/authority.js';
import type { Site } from '../../approval/site.js';
import type { MissingProof } from '../../approval/tap-answer.js';
import type { Acting, Tap } from '../../contract/desk.js';

type Wanting = Pick<Site, 'approveNeeds' | 'needsSecondFactor'> | undefined;

/** Null: nothing more. Channels are judged by the site's policy for them, and the command line is there for when all else fails. */
export function missingProof(site: Wanting, tap: Tap, who: string): MissingProof | null {
  const { verdict, proof } = tap;
  if (lacksSecondFactor(site, tap)) return 'second_factor';
  const needs = approveNeedsOf(site);
  if (verdict === 'deny' || needs === 'session' || !wantsProofOf(tap)) return null;
  return proof?.account === who && isProofEnough(needs, proof.kind) ? null : needs;
}

/** What lets in without a request has no proof to give. */
export function proofRefusal(site: Wanting, acting: Pick<Acting, 'actor' | 'surface'>): RefusedBecause | null {
  if (lacksSecondFactor(site, acting)) return 'second_factor_wanted';
  return approveNeedsOf(site) !== 'session' && wantsProofOf(acting) ? 'approval_needs_proof' : null;
}

/** For the audit: an operator at the command line lets in without the proof that the site wants. */
export function isProofWaived(site: Wanting, acting: Pick<Acting, 'actor' | 'surface'>): boolean {
  return approveNeedsOf(site) !== 'session' && isOperatorAtCli(acting);
}

/** A channel cannot give one, and is told so by its own policy. */
function wantsProofOf(acting: Pick<Acting, 'actor' | 'surface'>): boolean {
  return (isOnOurPages(acting) || acting.surface === 'cli') && !isOperatorAtCli(acting);
}

/** By a session: the confirm page, and the console. */
function isOnOurPages({ surface }: Pick<Acting, 'surface'>): boolean {
  return surface === 'page' || surface === 'admin_page';
}

function isOperatorAtCli({ actor, surface }: Pick<Acting, 'actor' | 'surface'>): boolean {
  return surface === 'cli' && actor.kind === 'operator';
}

/**
 * What turns visitors away without a request is held to the second factor, too; that lets nobody in, so no proof of the
 * moment is asked.
 */
export function factorRefusal(site: Wanting, acting: Pick<Acting, 'actor' | 'surface'>): RefusedBecause | null {
  return lacksSecondFactor(site, acting) ? 'second_factor_wanted' : null;
}

/** Of a session of ours: on the page, and in an embedded inbox. How an account of a platform signed in there is not ours to ask. */
function lacksSecondFactor(site: Wanting, { actor, surface }: Pick<Acting, 'actor' | 'surface'>): boolean {
  if (site?.needsSecondFactor !== true) return false;
  if (actor.kind === 'chat') return actor.isWithASecond === false;
  if (!isOnOurPages({ surface })) return false;
  return !((actor.kind === 'approver' || actor.kind === 'operator') && actor.isWithASecond === true);
}
