/**
 * The checks that every verb of an actor passes first, so that no verb can forget them. A chat account that is barred (a guest,
 * deactivated, of another workspace) is refused whatever it wants. The approvers who bound it are read from the ledger, whatever
 * the inbound says: one indexed read, for chat accounts only. And a ledger that cannot answer becomes a value.
 */
import type { Actor } from '../approval/request.js';
import type { ForbiddenWhy } from '../contract/desk.js';
import { orUnavailable, type DeskParts, type Unavailable } from './parts.js';
import { refuse, surfaceOf } from './refusals/refusal.js';

/** What somebody wants. Questions do not name their surface. */
interface Wish {
  readonly actor: Actor;
  readonly surface?: string;
}

interface Forbidden {
  readonly kind: 'forbidden';
  readonly why: ForbiddenWhy;
}

export type Verb<W extends Wish, Answer> = (wish: W) => Promise<Answer | Forbidden | Unavailable>;

/** `name` is what the audit calls the verb when it is refused. */
export function behindDoor<W extends Wish, Answer>(
  parts: DeskParts,
  name: string | ((wish: W) => string),
  work: (parts: DeskParts, wish: W) => Promise<Answer>,
): Verb<W, Answer> {
  return (wish) => {
    const verb = typeof name === 'string' ? name : name(wish);
    return orUnavailable<Answer | Forbidden>(parts, verb, async () => {
      const { actor } = wish;
      if (actor.kind !== 'chat') return work(parts, wish);
      if (actor.barredBecause !== undefined)
        return refuse(parts, { actor, verb, surface: wish.surface ?? surfaceOf(actor) }, actor.barredBecause);
      const { channel, workspace, subject } = actor;
      const linked = await parts.ledger.identity.linksOf({ channel, workspace, subject });
      return work(parts, { ...wish, actor: { ...actor, linked } });
    });
  };
}
