/**
 * Refuses an actor: the person learns why, and the audit trail records who tried what, as far as `refusal-rows.ts` allows. The
 * person learns nothing about the request or site that was asked for.
 */
import { actorName, type RefusedBecause } from '../../approval/authority.js';
import type { Actor, RequestRecord } from '../../approval/request.js';
import { note, type DeskDeps } from '../deps.js';

export interface Attempt {
  readonly actor: Actor;
  /** The verb that was refused: `approve`, `show`, `grant`, … */
  readonly verb: string;
  readonly surface: string;
  readonly request?: RequestRecord;
  readonly site?: string | null;
}

export async function refuse(
  deps: DeskDeps,
  attempt: Attempt,
  why: RefusedBecause,
): Promise<{ readonly kind: 'forbidden'; readonly why: RefusedBecause }> {
  const who = actorName(attempt.actor);
  const about = attempt.request?.id ?? attempt.site ?? '';
  if (!deps.refusals.take(who, `${attempt.verb} ${about} ${why}`)) return { kind: 'forbidden', why };
  const entry = {
    who,
    what: 'forbidden',
    surface: attempt.surface,
    site: attempt.request?.site ?? attempt.site ?? null,
    address: attempt.request?.address ?? null,
    detail: { verb: attempt.verb, why },
  };
  await note(deps, entry, attempt.request?.id ?? null);
  return { kind: 'forbidden', why };
}

/** For questions, which do not say what they came over. */
export function surfaceOf(actor: Actor): string {
  switch (actor.kind) {
    case 'chat':
      return actor.channel;
    case 'approver':
      return 'page';
    case 'operator':
      return 'cli';
    case 'producer':
    case 'clock':
      return actor.kind;
  }
}
