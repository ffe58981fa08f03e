/** Who an actor is here, and which errands outside the desk it may run. */
import { actorName, approversBehind, sitesOf, strangerBecause } from '../../approval/authority.js';
import type { ApproverId } from '../../approval/brand.js';
import type { Actor } from '../../approval/request.js';
import type { AdmitAnswer, Desk, Seen, Standing } from '../../contract/desk.js';
import type { DeskParts } from '../parts.js';
import { refuse, surfaceOf } from '../refusals/refusal.js';

/** Refuses only actors that are nobody here. A chat account that no approver has is answered, and told just that. */
export async function who(parts: DeskParts, { actor }: { readonly actor: Actor }): Promise<Seen<Standing>> {
  const directory = parts.directory();
  const stranger = strangerBecause(directory, actor);
  if (stranger !== null && actor.kind !== 'chat')
    return refuse(parts, { actor, verb: 'who', surface: surfaceOf(actor) }, stranger);
  const approvers = actor.kind === 'chat' ? approversBehind(directory, actor) : selfOf(actor);
  const [only, another] = approvers;
  const standing = {
    name: only === undefined || another !== undefined ? actorName(actor) : only,
    approvers,
    sites: sitesOf(directory, actor).map(({ key }) => key),
    isLinked: actor.kind === 'chat' && (actor.linked ?? []).length > 0,
  };
  return { kind: 'seen', value: standing };
}

export async function admit(parts: DeskParts, wish: Parameters<Desk['admit']>[0]): Promise<AdmitAnswer> {
  const { actor, surface, errand } = wish;
  if (actor.kind === 'operator') return { kind: 'admitted' };
  const why = errand === 'doctor' ? 'not_an_operator' : strangerBecause(parts.directory(), actor);
  return why === null ? { kind: 'admitted' } : refuse(parts, { actor, surface, verb: errand }, why);
}

function selfOf(actor: Actor): readonly ApproverId[] {
  return actor.kind === 'approver' ? [actor.approver] : [];
}
