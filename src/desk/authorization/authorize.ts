/**
 * The checks that every verb of an actor passes first, so that no verb can forget them. A chat account that is barred (a guest,
 * deactivated, of another workspace) is refused whatever it wants. The approvers who bound it are read from the ledger, whatever
 * the inbound says: one indexed read, for chat accounts only. And a ledger that cannot answer becomes a value.
 */
import type { Actor } from '../../approval/request.js';
import type { ForbiddenWhy } from '../../contract/desk.js';
import { orUnavailable, type DeskDeps, type Unavailable } from '../deps.js';
import { refuse, surfaceOf } from './refusal.js';

/** What somebody wants. Questions do not name their surface. */
interface Input {
  readonly actor: Actor;
  readonly surface?: string;
}

interface Forbidden {
  readonly kind: 'forbidden';
  readonly why: ForbiddenWhy;
}

export type Verb<W extends Input, Answer> = (input: W) => Promise<Answer | Forbidden | Unavailable>;

/** `name` is what the audit calls the verb when it is refused. */
export function authorize<W extends Input, Answer>(
  deps: DeskDeps,
  name: string | ((input: W) => string),
  work: (deps: DeskDeps, input: W) => Promise<Answer>,
): Verb<W, Answer> {
  return (input) => {
    const verb = typeof name === 'string' ? name : name(input);
    return orUnavailable<Answer | Forbidden>(deps, verb, async () => {
      const { actor } = input;
      if (actor.kind !== 'chat') return work(deps, input);
      if (actor.barredBecause !== undefined)
        return refuse(deps, { actor, verb, surface: input.surface ?? surfaceOf(actor) }, actor.barredBecause);
      const { channel, workspace, subject } = actor;
      const linked = await deps.ledger.identity.linksOf({ channel, workspace, subject });
      return work(deps, { ...input, actor: { ...actor, linked } });
    });
  };
}
