/** Who an actor is here, and which operations outside the desk it may run. */
import { actorName, approversBehind, sitesOf, strangerBecause } from '../../approval/authority.js';
import { keysOf } from '../../approval/site-pattern.js';
import type { ApproverId } from '../../approval/brand.js';
import type { Actor } from '../../approval/request.js';
import type { AdmitAnswer, Desk, Seen, WhoAmI } from '../../contract/desk.js';
import type { DeskDeps } from '../deps.js';
import { refuse, surfaceOf } from '../authorization/refusal.js';

/** Refuses only actors that are nobody here. A chat account that no approver has is answered, and told just that. */
export async function who(deps: DeskDeps, { actor }: { readonly actor: Actor }): Promise<Seen<WhoAmI>> {
  const directory = deps.directory();
  const stranger = strangerBecause(directory, actor);
  if (stranger !== null && actor.kind !== 'chat')
    return refuse(deps, { actor, verb: 'who', surface: surfaceOf(actor) }, stranger);
  const approvers = actor.kind === 'chat' ? approversBehind(directory, actor) : selfOf(actor);
  const [only, another] = approvers;
  const whoami = {
    name: only === undefined || another !== undefined ? actorName(actor) : only,
    approvers,
    sites: sitesOf(directory, actor).flatMap(keysOf),
    isLinked: actor.kind === 'chat' && (actor.linked ?? []).length > 0,
  };
  return { kind: 'seen', value: whoami };
}

export async function admit(deps: DeskDeps, input: Parameters<Desk['admit']>[0]): Promise<AdmitAnswer> {
  const { actor, surface, operation } = input;
  if (actor.kind === 'operator') return { kind: 'admitted' };
  const why = operation === 'doctor' ? 'not_an_operator' : strangerBecause(deps.directory(), actor);
  return why === null ? { kind: 'admitted' } : refuse(deps, { actor, surface, verb: operation }, why);
}

function selfOf(actor: Actor): readonly ApproverId[] {
  return actor.kind === 'approver' ? [actor.approver] : [];
}
