/** What a half-typed field of `/gate` is completed with: what the caller may see, and nobody else. */
import { shortIds } from '../../src/approval/short-id.js';
import type { Actor } from '../../src/approval/request.js';
import { fit } from '../../src/base/fit.js';
import type { InboundDoors } from '../../src/contract/inbound.js';
import type { Focus } from './command-line.js';
import { VERBS } from './slash-commands.js';

export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** Discord, “Application Command Option Choice”. */
const MAX_CHOICES = 25;
const MAX_NAME_CODE_POINTS = 100;

export async function suggestions(focus: Focus, actor: Actor, desk: InboundDoors['desk']): Promise<readonly Choice[]> {
  const all = await candidates(focus, actor, desk);
  const typed = focus.typed.toLowerCase();
  return all.filter(({ name }) => name.toLowerCase().includes(typed)).slice(0, MAX_CHOICES);
}

async function candidates(focus: Focus, actor: Actor, desk: InboundDoors['desk']): Promise<readonly Choice[]> {
  if (focus.option === 'verb') return Object.keys(VERBS).map((name) => ({ name, value: name }));
  if (focus.verb === 'revoke' || focus.verb === 'extend') return ofGrants(focus, actor, desk);
  return focus.option === 'id' ? ofRequests(actor, desk) : [];
}

async function ofRequests(actor: Actor, desk: InboundDoors['desk']): Promise<readonly Choice[]> {
  const seen = await desk.pending({ actor });
  if (seen.kind !== 'seen') return [];
  const short = shortIds(seen.value.map(({ id }) => id));
  return seen.value.map(({ id, host, address, path }) => {
    const value = short.get(id) ?? id;
    return { name: fit(`${value} · ${host} · ${address} · ${path}`, MAX_NAME_CODE_POINTS), value };
  });
}

/** A grant by its number for `revoke`, by its request for `extend`. */
async function ofGrants(focus: Focus, actor: Actor, desk: InboundDoors['desk']): Promise<readonly Choice[]> {
  const seen = await desk.grants({ actor });
  if (seen.kind !== 'seen') return [];
  return seen.value.flatMap(({ id, site, address, requestId }) => {
    const value = focus.verb === 'revoke' ? String(id) : requestId;
    return value === null ? [] : [{ name: fit(`${value} · ${site} · ${address}`, MAX_NAME_CODE_POINTS), value }];
  });
}
