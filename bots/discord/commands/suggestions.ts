/** What a half-typed field of `/gate` is completed with: what the caller may see, and nobody else. */
import { shortIds } from '../../../src/approval/short-id.js';
import type { Actor } from '../../../src/approval/request.js';
import { never } from '../../../src/base/process/never.js';
import { fit } from '../../../src/base/text/fit.js';
import type { InboundHandlers } from '../../../src/contract/inbound.js';
import type { Focus } from './command-options.js';
import { OFFERED } from './slash-commands.js';

export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** Discord, “Application Command Option Choice”. */
const MAX_CHOICES = 25;
const MAX_NAME_CODE_POINTS = 100;

export async function suggestions(
  focus: Focus,
  actor: Actor,
  desk: InboundHandlers['desk'],
): Promise<readonly Choice[]> {
  const all = await candidates(focus, actor, desk);
  return all.slice(0, MAX_CHOICES);
}

async function candidates(focus: Focus, actor: Actor, desk: InboundHandlers['desk']): Promise<readonly Choice[]> {
  const parameters = OFFERED.find(({ name }) => name === focus.verb)?.parameters ?? {};
  const source = Object.hasOwn(parameters, focus.option) ? parameters[focus.option]?.completedBy : undefined;
  switch (source) {
    case 'verbs':
      return withTyped(focus, verbs());
    case 'pending_requests':
      return withTyped(focus, await ofRequests(actor, desk));
    case 'grant_numbers':
      return ofGrants('number', focus, { actor, desk });
    case 'granted_requests':
      return ofGrants('request', focus, { actor, desk });
    case undefined:
      return [];
    default:
      return never(source);
  }
}

function withTyped({ typed }: Focus, choices: readonly Choice[]): readonly Choice[] {
  return choices.filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()));
}

function verbs(): readonly Choice[] {
  return OFFERED.map(({ name }) => ({ name, value: name }));
}

async function ofRequests(actor: Actor, desk: InboundHandlers['desk']): Promise<readonly Choice[]> {
  const seen = await desk.pending({ actor });
  if (seen.kind !== 'seen') return [];
  const short = shortIds(seen.value.map(({ id }) => id));
  return seen.value.map(({ id, host, address, path }) => {
    const value = short.get(id) ?? id;
    return { name: named(value, host, address, path), value };
  });
}

/** There may be very many: the ledger looks through them. */
async function ofGrants(
  by: 'number' | 'request',
  { typed }: Focus,
  { actor, desk }: { readonly actor: Actor; readonly desk: InboundHandlers['desk'] },
): Promise<readonly Choice[]> {
  const search = { by, containing: typed.toLowerCase().replace(/\s*·\s*/g, ' ') } as const;
  const seen = await desk.grants({ actor, limit: MAX_CHOICES, search });
  if (seen.kind !== 'seen') return [];
  return seen.value.flatMap(({ id, site, address, requestId }) => {
    const value = by === 'number' ? String(id) : requestId;
    return value === null ? [] : [{ name: named(value, site, address), value }];
  });
}

function named(...facts: readonly string[]): string {
  return fit(facts.join(' · '), MAX_NAME_CODE_POINTS);
}
